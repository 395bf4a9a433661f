import { HostPointer } from '../externals/addresses';
import { allocate, allocateZeroed, clearHeap, copyHeap, NO_MEMORY, release } from './heap';
import { LogicalPage, PAGE_SIZE } from './layout';

// What a transaction has written and not published: whole storage pages on the heap, in the order of their first
// writing, found through a hash table with open addressing.

@unmanaged
export class Overlay {
  /** Whether the transaction has changed anything. The other fields mean something only then. */
  active: bool;
  /** A commit of it was refused: all that may follow is its rollback. */
  refused: bool;
  /** Bytes of the image as the transaction sees it. */
  logicalSize: u64;
  /** Pages of the published image from here on were cut off, even if the image has grown again since. */
  cutOff: LogicalPage;
  count: u32;
  /** Room for this many pages, a power of two; the hash table has twice as many places. */
  capacity: u32;
  pages: HostPointer;
  /** For each place, the number of an overlay page plus one; 0 for none. */
  places: HostPointer;
}

@unmanaged
export class OverlayPage {
  logical: LogicalPage;
  /** False when the transaction cut the page off. Its place is kept, for it may come back. */
  present: bool;
  bytes: HostPointer;
}

const SMALLEST_CAPACITY: u32 = 32;
/** 2^32 divided by the golden ratio: spreads neighbouring page numbers over the table. */
const SPREAD: u32 = 0x9e3779b1;

export function beginOverlay(overlay: Overlay, logicalSize: u64, pages: u32): void {
  overlay.active = true;
  overlay.logicalSize = logicalSize;
  overlay.cutOff = pages;
}

/** The page at a position below the overlay's count. */
export function overlayPageAt(overlay: Overlay, position: u32): OverlayPage {
  return changetype<OverlayPage>(<usize>(overlay.pages + position * <u32>offsetof<OverlayPage>()));
}

/** The transaction's version of a page, or null where it has none. */
export function findOverlayPage(overlay: Overlay, logical: LogicalPage): OverlayPage | null {
  const page = findEvenAbsent(overlay, logical);
  if (page === null) return null;
  return page.present ? page : null;
}

/** A page that the overlay does not have, with undefined bytes, or null when the heap is exhausted. */
export function addOverlayPage(overlay: Overlay, logical: LogicalPage): OverlayPage | null {
  const returning = findEvenAbsent(overlay, logical);
  if (returning !== null) {
    returning.present = true;
    return returning;
  }
  if (overlay.count === overlay.capacity && !makeRoom(overlay)) return null;
  const bytes = allocate(PAGE_SIZE);
  if (bytes === NO_MEMORY) return null;
  const page = overlayPageAt(overlay, overlay.count++);
  page.logical = logical;
  page.present = true;
  page.bytes = bytes;
  enterPlace(overlay, logical, overlay.count);
  return page;
}

/** Takes the pages from one on out of the transaction's view. */
export function cutOffOverlay(overlay: Overlay, from: LogicalPage): void {
  overlay.cutOff = min(overlay.cutOff, from);
  for (let n: u32 = 0; n < overlay.count; n++) {
    const page = overlayPageAt(overlay, n);
    if (page.logical >= from) page.present = false;
  }
}

/** Forgets the transaction's changes. */
export function discardOverlay(overlay: Overlay): void {
  for (let n: u32 = 0; n < overlay.count; n++) release(overlayPageAt(overlay, n).bytes);
  release(overlay.pages);
  clearHeap(<u32>changetype<usize>(overlay), <u32>offsetof<Overlay>());
}

function findEvenAbsent(overlay: Overlay, logical: LogicalPage): OverlayPage | null {
  if (overlay.capacity === 0) return null;
  const mask = (overlay.capacity << 1) - 1;
  let place = firstPlace(logical, mask);
  let number = load<u32>(overlay.places + (place << 2));
  while (number !== 0) {
    const page = overlayPageAt(overlay, number - 1);
    if (page.logical === logical) return page;
    place = (place + 1) & mask;
    number = load<u32>(overlay.places + (place << 2));
  }
  return null;
}

function enterPlace(overlay: Overlay, logical: LogicalPage, number: u32): void {
  const mask = (overlay.capacity << 1) - 1;
  let place = firstPlace(logical, mask);
  while (load<u32>(overlay.places + (place << 2)) !== 0) place = (place + 1) & mask;
  store<u32>(overlay.places + (place << 2), number);
}

function firstPlace(logical: LogicalPage, mask: u32): u32 {
  return ((logical * SPREAD) >> 8) & mask;
}

/** Doubles the room. Pages and places share one allocation, the places behind. */
function makeRoom(overlay: Overlay): bool {
  const capacity = max(overlay.capacity << 1, SMALLEST_CAPACITY);
  const pageBytes = capacity * <u32>offsetof<OverlayPage>();
  const larger = allocateZeroed(pageBytes + (capacity << 3));
  if (larger === NO_MEMORY) return false;
  copyHeap(larger, overlay.pages, overlay.count * <u32>offsetof<OverlayPage>());
  release(overlay.pages);
  overlay.pages = larger;
  overlay.places = larger + pageBytes;
  overlay.capacity = capacity;
  for (let n: u32 = 0; n < overlay.count; n++) enterPlace(overlay, overlayPageAt(overlay, n).logical, n + 1);
  return true;
}
