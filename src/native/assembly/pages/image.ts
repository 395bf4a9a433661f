import { HostPointer } from '../externals/addresses';
import { allocateZeroed, NO_MEMORY, release } from './heap';
import { PhysicalPage } from './layout';

/** An image while its store is open: the root of its page map, and what is known of its segment tables. */
@unmanaged
export class Image {
  /** Bytes of the image. */
  logicalSize: u64;
  /**
   * Pages and tables born after this epoch are the image's own. The others may belong to a snapshot or pin too, which
   * holders.ts finds out.
   */
  sharedEpoch: u64;
  rootBirth: u64;
  rootTable: PhysicalPage;
  /** For each segment, its table's page and whether it may be rewritten; 0 where not known yet. */
  segmentTables: HostPointer;
  segmentCapacity: u32;
}

/** Marks a remembered segment table that is not shared, tables above it included. Page numbers stay far below. */
const WRITABLE: u32 = 0x80000000;
const SMALLEST_CAPACITY: u32 = 16;

export function knownTable(image: Image, segment: u32): PhysicalPage {
  return remembered(image, segment) & ~WRITABLE;
}

export function knownWritableTable(image: Image, segment: u32): PhysicalPage {
  const value = remembered(image, segment);
  return (value & WRITABLE) === 0 ? 0 : value & ~WRITABLE;
}

export function rememberTable(image: Image, segment: u32, page: PhysicalPage): void {
  remember(image, segment, page);
}

export function rememberWritableTable(image: Image, segment: u32, page: PhysicalPage): void {
  remember(image, segment, page | WRITABLE);
}

/** Forgets all tables of the image, as after its map changed by other means. */
export function forgetTables(image: Image): void {
  release(image.segmentTables);
  image.segmentTables = NO_MEMORY;
  image.segmentCapacity = 0;
}

function remembered(image: Image, segment: u32): u32 {
  return segment < image.segmentCapacity ? load<u32>(image.segmentTables + (segment << 2)) : 0;
}

/** Remembering is an economy: where the heap refuses the room, the table is looked up again the next time. */
function remember(image: Image, segment: u32, value: u32): void {
  if (segment >= image.segmentCapacity && !makeRoom(image, segment + 1)) return;
  store<u32>(image.segmentTables + (segment << 2), value);
}

function makeRoom(image: Image, segments: u32): bool {
  let capacity = max(image.segmentCapacity, SMALLEST_CAPACITY);
  while (capacity < segments) capacity <<= 1;
  const larger = allocateZeroed(capacity << 2);
  if (larger === NO_MEMORY) return false;
  memory.copy(larger, image.segmentTables, image.segmentCapacity << 2);
  release(image.segmentTables);
  image.segmentTables = larger;
  image.segmentCapacity = capacity;
  return true;
}
