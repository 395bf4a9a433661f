import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { IDL } from '@dfinity/candid';
import { linkCanister } from '../../src/link';
import { PocketIc } from '../../src/replica';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const MEASUREMENTS = IDL.Vec(IDL.Tuple(IDL.Text, IDL.Nat64, IDL.Nat64));

/** Instructions a unit of each step of test/canisters/maintenance.ts. `npx tsx test/support/maintenance-costs.ts` prints them. */
export async function measureMaintenance(): Promise<ReadonlyMap<string, number>> {
  const { wasm } = await linkCanister({
    main: 'test/canisters/maintenance.ts',
    outDir: join(PROJECT, '.tabularium', 'maintenance'),
  });
  // The canister counts its own steps: by the rules of today the first to touch a page would pay for those after it.
  const pic = await PocketIc.create(undefined, { rules: '2025-10' });
  try {
    const canisterId = await pic.createCanister();
    await pic.installCode({ canisterId, wasm });
    const arg = new Uint8Array(IDL.encode([], []));
    const reply = await pic.updateCall({ canisterId, method: 'measure', arg });
    const [measured] = IDL.decode([MEASUREMENTS], reply) as unknown as [[string, bigint, bigint][]];
    return new Map(measured.map(([step, cost, units]) => [step, Number(cost) / Number(units)]));
  } finally {
    await pic.tearDown();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [step, cost] of await measureMaintenance()) console.log(cost.toFixed(2).padStart(16), step);
}
