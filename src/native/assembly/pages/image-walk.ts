import { isRecordedAs } from './allocation';
import { ImageNumber, isHeldByOther } from './holders';
import { FANOUT, FANOUT_SHIFT, kindAt, Level, PhysicalPage } from './layout';
import { childOf, DAMAGED_PAGE, lastEntry } from './page-map';
import { Store } from './store';

// The way from an image's root down to one of its segments, as far as the image is alone on it. What another image holds,
// it holds with everything below, so the way ends there.

let directory: PhysicalPage = 0;
let segmentTable: PhysicalPage = 0;

/**
 * Level of the lowest table on the way to a segment that only this image holds: Segment when the whole way is its own,
 * {@link NO_OWN_TABLE} when not even the root is. What is missing counts as not its own. {@link DAMAGED_WAY} where a table
 * on the way is not what the allocation tables have it recorded as, or leads out of the slot.
 */
export function ownWay(
  slot: Store,
  number: ImageNumber,
  root: PhysicalPage,
  rootBirth: u64,
  segment: u32,
): i32 {
  if (root === 0 || isHeldByOther(slot, number, Level.Root, 0, root, rootBirth)) return NO_OWN_TABLE;
  if (!isRecordedAs(slot, root, kindAt(Level.Root), 0)) return DAMAGED_WAY;
  const inRoot = segment >> FANOUT_SHIFT;
  directory = childOf(slot, root, inRoot);
  if (directory === DAMAGED_PAGE) return DAMAGED_WAY;
  if (!isAlone(slot, number, Level.Directory, inRoot, directory)) return Level.Root;
  if (!isRecordedAs(slot, directory, kindAt(Level.Directory), inRoot)) return DAMAGED_WAY;
  segmentTable = childOf(slot, directory, segment & (FANOUT - 1));
  if (segmentTable === DAMAGED_PAGE) return DAMAGED_WAY;
  if (!isAlone(slot, number, Level.Segment, segment, segmentTable)) return Level.Directory;
  return isRecordedAs(slot, segmentTable, kindAt(Level.Segment), segment) ? Level.Segment : DAMAGED_WAY;
}

/** What {@link ownWay} answers when not even the root is the image's own. */
export const NO_OWN_TABLE: i32 = Level.Root + 1;
/** What it answers where the image's own map cannot be followed. */
export const DAMAGED_WAY: i32 = -1;

/** The directory table that ownWay found last; it is the image's own if the answer was Directory or Segment. */
export function ownDirectory(): PhysicalPage {
  return directory;
}

/** The segment's table that ownWay found last; it is the image's own if the answer was Segment. */
export function ownSegmentTable(): PhysicalPage {
  return segmentTable;
}

/** Whether the table whose entry was read last exists and belongs to no other image. */
function isAlone(slot: Store, number: ImageNumber, level: Level, index: u32, table: PhysicalPage): bool {
  return table !== 0 && !isHeldByOther(slot, number, level, index, table, lastEntry().birth);
}
