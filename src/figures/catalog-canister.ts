import { join } from 'node:path';
import { IDL } from '@dfinity/candid';
import { linkCanister } from '../link';
import { PocketIc } from '../replica';
import { PROJECT } from './project';

const THOUSANDS_OF_TOMBSTONES = 10;
const MEASUREMENTS = IDL.Vec(IDL.Tuple(IDL.Text, IDL.Nat64));

/** Instructions by step, in a canister with a full catalog. */
export async function runCatalogCanister(): Promise<ReadonlyMap<string, number>> {
  const { wasm } = await linkCanister({
    main: 'test/canisters/catalog-cost.ts',
    outDir: join(PROJECT, '.tabularium', 'catalog'),
  });
  const pic = await PocketIc.create();
  try {
    const canisterId = await pic.createCanister();
    await pic.installCode({ canisterId, wasm });
    const update = (method: string, types: IDL.Type[], values: unknown[]) =>
      pic.updateCall({ canisterId, method, arg: new Uint8Array(IDL.encode(types, values)) });
    await update('fill_slots', [], []);
    for (let n = 0; n < THOUSANDS_OF_TOMBSTONES; n++) await update('add_tombstones', [IDL.Nat32], [1_000]);
    const reply = await pic.queryCall({
      canisterId,
      method: 'measure',
      arg: new Uint8Array(IDL.encode([], [])),
    });
    const [measured] = IDL.decode([MEASUREMENTS], reply) as unknown as [[string, bigint][]];
    return new Map(measured.map(([step, instructions]) => [step, Number(instructions)]));
  } finally {
    await pic.tearDown();
  }
}
