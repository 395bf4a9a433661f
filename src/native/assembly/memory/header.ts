import { stable64_write } from '../externals/ic0';
import {
  HEADER_ALLOCATED_BUCKETS,
  HEADER_BUCKET_SIZE,
  HEADER_LENGTH,
  HEADER_MEMORY_SIZES,
  MemoryId,
  WASM_PAGE_SIZE,
} from './layout';

/** Heap copy of the manager's header. Setters write through, so that copy and stable memory never differ. */
export const header: u32 = <u32>memory.data(2080, 8);

/** Bytes of a bucket: the header's page count, kept multiplied because every access divides by it. */
export let bucketBytes: u64 = 0;

/** Takes over a header whose bytes were just read or made in {@link header}. */
export function adoptHeader(): void {
  bucketBytes = <u64>bucketSizeInPages() * WASM_PAGE_SIZE;
}

/** Buckets below this index were handed out at least once. */
export function allocatedBuckets(): u32 {
  return load<u16>(header + HEADER_ALLOCATED_BUCKETS);
}

export function bucketSizeInPages(): u32 {
  return load<u16>(header + HEADER_BUCKET_SIZE);
}

/** Size of a virtual memory in 64 KiB pages. */
export function memorySize(id: MemoryId): u64 {
  return load<u64>(header + HEADER_MEMORY_SIZES + (id << 3));
}

export function setAllocatedBuckets(count: u32): void {
  store<u16>(header + HEADER_ALLOCATED_BUCKETS, <u16>count);
  writeThrough(HEADER_ALLOCATED_BUCKETS, sizeof<u16>());
}

export function setMemorySize(id: MemoryId, pages: u64): void {
  const field = HEADER_MEMORY_SIZES + (id << 3);
  store<u64>(header + field, pages);
  writeThrough(field, sizeof<u64>());
}

export function writeWholeHeader(): void {
  writeThrough(0, HEADER_LENGTH);
}

function writeThrough(field: u32, length: u32): void {
  stable64_write(field, header + field, length);
}
