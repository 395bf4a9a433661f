import { growUncleared, MEMORY_FULL } from '../memory/grow';
import { bucketSizeInPages, memorySize } from '../memory/header';
import { findsFree } from './allocation';
import { noteLostFreePages } from './damage';
import { GROUP_PAGES, GROUP_SHIFT, PAGES_PER_WASM_PAGE, PhysicalPage } from './layout';
import { admitsBuckets } from './limits';
import { capacityInPages } from './page-access';
import { StoreStatus } from './status';
import { Store } from './store';

// Room is made before a change begins, so that a refusal finds nothing changed. Memory grows by whole buckets: the rest
// of a bucket belongs to nobody else anyway.

/** Tables that one new page may need besides itself: segment, directory and root. */
export const TABLES_PER_PAGE: u32 = 3;

/**
 * Makes `pages` pages allocatable. Full when memory or the slot's budget refuses, DamagedPage when free pages are not where
 * they should be; the store is then as it was.
 */
export function reservePages(slot: Store, pages: u32): StoreStatus {
  if (!findsFree(slot, pages)) {
    noteLostFreePages(slot);
    return StoreStatus.DamagedPage;
  }
  const capacity = capacityInPages(slot.id);
  const needed = capacityFor(slot, pages);
  const missing = <u64>(needed - capacity + PAGES_PER_WASM_PAGE - 1) / PAGES_PER_WASM_PAGE;
  return missing === 0 || growByBuckets(slot, missing) ? StoreStatus.Ok : StoreStatus.Full;
}

/** The smallest capacity, not below the present one, with so many allocatable pages. */
function capacityFor(slot: Store, pages: u32): PhysicalPage {
  const superblock = slot.superblock;
  let capacity = capacityInPages(slot.id);
  let allocatable = availablePages(slot);
  while (allocatable < pages) {
    // Short of the goal by at most the allocation tables that this takes in.
    capacity += pages - allocatable;
    allocatable = superblock.freePages + freshPages(superblock.highWater, capacity);
  }
  return capacity;
}

/** Pages that can be allocated without asking for memory. */
export function availablePages(slot: Store): u32 {
  return slot.superblock.freePages + freshPages(slot.superblock.highWater, capacityInPages(slot.id));
}

/** Never used pages between two marks, less the allocation tables of the groups that begin there. */
function freshPages(highWater: PhysicalPage, capacity: PhysicalPage): u32 {
  return capacity - highWater - (groupsBegunBelow(capacity) - groupsBegunBelow(highWater));
}

/** Groups of which at least the first page lies below a mark. */
export function groupsBegunBelow(page: PhysicalPage): u32 {
  return (page + GROUP_PAGES - 1) >> GROUP_SHIFT;
}

function growByBuckets(slot: Store, wasmPages: u64): bool {
  const bucket = <u64>bucketSizeInPages();
  const wanted = memorySize(slot.id) + wasmPages;
  const whole = ((wanted + bucket - 1) / bucket) * bucket;
  return (
    admitsBuckets(slot.id, whole / bucket) &&
    growUncleared(slot.id, whole - memorySize(slot.id)) !== MEMORY_FULL
  );
}
