import { HostPointer } from '../externals/addresses';
import { sqlitePage } from './damage';
import { FANOUT, FANOUT_SHIFT, LogicalPage, MapEntry, PhysicalPage, pagesOf } from './layout';
import { readPage, writePage } from './page-access';
import { pageBuffer, tableBuffer } from './page-buffers';
import { keepsPageChecksums, NO_CHECKSUM, pageChecksum } from './page-checksum';
import { DAMAGED_PAGE, segmentTable } from './page-map';
import { beginQueryStep, beginStep, isStepSpent } from './step-end';
import { Store } from './store';
import { StoreFlag, writeSuperblock } from './superblock';

// Page checksums are switched on and off at once for what is written; a pass over the live image, as many pages a call as
// the caller allows, gives the other entries a checksum or takes it. Entries change where they stand, in tables that are
// shared too: what holds for a page holds for every image that has it.

/** Pages that {@link verifyPages} names at most. */
export const MOST_DAMAGED: u32 = 64;
const damaged: HostPointer = <u32>memory.data(256, 4);
let damagedCount: u32 = 0;

/** Switches page checksums. Does nothing when they are as wanted; otherwise a pass begins. */
export function setPageChecksums(slot: Store, enabled: bool): void {
  if (keepsPageChecksums(slot) === enabled) return;
  slot.superblock.flags ^= StoreFlag.PageChecksums;
  beginPass(slot);
  writeSuperblock(slot.id, slot.superblock);
}

/** Whether a pass is under way. */
export function isPassUnderWay(slot: Store): bool {
  return (slot.superblock.flags & StoreFlag.PageChecksumPass) !== 0;
}

/** To be called where another image becomes the live one: its pages may lack checksums. Writes nothing. */
export function restartPass(slot: Store): void {
  if (keepsPageChecksums(slot) || isPassUnderWay(slot)) beginPass(slot);
}

/** Passes at most `budget` pages of the live image, fewer where the step ends before. True when no pass is under way any more. */
export function continuePass(slot: Store, budget: u32): bool {
  if (!isPassUnderWay(slot)) return true;
  beginStep();
  const superblock = slot.superblock;
  const end = pagesOf(slot.live.logicalSize);
  let logical = <LogicalPage>min<u64>(superblock.checksumCursor, end);
  for (let left = budget; logical < end && left > 0; ) {
    const part = partOfSegment(logical, end, left);
    passEntries(slot, logical, part);
    logical += part;
    left -= part;
    if (isStepSpent()) break;
  }
  superblock.checksumCursor = logical;
  if (logical === end) endPass(slot);
  writeSuperblock(slot.id, superblock);
  return logical === end;
}

/**
 * Compares at most `budget` pages of the live image from one on with their checksums, fewer where the step ends before, and
 * changes nothing. Returns the page to go on with, or 0 at the end. {@link damagedPages} are those that do not match,
 * or cannot be found.
 */
export function verifyPages(slot: Store, from: LogicalPage, budget: u32): LogicalPage {
  const end = pagesOf(slot.live.logicalSize);
  beginQueryStep();
  damagedCount = 0;
  let logical = from;
  for (let left = budget; logical < end && left > 0; ) {
    const part = partOfSegment(logical, end, left);
    const verified = verifyEntries(slot, logical, part);
    logical += verified;
    left -= verified;
    if (verified < part || isStepSpent()) break;
  }
  return logical < end ? logical : 0;
}

/** SQLite's numbers of the pages found damaged, and how many they are. */
export function damagedPages(): HostPointer {
  return damaged;
}

export function damagedPageCount(): u32 {
  return damagedCount;
}

function beginPass(slot: Store): void {
  slot.superblock.flags |= StoreFlag.PageChecksumPass;
  slot.superblock.checksumCursor = 0;
}

function endPass(slot: Store): void {
  slot.superblock.flags &= ~StoreFlag.PageChecksumPass;
  slot.superblock.checksumCursor = 0;
}

/** Pages from one on that lie in its segment, before the end, and within the budget. */
function partOfSegment(logical: LogicalPage, end: LogicalPage, budget: u32): u32 {
  return min(min(FANOUT - (logical & (FANOUT - 1)), end - logical), budget);
}

/** Takes the segment table to the table buffer. 0 where the segment is all zeros, DAMAGED_PAGE where nothing leads to it. */
function takeTable(slot: Store, logical: LogicalPage): PhysicalPage {
  const table = segmentTable(slot, slot.live, logical >> FANOUT_SHIFT);
  if (table !== 0 && table !== DAMAGED_PAGE) readPage(slot.id, table, tableBuffer);
  return table;
}

function entryOf(logical: LogicalPage): MapEntry {
  const position = logical & (FANOUT - 1);
  return changetype<MapEntry>(<usize>(tableBuffer + position * <u32>offsetof<MapEntry>()));
}

function passEntries(slot: Store, first: LogicalPage, count: u32): void {
  const table = takeTable(slot, first);
  // Pages that nothing leads to are left to whoever reads or verifies them.
  if (table === 0 || table === DAMAGED_PAGE) return;
  const enabled = keepsPageChecksums(slot);
  let changed = false;
  for (let logical = first; logical < first + count; logical++) {
    const entry = entryOf(logical);
    if (!hasPage(slot, entry) || (entry.checksum !== NO_CHECKSUM) === enabled) continue;
    entry.checksum = enabled ? checksumOfPage(slot, entry.page) : NO_CHECKSUM;
    changed = true;
  }
  if (changed) writePage(slot.id, table, tableBuffer);
}

function checksumOfPage(slot: Store, page: PhysicalPage): u32 {
  readPage(slot.id, page, pageBuffer);
  return pageChecksum(pageBuffer);
}

/** Number of pages that were verified: fewer than asked for when no more damaged ones can be named. */
function verifyEntries(slot: Store, first: LogicalPage, count: u32): u32 {
  const table = takeTable(slot, first);
  if (table === 0) return count;
  for (let n: u32 = 0; n < count; n++) {
    if (table !== DAMAGED_PAGE && isIntact(slot, entryOf(first + n))) continue;
    if (damagedCount === MOST_DAMAGED) return n;
    store<u32>(damaged + (damagedCount << 2), sqlitePage(slot, first + n));
    damagedCount++;
  }
  return count;
}

/** Whether an entry leads to zeros, or to a page that matches the checksum which is kept of it. */
function isIntact(slot: Store, entry: MapEntry): bool {
  if (entry.page === 0) return true;
  if (!hasPage(slot, entry)) return false;
  return entry.checksum === NO_CHECKSUM || checksumOfPage(slot, entry.page) === entry.checksum;
}

function hasPage(slot: Store, entry: MapEntry): bool {
  return entry.page !== 0 && entry.page < slot.superblock.highWater;
}
