import { stable64_size } from '../externals/ic0';
import { bucketCount } from './bucket-lists';
import { MemoryId, UNALLOCATED } from './layout';

/** 64 KiB pages of raw stable memory that the canister has. */
export function stablePages(): u64 {
  return stable64_size();
}

/** Buckets that a virtual memory owns. */
export function ownedBuckets(id: MemoryId): u32 {
  return bucketCount(id);
}

/** Allocated buckets that belong to no memory and wait for reuse. */
export function freeBuckets(): u32 {
  return bucketCount(UNALLOCATED);
}
