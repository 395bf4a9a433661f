import { freePage } from './allocation';
import { ImageNumber, isHeldByOther } from './holders';
import { DAMAGED_WAY, NO_OWN_TABLE, ownDirectory, ownSegmentTable, ownWay } from './image-walk';
import { FANOUT, FANOUT_SHIFT, Level, LogicalPage, PhysicalPage } from './layout';
import { writeChild } from './page-map';
import { gatherOthers, releaseSoundPages } from './release';
import { isStepSpent } from './step-end';
import { Store } from './store';

// An image that is no longer wanted gives back, from its end, the pages that no other image holds. What it shares is cut
// out of its own tables in passing, so that another image which comes to hold something alone meanwhile is seen to hold it
// alone. Nothing is given back that is not recorded as what the image's map says it is.

const DIRECTORY_SHIFT: u32 = 2 * FANOUT_SHIFT;

let left: u32 = 0;
let isDamaged = false;
let lost: LogicalPage = 0;

/**
 * Passes at most `budget` of an image's pages from its end, fewer where the step ends before, its root table with the last of
 * them, and returns how many remain: all that were there when the map was found damaged ({@link metDamage}).
 */
export function passImage(
  slot: Store,
  number: ImageNumber,
  root: PhysicalPage,
  rootBirth: u64,
  pages: LogicalPage,
  budget: u32,
): LogicalPage {
  left = budget;
  isDamaged = false;
  while (pages > 0 && left > 0) {
    const before = pages;
    pages = passOnce(slot, number, root, rootBirth, pages);
    if (isDamaged) return before;
    // A directory that is passed as a whole costs no more than a page.
    left -= before - pages > FANOUT ? 1 : min(left, before - pages);
    if (isStepSpent()) left = 0;
  }
  if (pages === 0 && root !== 0 && !isHeldByOther(slot, number, Level.Root, 0, root, rootBirth)) {
    freePage(slot, root);
  }
  return pages;
}

/** What the last pass did not use of its budget. */
export function budgetLeft(): u32 {
  return left;
}

/** Whether the last pass ended where the image's map does not hold, with nothing changed from there on. */
export function metDamage(): bool {
  return isDamaged;
}

/** The page that the map did not lead to then. */
export function lostPage(): LogicalPage {
  return lost;
}

/** Passes the rest of a segment, or what is shared above it, within the budget. Returns the pages that remain. */
function passOnce(
  slot: Store,
  number: ImageNumber,
  root: PhysicalPage,
  rootBirth: u64,
  pages: LogicalPage,
): LogicalPage {
  const segment = (pages - 1) >> FANOUT_SHIFT;
  const start = segment << FANOUT_SHIFT;
  const way = ownWay(slot, number, root, rootBirth, segment);
  if (way === DAMAGED_WAY) return endAt(pages - 1);
  if (way === NO_OWN_TABLE) return 0;
  if (way === Level.Root) {
    writeChild(slot, root, segment >> FANOUT_SHIFT, 0, 0);
    return (segment >> FANOUT_SHIFT) << DIRECTORY_SHIFT;
  }
  if (way === Level.Segment) {
    const first = max(start, pages > left ? pages - left : 0);
    gatherOthers(slot, number, Level.Segment, segment);
    const released = releaseSoundPages(slot, segment, ownSegmentTable(), first - start, pages - start);
    if (released < pages - start) return endAt(start + released);
    if (first > start) return first;
    freePage(slot, ownSegmentTable());
  }
  leaveSegment(slot, root, segment);
  return start;
}

function endAt(page: LogicalPage): LogicalPage {
  isDamaged = true;
  lost = page;
  return page;
}

/** Takes a passed segment out of its directory, and with the first segment the directory out of the root. */
function leaveSegment(slot: Store, root: PhysicalPage, segment: u32): void {
  const directory = ownDirectory();
  writeChild(slot, directory, segment & (FANOUT - 1), 0, 0);
  if ((segment & (FANOUT - 1)) !== 0) return;
  freePage(slot, directory);
  writeChild(slot, root, segment >> FANOUT_SHIFT, 0, 0);
}
