import { expect, it } from 'vitest';
import { measureSpilling } from '../../src/figures/topics/memory-spilling';
import { measureStorageLife } from '../../src/figures/topics/storage-life';
import { measureShortRows } from '../../src/figures/topics/storage-short-rows';

/** TABULARIUM_FULL_SIZE=1: an archive of a GiB, which takes minutes. */
const isFullSize = process.env.TABULARIUM_FULL_SIZE === '1';
const FEW_ROWS = 20_000;
/** Of the full sizes: all of it still spills. */
const SHARE = 0.12;

it('an archive goes through export, import, checksum, snapshot and compaction whole, in bounded calls', async () => {
  const figures = await (isFullSize ? measureStorageLife() : measureStorageLife(FEW_ROWS));
  expect(figures).toHaveLength(7);
  for (const { name, value, limit } of figures) expect(value, name).toBeLessThanOrEqual(limit);
}, 1_800_000);

it('work that outgrows the heap is done in one update, within its instructions and 256 MiB of heap', async () => {
  const figures = await measureSpilling(isFullSize ? 1 : SHARE);
  expect(figures).toHaveLength(5);
  for (const { name, value, limit } of figures) expect(value, name).toBeLessThanOrEqual(limit);
}, 1_800_000);

it.runIf(isFullSize)(
  'an image of a GiB of the shortest rows is imported whole, in bounded calls',
  async () => {
    for (const { name, value, limit } of await measureShortRows()) {
      expect(value, name).toBeLessThanOrEqual(limit);
    }
  },
  1_800_000,
);
