import { HostPointer } from '../externals/addresses';
import {
  EXTENT_SIZE,
  Extent,
  giveExtent,
  NO_EXTENT,
  readExtent,
  returnBuckets,
  takeExtent,
  writeExtent,
} from '../memory/scratch-memory';
import { mayChange } from './commit-limit';
import { allocate, allocateZeroed, clearHeap, copyHeap, NO_MEMORY, release } from './heap';
import { LogicalPage, PAGE_SHIFT, PAGE_SIZE } from './layout';
import { pageBuffer, zeroPage } from './page-buffers';

// What a transaction has written and not published: whole storage pages in the order of their first writing, found through a
// hash table with open addressing. The first of them lie on the heap. A transaction that outgrows its share of it spills: its
// further pages lie in scratch memory, 16 to an extent, and go from there to their places when it is published. A page stays
// where it was put, for the order of writing tells nothing about what is needed again.

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
  /** Pages that lie on the heap. */
  onHeap: u32;
  /** The extent that is being filled, and pages in it; the pages say which others are theirs. */
  extent: Extent;
  inExtent: u32;
}

@unmanaged
export class OverlayPage {
  logical: LogicalPage;
  /** False when the transaction cut the page off, or has undone what it wrote there. Its place is kept, for it may come back. */
  present: bool;
  /** Page's number in its extent. */
  inExtent: u8;
  /** Where the page lies on the heap, or {@link NO_MEMORY}. */
  bytes: HostPointer;
  /** Otherwise, where it lies in scratch memory. */
  extent: Extent;
}

const SMALLEST_CAPACITY: u32 = 32;
/** Pages of a transaction that may lie on the heap: 16 MiB. */
const HEAP_SHARE: u32 = 4096;
const PAGES_PER_EXTENT: u32 = EXTENT_SIZE / PAGE_SIZE;
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

/** Makes room for the record of one more page; false when the heap has none. */
export function makeOverlayRoom(overlay: Overlay): bool {
  return overlay.count < overlay.capacity || enlarge(overlay);
}

/**
 * A page that the overlay does not have, with undefined bytes, or null when it is refused a place in scratch memory. There must be
 * room for its record.
 */
export function addOverlayPage(overlay: Overlay, logical: LogicalPage): OverlayPage | null {
  const returning = findEvenAbsent(overlay, logical);
  if (returning !== null) {
    returning.present = true;
    return returning;
  }
  const page = overlayPageAt(overlay, overlay.count);
  if (!putOnHeap(overlay, page) && !putInScratch(overlay, page)) return null;
  overlay.count++;
  page.logical = logical;
  page.present = true;
  enterPlace(overlay, logical, overlay.count);
  return page;
}

/** Reads a part of a page. */
export function readOverlayPage(page: OverlayPage, offset: u32, destination: HostPointer, size: u32): void {
  if (page.bytes !== NO_MEMORY) copyHeap(destination, page.bytes + offset, size);
  else readExtent(page.extent, startInExtent(page) + offset, destination, size);
}

/** Writes a part of a page. */
export function writeOverlayPage(page: OverlayPage, offset: u32, source: HostPointer, size: u32): void {
  if (page.bytes !== NO_MEMORY) copyHeap(page.bytes + offset, source, size);
  else writeExtent(page.extent, startInExtent(page) + offset, source, size);
}

/** Fills a page with zeros from an offset on. */
export function clearOverlayPage(page: OverlayPage, offset: u32): void {
  const size = PAGE_SIZE - offset;
  if (page.bytes !== NO_MEMORY) clearHeap(page.bytes + offset, size);
  else writeExtent(page.extent, startInExtent(page) + offset, zeroPage, size);
}

/** The whole page on the heap: where it lies, or a copy in {@link pageBuffer}. */
export function overlayPageBytes(page: OverlayPage): HostPointer {
  if (page.bytes !== NO_MEMORY) return page.bytes;
  readExtent(page.extent, startInExtent(page), pageBuffer, PAGE_SIZE);
  return pageBuffer;
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
  for (let n: u32 = 0; n < overlay.count; n++) {
    const page = overlayPageAt(overlay, n);
    if (page.bytes !== NO_MEMORY) release(page.bytes);
    else if (page.inExtent === 0) giveExtent(page.extent);
  }
  if (overlay.extent !== NO_EXTENT) returnBuckets();
  release(overlay.pages);
  clearHeap(<u32>changetype<usize>(overlay), <u32>offsetof<Overlay>());
}

function startInExtent(page: OverlayPage): u32 {
  return (<u32>page.inExtent) << PAGE_SHIFT;
}

function putOnHeap(overlay: Overlay, page: OverlayPage): bool {
  page.bytes = overlay.onHeap < HEAP_SHARE ? allocate(PAGE_SIZE) : NO_MEMORY;
  if (page.bytes === NO_MEMORY) return false;
  overlay.onHeap++;
  return true;
}

function putInScratch(overlay: Overlay, page: OverlayPage): bool {
  if (overlay.extent === NO_EXTENT || overlay.inExtent === PAGES_PER_EXTENT) {
    const extent = mayChange(overlay.count + PAGES_PER_EXTENT) ? takeExtent() : NO_EXTENT;
    if (extent === NO_EXTENT) return false;
    overlay.extent = extent;
    overlay.inExtent = 0;
  }
  page.extent = overlay.extent;
  page.inExtent = <u8>overlay.inExtent;
  overlay.inExtent++;
  return true;
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
function enlarge(overlay: Overlay): bool {
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
