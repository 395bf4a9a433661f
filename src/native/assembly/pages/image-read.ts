import { HostPointer } from '../externals/addresses';
import { forgetDamage, noteLostPage } from './damage';
import { Image } from './image';
import { LogicalPage, PAGE_SHIFT, PAGE_SIZE } from './layout';
import { readDataPage } from './page-checksum';
import { DAMAGED_PAGE, findPage } from './page-map';
import { StoreStatus } from './status';
import { Store } from './store';

/**
 * Bytes of the archive's last published image, whatever a transaction under way has written. Past its end is
 * OutOfBounds, with nothing read.
 */
export function readImage(slot: Store, offset: u64, destination: HostPointer, size: u32): StoreStatus {
  const end = offset + size;
  if (end < offset || end > slot.live.logicalSize) return StoreStatus.OutOfBounds;
  forgetDamage();
  return readBytes(slot, slot.live, offset, destination, size) ? StoreStatus.Ok : StoreStatus.DamagedPage;
}

/** Bytes of any image; the range must lie inside it. False where a page is damaged or lost: damage.ts tells which. */
export function readBytes(slot: Store, image: Image, offset: u64, destination: HostPointer, size: u32): bool {
  while (size > 0) {
    const inPage = <u32>offset & (PAGE_SIZE - 1);
    const part = min(size, PAGE_SIZE - inPage);
    const logical = <LogicalPage>(offset >> PAGE_SHIFT);
    const page = findPage(slot, image, logical);
    if (page === DAMAGED_PAGE) return noteLostPage(slot, logical);
    if (page === 0) memory.fill(destination, 0, part);
    else if (!readDataPage(slot, logical, page, inPage, destination, part)) return false;
    offset += part;
    destination += part;
    size -= part;
  }
  return true;
}
