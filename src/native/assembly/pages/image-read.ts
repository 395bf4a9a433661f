import { HostPointer } from '../externals/addresses';
import { Image } from './image';
import { PAGE_SHIFT, PAGE_SIZE } from './layout';
import { readFromPage } from './page-access';
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
  return readBytes(slot, slot.live, offset, destination, size) ? StoreStatus.Ok : StoreStatus.Damaged;
}

/** Bytes of any image; the range must lie inside it. False where its map is damaged. */
export function readBytes(slot: Store, image: Image, offset: u64, destination: HostPointer, size: u32): bool {
  while (size > 0) {
    const inPage = <u32>offset & (PAGE_SIZE - 1);
    const part = min(size, PAGE_SIZE - inPage);
    const page = findPage(slot, image, <u32>(offset >> PAGE_SHIFT));
    if (page === DAMAGED_PAGE) return false;
    if (page === 0) memory.fill(destination, 0, part);
    else readFromPage(slot.id, page, inPage, destination, part);
    offset += part;
    destination += part;
    size -= part;
  }
  return true;
}
