import { beforeAll, describe, expect, it } from 'vitest';
import { runCatalogCanister } from '../../src/figures/catalog-canister';

let costs: ReadonlyMap<string, number>;

beforeAll(async () => {
  costs = await runCatalogCanister();
}, 300_000);

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
    ['decode an archive', 450_000],
    ['replace', 900_000],
  ])('%s: at most %i instructions', (step, bound) => {
    expect(costOf(step)).toBeGreaterThan(0);
    expect(costOf(step)).toBeLessThanOrEqual(bound);
  });
});
