import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Principal } from '@dfinity/principal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runBenchCanister } from '../../src/figures/bench-canister';
import { linkCanister } from '../../src/link';
import { type Actor, PocketIc } from '../../src/replica';
import { playScenario } from '../canisters/scenario';
import { startHost } from '../support/native-host';

const folder = mkdtempSync(join(tmpdir(), 'binding-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface BindingService {
  play(memoryId: number): Promise<string>;
  readCached(memoryId: number): Promise<bigint>;
  work(memoryId: number, rounds: number): Promise<number>;
}

let pic: PocketIc;
beforeAll(async () => {
  // The canister counts its own steps: by the rules of today the first to touch a page would pay for those after it.
  pic = await PocketIc.create(undefined, { rules: '2025-10' });
});

describe('native code in QuickJS', () => {
  let actor: Actor<BindingService>;
  let canisterId: Principal;
  beforeAll(async () => {
    const { wasm } = await linkCanister({ main: 'test/canisters/binding.ts', outDir: folder });
    ({ actor, canisterId } = await pic.setupCanister<BindingService>({
      idlFactory: ({ IDL }) =>
        IDL.Service({
          play: IDL.Func([IDL.Nat8], [IDL.Text], []),
          readCached: IDL.Func([IDL.Nat8], [IDL.Nat64], []),
          work: IDL.Func([IDL.Nat8, IDL.Nat32], [IDL.Nat32], []),
        }),
      wasm,
    }));
  });

  it('does, shows and refuses what it does in Node', async () => {
    const { native } = await startHost();
    const inNode = playScenario(native, 120);
    const inQuickJs = JSON.parse(await actor.play(120)) as unknown[];
    expect(inQuickJs).toEqual(JSON.parse(JSON.stringify(inNode)));
    expect(inNode.length).toBeGreaterThan(100);
  });

  it('keeps cached statements warm from one message to the next', async () => {
    const cold = Number(await actor.readCached(120));
    const warm = Number(await actor.readCached(120));
    expect(warm).toBeLessThan(cold / 5);
    expect(Number(await actor.readCached(120))).toBeLessThan(cold / 5);
  });

  it('keeps nothing of statements, rows and errors that JavaScript has let go of', async () => {
    for (let call = 0; call < 3; call++) await actor.work(121, 300);
    const before = pic.inspect(canisterId).heapBytes;
    for (let call = 0; call < 5; call++) expect(await actor.work(121, 300)).toBe(300);
    expect(pic.inspect(canisterId).heapBytes).toBe(before);
  });
});

describe('what the binding costs in a canister', () => {
  let measured: ReadonlyMap<string, number>;
  beforeAll(async () => {
    measured = await runBenchCanister();
  });

  it.each([
    ['100 empty native calls', 130_000],
    ['1000 inserts, one call each, one transaction', 16_000_000],
    ['1000 point reads', 14_000_000],
    ['20 single-row update transactions', 20 * 60_000],
    ['20 single-row update transactions through the facade', 20 * 60_000],
    ['1000 rows of 2 columns as arrays', 6_000_000],
    ['1000 rows of 2 columns as objects', 6_000_000],
  ])('%s: at most %i instructions', (step, limit) => {
    expect(measured.get(step)).toBeLessThanOrEqual(limit);
  });
});
