import { HostPointer } from '../externals/addresses';
import { clearHeap, NO_MEMORY } from './heap';
import { readBytes } from './image-read';
import { LogicalPage, PAGE_SHIFT, PAGE_SIZE, pagesOf } from './layout';
import {
  addOverlayPage,
  beginOverlay,
  clearOverlayPage,
  cutOffOverlay,
  findOverlayPage,
  makeOverlayRoom,
  OverlayPage,
  readOverlayPage,
  writeOverlayPage,
} from './overlay';
import { pageBuffer } from './page-buffers';
import { StoreStatus } from './status';
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

/**
 * Writes bytes, growing the image if they end behind it. NoMemory when the heap is exhausted, Full when scratch memory is,
 * Damaged when the page map is; the transaction must then be rolled back.
 */
export function writeTransaction(slot: Store, offset: u64, source: HostPointer, size: u32): StoreStatus {
  begin(slot);
  return change(slot, offset, source, size, false);
}

/**
 * Writes bytes that are those of the published image at their place. Pages that were written go back to it; what was not
 * written needs nothing.
 */
export function revertTransaction(slot: Store, offset: u64, source: HostPointer, size: u32): StoreStatus {
  if (offset + size > slot.live.logicalSize) return writeTransaction(slot, offset, source, size);
  return slot.overlay.active ? change(slot, offset, source, size, true) : StoreStatus.Ok;
}

function change(slot: Store, offset: u64, source: HostPointer, size: u32, isOriginal: bool): StoreStatus {
  const end = offset + size;
  while (size > 0) {
    const inPage = <u32>offset & (PAGE_SIZE - 1);
    const part = min(size, PAGE_SIZE - inPage);
    const status = isOriginal
      ? revertPart(slot, offset, inPage, source, part)
      : writePart(slot, offset, inPage, source, part);
    if (status !== StoreStatus.Ok) return status;
    offset += part;
    source += part;
    size -= part;
  }
  slot.overlay.logicalSize = max(slot.overlay.logicalSize, end);
  return StoreStatus.Ok;
}

/** Cuts the image off at a size, with the same outcomes. */
export function truncateTransaction(slot: Store, size: u64): StoreStatus {
  begin(slot);
  const inPage = <u32>size & (PAGE_SIZE - 1);
  if (inPage > 0 && size < slot.overlay.logicalSize) {
    // Behind the new end there must be zeros if the image grows again.
    const status = openPage(slot, <u32>(size >> PAGE_SHIFT), false);
    if (status !== StoreStatus.Ok) return status;
    clearOverlayPage(opened!, inPage);
  }
  cutOffOverlay(slot.overlay, pagesOf(size));
  slot.overlay.logicalSize = size;
  return StoreStatus.Ok;
}

function begin(slot: Store): void {
  const size = slot.live.logicalSize;
  if (!slot.overlay.active) beginOverlay(slot.overlay, size, pagesOf(size));
}

function readPart(slot: Store, offset: u64, inPage: u32, destination: HostPointer, size: u32): bool {
  const logical = <u32>(offset >> PAGE_SHIFT);
  const page = findOverlayPage(slot.overlay, logical);
  if (page !== null) {
    readOverlayPage(page, inPage, destination, size);
    return true;
  }
  if (logical < slot.overlay.cutOff) return readBytes(slot, slot.live, offset, destination, size);
  clearHeap(destination, size);
  return true;
}

function writePart(slot: Store, offset: u64, inPage: u32, source: HostPointer, size: u32): StoreStatus {
  const status = openPage(slot, <u32>(offset >> PAGE_SHIFT), size === PAGE_SIZE);
  if (status === StoreStatus.Ok) writeOverlayPage(opened!, inPage, source, size);
  return status;
}

function revertPart(slot: Store, offset: u64, inPage: u32, source: HostPointer, size: u32): StoreStatus {
  const logical = <u32>(offset >> PAGE_SHIFT);
  if (logical >= slot.overlay.cutOff) return writePart(slot, offset, inPage, source, size);
  const page = findOverlayPage(slot.overlay, logical);
  if (page === null) return StoreStatus.Ok;
  if (size < PAGE_SIZE) writeOverlayPage(page, inPage, source, size);
  else page.present = false;
  return StoreStatus.Ok;
}

/** The overlay's page that was opened last. */
let opened: OverlayPage | null = null;

/** Takes a page into the overlay, with the content that the transaction sees there unless all of it is about to be written. */
function openPage(slot: Store, logical: LogicalPage, isWritten: bool): StoreStatus {
  let page = findOverlayPage(slot.overlay, logical);
  if (page === null) {
    if (!makeOverlayRoom(slot.overlay)) return StoreStatus.NoMemory;
    page = addOverlayPage(slot.overlay, logical);
    if (page === null) return StoreStatus.Full;
    if (!isWritten && !fillFromImage(slot, page)) return StoreStatus.Damaged;
  }
  opened = page;
  return StoreStatus.Ok;
}

/** Gives a new overlay page what the transaction sees there. */
function fillFromImage(slot: Store, page: OverlayPage): bool {
  if (page.logical < slot.overlay.cutOff) {
    const offset = (<u64>page.logical) << PAGE_SHIFT;
    if (page.bytes !== NO_MEMORY) return readBytes(slot, slot.live, offset, page.bytes, PAGE_SIZE);
    if (!readBytes(slot, slot.live, offset, pageBuffer, PAGE_SIZE)) return false;
    writeOverlayPage(page, 0, pageBuffer, PAGE_SIZE);
    return true;
  }
  clearOverlayPage(page, 0);
  return true;
}
