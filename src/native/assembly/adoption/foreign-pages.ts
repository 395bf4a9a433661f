import { HostPointer } from '../externals/addresses';
import { isInside, readMemory } from '../memory/virtual-memory';
import { LogicalPage, PAGE_SHIFT, PAGE_SIZE } from '../pages/layout';
import { ContentKind, SlotContent } from './content';
import {
  EXTENT_LENGTH,
  FOREIGN_PAGE_SHIFT,
  FOREIGN_PAGE_SIZE,
  FOREIGN_SUPERBLOCK_REGION,
  LENGTH_IN_PLACE,
  OFFSET_SIZE,
  SEGMENT_PAGES,
  SEGMENT_SHIFT,
  SEGMENT_TABLE_LENGTH,
  VERSION_SEGMENTED,
  ZeroExtent,
} from './foreign-layout';

// Reads an adoptable image in pages of ours, wherever its writer put them. Every offset that was read from the slot is
// checked before it is followed, so that a damaged table ends in an answer instead of a trap.

const buffer: HostPointer = <u32>memory.data(16, 8);

/** The segment whose table's offset is known, one more than its number; 0 for none. */
let knownSegment: u64 = 0;
let knownTable: u64 = 0;

/** A run of pages of which all or none are zeros by version 8's extents. */
let runStart: u64 = 0;
let runEnd: u64 = 0;
let runIsZero: bool = false;

/** Forgets what is known of the image that was read before. */
export function beginForeignReads(): void {
  knownSegment = 0;
  runEnd = 0;
}

/**
 * Copies a page of the image, with zeros behind the image's end. False where its place makes no sense: then the image is
 * damaged.
 */
export function readForeignPage(content: SlotContent, page: LogicalPage, destination: HostPointer): bool {
  const offset = (<u64>page) << PAGE_SHIFT;
  const size = <u32>min<u64>(PAGE_SIZE, content.imageSize - offset);
  memory.fill(destination + size, 0, PAGE_SIZE - size);
  if (content.kind === ContentKind.SqliteImage) return copy(content, offset, destination, size);
  if (content.version === VERSION_SEGMENTED) return readSegmented(content, offset, destination, size);
  return readInPlace(content, offset, destination, size);
}

function readSegmented(content: SlotContent, offset: u64, destination: HostPointer, size: u32): bool {
  const foreignPage = offset >> FOREIGN_PAGE_SHIFT;
  if (!findSegment(content, foreignPage >> SEGMENT_SHIFT)) return false;
  if (knownTable === 0) return zeros(destination, size);
  const entry = knownTable + (foreignPage & (SEGMENT_PAGES - 1)) * OFFSET_SIZE;
  readMemory(content.id, entry, buffer, OFFSET_SIZE);
  const place = load<u64>(buffer);
  if (place === 0) return zeros(destination, size);
  if (!isData(content, place, FOREIGN_PAGE_SIZE)) return false;
  return copy(content, place + (offset & (FOREIGN_PAGE_SIZE - 1)), destination, size);
}

/** Makes a segment's table the known one. The root table's entries were checked to lie inside the memory. */
function findSegment(content: SlotContent, segment: u64): bool {
  if (knownSegment === segment + 1) return true;
  readMemory(content.id, content.rootTable + segment * OFFSET_SIZE, buffer, OFFSET_SIZE);
  const table = load<u64>(buffer);
  if (table !== 0 && !isData(content, table, SEGMENT_TABLE_LENGTH)) return false;
  knownSegment = segment + 1;
  knownTable = table;
  return true;
}

function readInPlace(content: SlotContent, offset: u64, destination: HostPointer, size: u32): bool {
  const foreignPage = offset >> FOREIGN_PAGE_SHIFT;
  if (foreignPage < runStart || foreignPage >= runEnd) findRun(content, foreignPage);
  return runIsZero ? zeros(destination, size) : copy(content, content.imageBase + offset, destination, size);
}

/** Finds the first extent that ends behind the page: it holds the page, or ends the run of pages that have bytes. */
function findRun(content: SlotContent, page: u64): void {
  let low: u64 = 0;
  let high = content.extents;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (readExtent(content, middle).end <= page) low = middle + 1;
    else high = middle;
  }
  const previousEnd = low > 0 ? readExtent(content, low - 1).end : 0;
  const found = low < content.extents ? readExtent(content, low) : null;
  runIsZero = found !== null && found.start <= page;
  runStart = found !== null && runIsZero ? found.start : previousEnd;
  runEnd = found === null ? u64.MAX_VALUE : runIsZero ? found.end : found.start;
}

/** Valid until the next one is read. */
export function readExtent(content: SlotContent, index: u64): ZeroExtent {
  readMemory(content.id, LENGTH_IN_PLACE + index * EXTENT_LENGTH, buffer, EXTENT_LENGTH);
  return changetype<ZeroExtent>(<usize>buffer);
}

/** Whether a range lies inside the memory and behind the superblock. */
export function isData(content: SlotContent, offset: u64, size: u64): bool {
  return offset >= FOREIGN_SUPERBLOCK_REGION && isInside(content.id, offset, size);
}

function copy(content: SlotContent, offset: u64, destination: HostPointer, size: u32): bool {
  readMemory(content.id, offset, destination, size);
  return true;
}

function zeros(destination: HostPointer, size: u32): bool {
  memory.fill(destination, 0, size);
  return true;
}
