import { HostPointer } from '../externals/addresses';
import { Store } from '../pages/store';
import { fault } from './fault';
import { readFrom } from './image-pages';
import { word } from './numbers';
import { claim } from './owned-pages';
import { TreeWalk } from './tree-walk';

// The pages of an auto-vacuumed database that tell of each page what leads to it
// (https://www.sqlite.org/fileformat2.html#pointer_map_or_ptrmap_pages), and the page that no database uses.

/** What leads to a page, by the map. */
export enum Way {
  /** Nothing: the root of a tree. */
  Root = 1,
  Free = 2,
  /** The cell whose payload goes on there. */
  FirstOverflow = 3,
  /** The overflow page before. */
  NextOverflow = 4,
  /** The interior page above. */
  Child = 5,
}

const ENTRY_SIZE: u32 = 5;
const FIRST_MAP_PAGE: u32 = 2;
/** Byte of the file that file locks use. */
const LOCK_BYTE: u32 = 0x40000000;

const entry: HostPointer = <u32>memory.data(ENTRY_SIZE, 8);

/** Takes the map's pages, and the page of the lock byte, which nothing leads to. */
export function claimReserved(walk: TreeWalk): bool {
  const lock = lockPage(walk);
  if (lock <= walk.pages && !claim(walk, lock)) return false;
  if (!walk.hasPointerMap) return true;
  const span = mapSpan(walk);
  for (let page = FIRST_MAP_PAGE; page <= walk.pages; page += span) {
    const place = page === lock ? page + 1 : page;
    if (place <= walk.pages && !claim(walk, place)) return false;
  }
  return true;
}

/** Whether the map, if there is one, tells what leads to a page of the image. */
export function isMapped(slot: Store, walk: TreeWalk, page: u32, way: Way, parent: u32): bool {
  if (!walk.hasPointerMap) return true;
  const first = page - ((page - FIRST_MAP_PAGE) % mapSpan(walk));
  const map = first === lockPage(walk) ? first + 1 : first;
  if (page <= map) return fault(page, ' has no place in the pointer map');
  if (!readFrom(slot, walk, map, (page - map - 1) * ENTRY_SIZE, entry, ENTRY_SIZE)) return false;
  if (load<u8>(entry) === <u8>way && word(entry + 1) === parent) return true;
  return fault(page, ' is not where its entry in the pointer map says');
}

/** Pages from one of the map to the next. */
function mapSpan(walk: TreeWalk): u32 {
  return walk.usable / ENTRY_SIZE + 1;
}

function lockPage(walk: TreeWalk): u32 {
  return LOCK_BYTE / walk.pageSize + 1;
}
