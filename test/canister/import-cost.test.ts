import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkCanister } from '../../src/link';
import { PocketIc } from '../../src/replica';

const PROJECT = join(import.meta.dirname, '../..');
const ROWS = 20_000;
const MEASUREMENTS = IDL.Vec(IDL.Tuple(IDL.Text, IDL.Nat64));
const BLOB = IDL.Vec(IDL.Nat8);

/** Upper bounds; `npx vitest run test/canister/import-cost.test.ts` prints the values. */
const MOST_A_BYTE = { chunk: 2, hash: 71, import: 73 };
const MOST_A_SWITCH = 100_000;

let pic: PocketIc;
let canisterId: Principal;
let size: number;
let digest: Uint8Array;

beforeAll(async () => {
  const { wasm } = await linkCanister({
    main: 'test/canisters/imports.ts',
    name: 'imports',
    outDir: join(PROJECT, '.tabularium', 'test'),
  });
  // The canister counts its own steps: by the rules of today the first to touch a page would pay for those after it.
  pic = await PocketIc.create(undefined, { rules: '2025-10' });
  canisterId = await pic.createCanister();
  await pic.installCode({ canisterId, wasm });
  await pic.updateCall({ canisterId, method: 'fill', arg: new Uint8Array(IDL.encode([IDL.Nat32], [ROWS])) });
  [size] = (await query('size', [], [], [IDL.Nat32])) as [number];
  const hash = createHash('sha256');
  for (let offset = 0; offset < size; offset += 1 << 20) {
    const [part] = (await query('read', [IDL.Nat32, IDL.Nat32], [offset, 1 << 20], [BLOB])) as [Uint8Array];
    hash.update(part);
  }
  digest = new Uint8Array(hash.digest());
});

afterAll(() => pic.tearDown());

async function query(
  method: string,
  types: IDL.Type[],
  values: unknown[],
  results: IDL.Type[],
): Promise<unknown[]> {
  const arg = new Uint8Array(IDL.encode(types, values));
  return IDL.decode(results, await pic.queryCall({ canisterId, method, arg }));
}

/** Instructions by step, all of a step's together. */
async function measure(target: number, expected: Uint8Array): Promise<Record<string, number>> {
  const arg = new Uint8Array(IDL.encode([IDL.Nat8, BLOB], [target, expected]));
  const reply = await pic.updateCall({ canisterId, method: 'measure', arg });
  const [steps] = IDL.decode([MEASUREMENTS], reply) as unknown as [[string, bigint][]];
  const sums: Record<string, number> = {};
  for (const [step, instructions] of steps) sums[step] = (sums[step] ?? 0) + Number(instructions);
  return sums;
}

describe('an import', () => {
  it('costs little more than its hash', async () => {
    const hashed = await measure(121, digest);
    const unhashed = await measure(122, new Uint8Array(0));
    const hash = hashed.verify! - unhashed.verify!;
    const aByte = (instructions: number) => Math.round((instructions / size) * 100) / 100;
    console.log({
      size,
      'chunks, a byte': aByte(hashed.chunk!),
      'chunks again, a byte': aByte(hashed['chunk again']!),
      'hash, a byte': aByte(hash),
      'quick_check, a byte': aByte(unhashed.verify!),
      'missing ranges, a byte': aByte(hashed['missing ranges']!),
      begin: hashed.begin,
      switch: hashed.switch,
    });
    expect(aByte(hashed.chunk!)).toBeLessThan(MOST_A_BYTE.chunk);
    expect(aByte(hash)).toBeLessThan(MOST_A_BYTE.hash);
    expect(aByte(hashed.chunk! + hash)).toBeLessThan(MOST_A_BYTE.import);
    expect(hashed.switch!).toBeLessThan(MOST_A_SWITCH);
  });
});
