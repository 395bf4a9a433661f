import { HostPointer } from '../externals/addresses';
import { CHECKED_PAGE } from '../externals/cold-places';
import { noteDamagedPage } from './damage';
import { LogicalPage, PAGE_SIZE, PhysicalPage } from './layout';
import { readFromPage, readPage } from './page-access';
import { lastEntry } from './page-map';
import { Store } from './store';
import { StoreFlag } from './superblock';
import { xxh64 } from './xxh64';

// An archive may keep a checksum of each data page in the page's map entry. It is verified whenever an entry has one, so
// that archives which change their mind, and snapshots which outlive that, are read rightly at any point.

/** In an entry: no checksum is kept. */
export const NO_CHECKSUM: u32 = 0;
const INSTEAD_OF_NONE: u32 = 1;
/** Holds the rest of a page of which only a part is wanted. */
const wholePage: HostPointer = CHECKED_PAGE;

/** Whether pages that are written get a checksum. */
export function keepsPageChecksums(slot: Store): bool {
  return (slot.superblock.flags & StoreFlag.PageChecksums) !== 0;
}

/** Checksum of a page's content: the lower half of its XXH64. */
export function pageChecksum(content: HostPointer): u32 {
  const half = <u32>xxh64(content, PAGE_SIZE, 0);
  return half === NO_CHECKSUM ? INSTEAD_OF_NONE : half;
}

/**
 * Reads a part of a data page whose map entry was read last. False, and {@link noteDamagedPage}, when the page does not
 * match the entry's checksum.
 */
export function readDataPage(
  slot: Store,
  logical: LogicalPage,
  page: PhysicalPage,
  offset: u32,
  destination: HostPointer,
  size: u32,
): bool {
  const checksum = lastEntry().checksum;
  if (checksum === NO_CHECKSUM) {
    readFromPage(slot.id, page, offset, destination, size);
    return true;
  }
  const content = size === PAGE_SIZE ? destination : wholePage;
  readPage(slot.id, page, content);
  if (pageChecksum(content) !== checksum) return noteDamagedPage(slot, logical);
  if (size < PAGE_SIZE) memory.copy(destination, content + offset, size);
  return true;
}
