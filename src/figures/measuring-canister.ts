import { join } from 'node:path';
import { IDL } from '@dfinity/candid';
import { linkCanister } from '../link';
import { PocketIc } from '../replica';
import { PROJECT } from './project';

const MEASUREMENTS = IDL.Vec(IDL.Tuple(IDL.Text, IDL.Nat64));

export interface MeasuringCanister {
  /** Source of the canister, from the project's folder. */
  readonly main: string;
  /** Where its build is kept, below `.tabularium`. */
  readonly folder: string;
  /** How its method `measure` is called. */
  readonly mode: 'query' | 'update';
  /** What comes before, by calls of its other methods. */
  readonly prepare?: (update: Update) => Promise<void>;
}

export type Update = (method: string, types: IDL.Type[], values: unknown[]) => Promise<unknown>;

/**
 * Instructions by step, as a canister counts them in itself with the IC's performance counter. By the rules of October 2025: under those of
 * today the first step to touch a page would pay for all that follow.
 */
export async function runMeasuringCanister({
  main,
  folder,
  mode,
  prepare = async () => {},
}: MeasuringCanister): Promise<ReadonlyMap<string, number>> {
  const { wasm } = await linkCanister({ main, outDir: join(PROJECT, '.tabularium', folder) });
  const pic = await PocketIc.create(undefined, { rules: '2025-10' });
  try {
    const canisterId = await pic.createCanister();
    await pic.installCode({ canisterId, wasm });
    await prepare((method, types, values) =>
      pic.updateCall({ canisterId, method, arg: new Uint8Array(IDL.encode(types, values)) }),
    );
    const call = { canisterId, method: 'measure', arg: new Uint8Array(IDL.encode([], [])) };
    const reply = mode === 'query' ? await pic.queryCall(call) : await pic.updateCall(call);
    const [measured] = IDL.decode([MEASUREMENTS], reply) as unknown as [[string, bigint][]];
    return new Map(measured.map(([step, instructions]) => [step, Number(instructions)]));
  } finally {
    await pic.tearDown();
  }
}
