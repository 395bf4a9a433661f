import { HostPointer } from '../externals/addresses';
import { stable64_read, stable64_write } from '../externals/ic0';
import { memorySize } from '../memory/header';
import { MemoryId } from '../memory/layout';
import { rawOffset } from '../memory/virtual-memory';
import { PAGE_SHIFT, PAGE_SIZE, PAGES_PER_WASM_PAGE, PhysicalPage } from './layout';

// A storage page never crosses a bucket, whose size is a multiple of 64 KiB, so one access always suffices. Page numbers
// must be below the superblock's high-water mark, which the virtual memory's size bounds.

/** Storage pages that fit a slot's virtual memory as it is now. */
export function capacityInPages(id: MemoryId): u32 {
  return <u32>memorySize(id) * PAGES_PER_WASM_PAGE;
}

export function readPage(id: MemoryId, page: PhysicalPage, destination: HostPointer): void {
  readFromPage(id, page, 0, destination, PAGE_SIZE);
}

export function writePage(id: MemoryId, page: PhysicalPage, source: HostPointer): void {
  writeToPage(id, page, 0, source, PAGE_SIZE);
}

/** Reads a part of one page. */
export function readFromPage(
  id: MemoryId,
  page: PhysicalPage,
  offset: u32,
  destination: HostPointer,
  size: u32,
): void {
  stable64_read(destination, rawOffset(id, ((<u64>page) << PAGE_SHIFT) + offset), size);
}

/** Writes a part of one page. */
export function writeToPage(
  id: MemoryId,
  page: PhysicalPage,
  offset: u32,
  source: HostPointer,
  size: u32,
): void {
  stable64_write(rawOffset(id, ((<u64>page) << PAGE_SHIFT) + offset), source, size);
}
