import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IDL } from '@dfinity/candid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IdlModule } from '../../src/candid';
import { linkCanister } from '../../src/link';
import { PocketIc } from '../../src/replica';

interface CostCanister {
  fill_slots(): Promise<null>;
  add_tombstones(count: number): Promise<null>;
  measure(): Promise<[string, bigint][]>;
}

const idlFactory = ({ IDL }: { IDL: IdlModule }): IDL.ServiceClass =>
  IDL.Service({
    fill_slots: IDL.Func([], [IDL.Null], []),
    add_tombstones: IDL.Func([IDL.Nat32], [IDL.Null], []),
    measure: IDL.Func([], [IDL.Vec(IDL.Tuple(IDL.Text, IDL.Nat64))], ['query']),
  });

let folder: string;
let pic: PocketIc;
let costs: Map<string, number>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catalog-cost-'));
  const { wasm } = await linkCanister({ main: 'test/canisters/catalog-cost.ts', outDir: folder });
  pic = await PocketIc.create();
  const canisterId = await pic.createCanister();
  await pic.installCode({ canisterId, wasm });
  const canister = pic.createActor<CostCanister>(idlFactory, canisterId);
  await canister.fill_slots();
  for (let thousand = 0; thousand < 10; thousand++) {
    await canister.add_tombstones(1_000);
  }
  costs = new Map((await canister.measure()).map(([step, instructions]) => [step, Number(instructions)]));
}, 300_000);

afterAll(async () => {
  await pic?.tearDown();
  await rm(folder, { recursive: true, force: true });
});

/** Instructions of a step without those of calling it. */
const costOf = (step: string) => (costs.get(step) ?? Number.NaN) - (costs.get('nothing') ?? Number.NaN);

describe('a catalog of 135 archives with 10,000 tombstones, in a canister', () => {
  it('is that large', () => {
    expect(costs.get('archives')).toBe(135);
    expect(costs.get('tombstones')).toBe(10_000);
  });

  it.each([
    ['open', 20_000_000],
    ['find', 5_000],
    ['authorise the owner', 30_000],
    ['authorise a reference with generation', 30_000],
    ['authorise a reader', 40_000],
    ['may pass', 30_000],
    ['decode an archive', 450_000],
    ['replace', 900_000],
  ])('%s: at most %i instructions', (step, bound) => {
    expect(costOf(step)).toBeGreaterThan(0);
    expect(costOf(step)).toBeLessThanOrEqual(bound);
  });
});
