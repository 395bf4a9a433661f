import { HostPointer } from '../externals/addresses';
import { isZero } from '../memory/zeros';
import { readBytes } from './image-read';
import { enterImport, writeStaging } from './import';
import { canCoverInPart, coverPage, coverPart, receivedInPage } from './import-coverage';
import { ImportPhase, importRecord, writeRecord } from './import-record';
import { FANOUT, LogicalPage, PAGE_SHIFT, PAGE_SIZE, pagesOf } from './layout';
import { writeImagePage, writeZeroPage } from './map-write';
import { pageBuffer } from './page-buffers';
import { reservePages, TABLES_PER_PAGE } from './reserve';
import { StoreStatus } from './status';
import { Store } from './store';

/** Pages at a chunk's two ends that may be parts, each with a page of bits. */
const PARTS: u32 = 2;

/**
 * Takes bytes of the image. Chunks may have any size, come in any order, and come again: what was sent last counts.
 * Refused bytes change nothing.
 */
export function writeImport(
  slot: Store,
  session: u64,
  offset: u64,
  source: HostPointer,
  size: u32,
): StoreStatus {
  const status = enterImport(slot, session);
  if (status !== StoreStatus.Ok) return status;
  if (importRecord().phase !== ImportPhase.Receiving) return StoreStatus.ImportClosed;
  const end = offset + size;
  if (end < offset || end > slot.superblock.stagingSize) return StoreStatus.OutOfBounds;
  if (!isPlaceable(slot, offset, end)) return StoreStatus.ImportMisaligned;
  const room = reservePages(slot, pagesForChunk(offset, end));
  if (room !== StoreStatus.Ok) return room;
  if (!writeChunk(slot, offset, source, size)) return StoreStatus.DamagedPage;
  writeRecord(slot);
  writeStaging(slot);
  return StoreStatus.Ok;
}

function isPlaceable(slot: Store, offset: u64, end: u64): bool {
  const inPart = offset % PAGE_SIZE !== 0 || (end % PAGE_SIZE !== 0 && end !== slot.superblock.stagingSize);
  return !inPart || canCoverInPart(slot, <u32>(end >> PAGE_SHIFT));
}

function pagesForChunk(offset: u64, end: u64): u32 {
  const pages = pagesOf(end) - <u32>(offset >> PAGE_SHIFT);
  const segments = pages / FANOUT + 2;
  return pages + segments * TABLES_PER_PAGE + PARTS * (1 + TABLES_PER_PAGE);
}

function writeChunk(slot: Store, offset: u64, source: HostPointer, size: u32): bool {
  while (size > 0) {
    const inPage = <u32>offset & (PAGE_SIZE - 1);
    const part = min(size, PAGE_SIZE - inPage);
    const logical = <u32>(offset >> PAGE_SHIFT);
    const before = receivedInPage(slot, logical);
    if (part === PAGE_SIZE) {
      if (before !== 0) coverPage(slot, logical);
      putPage(slot, logical, source);
    } else if (!writePart(slot, logical, inPage, source, part)) return false;
    slot.superblock.stagingReceived += receivedInPage(slot, logical) - before;
    offset += part;
    source += part;
    size -= part;
  }
  return true;
}

/** The bits first: afterwards the page's map entry says that it is there. */
function writePart(slot: Store, logical: LogicalPage, inPage: u32, source: HostPointer, size: u32): bool {
  coverPart(slot, logical, inPage, inPage + size);
  if (!readBytes(slot, slot.staging, (<u64>logical) << PAGE_SHIFT, pageBuffer, PAGE_SIZE)) return false;
  memory.copy(pageBuffer + inPage, source, size);
  putPage(slot, logical, pageBuffer);
  return true;
}

function putPage(slot: Store, logical: LogicalPage, source: HostPointer): void {
  if (isZero(source, PAGE_SIZE)) writeZeroPage(slot, slot.staging, logical);
  else writeImagePage(slot, slot.staging, logical, source);
}
