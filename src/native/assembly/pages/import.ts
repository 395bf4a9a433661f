import { HostPointer } from '../externals/addresses';
import { time } from '../externals/ic0';
import { isZero } from '../memory/zeros';
import { readBytes } from './image-read';
import { FANOUT, FANOUT_SHIFT, LogicalPage, MAX_IMAGE_SIZE, PAGE_SHIFT, PAGE_SIZE, pagesOf } from './layout';
import { writeImagePage, writeZeroPage } from './map-write';
import { pageBuffer } from './page-buffers';
import { childOf, lastEntry, segmentTable } from './page-map';
import { reservePages, TABLES_PER_PAGE } from './reserve';
import { StoreStatus } from './status';
import { Store } from './store';
import { StagingState, writeSuperblock } from './superblock';

// A staged import builds an image of its own beside the live one, which is read and written meanwhile as if nothing
// happened. Its root lies in the superblock's staging record, so it goes on after an upgrade. Bytes up to the record's
// `stagingReceived` have arrived without a gap; whole pages beyond it that have arrived are known by their map entry.

/** Begins an import of that many bytes. */
export function beginImport(slot: Store, totalSize: u64): StoreStatus {
  const superblock = slot.superblock;
  if (superblock.stagingState !== StagingState.None) return StoreStatus.ImportUnderWay;
  if (totalSize === 0 || totalSize > MAX_IMAGE_SIZE) return StoreStatus.ImportSize;
  superblock.stagingState = StagingState.Receiving;
  superblock.stagingSize = totalSize;
  superblock.stagingReceived = 0;
  superblock.stagingTime = time();
  slot.staging.logicalSize = totalSize;
  writeStaging(slot);
  return StoreStatus.Ok;
}

/**
 * Takes bytes of the image. Chunks may come in any order and again; one that neither begins where bytes without a gap
 * were received must begin and end on multiples of 4,096 bytes, the image's end excepted.
 */
export function writeImport(slot: Store, offset: u64, source: HostPointer, size: u32): StoreStatus {
  const superblock = slot.superblock;
  if (superblock.stagingState !== StagingState.Receiving) return StoreStatus.NoImport;
  const end = offset + size;
  if (end < offset || end > superblock.stagingSize) return StoreStatus.OutOfBounds;
  if (!isPlaceable(slot, offset, end)) return StoreStatus.ImportMisaligned;
  if (!reservePages(slot, pagesForChunk(offset, end))) return StoreStatus.Full;
  if (!writeChunk(slot, offset, source, size)) return StoreStatus.Damaged;
  if (offset <= superblock.stagingReceived) superblock.stagingReceived = max(superblock.stagingReceived, end);
  passReceivedPages(slot);
  writeStaging(slot);
  return StoreStatus.Ok;
}

/** Writes what changed of the staging image into the superblock. */
export function writeStaging(slot: Store): void {
  const superblock = slot.superblock;
  superblock.stagingRoot = slot.staging.rootTable;
  superblock.stagingRootBirth = slot.staging.rootBirth;
  superblock.stagingSharedEpoch = slot.staging.sharedEpoch;
  writeSuperblock(slot.id, superblock);
}

/** Turns the staging record into an order to give the staging image's pages back. */
export function startDiscarding(slot: Store): void {
  const superblock = slot.superblock;
  superblock.stagingState = StagingState.Discarding;
  superblock.stagingSize = slot.staging.logicalSize;
  superblock.stagingReceived = 0;
}

/** Makes the staging image the live one, and the replaced one the staging image. */
export function exchangeImages(slot: Store): void {
  const replaced = slot.live;
  slot.live = slot.staging;
  slot.staging = replaced;
}

/** A part of a page can only join bytes that are all there, or it could not be known what is missing of the page. */
function isPlaceable(slot: Store, offset: u64, end: u64): bool {
  const received = slot.superblock.stagingReceived;
  if (offset <= received) return true;
  const endsWell = (end & (PAGE_SIZE - 1)) === 0 || end === slot.superblock.stagingSize;
  return (offset & (PAGE_SIZE - 1)) === 0 && endsWell;
}

function pagesForChunk(offset: u64, end: u64): u32 {
  const pages = pagesOf(end) - <u32>(offset >> PAGE_SHIFT);
  const segments = pages / FANOUT + 2;
  return pages + segments * TABLES_PER_PAGE;
}

function writeChunk(slot: Store, offset: u64, source: HostPointer, size: u32): bool {
  while (size > 0) {
    const inPage = <u32>offset & (PAGE_SIZE - 1);
    const part = min(size, PAGE_SIZE - inPage);
    const logical = <u32>(offset >> PAGE_SHIFT);
    if (part === PAGE_SIZE) writeWhole(slot, logical, source);
    else if (!writePart(slot, logical, inPage, source, part)) return false;
    offset += part;
    source += part;
    size -= part;
  }
  return true;
}

function writePart(slot: Store, logical: LogicalPage, inPage: u32, source: HostPointer, size: u32): bool {
  if (!readBytes(slot, slot.staging, (<u64>logical) << PAGE_SHIFT, pageBuffer, PAGE_SIZE)) return false;
  memory.copy(pageBuffer + inPage, source, size);
  writeWhole(slot, logical, pageBuffer);
  return true;
}

function writeWhole(slot: Store, logical: LogicalPage, source: HostPointer): void {
  if (isZero(source, PAGE_SIZE)) writeZeroPage(slot, slot.staging, logical);
  else writeImagePage(slot, slot.staging, logical, source);
}

/** Moves the mark of bytes without a gap over whole pages that had arrived before what leads up to them. */
function passReceivedPages(slot: Store): void {
  const superblock = slot.superblock;
  while (
    (superblock.stagingReceived & (PAGE_SIZE - 1)) === 0 &&
    superblock.stagingReceived < superblock.stagingSize
  ) {
    if (!hasArrived(slot, <u32>(superblock.stagingReceived >> PAGE_SHIFT))) return;
    superblock.stagingReceived = min(superblock.stagingReceived + PAGE_SIZE, superblock.stagingSize);
  }
}

function hasArrived(slot: Store, logical: LogicalPage): bool {
  const table = segmentTable(slot, slot.staging, logical >> FANOUT_SHIFT);
  if (table === 0) return false;
  childOf(slot, table, logical & (FANOUT - 1));
  return lastEntry().birth !== 0;
}
