import { noteDamagedImage } from './damage';
import { MAX_IMAGES, positionOf, recordAt } from './image-directory';
import { ImageRecord } from './image-record';
import { DAMAGED_WAY, NO_OWN_TABLE, ownSegmentTable, ownWay } from './image-walk';
import { FANOUT, FANOUT_SHIFT, Level, LogicalPage, pagesOf } from './layout';
import { examineSegment, gatherOthers, ownChildren } from './release';
import { StoreStatus } from './status';
import { Store } from './store';

let ownPages: u32 = 0;
let nextSegment: u32 = 0;

/**
 * Counts the pages, tables included, that only one snapshot or pin holds, over a number of its segments from one on.
 * Changes nothing. {@link measuredPages} and {@link measuredUpTo} tell the outcome. NoImage, DamagedImage.
 */
export function measureImage(slot: Store, id: u64, firstSegment: u32, segments: u32): StoreStatus {
  const position = positionOf(slot, id);
  if (position === MAX_IMAGES) return StoreStatus.NoImage;
  const record = recordAt(slot, position);
  const all = (pagesOf(record.logicalSize) + FANOUT - 1) >> FANOUT_SHIFT;
  ownPages = 0;
  let segment = firstSegment;
  for (let left = segments; segment < all && left > 0; left--) {
    const way = ownWay(slot, position, record.rootTable, record.rootBirth, segment);
    if (way === DAMAGED_WAY) return damagedAt(slot, record, segment << FANOUT_SHIFT);
    const inDirectory = segment & (FANOUT - 1);
    if (way <= Level.Root && segment === 0) ownPages++;
    if (way <= Level.Directory && inDirectory === 0) ownPages++;
    if (way === Level.Segment) {
      gatherOthers(slot, position, Level.Segment, segment);
      const unsound = examineSegment(slot, segment, ownSegmentTable());
      if (unsound < FANOUT) return damagedAt(slot, record, (segment << FANOUT_SHIFT) + unsound);
      ownPages += 1 + ownChildren();
    }
    segment = way === NO_OWN_TABLE ? all : way === Level.Root ? segment - inDirectory + FANOUT : segment + 1;
  }
  nextSegment = min(segment, all);
  if (nextSegment === all) nextSegment = 0;
  return StoreStatus.Ok;
}

function damagedAt(slot: Store, record: ImageRecord, logical: LogicalPage): StoreStatus {
  noteDamagedImage(slot, record.id, record.sqlitePageSize, logical);
  return StoreStatus.DamagedImage;
}

/** Pages that were counted last. */
export function measuredPages(): u32 {
  return ownPages;
}

/** Where the count stopped: the segment to go on with, or 0 when it was complete. */
export function measuredUpTo(): u32 {
  return nextSegment;
}
