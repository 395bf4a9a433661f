import { HostPointer } from '../externals/addresses';
import { readBytes } from '../pages/image-read';
import { Store } from '../pages/store';
import { TreeWalk } from './tree-walk';

// Reading SQLite's pages of the staged image. Where a storage page is damaged or lost, that is noted for the caller's error,
// and tells nothing about the image.

let unreadable: bool = false;

export function forgetUnreadable(): void {
  unreadable = false;
}

/** Whether the walk ended because the image cannot be read. */
export function isUnreadable(): bool {
  return unreadable;
}

/** Brings a page's content into the walk's buffer. */
export function bufferPage(slot: Store, walk: TreeWalk, page: u32): bool {
  if (walk.buffered === page) return true;
  walk.buffered = 0;
  if (!readFrom(slot, walk, page, 0, walk.buffer, walk.pageSize)) return false;
  walk.buffered = page;
  return true;
}

/** Reads bytes that lie in one page. */
export function readFrom(
  slot: Store,
  walk: TreeWalk,
  page: u32,
  offset: u32,
  destination: HostPointer,
  size: u32,
): bool {
  const start = <u64>(page - 1) * walk.pageSize;
  if (readBytes(slot, slot.staging, start + offset, destination, size)) return true;
  unreadable = true;
  return false;
}
