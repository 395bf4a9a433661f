import { trapWithNumber } from '../engine/trap';
import { HostPointer } from '../externals/addresses';
import { stable64_read, stable64_write } from '../externals/ic0';
import { bucketAt } from './bucket-lists';
import { bucketBytes, memorySize } from './header';
import { BUCKETS_OFFSET, MemoryId, WASM_PAGE_SIZE } from './layout';

/** Raw offset of a virtual one, which must lie inside the memory. Contiguous up to the end of its bucket. */
export function rawOffset(id: MemoryId, offset: u64): u64 {
  const place = offset / bucketBytes;
  return BUCKETS_OFFSET + <u64>bucketAt(id, <u32>place) * bucketBytes + (offset - place * bucketBytes);
}

export function isInside(id: MemoryId, offset: u64, size: u64): bool {
  const end = offset + size;
  return end >= offset && end <= memorySize(id) * WASM_PAGE_SIZE;
}

/** Copies bytes of a virtual memory to the heap. Traps past the memory's end. */
export function readMemory(id: MemoryId, offset: u64, destination: HostPointer, size: u64): void {
  checkRange(id, offset, size);
  while (size > 0) {
    const part = bytesInBucket(offset, size);
    stable64_read(destination, rawOffset(id, offset), part);
    offset += part;
    destination += <u32>part;
    size -= part;
  }
}

/** Copies bytes of the heap into a virtual memory. Traps past the memory's end. */
export function writeMemory(id: MemoryId, offset: u64, source: HostPointer, size: u64): void {
  checkRange(id, offset, size);
  while (size > 0) {
    const part = bytesInBucket(offset, size);
    stable64_write(rawOffset(id, offset), source, part);
    offset += part;
    source += <u32>part;
    size -= part;
  }
}

function checkRange(id: MemoryId, offset: u64, size: u64): void {
  if (!isInside(id, offset, size)) {
    trapWithNumber('Tabularium: access past the end of virtual memory ', id, '');
  }
}

function bytesInBucket(offset: u64, size: u64): u64 {
  return min<u64>(size, bucketBytes - (offset % bucketBytes));
}
