import { HostPointer } from '../externals/addresses';
import { readBytes } from './image-read';
import { LogicalPage, PAGE_SHIFT, PAGE_SIZE, pagesOf } from './layout';
import { addOverlayPage, beginOverlay, cutOffOverlay, findOverlayPage, OverlayPage } from './overlay';
import { Store } from './store';

// A store as the transaction under way sees it: the overlay over the published image. SQLite's pages may be smaller or
// larger than storage pages, so every access is a range of bytes.

/** Bytes of the image as the transaction sees it. */
export function transactionSize(slot: Store): u64 {
  return slot.overlay.active ? slot.overlay.logicalSize : slot.live.logicalSize;
}

/** Reads bytes that lie inside the transaction's size. False where the page map is damaged. */
export function readTransaction(slot: Store, offset: u64, destination: HostPointer, size: u32): bool {
  if (!slot.overlay.active) return readBytes(slot, slot.live, offset, destination, size);
  while (size > 0) {
    const inPage = <u32>offset & (PAGE_SIZE - 1);
    const part = min(size, PAGE_SIZE - inPage);
    if (!readPart(slot, offset, inPage, destination, part)) return false;
    offset += part;
    destination += part;
    size -= part;
  }
  return true;
}

/** Writes bytes, growing the image if they end behind it. False when the heap is exhausted or the map damaged. */
export function writeTransaction(slot: Store, offset: u64, source: HostPointer, size: u32): bool {
  begin(slot);
  const end = offset + size;
  while (size > 0) {
    const inPage = <u32>offset & (PAGE_SIZE - 1);
    const part = min(size, PAGE_SIZE - inPage);
    const page = overlayPage(slot, <u32>(offset >> PAGE_SHIFT), part < PAGE_SIZE);
    if (page === null) return false;
    memory.copy(page.bytes + inPage, source, part);
    offset += part;
    source += part;
    size -= part;
  }
  slot.overlay.logicalSize = max(slot.overlay.logicalSize, end);
  return true;
}

/** Cuts the image off at a size. False when the heap is exhausted or the map damaged. */
export function truncateTransaction(slot: Store, size: u64): bool {
  begin(slot);
  const inPage = <u32>size & (PAGE_SIZE - 1);
  if (inPage > 0 && size < slot.overlay.logicalSize) {
    // Behind the new end there must be zeros if the image grows again.
    const edge = overlayPage(slot, <u32>(size >> PAGE_SHIFT), true);
    if (edge === null) return false;
    memory.fill(edge.bytes + inPage, 0, PAGE_SIZE - inPage);
  }
  cutOffOverlay(slot.overlay, pagesOf(size));
  slot.overlay.logicalSize = size;
  return true;
}

function begin(slot: Store): void {
  const size = slot.live.logicalSize;
  if (!slot.overlay.active) beginOverlay(slot.overlay, size, pagesOf(size));
}

function readPart(slot: Store, offset: u64, inPage: u32, destination: HostPointer, size: u32): bool {
  const logical = <u32>(offset >> PAGE_SHIFT);
  const page = findOverlayPage(slot.overlay, logical);
  if (page !== null) {
    memory.copy(destination, page.bytes + inPage, size);
    return true;
  }
  if (logical < slot.overlay.cutOff) return readBytes(slot, slot.live, offset, destination, size);
  memory.fill(destination, 0, size);
  return true;
}

/** The overlay's page, made if need be; with `filled`, it holds what the transaction sees there. */
function overlayPage(slot: Store, logical: LogicalPage, filled: bool): OverlayPage | null {
  const present = findOverlayPage(slot.overlay, logical);
  if (present !== null) return present;
  const page = addOverlayPage(slot.overlay, logical);
  if (page === null || !filled) return page;
  if (logical >= slot.overlay.cutOff) {
    memory.fill(page.bytes, 0, PAGE_SIZE);
    return page;
  }
  return readBytes(slot, slot.live, (<u64>logical) << PAGE_SHIFT, page.bytes, PAGE_SIZE) ? page : null;
}
