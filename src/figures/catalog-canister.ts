import { IDL } from '@dfinity/candid';
import { runMeasuringCanister } from './measuring-canister';

const THOUSANDS_OF_TOMBSTONES = 10;

/** Instructions by step, in a canister with a full catalog. */
export function runCatalogCanister(): Promise<ReadonlyMap<string, number>> {
  return runMeasuringCanister({
    main: 'test/canisters/catalog-cost.ts',
    folder: 'catalog',
    mode: 'query',
    prepare: async (update) => {
      await update('fill_slots', [], []);
      for (let n = 0; n < THOUSANDS_OF_TOMBSTONES; n++) await update('add_tombstones', [IDL.Nat32], [1_000]);
    },
  });
}
