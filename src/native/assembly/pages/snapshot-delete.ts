import { forgetDamage, noteDamagedImage } from './damage';
import {
  MAX_IMAGES,
  newestEpoch,
  nextInState,
  positionOf,
  recordAt,
  writeDirectory,
} from './image-directory';
import { budgetLeft, lostPage, metDamage, passImage } from './image-discard';
import { clearRecord, ImageState } from './image-record';
import { PAGE_SIZE, pagesOf } from './layout';
import { StoreStatus } from './status';
import { beginStep } from './step-end';
import { Store } from './store';
import { StagingState, writeSuperblock } from './superblock';

// The record of an image that is no longer wanted says how much of it is left, so that giving it back goes on over messages
// and upgrades. Where its map is found damaged, what is left is set aside: nobody can tell any more what it owned.

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

/**
 * Passes at most `budget` pages of unwanted images; nothing is left to do when {@link isDiscarding} says no. DamagedImage
 * when one was set aside on the way.
 */
export function discardImages(slot: Store, budget: u32): StoreStatus {
  if (!isDiscarding(slot)) return StoreStatus.Ok;
  const status = passUnwanted(slot, budget);
  writeSuperblock(slot.id, slot.superblock);
  return status;
}

/** The same without writing the superblock, for a caller that is about to. */
export function passUnwanted(slot: Store, budget: u32): StoreStatus {
  beginStep();
  let status = StoreStatus.Ok;
  let left = budget;
  let position = nextInState(slot, ImageState.Discarding, 0);
  forgetDamage();
  while (position < MAX_IMAGES) {
    if (!passRecorded(slot, position, left)) status = StoreStatus.DamagedImage;
    left = budgetLeft();
    if (recordAt(slot, position).state === ImageState.Discarding) break;
    position = nextInState(slot, ImageState.Discarding, position + 1);
  }
  noteFewerSharers(slot);
  writeDirectory(slot);
  return status;
}

/** Passes pages of one image, and clears its record at the end. False when it was set aside instead. */
function passRecorded(slot: Store, position: u32, budget: u32): bool {
  const record = recordAt(slot, position);
  const pages = pagesOf(record.logicalSize);
  const remaining = passImage(slot, position, record.rootTable, record.rootBirth, pages, budget);
  record.logicalSize = <u64>remaining * PAGE_SIZE;
  if (metDamage()) {
    record.state = <u8>ImageState.SetAside;
    record.expires = lostPage();
    noteDamagedImage(slot, record.id, record.sqlitePageSize, lostPage());
    return false;
  }
  if (remaining === 0) clearRecord(record);
  return true;
}

/** Once fewer images are left, the live one may know more of its pages to be its own. Writes nothing. */
export function noteFewerSharers(slot: Store): void {
  // An image that was replaced by an import has no record, and may have come to share with the live one by a restore.
  if (slot.superblock.stagingState === StagingState.Discarding) return;
  slot.live.sharedEpoch = min(slot.live.sharedEpoch, newestEpoch(slot));
  slot.superblock.sharedEpoch = slot.live.sharedEpoch;
}
