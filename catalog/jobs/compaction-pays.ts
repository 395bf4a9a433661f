/** A part of the slot's buckets below which moving pages costs more than it gives back: one in five. */
const WORTHWHILE_SHARE = 0.2;

/**
 * Whether a slot is worth compacting.
 *
 * @param ownedBuckets buckets of raw stable memory that the slot owns
 * @param reclaimableBuckets those that compaction would return, as its dry run says
 */
export function compactionPays(ownedBuckets: number, reclaimableBuckets: number): boolean {
  return reclaimableBuckets >= 1 && reclaimableBuckets >= ownedBuckets * WORTHWHILE_SHARE;
}
