import { engine_memory_copy, engine_memory_fill } from '../engine/bulk-memory';
import { HostPointer, toEngine, toHost } from '../externals/addresses';
import { sqlite3_free, sqlite3_malloc64 } from '../externals/engine';

// The engine's allocator serves native code too: one heap, one limit.

/** What {@link allocate} answers when the arena is exhausted. */
export const NO_MEMORY: HostPointer = 0;

/** Bytes with undefined content, aligned to 8, or {@link NO_MEMORY}. */
export function allocate(size: u32): HostPointer {
  const pointer = sqlite3_malloc64(size);
  return pointer === 0 ? NO_MEMORY : toHost(pointer);
}

export function allocateZeroed(size: u32): HostPointer {
  const pointer = allocate(size);
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
  if (pointer !== NO_MEMORY) sqlite3_free(toEngine(pointer));
}
