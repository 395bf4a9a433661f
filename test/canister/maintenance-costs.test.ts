import { beforeAll, describe, expect, it } from 'vitest';
import { measureMaintenance } from '../support/maintenance-costs';

describe('the upkeep of an archive of 16 MiB, in instructions', () => {
  let costs: ReadonlyMap<string, number>;

  beforeAll(async () => {
    costs = await measureMaintenance();
  });

  const cost = (step: string): number => costs.get(step)!;

  it.each([
    ['checksum, a byte', 3],
    ['checksum, first call of many, with its pin', 60_000],
    ['compaction, a page moved', 14_000],
    ['purge, a bucket', 8_000],
    ['space report with a snapshot', 500_000],
    ['space report', 60_000],
    ['switch page checksums on, a page', 14_000],
    ['switch page checksums off, a page', 200],
    ['verify page checksums, a page', 14_000],
    ['integrity check, a page', 300_000],
    ['quick check, a page', 100_000],
  ])('%s: at most %i', (step, limit) => {
    expect(cost(step)).toBeGreaterThan(0);
    expect(cost(step)).toBeLessThanOrEqual(limit);
  });

  it('page checksums add at most 8,000 to a page that is read, and to a row that is written', () => {
    expect(cost('a scan with page checksums, a page') - cost('a scan, a page')).toBeLessThanOrEqual(8_000);
    const extra = cost('a single-row update with page checksums') - cost('a single-row update');
    expect(extra).toBeLessThanOrEqual(8_000);
  });
});
