import { engine_memory_copy, engine_memory_fill } from '../engine/bulk-memory';
import { HostPointer, toEngine } from '../externals/addresses';
import { NOBODY } from '../heap/budget';
import { allocateCharged, allocateFor, NO_BLOCK, releaseBlock } from '../heap/heaps';

/** What {@link allocate} answers when there is no memory. */
export const NO_MEMORY: HostPointer = NO_BLOCK;

/** Bytes with undefined content, aligned to 8, of the archive that is being worked on; or {@link NO_MEMORY}. */
export function allocate(size: u32): HostPointer {
  return allocateCharged(size);
}

export function allocateZeroed(size: u32): HostPointer {
  return cleared(allocate(size), size);
}

/** Zeroed bytes that belong to no archive. */
export function allocateShared(size: u32): HostPointer {
  return cleared(allocateFor(NOBODY, size), size);
}

function cleared(pointer: HostPointer, size: u32): HostPointer {
  if (pointer !== NO_MEMORY) clearHeap(pointer, size);
  return pointer;
}

/** Copies within the heap, at a quarter of what memory.copy costs for a page. */
export function copyHeap(destination: HostPointer, source: HostPointer, size: u32): void {
  engine_memory_copy(toEngine(destination), toEngine(source), size);
}

/** Fills a place in the heap with zeros, likewise. */
export function clearHeap(pointer: HostPointer, size: u32): void {
  engine_memory_fill(toEngine(pointer), 0, size);
}

export function release(pointer: HostPointer): void {
  if (pointer !== NO_MEMORY) releaseBlock(pointer);
}
