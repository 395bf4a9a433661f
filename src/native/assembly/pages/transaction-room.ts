import { HostPointer } from '../externals/addresses';
import { Image, knownWritableTable } from './image';
import { FANOUT, FANOUT_SHIFT, Level, LogicalPage, PhysicalPage } from './layout';
import { admitsSize } from './limits';
import { pagesToCut } from './map-cut';
import { isShared } from './map-write';
import { overlayPageAt } from './overlay';
import { childOf, lastEntry } from './page-map';
import { availablePages, reservePages, TABLES_PER_PAGE } from './reserve';
import { Store } from './store';

// The room that a transaction needs is counted page by page, each table once, so that a slot does not take a bucket that it
// could do without. Only what a cut frees on the way is left out of the count, and the tables on its edge come on top.

/** A bit for each segment and each directory of an image, set while it is counted. */
const segmentsSeen: HostPointer = <u32>memory.data(8192, 8);
const directoriesSeen: HostPointer = <u32>memory.data(32, 8);

/** Makes room for the transaction under way. False when memory or a limit of the slot refuses; nothing is changed then. */
export function reserveTransaction(slot: Store): bool {
  const overlay = slot.overlay;
  if (!overlay.active) return true;
  if (!admitsSize(slot.id, slot.live.logicalSize, overlay.logicalSize)) return false;
  const cut = pagesToCut(slot.live, overlay.cutOff);
  const surelyEnough = overlay.count * (1 + TABLES_PER_PAGE) + cut;
  return availablePages(slot) >= surelyEnough || reservePages(slot, pagesNeeded(slot) + cut);
}

function pagesNeeded(slot: Store): u32 {
  const overlay = slot.overlay;
  let needed: u32 = 0;
  for (let n: u32 = 0; n < overlay.count; n++) {
    const page = overlayPageAt(overlay, n);
    if (!page.present) continue;
    if (needed === 0) needed += rootPages(slot, slot.live);
    if (!see(segmentsSeen, page.logical >> FANOUT_SHIFT)) needed += tablesFor(slot, slot.live, page.logical);
    // Behind a cut a page has lost its place in the map by the time that it is written.
    needed += page.logical < overlay.cutOff ? dataPages(slot, slot.live, page.logical) : 1;
  }
  for (let n: u32 = 0; n < overlay.count; n++) {
    const segment = overlayPageAt(overlay, n).logical >> FANOUT_SHIFT;
    forget(segmentsSeen, segment);
    forget(directoriesSeen, segment >> FANOUT_SHIFT);
  }
  return needed;
}

function rootPages(slot: Store, image: Image): u32 {
  const root = image.rootTable;
  return isNew(slot, image, Level.Root, 0, root, image.rootBirth) ? 1 : 0;
}

/** The segment's table, and with the first segment of a directory the directory's, where they must be made or copied. */
function tablesFor(slot: Store, image: Image, logical: LogicalPage): u32 {
  const segment = logical >> FANOUT_SHIFT;
  if (knownWritableTable(image, segment) !== 0) return 0;
  const inRoot = segment >> FANOUT_SHIFT;
  const directory = childOf(slot, image.rootTable, inRoot);
  let tables: u32 = 0;
  if (!see(directoriesSeen, inRoot)) tables = isNewChild(slot, image, Level.Directory, inRoot, directory);
  const table = childOf(slot, directory, segment & (FANOUT - 1));
  return tables + isNewChild(slot, image, Level.Segment, segment, table);
}

function dataPages(slot: Store, image: Image, logical: LogicalPage): u32 {
  const segment = logical >> FANOUT_SHIFT;
  let table = knownWritableTable(image, segment);
  if (table === 0) {
    const directory = childOf(slot, image.rootTable, segment >> FANOUT_SHIFT);
    table = childOf(slot, directory, segment & (FANOUT - 1));
  }
  return isNewChild(slot, image, Level.Data, logical, childOf(slot, table, logical & (FANOUT - 1)));
}

/** 1 for a page, whose entry was read last, that must be made or copied; otherwise 0. */
function isNewChild(slot: Store, image: Image, level: Level, index: u32, page: PhysicalPage): u32 {
  return isNew(slot, image, level, index, page, lastEntry().birth) ? 1 : 0;
}

function isNew(slot: Store, image: Image, level: Level, index: u32, page: PhysicalPage, birth: u64): bool {
  return page === 0 || isShared(slot, image, level, index, page, birth);
}

/** Sets a bit and tells whether it was set. */
function see(bits: HostPointer, number: u32): bool {
  const word = bits + ((number >> 5) << 2);
  const before = load<u32>(word);
  const bit = 1 << (number & 31);
  store<u32>(word, before | bit);
  return (before & bit) !== 0;
}

function forget(bits: HostPointer, number: u32): void {
  store<u32>(bits + ((number >> 5) << 2), 0);
}
