import { join } from 'node:path';
import { IDL } from '@dfinity/candid';
import { linkCanister } from '../link';
import { PocketIc } from '../replica';
import { PROJECT } from './project';

const MEASUREMENTS = IDL.Vec(IDL.Tuple(IDL.Text, IDL.Nat64));

/** Instructions by step, as the bench canister counts them with the IC's performance counter. */
export async function runBenchCanister(): Promise<ReadonlyMap<string, number>> {
  const { wasm } = await linkCanister({
    main: 'src/figures/canisters/bench.ts',
    outDir: join(PROJECT, '.tabularium', 'figures'),
  });
  const pic = await PocketIc.create();
  try {
    const canisterId = await pic.createCanister();
    await pic.installCode({ canisterId, wasm });
    const arg = new Uint8Array(IDL.encode([], []));
    const reply = await pic.updateCall({ canisterId, method: 'measure', arg });
    const [measured] = IDL.decode([MEASUREMENTS], reply) as unknown as [[string, bigint][]];
    return new Map(measured.map(([step, instructions]) => [step, Number(instructions)]));
  } finally {
    await pic.tearDown();
  }
}
