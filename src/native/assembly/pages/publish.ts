import { HostPointer } from '../externals/addresses';
import { schemaCookie, sqlitePageSize } from './database-header';
import { NO_MEMORY } from './heap';
import { pagesOf } from './layout';
import { cutImage } from './map-cut';
import { writeImagePage } from './map-write';
import { discardOverlay, overlayPageAt, overlayPageBytes } from './overlay';
import { giveUpExpired } from './pin';
import { isDiscarding, passUnwanted } from './snapshot-delete';
import { Store } from './store';
import { writeSuperblock } from './superblock';

// A transaction becomes durable in two steps that SQLite asks for in this order. First room is reserved (transaction-room.ts),
// where a refusal makes SQLite roll back with nothing written. Then its pages are written: pages, map, superblock last. The IC rolls
// back heap and stable memory together when a message traps, so no journal protects these writes, and a failure among
// them is a trap on purpose.

/** Pages of unwanted images that one commit passes. */
export const TIDIED_PAGES: u32 = 64;

/** Publishes the transaction under way, if it changed anything. */
export function publishTransaction(slot: Store): void {
  const overlay = slot.overlay;
  if (!overlay.active) return;
  const live = slot.live;
  cutImage(slot, live, overlay.cutOff, pagesOf(live.logicalSize));
  live.logicalSize = overlay.logicalSize;
  for (let n: u32 = 0; n < overlay.count; n++) {
    const page = overlayPageAt(overlay, n);
    if (!page.present) continue;
    const bytes = overlayPageBytes(page);
    if (page.logical === 0) takeDatabaseHeader(slot, bytes);
    writeImagePage(slot, live, page.logical, bytes);
  }
  discardOverlay(overlay);
  tidyImages(slot);
  publishLive(slot);
}

/** A commit's share of giving back what expired pins and deleted snapshots held. */
function tidyImages(slot: Store): void {
  if (slot.images !== NO_MEMORY && (giveUpExpired(slot) || isDiscarding(slot)))
    passUnwanted(slot, TIDIED_PAGES);
}

/** Forgets what the transaction under way has written, as SQLite's rollback wants it. */
export function rollbackTransaction(slot: Store): void {
  if (slot.overlay.active) discardOverlay(slot.overlay);
}

/** The same for a transaction that was refused and will be rolled back: until then, it is not to be committed. */
export function abandonTransaction(slot: Store): void {
  rollbackTransaction(slot);
  slot.overlay.refused = true;
}

/** Makes the live image, changed as a whole by now, the slot's: the last step of a commit. */
export function publishLive(slot: Store): void {
  const superblock = slot.superblock;
  const live = slot.live;
  superblock.logicalSize = live.logicalSize;
  superblock.sharedEpoch = live.sharedEpoch;
  superblock.rootTable = live.rootTable;
  superblock.rootBirth = live.rootBirth;
  superblock.transactionId++;
  writeSuperblock(slot.id, superblock);
}

/** Keeps beside the image what is asked for without opening it. */
export function takeDatabaseHeader(slot: Store, header: HostPointer): void {
  slot.superblock.sqlitePageSize = sqlitePageSize(header);
  slot.superblock.schemaVersion = schemaCookie(header);
}
