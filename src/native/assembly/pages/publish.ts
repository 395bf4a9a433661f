import { HostPointer } from '../externals/addresses';
import { schemaCookie, sqlitePageSize } from './database-header';
import { NO_MEMORY } from './heap';
import { FANOUT_SHIFT, LogicalPage, pagesOf } from './layout';
import { admitsSize } from './limits';
import { cutImage, pagesToCut } from './map-cut';
import { writeImagePage } from './map-write';
import { discardOverlay, Overlay, overlayPageAt } from './overlay';
import { giveUpExpired } from './pin';
import { availablePages, pagesForData, reservePages, TABLES_PER_PAGE, tablesForSegment } from './reserve';
import { isDiscarding, passUnwanted } from './snapshot-delete';
import { Store } from './store';
import { writeSuperblock } from './superblock';

// A transaction becomes durable in two steps that SQLite asks for in this order. First room is reserved, where a refusal
// makes SQLite roll back with nothing written. Then its pages are written: pages, map, superblock last. The IC rolls
// back heap and stable memory together when a message traps, so no journal protects these writes, and a failure among
// them is a trap on purpose.

/** Pages of unwanted images that one commit passes. */
const TIDIED_PAGES: u32 = 64;
const NO_SEGMENT: u32 = 0xffffffff;

/** Makes room for the transaction under way. False when memory or a limit of the slot refuses; nothing is changed then. */
export function reserveTransaction(slot: Store): bool {
  const overlay = slot.overlay;
  if (!overlay.active) return true;
  if (!admitsSize(slot.id, slot.live.logicalSize, overlay.logicalSize)) return false;
  const cut = pagesToCut(slot.live, overlay.cutOff);
  const surelyEnough = overlay.count * (1 + TABLES_PER_PAGE) + cut;
  return availablePages(slot) >= surelyEnough || reservePages(slot, pagesNeeded(slot) + cut);
}

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
    if (page.logical === 0) takeDatabaseHeader(slot, page.bytes);
    writeImagePage(slot, live, page.logical, page.bytes);
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

/** Pages that publishing takes into use. Exact but for tables of segments that the overlay visits more than once. */
function pagesNeeded(slot: Store): u32 {
  const overlay = slot.overlay;
  let segment = NO_SEGMENT;
  let needed: u32 = 0;
  for (let n: u32 = 0; n < overlay.count; n++) {
    const page = overlayPageAt(overlay, n);
    if (!page.present) continue;
    if (page.logical >> FANOUT_SHIFT !== segment) {
      segment = page.logical >> FANOUT_SHIFT;
      needed += tablesForSegment(slot, slot.live, segment);
    }
    needed += isKept(overlay, page.logical) ? pagesForData(slot, slot.live, page.logical) : 1;
  }
  return needed;
}

/** Whether a page keeps its place in the map until it is written. */
function isKept(overlay: Overlay, logical: LogicalPage): bool {
  return logical < overlay.cutOff;
}
