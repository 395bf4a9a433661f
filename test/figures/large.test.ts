import { expect, it } from 'vitest';
import { installMeasured } from '../../src/figures/canister';
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

it.runIf(isFullSize)(
  'a VACUUM that no message can hold is refused before it begins, with what it would write',
  async () => {
    const canister = await installMeasured();
    const client = canister.client();
    await client.createArchive('large');
    const archive = client.archive('large');
    await archive.execute('CREATE TABLE t (x)');
    const eighty = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 80)';
    for (let part = 0; part < 9; part++)
      await archive.execute(`${eighty} INSERT INTO t SELECT zeroblob(1000000) FROM n`);
    await expect(archive.execute('VACUUM')).rejects.toMatchObject({
      code: 'VACUUM_TOO_LARGE',
      message: expect.stringMatching(/would write 2\d{9} bytes.*may write 2147483648.*Export/),
    });
    expect(canister.inspect.last().instructions).toBeLessThan(10_000_000);
    await canister.pic.tearDown();
  },
  600_000,
);
