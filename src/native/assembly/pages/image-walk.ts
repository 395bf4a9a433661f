import { ImageNumber, isHeldByOther } from './holders';
import { FANOUT, FANOUT_SHIFT, Level, PhysicalPage } from './layout';
import { sound } from './map-write';
import { childOf, lastEntry } from './page-map';
import { Store } from './store';

// The way from an image's root down to one of its segments, as far as the image is alone on it. What another image holds,
// it holds with everything below, so the way ends there.

let directory: PhysicalPage = 0;
let segmentTable: PhysicalPage = 0;

/**
 * Level of the lowest table on the way to a segment that only this image holds: Segment when the whole way is its own,
 * {@link NO_OWN_TABLE} when not even the root is. What is missing counts as not its own.
 */
export function ownWay(
  slot: Store,
  number: ImageNumber,
  root: PhysicalPage,
  rootBirth: u64,
  segment: u32,
): i32 {
  if (root === 0 || isHeldByOther(slot, number, Level.Root, 0, root, rootBirth)) return NO_OWN_TABLE;
  const inRoot = segment >> FANOUT_SHIFT;
  directory = sound(slot, childOf(slot, root, inRoot));
  if (!isAlone(slot, number, Level.Directory, inRoot, directory)) return Level.Root;
  segmentTable = sound(slot, childOf(slot, directory, segment & (FANOUT - 1)));
  return isAlone(slot, number, Level.Segment, segment, segmentTable) ? Level.Segment : Level.Directory;
}

/** What {@link ownWay} answers when not even the root is the image's own. */
export const NO_OWN_TABLE: i32 = Level.Root + 1;

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
