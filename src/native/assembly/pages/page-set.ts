import { HostPointer } from '../externals/addresses';
import { allocateZeroed, NO_MEMORY, release } from './heap';
import { PAGES_PER_WASM_PAGE, PhysicalPage } from './layout';

// The 64 KiB pages of stable memory that work on a slot will touch, each counted once. A slot's virtual memory consists of
// buckets of whole 64 KiB pages, so that its pages are the canister's, and what two slots touch is never the same page.

/** Instructions of a message's first access to a 64 KiB page, and of its first write to it (the IC's rule since July 2026). */
export const TOUCH: u64 = 80000;

@unmanaged
export class PageSet {
  /** A bit for each 64 KiB page, or NO_MEMORY while nothing is counted. */
  bits: HostPointer;
  capacity: u32;
  count: u32;
}

/** Number of 64 KiB pages that so many storage pages from a slot's start lie in. */
export function wasmPagesOf(pages: PhysicalPage): u32 {
  return (pages + PAGES_PER_WASM_PAGE - 1) / PAGES_PER_WASM_PAGE;
}

/** Makes an empty set for the storage pages below one. False when the heap has no room for it. */
export function beginSet(set: PageSet, end: PhysicalPage): bool {
  set.capacity = wasmPagesOf(end);
  set.count = 0;
  set.bits = allocateZeroed(((set.capacity + 31) >> 5) << 2);
  return set.bits !== NO_MEMORY;
}

export function addPage(set: PageSet, page: PhysicalPage): void {
  const number = page / PAGES_PER_WASM_PAGE;
  const word = set.bits + ((number >> 5) << 2);
  const bit = 1 << (number & 31);
  const before = load<u32>(word);
  if ((before & bit) !== 0) return;
  store<u32>(word, before | bit);
  set.count++;
}

export function endSet(set: PageSet): void {
  release(set.bits);
  set.bits = NO_MEMORY;
}
