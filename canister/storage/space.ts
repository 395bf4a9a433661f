import type { CandidCompaction, CandidSlotSpace } from '../../src/candid';
import { nativeModule } from '../../src/database';
import { authorisedArchive } from '../service/governed';

/** What the archive's slot takes and what compaction would return; nothing is moved. */
export function describeSpace(reference: string): CandidSlotSpace {
  const { slot } = authorisedArchive('db_space', reference);
  const space = nativeModule().slotSpace(slot);
  return {
    logical_size: BigInt(space?.logicalSize ?? 0),
    pages_used: space?.pagesUsed ?? 0,
    pages_free: space?.pagesFree ?? 0,
    pages_held_by_snapshots: space?.pagesHeldBySnapshots ?? 0,
    buckets_owned: space?.bucketsOwned ?? 0,
    buckets_returnable: space?.bucketsReturnable ?? 0,
  };
}

/** Moves at most `pageBudget` pages towards the slot's front and gives whole buckets back. */
export function compact(reference: string, pageBudget: number): CandidCompaction {
  const { slot } = authorisedArchive('db_compact', reference);
  const progress = nativeModule().compact(slot, pageBudget);
  return {
    done: progress.done,
    buckets_returned: progress.bucketsReturned,
    buckets_returnable: progress.bucketsReturnable,
  };
}
