import { stable64_grow, stable64_size, stable64_write } from '../externals/ic0';
import { bucketAt, bucketCount, insertBucket, placeAfter, removeBucket } from './bucket-lists';
import {
  allocatedBuckets,
  bucketBytes,
  bucketSizeInPages,
  memorySize,
  setAllocatedBuckets,
  setMemorySize,
} from './header';
import {
  BUCKETS_OFFSET,
  GROW_REFUSED,
  MAX_BUCKETS,
  MemoryId,
  PAGES_BEFORE_BUCKETS,
  UNALLOCATED,
  WASM_PAGE_SIZE,
} from './layout';
import { writeOwners } from './owner-table';
import { SCRATCH_LENGTH, scratch } from './scratch';

/** What {@link growMemory} answers when the pages are not to be had. */
export const MEMORY_FULL: i64 = -1;

/**
 * Grows a virtual memory by 64 KiB pages and returns its previous size in pages, or {@link MEMORY_FULL} with nothing
 * changed. New buckets read as zeros.
 */
export function growMemory(id: MemoryId, pages: u64): i64 {
  return grow(id, pages, true);
}

/** The same without clearing reused buckets, for an owner that never reads what it did not write. */
export function growUncleared(id: MemoryId, pages: u64): i64 {
  return grow(id, pages, false);
}

function grow(id: MemoryId, pages: u64, cleared: bool): i64 {
  const previous = memorySize(id);
  const pagesPerBucket = <u64>bucketSizeInPages();
  if (pages > pagesPerBucket * MAX_BUCKETS) return MEMORY_FULL;
  const owned = bucketCount(id);
  const needed = (previous + pages + pagesPerBucket - 1) / pagesPerBucket - owned;
  // A memory's buckets are read in ascending order, so a free bucket can only join behind its last one.
  const last = owned > 0 ? <i32>bucketAt(id, owned - 1) : -1;
  const firstUsable = placeAfter(UNALLOCATED, last);
  const reused = min<u64>(needed, bucketCount(UNALLOCATED) - firstUsable);
  const fresh = needed - reused;
  const previousBytes = stable64_size() * WASM_PAGE_SIZE;
  if (!reserveFresh(fresh)) return MEMORY_FULL;

  for (let n: u64 = 0; n < reused; n++) reuseBucket(id, firstUsable, cleared);
  if (fresh > 0) appendBuckets(id, <u32>fresh, cleared ? previousBytes : 0);
  if (pages > 0) setMemorySize(id, previous + pages);
  return previous;
}

/** Makes raw stable memory hold that many buckets behind the allocated ones. Refusal leaves everything as it was. */
function reserveFresh(fresh: u64): bool {
  if (fresh === 0) return true;
  const buckets = <u64>allocatedBuckets() + fresh;
  if (buckets > MAX_BUCKETS) return false;
  const needed = PAGES_BEFORE_BUCKETS + buckets * bucketSizeInPages();
  const present = stable64_size();
  return present >= needed || stable64_grow(needed - present) !== GROW_REFUSED;
}

function reuseBucket(id: MemoryId, freePlace: u32, cleared: bool): void {
  const bucket = bucketAt(UNALLOCATED, freePlace);
  removeBucket(UNALLOCATED, freePlace);
  insertBucket(id, bucket);
  writeOwners(bucket, 1, id);
  if (cleared) clearRaw(BUCKETS_OFFSET + <u64>bucket * bucketBytes, bucketBytes);
}

/** Hands out buckets that were not allocated. Raw bytes below `usedBytes` may hold what a bucket left behind. */
function appendBuckets(id: MemoryId, count: u32, usedBytes: u64): void {
  const first = allocatedBuckets();
  for (let bucket = first; bucket < first + count; bucket++) insertBucket(id, bucket);
  writeOwners(first, count, id);
  setAllocatedBuckets(first + count);
  const offset = BUCKETS_OFFSET + <u64>first * bucketBytes;
  if (usedBytes > offset) clearRaw(offset, min<u64>(usedBytes - offset, <u64>count * bucketBytes));
}

function clearRaw(offset: u64, size: u64): void {
  memory.fill(scratch, 0, SCRATCH_LENGTH);
  while (size > 0) {
    const part = min<u64>(size, SCRATCH_LENGTH);
    stable64_write(offset, scratch, part);
    offset += part;
    size -= part;
  }
}
