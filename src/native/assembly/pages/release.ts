import { HostPointer } from '../externals/addresses';
import { OTHER_TABLE, OWN_TABLES } from '../externals/cold-places';
import { freePage, isRecordedAs } from './allocation';
import { IMAGE_NUMBERS, ImageNumber, rootOf } from './holders';
import {
  FANOUT,
  FANOUT_SHIFT,
  firstPageBelow,
  kindAt,
  Level,
  LogicalPage,
  MapEntry,
  NO_PAGE,
  PAGE_SIZE,
  PhysicalPage,
} from './layout';
import { sound } from './map-write';
import { readFromPage, writeToPage } from './page-access';
import { zeroPage } from './page-buffers';
import { childOf, DAMAGED_PAGE, ENTRY_SIZE, pageAt } from './page-map';
import { Store } from './store';

// Giving back what only one image holds. A table of the image is compared with the tables that the other images have at
// the same place, whole tables at a time: equal entries are shared, and with them everything below. An image whose map is
// damaged above such a place is taken to share everything there.

/** For each level of tables: the image's own one, which of its entries are shared, and the others' tables there. */
const ownTables: HostPointer = OWN_TABLES;
const sharedFlags: HostPointer = <u32>memory.data(768, 8);
const othersTables: HostPointer = <u32>memory.data(396, 4);
const othersCounts: HostPointer = <u32>memory.data(12, 4);
/** A byte for each of these levels, 1 where another image's map cannot be followed down to the place. */
const othersUnknown: HostPointer = <u32>memory.data(3, 4);
const otherTable: HostPointer = OTHER_TABLE;

/** Takes down which tables the other images have at a place, before anything below. */
export function gatherOthers(slot: Store, number: ImageNumber, level: Level, index: u32): void {
  forgetOthers(level);
  for (let other: ImageNumber = 0; other < IMAGE_NUMBERS; other++) {
    const root = other === number ? 0 : rootOf(slot, other);
    if (root !== 0) addOther(level, pageAt(slot, root, level, index));
  }
}

/** Takes down that no other image shares anything below a table of a level. */
export function forgetOthers(level: Level): void {
  store<u32>(countAddress(level), 0);
  store<u8>(unknownAddress(level), 0);
}

/**
 * Frees what only the image holds below the entries from `first` to before `end` of one of its own tables, and clears
 * these entries, shared or not.
 */
export function releaseChildren(slot: Store, level: Level, table: PhysicalPage, first: u32, end: u32): void {
  if (first >= end) return;
  releaseBelow(slot, level, table, first, end);
  writeToPage(slot.id, table, first * ENTRY_SIZE, zeroPage, (end - first) * ENTRY_SIZE);
}

/**
 * The same for the table of a segment, if all its entries are sound: every page that would be freed is recorded as what the
 * table says it is. Otherwise the first entry that is not is answered, and nothing is changed; `end` where all was done.
 */
export function releaseSoundPages(slot: Store, segment: u32, table: PhysicalPage, first: u32, end: u32): u32 {
  const unsound = examineChildren(slot, Level.Segment, segment, table, first, end);
  if (unsound < end) return unsound;
  for (let index = first; index < end; index++) {
    if (isOwn(Level.Segment, index)) freePage(slot, entryAt(Level.Segment, index).page);
  }
  writeToPage(slot.id, table, first * ENTRY_SIZE, zeroPage, (end - first) * ENTRY_SIZE);
  return end;
}

/**
 * The first logical page at which giving back entries of a table would meet damage, or NO_PAGE. Every page that only the image
 * holds below them must be recorded as what the map says it is.
 */
export function examineRelease(
  slot: Store,
  level: Level,
  number: u32,
  table: PhysicalPage,
  first: u32,
  end: u32,
): LogicalPage {
  if (first >= end) return NO_PAGE;
  const below = number << FANOUT_SHIFT;
  const unsound = examineChildren(slot, level, number, table, first, end);
  if (unsound < end) return firstPageBelow(level - 1, below + unsound);
  if (level === Level.Segment) return NO_PAGE;
  for (let index = first; index < end; index++) {
    if (!isOwn(level, index)) continue;
    gatherOthersBelow(slot, level, index);
    const child = entryAt(level, index).page;
    const lost = examineRelease(slot, level - 1, below + index, child, 0, FANOUT);
    if (lost !== NO_PAGE) return lost;
  }
  return NO_PAGE;
}

/** Looks at a segment's table, the image's own. The first entry that is not sound, or FANOUT; {@link ownChildren} counts. */
export function examineSegment(slot: Store, segment: u32, table: PhysicalPage): u32 {
  return examineChildren(slot, Level.Segment, segment, table, 0, FANOUT);
}

/** How many pages below the table that was examined last only the image holds. */
export function ownChildren(): u32 {
  let count: u32 = 0;
  for (let index: u32 = 0; index < FANOUT; index++) {
    if (isOwn(Level.Segment, index)) count++;
  }
  return count;
}

/** Reads and compares entries of a level's table of some number. The first that is not sound, or `end`. */
function examineChildren(
  slot: Store,
  level: Level,
  number: u32,
  table: PhysicalPage,
  first: u32,
  end: u32,
): u32 {
  readEntries(slot, level, table, first, end);
  markShared(slot, level, first, end);
  for (let index = first; index < end; index++) {
    if (!isSound(slot, level, number, index)) return index;
  }
  return end;
}

/** A shared page must exist; of one that is the image's own, all that is known of it must agree. */
function isSound(slot: Store, level: Level, number: u32, index: u32): bool {
  const page = entryAt(level, index).page;
  if (page === 0) return true;
  if (!isOwn(level, index)) return page < slot.superblock.highWater;
  return isRecordedAs(slot, page, kindAt(level - 1), (number << FANOUT_SHIFT) + index);
}

function releaseBelow(slot: Store, level: Level, table: PhysicalPage, first: u32, end: u32): void {
  readEntries(slot, level, table, first, end);
  markShared(slot, level, first, end);
  for (let index = first; index < end; index++) {
    if (!isOwn(level, index)) continue;
    const child = checked(slot, entryAt(level, index).page);
    if (level > Level.Segment) {
      gatherOthersBelow(slot, level, index);
      releaseBelow(slot, level - 1, child, 0, FANOUT);
    }
    freePage(slot, child);
  }
}

/** A page that a table names must exist, or freeing it would damage more. */
function checked(slot: Store, page: PhysicalPage): PhysicalPage {
  return sound(slot, page < slot.superblock.highWater ? page : DAMAGED_PAGE);
}

function gatherOthersBelow(slot: Store, level: Level, index: u32): void {
  forgetOthers(level - 1);
  for (let n: u32 = 0; n < load<u32>(countAddress(level)); n++) {
    addOther(level - 1, childOf(slot, otherAt(level, n), index));
  }
  if (load<u8>(unknownAddress(level)) !== 0) store<u8>(unknownAddress(level - 1), 1);
}

function readEntries(slot: Store, level: Level, table: PhysicalPage, first: u32, end: u32): void {
  readFromPage(
    slot.id,
    table,
    first * ENTRY_SIZE,
    ownTable(level) + first * ENTRY_SIZE,
    (end - first) * ENTRY_SIZE,
  );
}

function markShared(slot: Store, level: Level, first: u32, end: u32): void {
  memory.fill(flagAddress(level, 0), load<u8>(unknownAddress(level)), FANOUT);
  for (let n: u32 = 0; n < load<u32>(countAddress(level)); n++) {
    const offset = first * ENTRY_SIZE;
    readFromPage(slot.id, otherAt(level, n), offset, otherTable + offset, (end - first) * ENTRY_SIZE);
    for (let index = first; index < end; index++) {
      const page = changetype<MapEntry>(<usize>(otherTable + index * ENTRY_SIZE)).page;
      if (page === entryAt(level, index).page) store<u8>(flagAddress(level, index), 1);
    }
  }
}

function isOwn(level: Level, index: u32): bool {
  return entryAt(level, index).page !== 0 && load<u8>(flagAddress(level, index)) === 0;
}

function entryAt(level: Level, index: u32): MapEntry {
  return changetype<MapEntry>(<usize>(ownTable(level) + index * ENTRY_SIZE));
}

function addOther(level: Level, table: PhysicalPage): void {
  if (table === 0) return;
  if (table === DAMAGED_PAGE) {
    store<u8>(unknownAddress(level), 1);
    return;
  }
  const count = load<u32>(countAddress(level));
  store<u32>(otherAddress(level, count), table);
  store<u32>(countAddress(level), count + 1);
}

function otherAt(level: Level, n: u32): PhysicalPage {
  return load<u32>(otherAddress(level, n));
}

function ownTable(level: Level): HostPointer {
  return ownTables + (level - 1) * PAGE_SIZE;
}

function flagAddress(level: Level, index: u32): HostPointer {
  return sharedFlags + ((level - 1) << FANOUT_SHIFT) + index;
}

function otherAddress(level: Level, n: u32): HostPointer {
  return othersTables + ((level - 1) * IMAGE_NUMBERS + n) * 4;
}

function countAddress(level: Level): HostPointer {
  return othersCounts + (level - 1) * 4;
}

function unknownAddress(level: Level): HostPointer {
  return othersUnknown + (level - 1);
}
