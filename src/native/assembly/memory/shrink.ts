import { bucketAt, bucketCount, insertBucket, removeBucket } from './bucket-lists';
import {
  allocatedBuckets,
  bucketSizeInPages,
  memorySize,
  setAllocatedBuckets,
  setMemorySize,
} from './header';
import { MemoryId, UNALLOCATED } from './layout';
import { reassignBuckets, writeOwners } from './owner-table';

/** Buckets that are cheaper given back one by one than in a pass over all of them. */
const FEW_BUCKETS: u32 = 64;

/**
 * Cuts a virtual memory down to a number of 64 KiB pages and frees the buckets behind them for other memories. Does
 * nothing when the memory is not larger. What it held in the remaining part of its last bucket is not cleared.
 */
export function shrinkMemory(id: MemoryId, pages: u64): void {
  if (pages >= memorySize(id)) return;
  const pagesPerBucket = <u64>bucketSizeInPages();
  const kept = <u32>((pages + pagesPerBucket - 1) / pagesPerBucket);
  while (bucketCount(id) > kept) freeLastBucket(id);
  setMemorySize(id, pages);
  forgetTrailingFreeBuckets();
}

/** Gives all buckets of a virtual memory back. */
export function releaseMemory(id: MemoryId): void {
  if (bucketCount(id) <= FEW_BUCKETS) {
    shrinkMemory(id, 0);
    return;
  }
  reassignBuckets(id, UNALLOCATED);
  setMemorySize(id, 0);
  forgetTrailingFreeBuckets();
}

function freeLastBucket(id: MemoryId): void {
  const place = bucketCount(id) - 1;
  const bucket = bucketAt(id, place);
  removeBucket(id, place);
  insertBucket(UNALLOCATED, bucket);
  writeOwners(bucket, 1, UNALLOCATED);
}

/** Free buckets behind all owned ones go back to being never allocated, where any memory may have them. */
export function forgetTrailingFreeBuckets(): void {
  const previous = allocatedBuckets();
  let allocated = previous;
  while (bucketCount(UNALLOCATED) > 0) {
    const place = bucketCount(UNALLOCATED) - 1;
    if (bucketAt(UNALLOCATED, place) !== allocated - 1) break;
    removeBucket(UNALLOCATED, place);
    allocated--;
  }
  if (allocated !== previous) setAllocatedBuckets(allocated);
}
