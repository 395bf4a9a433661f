import { HostPointer } from '../externals/addresses';
import { MemoryId } from '../memory/layout';
import { NO_MEMORY, release } from './heap';

// What the check of an import remembers from call to call. It is by slot, since a store is closed whenever nobody uses the
// archive, and it goes with the import, whatever becomes of that. After an upgrade it is not there any more.

const held: HostPointer = <u32>memory.data(1020, 4);

/** What is kept for the import of a slot, or {@link NO_MEMORY}. */
export function importHeap(id: MemoryId): HostPointer {
  return load<u32>(held + (id << 2));
}

/** Keeps an allocation in place of the one before. */
export function keepImportHeap(id: MemoryId, pointer: HostPointer): void {
  releaseImportHeap(id);
  store<u32>(held + (id << 2), pointer);
}

export function releaseImportHeap(id: MemoryId): void {
  release(importHeap(id));
  store<u32>(held + (id << 2), NO_MEMORY);
}
