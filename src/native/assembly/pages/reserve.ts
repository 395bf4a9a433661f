import { growUncleared, MEMORY_FULL } from '../memory/grow';
import { bucketSizeInPages, memorySize } from '../memory/header';
import { Image, knownWritableTable } from './image';
import { FANOUT, FANOUT_SHIFT, GROUP_PAGES, GROUP_SHIFT, PAGES_PER_WASM_PAGE, PhysicalPage } from './layout';
import { admitsBuckets } from './limits';
import { capacityInPages } from './page-access';
import { childOf, lastEntry, segmentTable } from './page-map';
import { Store } from './store';

// Room is made before a change begins, so that a refusal finds nothing changed. Memory grows by whole buckets: the rest
// of a bucket belongs to nobody else anyway.

/** Tables that one new page may need besides itself: segment, directory and root. */
export const TABLES_PER_PAGE: u32 = 3;

/** Makes `pages` pages allocatable. False when memory or the slot's budget refuses; the store is then as it was. */
export function reservePages(slot: Store, pages: u32): bool {
  const available = availablePages(slot);
  if (available >= pages) return true;
  const missing = pages - available;
  const tables = missing / (GROUP_PAGES - 1) + 1;
  return growByBuckets(slot, <u64>(missing + tables + PAGES_PER_WASM_PAGE - 1) / PAGES_PER_WASM_PAGE);
}

/** Pages that can be allocated without asking for memory. */
export function availablePages(slot: Store): u32 {
  return slot.superblock.freePages + freshPages(slot.superblock.highWater, capacityInPages(slot.id));
}

/** Pages that publishing a logical page of the image would take into use: itself and the missing or shared tables. */
export function pagesForData(slot: Store, image: Image, logical: u32): u32 {
  const table = segmentTable(slot, image, logical >> FANOUT_SHIFT);
  const page = childOf(slot, table, logical & (FANOUT - 1));
  return page === 0 || lastEntry().birth <= image.sharedEpoch ? 1 : 0;
}

/** At most how many tables a segment needs before its pages can be rewritten. */
export function tablesForSegment(slot: Store, image: Image, segment: u32): u32 {
  if (knownWritableTable(image, segment) !== 0) return 0;
  const nothingShared = image.sharedEpoch === 0;
  return nothingShared && segmentTable(slot, image, segment) !== 0 ? 0 : TABLES_PER_PAGE;
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
