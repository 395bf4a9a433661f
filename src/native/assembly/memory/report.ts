import { stable64_size } from '../externals/ic0';
import { bucketCount } from './bucket-lists';
import { allocatedBuckets, bucketSizeInPages } from './header';
import { MAX_BUCKETS, MemoryId, PAGES_BEFORE_BUCKETS, UNALLOCATED } from './layout';

/** 64 KiB pages of raw stable memory that the canister has. */
export function stablePages(): u64 {
  return stable64_size();
}

/** Buckets that a virtual memory owns. */
export function ownedBuckets(id: MemoryId): u32 {
  return bucketCount(id);
}

/** Buckets that belong to some memory. */
export function ownedBucketsInTotal(): u32 {
  return allocatedBuckets() - freeBuckets();
}

/** Whole buckets of raw stable memory behind the allocated ones, where owners have given them back. */
export function spareBuckets(): u32 {
  return <u32>((stablePages() - PAGES_BEFORE_BUCKETS) / bucketSizeInPages()) - allocatedBuckets();
}

/** Buckets that the layout can address and raw stable memory does not hold yet. */
export function neverUsedBuckets(): u32 {
  return MAX_BUCKETS - allocatedBuckets() - spareBuckets();
}

/** Allocated buckets that belong to no memory and wait for reuse. */
export function freeBuckets(): u32 {
  return bucketCount(UNALLOCATED);
}
