import { HostPointer } from '../externals/addresses';
import { forgetDamage, noteLostPage } from './damage';
import { MAX_IMAGES, positionOf, recordAt } from './image-directory';
import { FANOUT, FANOUT_SHIFT, Level, LogicalPage, PAGE_SHIFT, PAGE_SIZE, PhysicalPage } from './layout';
import { readDataPage } from './page-checksum';
import { childOf, DAMAGED_PAGE, pageAt } from './page-map';
import { StoreStatus } from './status';
import { Store } from './store';

/** Bytes of a pinned image or snapshot. Past its end is OutOfBounds, with nothing read. */
export function readPinned(
  slot: Store,
  id: u64,
  offset: u64,
  destination: HostPointer,
  size: u32,
): StoreStatus {
  const position = positionOf(slot, id);
  if (position === MAX_IMAGES) return StoreStatus.NoImage;
  const record = recordAt(slot, position);
  const end = offset + size;
  if (end < offset || end > record.logicalSize) return StoreStatus.OutOfBounds;
  forgetDamage();
  return readFrom(slot, record.rootTable, offset, destination, size)
    ? StoreStatus.Ok
    : StoreStatus.DamagedPage;
}

/** Bytes of the image below a root table. False where a page is damaged or lost: damage.ts tells which. */
function readFrom(slot: Store, root: PhysicalPage, offset: u64, destination: HostPointer, size: u32): bool {
  let table: PhysicalPage = 0;
  let segment = NO_SEGMENT;
  while (size > 0) {
    const logical = <LogicalPage>(offset >> PAGE_SHIFT);
    const inPage = <u32>offset & (PAGE_SIZE - 1);
    const part = min(size, PAGE_SIZE - inPage);
    if (logical >> FANOUT_SHIFT !== segment) {
      segment = logical >> FANOUT_SHIFT;
      table = pageAt(slot, root, Level.Segment, segment);
    }
    const page = childOf(slot, table, logical & (FANOUT - 1));
    if (page === DAMAGED_PAGE) return noteLostPage(slot, logical);
    if (page === 0) memory.fill(destination, 0, part);
    else if (!readDataPage(slot, logical, page, inPage, destination, part)) return false;
    offset += part;
    destination += part;
    size -= part;
  }
  return true;
}

const NO_SEGMENT: u32 = 0xffffffff;
