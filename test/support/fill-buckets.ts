import type { ArchiveClient } from '../../src/client';

/** In a canister with the smallest buckets. */
const PAGES_A_BUCKET = 16;

/** Writes to the archive's `t(x, y)` until its slot has no page to spare, so that whatever needs one has to grow. */
export async function fillBuckets(archive: ArchiveClient): Promise<void> {
  for (;;) {
    const { pages_used, buckets_owned } = await archive.upkeep.space();
    if (pages_used === buckets_owned * PAGES_A_BUCKET) return;
    await archive.execute('INSERT INTO t(y) VALUES (zeroblob(3900))');
  }
}
