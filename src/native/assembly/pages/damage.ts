import { MemoryId } from '../memory/layout';
import { LogicalPage, PAGE_SHIFT } from './layout';
import { Store } from './store';

// Which page was found damaged last, for the error of whoever met it: SQLite's own codes name no page.

/** What is wrong with it. */
export enum Damage {
  None = 0,
  /** The page does not match its checksum. */
  Content = 1,
  /** The page map does not lead to the page. */
  Way = 2,
  /** The allocation tables do not have the free pages that the superblock counts. */
  FreePages = 3,
}

let memoryId: MemoryId = 0;
let image: u64 = 0;
let page: u32 = 0;
let noted: Damage = Damage.None;

/** Takes down that a page of a slot does not match its checksum. Always false, for a reader to answer with. */
export function noteDamagedPage(slot: Store, logical: LogicalPage): bool {
  return note(slot, Damage.Content, 0, sqlitePage(slot, logical));
}

/** Takes down that an image's map does not lead to a page of it. Always false, likewise. */
export function noteLostPage(slot: Store, logical: LogicalPage): bool {
  return note(slot, Damage.Way, 0, sqlitePage(slot, logical));
}

/** Takes down the same of an image of the slot that is not to be read: it is named, and the page is one of its own. */
export function noteDamagedImage(slot: Store, imageId: u64, sqlitePageSize: u32, logical: LogicalPage): void {
  note(slot, Damage.Way, imageId, pageIn(sqlitePageSize, logical));
}

/** Takes down that the free pages of a slot cannot be found. */
export function noteLostFreePages(slot: Store): void {
  note(slot, Damage.FreePages, 0, 0);
}

/** To be called before what {@link damage} is to explain the failure of. */
export function forgetDamage(): void {
  noted = Damage.None;
}

/** What was wrong with the page that was met last. */
export function damage(): Damage {
  return noted;
}

/** Slot of the page. */
export function damagedMemory(): MemoryId {
  return memoryId;
}

/** Number of the image that the page belongs to; 0 where it is the one that was asked for. */
export function damagedImage(): u64 {
  return image;
}

/** SQLite's number of the page, from 1. Where SQLite's pages are smaller than 4,096 bytes, it is the first of several. */
export function damagedPage(): u32 {
  return page;
}

/** SQLite's number of the page in which a storage page of the live image begins. */
export function sqlitePage(slot: Store, logical: LogicalPage): u32 {
  return pageIn(slot.superblock.sqlitePageSize, logical);
}

/** The same in an image of some page size; 0 where that is not known. */
export function pageIn(sqlitePageSize: u32, logical: LogicalPage): u32 {
  return sqlitePageSize === 0 ? logical + 1 : <u32>(((<u64>logical) << PAGE_SHIFT) / sqlitePageSize) + 1;
}

function note(slot: Store, what: Damage, imageId: u64, number: u32): bool {
  memoryId = slot.id;
  image = imageId;
  page = number;
  noted = what;
  return false;
}
