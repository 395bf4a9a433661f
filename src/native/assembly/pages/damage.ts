import { MemoryId } from '../memory/layout';
import { LogicalPage, PAGE_SHIFT } from './layout';
import { Store } from './store';

// Which page was found damaged last, for the error of whoever met it: SQLite's own codes name no page.

let memoryId: MemoryId = 0;
let page: u32 = 0;
let noted: bool = false;

/** Takes down that a page of a slot does not match its checksum. Always false, for a reader to answer with. */
export function noteDamagedPage(slot: Store, logical: LogicalPage): bool {
  memoryId = slot.id;
  page = sqlitePage(slot, logical);
  noted = true;
  return false;
}

/** To be called before a read whose failure {@link wasPageDamaged} is to explain. */
export function forgetDamage(): void {
  noted = false;
}

/** Whether a read failed because a page does not match its checksum, and not because the map makes no sense. */
export function wasPageDamaged(): bool {
  return noted;
}

/** Slot of the page. */
export function damagedMemory(): MemoryId {
  return memoryId;
}

/** SQLite's number of the page, from 1. Where SQLite's pages are smaller than 4,096 bytes, it is the first of several. */
export function damagedPage(): u32 {
  return page;
}

/** SQLite's number of the page in which a storage page of an image begins. */
export function sqlitePage(slot: Store, logical: LogicalPage): u32 {
  const size = slot.superblock.sqlitePageSize;
  return size === 0 ? logical + 1 : <u32>(((<u64>logical) << PAGE_SHIFT) / size) + 1;
}
