import { beforeAll, describe, expect, it } from 'vitest';
import {
  runScattered,
  SCATTERED_PAGE_PRICE,
  SCATTERED_PAGES,
  type ScatteredRun,
} from '../../src/figures/topics/scattered';

const MOST_A_CALL = 20e9;
const TOUCH = 16 * SCATTERED_PAGE_PRICE;
/** What src/native/assembly/pages/step-end.ts lets a step take, and what one unit of work may take beyond: a segment of 256 pages. */
const UNIT = 256 * TOUCH + 100e6;
const STEP = 2e9 + UNIT;
const QUERY_STEP = 1e9 + UNIT;
/** What each call that verifies or checks may take when nothing is said, and goes beyond by its end. */
const BUDGET = 10e9 + UNIT;

describe('an archive each of whose pages lies on another 64 KiB page', () => {
  let runs: ReadonlyMap<string, ScatteredRun>;

  beforeAll(async () => {
    runs = new Map((await runScattered()).map((run) => [run.name, run]));
  }, 120_000);

  it('takes less than 20 billion instructions in every call', () => {
    expect(runs.size).toBe(10);
    for (const { name, costs } of runs.values()) expect(Math.max(...costs), name).toBeLessThan(MOST_A_CALL);
  });

  it.each([
    ['checksum', STEP],
    ['page checksums made', STEP],
    ['page checksums verified', QUERY_STEP],
    ['fork', STEP],
    ['compaction', STEP],
    ['import checked by SQLite', BUDGET],
    ['import whose structure is walked', BUDGET],
    ['quick check', BUDGET],
  ])('%s: touches each page alone, in calls that end by their counter', (name, most) => {
    const { costs, stablePages } = runs.get(name)!;
    expect(stablePages).toBeGreaterThan(0.9 * SCATTERED_PAGES);
    for (const cost of costs) expect(cost).toBeLessThanOrEqual(most);
    // Work that ended where its pages do would be one call.
    if (most <= STEP) expect(costs.reduce((sum, cost) => sum + cost)).toBeGreaterThan(most);
  });
});
