import { freePage } from './allocation';
import { ImageNumber, isHeldByOther } from './holders';
import {
  MAX_IMAGES,
  newestEpoch,
  nextInState,
  positionOf,
  recordAt,
  writeDirectory,
} from './image-directory';
import { clearRecord, ImageRecord, ImageState } from './image-record';
import { NO_OWN_TABLE, ownDirectory, ownSegmentTable, ownWay } from './image-walk';
import { FANOUT, FANOUT_SHIFT, Level, LogicalPage, PAGE_SIZE, pagesOf } from './layout';
import { writeChild } from './page-map';
import { gatherOthers, releaseChildren } from './release';
import { StoreStatus } from './status';
import { Store } from './store';
import { writeSuperblock } from './superblock';

// An image that is no longer wanted gives back, from its end, the pages that no other image holds. Its record says how
// much is left, so this goes on over messages and upgrades. What it shares is cut out of its own tables in passing, so
// that another image which comes to hold something alone meanwhile is seen to hold it alone.

const DIRECTORY_SHIFT: u32 = 2 * FANOUT_SHIFT;

/** Gives up a snapshot. {@link discardImages} gives its pages back. NoImage when there is none of that number. */
export function deleteSnapshot(slot: Store, id: u64): StoreStatus {
  return giveUp(slot, id, ImageState.Snapshot);
}

/** Gives up a snapshot or pin, whichever the state says. */
export function giveUp(slot: Store, id: u64, state: ImageState): StoreStatus {
  const position = positionOf(slot, id);
  if (position === MAX_IMAGES || recordAt(slot, position).state !== state) return StoreStatus.NoImage;
  recordAt(slot, position).state = <u8>ImageState.Discarding;
  writeDirectory(slot);
  writeSuperblock(slot.id, slot.superblock);
  return StoreStatus.Ok;
}

/** Whether anything is left to give back. */
export function isDiscarding(slot: Store): bool {
  return nextInState(slot, ImageState.Discarding, 0) < MAX_IMAGES;
}

/** Passes at most `budget` pages of unwanted images. True when nothing is left to give back. */
export function discardImages(slot: Store, budget: u32): bool {
  if (!isDiscarding(slot)) return true;
  const done = passUnwanted(slot, budget);
  writeSuperblock(slot.id, slot.superblock);
  return done;
}

/** The same without writing the superblock, for a caller that is about to. */
export function passUnwanted(slot: Store, budget: u32): bool {
  let left = budget;
  let position = nextInState(slot, ImageState.Discarding, 0);
  while (position < MAX_IMAGES) {
    left = passImage(slot, position, left);
    if (recordAt(slot, position).state !== ImageState.Free) break;
    position = nextInState(slot, ImageState.Discarding, position + 1);
  }
  slot.live.sharedEpoch = min(slot.live.sharedEpoch, newestEpoch(slot));
  slot.superblock.sharedEpoch = slot.live.sharedEpoch;
  writeDirectory(slot);
  return position === MAX_IMAGES;
}

/** Passes pages of one image from its end and returns what is left of the budget. Clears the record at the end. */
function passImage(slot: Store, number: ImageNumber, budget: u32): u32 {
  const record = recordAt(slot, number);
  let left = budget;
  let pages = pagesOf(record.logicalSize);
  while (pages > 0 && left > 0) {
    const before = pages;
    pages = passOnce(slot, number, record, pages, left);
    // A directory that is passed as a whole costs no more than a page.
    left -= before - pages > FANOUT ? 1 : min(left, before - pages);
  }
  record.logicalSize = <u64>pages * PAGE_SIZE;
  if (pages === 0) {
    releaseRoot(slot, number, record);
    clearRecord(record);
  }
  return left;
}

/** Passes the rest of a segment, or what is shared above it, within the budget. Returns the pages that remain. */
function passOnce(
  slot: Store,
  number: ImageNumber,
  record: ImageRecord,
  pages: LogicalPage,
  budget: u32,
): LogicalPage {
  const segment = (pages - 1) >> FANOUT_SHIFT;
  const start = segment << FANOUT_SHIFT;
  const way = ownWay(slot, number, record.rootTable, record.rootBirth, segment);
  if (way === NO_OWN_TABLE) return 0;
  if (way === Level.Root) {
    const first = (segment >> FANOUT_SHIFT) << DIRECTORY_SHIFT;
    writeChild(slot, record.rootTable, segment >> FANOUT_SHIFT, 0, 0);
    return first;
  }
  if (way === Level.Segment) {
    const first = max(start, pages > budget ? pages - budget : 0);
    gatherOthers(slot, number, Level.Segment, segment);
    releaseChildren(slot, Level.Segment, ownSegmentTable(), first - start, pages - start);
    if (first > start) return first;
    freePage(slot, ownSegmentTable());
  }
  leaveSegment(slot, record, segment);
  return start;
}

/** Takes a passed segment out of its directory, and with the first segment the directory out of the root. */
function leaveSegment(slot: Store, record: ImageRecord, segment: u32): void {
  const directory = ownDirectory();
  writeChild(slot, directory, segment & (FANOUT - 1), 0, 0);
  if ((segment & (FANOUT - 1)) !== 0) return;
  freePage(slot, directory);
  writeChild(slot, record.rootTable, segment >> FANOUT_SHIFT, 0, 0);
}

function releaseRoot(slot: Store, number: ImageNumber, record: ImageRecord): void {
  const root = record.rootTable;
  if (root === 0 || isHeldByOther(slot, number, Level.Root, 0, root, record.rootBirth)) return;
  freePage(slot, root);
}
