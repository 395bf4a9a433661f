import { HostPointer } from '../externals/addresses';
import { Image, knownWritableTable } from './image';
import { FANOUT, FANOUT_SHIFT, Level, LogicalPage, PhysicalPage, pagesOf } from './layout';
import { admitsSize } from './limits';
import { isShared } from './map-write';
import { overlayPageAt } from './overlay';
import { childOf, lastEntry, pageAt } from './page-map';
import { availablePages, reservePages, TABLES_PER_PAGE } from './reserve';
import { Store } from './store';

// The room that a transaction needs is counted page by page, each table once, so that a slot does not take a bucket that it
// could do without. Only what a cut frees on the way is left out of the count.

/** A bit for each segment and each directory of an image, set while it is counted. */
const segmentsSeen: HostPointer = <u32>memory.data(8192, 8);
const directoriesSeen: HostPointer = <u32>memory.data(32, 8);

const DIRECTORY_SHIFT: u32 = 2 * FANOUT_SHIFT;

/** Makes room for the transaction under way. False when memory or a limit of the slot refuses; nothing is changed then. */
export function reserveTransaction(slot: Store): bool {
  const overlay = slot.overlay;
  if (!overlay.active) return true;
  if (!admitsSize(slot.id, slot.live.logicalSize, overlay.logicalSize)) return false;
  const surelyEnough = overlay.count * (1 + TABLES_PER_PAGE) + TABLES_PER_PAGE;
  return availablePages(slot) >= surelyEnough || reservePages(slot, pagesNeeded(slot));
}

function pagesNeeded(slot: Store): u32 {
  const overlay = slot.overlay;
  const live = slot.live;
  const cutsInside = isCutInside(live, overlay.cutOff);
  let needed: u32 = 0;
  let changesMap = cutsInside;
  if (cutsInside) needed += edgeTables(slot, live, overlay.cutOff);
  for (let n: u32 = 0; n < overlay.count; n++) {
    const page = overlayPageAt(overlay, n);
    if (!page.present) continue;
    changesMap = true;
    needed += tablesFor(slot, live, page.logical >> FANOUT_SHIFT);
    // Behind a cut a page has lost its place in the map by the time that it is written.
    needed += page.logical < overlay.cutOff ? dataPages(slot, live, page.logical) : 1;
  }
  if (changesMap) needed += rootPages(slot, live);
  forgetSegment(overlay.cutOff >> FANOUT_SHIFT);
  for (let n: u32 = 0; n < overlay.count; n++)
    forgetSegment(overlayPageAt(overlay, n).logical >> FANOUT_SHIFT);
  return needed;
}

/** Whether a cut leaves a part of the image's map, whose tables on the edge must then be the image's own. */
function isCutInside(image: Image, kept: LogicalPage): bool {
  return image.rootTable !== 0 && kept > 0 && kept < pagesOf(image.logicalSize);
}

/** Tables below the root through which a cut goes, where they are shared. */
function edgeTables(slot: Store, image: Image, kept: LogicalPage): u32 {
  const segment = kept >> FANOUT_SHIFT;
  const inRoot = segment >> FANOUT_SHIFT;
  let tables: u32 = 0;
  if (kept > inRoot << DIRECTORY_SHIFT && pageAt(slot, image.rootTable, Level.Directory, inRoot) !== 0) {
    tables += directoryPages(slot, image, inRoot);
  }
  if (kept > segment << FANOUT_SHIFT && pageAt(slot, image.rootTable, Level.Segment, segment) !== 0) {
    tables += segmentPages(slot, image, segment);
  }
  return tables;
}

function rootPages(slot: Store, image: Image): u32 {
  const root = image.rootTable;
  return isNew(slot, image, Level.Root, 0, root, image.rootBirth) ? 1 : 0;
}

/** The segment's table, and with the first segment of a directory the directory's, where they must be made or copied. */
function tablesFor(slot: Store, image: Image, segment: u32): u32 {
  if (knownWritableTable(image, segment) !== 0) return 0;
  return directoryPages(slot, image, segment >> FANOUT_SHIFT) + segmentPages(slot, image, segment);
}

function directoryPages(slot: Store, image: Image, inRoot: u32): u32 {
  if (see(directoriesSeen, inRoot)) return 0;
  return isNewChild(slot, image, Level.Directory, inRoot, childOf(slot, image.rootTable, inRoot));
}

function segmentPages(slot: Store, image: Image, segment: u32): u32 {
  if (see(segmentsSeen, segment)) return 0;
  const table = pageAt(slot, image.rootTable, Level.Segment, segment);
  return isNewChild(slot, image, Level.Segment, segment, table);
}

function dataPages(slot: Store, image: Image, logical: LogicalPage): u32 {
  const segment = logical >> FANOUT_SHIFT;
  let table = knownWritableTable(image, segment);
  if (table === 0) table = pageAt(slot, image.rootTable, Level.Segment, segment);
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

function forgetSegment(segment: u32): void {
  forget(segmentsSeen, segment);
  forget(directoriesSeen, segment >> FANOUT_SHIFT);
}

function forget(bits: HostPointer, number: u32): void {
  store<u32>(bits + ((number >> 5) << 2), 0);
}
