import { trapWithNumber } from '../engine/trap';
import { HostPointer } from '../externals/addresses';
import { MemoryId } from '../memory/layout';
import { forgetFull, isKnownFull, rememberFull } from './full-groups';
import {
  ALLOCATION_ENTRY_SIZE,
  GROUP_PAGES,
  GROUP_SHIFT,
  KIND_SHIFT,
  PageKind,
  PhysicalPage,
  TABLE_IN_GROUP,
} from './layout';
import { capacityInPages, readFromPage, writePage, writeToPage } from './page-access';
import { zeroPage } from './page-buffers';
import { Store } from './store';

/** Entries that one look at an allocation table takes in. */
const SCAN_ENTRIES: u32 = 64;

const entry: HostPointer = <u32>memory.data(4, 4);
const scanned: HostPointer = <u32>memory.data(256, 8);

/**
 * Takes a page into use and records what for. The lowest free one is taken, so that a slot fills from the front. Room
 * must have been reserved (reserve.ts): running out of it here would leave a half-written change, and traps.
 */
export function allocatePage(slot: Store, kind: PageKind, index: u32): PhysicalPage {
  const page = slot.superblock.freePages > 0 ? takeFree(slot) : takeFresh(slot);
  writeEntry(slot.id, page, (kind << KIND_SHIFT) | index);
  return page;
}

/**
 * Whether so many of the free pages that are counted, or all of them, are found: to be asked before a change begins, which
 * {@link allocatePage} could not end.
 */
export function findsFree(slot: Store, pages: u32): bool {
  const superblock = slot.superblock;
  let missing = min(pages, superblock.freePages);
  let page = superblock.freeHint;
  while (missing > 0 && page < superblock.highWater) {
    const group = page >> GROUP_SHIFT;
    const end = min((group + 1) << GROUP_SHIFT, superblock.highWater);
    if (!isKnownFull(slot, group)) {
      if (!isRecordedAs(slot, tableOf(page), PageKind.AllocationTable, group)) return false;
      const found = countFree(slot.id, page, end, missing);
      if (found === 0) rememberFull(slot, group);
      missing -= found;
    }
    page = end;
  }
  return missing === 0;
}

/** Names the first free pages, at most so many, in the order in which {@link allocatePage} takes them. Returns their number. */
export function nameFree(slot: Store, pages: u32, name: (page: PhysicalPage) => void): u32 {
  const superblock = slot.superblock;
  let named: u32 = 0;
  let page = superblock.freeHint;
  while (named < min(pages, superblock.freePages) && page < superblock.highWater) {
    const group = page >> GROUP_SHIFT;
    const end = min((group + 1) << GROUP_SHIFT, superblock.highWater);
    const free = isKnownFull(slot, group) ? end : findFree(slot.id, page, end);
    page = min(free + 1, end);
    if (free === end) continue;
    name(free);
    named++;
  }
  return named;
}

/** Gives a page back. Its content stays until it is taken again. */
export function freePage(slot: Store, page: PhysicalPage): void {
  const superblock = slot.superblock;
  if (page >= superblock.highWater) damaged(slot);
  writeEntry(slot.id, page, PageKind.Free);
  superblock.freePages++;
  forgetFull(slot, page >> GROUP_SHIFT);
  superblock.freeHint = min(superblock.freeHint, page);
}

/** Writes the table of a group that comes into use. The group's first page is accounted for by its user. */
export function beginGroup(id: MemoryId, group: u32): void {
  const table = (group << GROUP_SHIFT) + TABLE_IN_GROUP;
  writePage(id, table, zeroPage);
  writeEntry(id, table, (PageKind.AllocationTable << KIND_SHIFT) | group);
}

/** A page's allocation entry; 0 for a free page. */
export function readEntry(id: MemoryId, page: PhysicalPage): u32 {
  readFromPage(id, tableOf(page), entryOffset(page), entry, ALLOCATION_ENTRY_SIZE);
  return load<u32>(entry);
}

/** Whether a page has the entry that a place in the map would give it. No page has it that does not exist. */
export function isRecordedAs(slot: Store, page: PhysicalPage, kind: PageKind, index: u32): bool {
  return page < slot.superblock.highWater && readEntry(slot.id, page) === ((kind << KIND_SHIFT) | index);
}

export function writeEntry(id: MemoryId, page: PhysicalPage, value: u32): void {
  store<u32>(entry, value);
  writeToPage(id, tableOf(page), entryOffset(page), entry, ALLOCATION_ENTRY_SIZE);
}

function takeFree(slot: Store): PhysicalPage {
  const superblock = slot.superblock;
  let page = superblock.freeHint;
  while (page < superblock.highWater) {
    const group = page >> GROUP_SHIFT;
    const end = min((group + 1) << GROUP_SHIFT, superblock.highWater);
    if (!isKnownFull(slot, group)) {
      const found = findFree(slot.id, page, end);
      if (found < end) {
        superblock.freePages--;
        superblock.freeHint = found + 1;
        return found;
      }
      rememberFull(slot, group);
    }
    page = end;
  }
  damaged(slot);
  return 0;
}

/** Free pages between two of a group, counted until there are as many as wanted. */
function countFree(id: MemoryId, from: PhysicalPage, end: PhysicalPage, wanted: u32): u32 {
  let found: u32 = 0;
  for (let page = from; page < end && found < wanted; page += SCAN_ENTRIES) {
    const count = min(SCAN_ENTRIES, end - page);
    readFromPage(id, tableOf(page), entryOffset(page), scanned, count * ALLOCATION_ENTRY_SIZE);
    for (let n: u32 = 0; n < count; n++) {
      if (load<u32>(scanned + n * ALLOCATION_ENTRY_SIZE) === PageKind.Free) found++;
    }
  }
  return min(found, wanted);
}

/** The first free page from one on, or `end`, which lies in the same group or begins the next. */
function findFree(id: MemoryId, from: PhysicalPage, end: PhysicalPage): PhysicalPage {
  for (let page = from; page < end; page += SCAN_ENTRIES) {
    const count = min(SCAN_ENTRIES, end - page);
    readFromPage(id, tableOf(page), entryOffset(page), scanned, count * ALLOCATION_ENTRY_SIZE);
    const found = firstFree(count);
    if (found < count) return page + found;
  }
  return end;
}

/** Position of the first free entry among those scanned, or their count. */
function firstFree(count: u32): u32 {
  for (let n: u32 = 0; n < count; n++) {
    if (load<u32>(scanned + n * ALLOCATION_ENTRY_SIZE) === PageKind.Free) return n;
  }
  return count;
}

function takeFresh(slot: Store): PhysicalPage {
  const superblock = slot.superblock;
  const page = superblock.highWater;
  const startsGroup = (page & (GROUP_PAGES - 1)) === 0;
  const next = startsGroup ? page + TABLE_IN_GROUP + 1 : page + 1;
  if (next > capacityInPages(slot.id)) {
    trapWithNumber('Tabularium: the page store in memory ', slot.id, ' ran past the room it had reserved');
  }
  if (startsGroup) beginGroup(slot.id, page >> GROUP_SHIFT);
  superblock.highWater = next;
  return page;
}

function tableOf(page: PhysicalPage): PhysicalPage {
  return (page & ~(GROUP_PAGES - 1)) + TABLE_IN_GROUP;
}

function entryOffset(page: PhysicalPage): u32 {
  return (page & (GROUP_PAGES - 1)) * ALLOCATION_ENTRY_SIZE;
}

function damaged(slot: Store): void {
  trapWithNumber('Tabularium: damaged allocation table in memory ', slot.id, '');
}
