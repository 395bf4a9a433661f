import type { Archive } from '../../catalog/archives/archive';
import { referenceTo } from '../../catalog/archives/reference';
import type { CandidArchiveSpace, CandidCompaction, CandidSlotSpace } from '../../src/candid';
import { nativeModule } from '../../src/database';
import { pageCount } from '../service/arguments';
import { authoriseCanister, authorisedArchive } from '../service/governed';
import type { Implementations } from '../service/methods';
import { ifReadable } from '../service/readable';
import { running } from '../service/service';

export const spaceMethods = {
  db_space: describeSpace,
  report_space: reportSpace,
  db_compact: compact,
} satisfies Implementations;

/** What the archive's slot takes and what compaction would return; nothing is moved. */
function describeSpace(reference: string): CandidSlotSpace {
  return spaceOf(authorisedArchive('db_space', reference));
}

/** What every archive's slot takes. Operators and controllers only. */
function reportSpace(): CandidArchiveSpace[] {
  authoriseCanister('report_space');
  return running()
    .catalog.archives()
    .flatMap((archive) => {
      // None of a slot that is damaged, being purged or adopted: the others are told all the same.
      const space = ifReadable(() => spaceOf(archive));
      return space === undefined ? [] : [{ archive: referenceTo(archive), slot: archive.slot, space }];
    });
}

/** Moves at most `pageBudget` pages towards the slot's front and gives whole buckets back. */
function compact(reference: string, pageBudget: number): CandidCompaction {
  const { slot } = authorisedArchive('db_compact', reference);
  const progress = nativeModule().compact(slot, pageCount(pageBudget));
  return {
    done: progress.done,
    buckets_returned: progress.bucketsReturned,
    buckets_returnable: progress.bucketsReturnable,
  };
}

function spaceOf({ slot }: Archive): CandidSlotSpace {
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
