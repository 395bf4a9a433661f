import { HostPointer } from '../externals/addresses';
import { freePage } from './allocation';
import { IMAGE_NUMBERS, ImageNumber, rootOf } from './holders';
import { FANOUT, FANOUT_SHIFT, Level, MapEntry, PAGE_SIZE, PhysicalPage } from './layout';
import { sound } from './map-write';
import { readFromPage, writeToPage } from './page-access';
import { zeroPage } from './page-buffers';
import { childOf, DAMAGED_PAGE, ENTRY_SIZE, pageAt } from './page-map';
import { Store } from './store';

// Giving back what only one image holds. A table of the image is compared with the tables that the other images have at
// the same place, whole tables at a time: equal entries are shared, and with them everything below.

/** For each level of tables: the image's own one, which of its entries are shared, and the others' tables there. */
const ownTables: HostPointer = <u32>memory.data(12288, 8);
const sharedFlags: HostPointer = <u32>memory.data(768, 8);
const othersTables: HostPointer = <u32>memory.data(396, 4);
const othersCounts: HostPointer = <u32>memory.data(12, 4);
const otherTable: HostPointer = <u32>memory.data(4096, 8);

/** Takes down which tables the other images have at a place, before {@link releaseChildren} or {@link countOwnChildren}. */
export function gatherOthers(slot: Store, number: ImageNumber, level: Level, index: u32): void {
  forgetOthers(level);
  for (let other: ImageNumber = 0; other < IMAGE_NUMBERS; other++) {
    const root = other === number ? 0 : rootOf(slot, other);
    if (root !== 0) addOther(level, sound(slot, pageAt(slot, root, level, index)));
  }
}

/** Takes down that no other image shares anything below a table of a level. */
export function forgetOthers(level: Level): void {
  store<u32>(countAddress(level), 0);
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

/** How many pages below a segment's table, the image's own, only the image holds. */
export function countOwnChildren(slot: Store, table: PhysicalPage): u32 {
  readEntries(slot, Level.Segment, table, 0, FANOUT);
  markShared(slot, Level.Segment, 0, FANOUT);
  let count: u32 = 0;
  for (let index: u32 = 0; index < FANOUT; index++) {
    if (isOwn(Level.Segment, index)) count++;
  }
  return count;
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
    addOther(level - 1, sound(slot, childOf(slot, otherAt(level, n), index)));
  }
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
  memory.fill(flagAddress(level, 0), 0, FANOUT);
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
