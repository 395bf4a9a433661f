import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkCanister } from '../../src/link';
import { PocketIc } from '../../src/replica';

interface SnapshotService {
  create(): Promise<null>;
  grow(bytes: number): Promise<null>;
  measure(): Promise<[string, bigint][]>;
}

const GROWTHS = 4;
const BYTES = 16 * 2 ** 20;
const folder = mkdtempSync(join(tmpdir(), 'images-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('what images cost in a canister', () => {
  const measured = new Map<string, number>();
  beforeAll(async () => {
    const { wasm } = await linkCanister({ main: 'test/canisters/snapshots.ts', outDir: folder });
    // The canister counts its own steps: by the rules of today the first to touch a page would pay for those after it.
    const pic = await PocketIc.create(undefined, { rules: '2025-10' });
    const { actor } = await pic.setupCanister<SnapshotService>({
      idlFactory: ({ IDL }) =>
        IDL.Service({
          create: IDL.Func([], [IDL.Null], []),
          grow: IDL.Func([IDL.Nat32], [IDL.Null], []),
          measure: IDL.Func([], [IDL.Vec(IDL.Tuple(IDL.Text, IDL.Nat64))], []),
        }),
      wasm,
    });
    await actor.create();
    for (let n = 0; n < GROWTHS; n++) await actor.grow(BYTES);
    for (const [step, instructions] of await actor.measure()) measured.set(step, Number(instructions));
    await pic.tearDown();
  });

  // 20 updates a step; 1,000,000 bytes an export; 1,000 pages of 4,096 bytes a fork.
  it.each([
    ['updates without a snapshot', 20 * 60_000],
    ['first snapshot', 100_000],
    ['second snapshot', 100_000],
    ['first update after a snapshot', 120_000],
    ['second update after a snapshot', 60_000],
    ['updates with a snapshot, first touches of pages', 20 * 120_000],
    ['updates with a snapshot', 20 * 60_000],
    ['begin an export', 100_000],
    ['first update with 31 images', 120_000],
    ['updates with 31 images', 20 * 60_000],
    ['read an export', 1_300_000],
    ['end an export', 100_000],
    ['delete a snapshot', 100_000],
    ['restore a snapshot', 100_000],
    ['copy 1,000 pages of a fork', 12_000_000],
  ])('%s: at most %i instructions', (step, limit) => {
    expect(measured.get(step)).toBeLessThanOrEqual(limit);
  });
});
