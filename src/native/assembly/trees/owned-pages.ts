import { fault } from './fault';
import { TreeWalk } from './tree-walk';

// Each page has one owner: a tree, a chain of overflow pages, the list of free pages, or the file format itself.

const ALL_OWNED: u64 = u64.MAX_VALUE;

/** Takes a page for whoever leads to it. False where there is no such page, or it has another owner. */
export function claim(walk: TreeWalk, page: u32): bool {
  if (page === 0 || page > walk.pages) return fault(page, ' does not exist, and something leads to it');
  const at = walk.owned + ((page >> 6) << 3);
  const bit = (<u64>1) << (page & 63);
  const owned = load<u64>(at);
  if ((owned & bit) !== 0) return fault(page, ' is used twice');
  store<u64>(at, owned | bit);
  return true;
}

/** Whether every page was taken. */
export function isAllOwned(walk: TreeWalk): bool {
  // There is no page 0.
  store<u64>(walk.owned, load<u64>(walk.owned) | 1);
  for (let word: u32 = 0; word <= walk.pages >> 6; word++) {
    const free = load<u64>(walk.owned + (word << 3)) ^ ALL_OWNED;
    if (free === 0) continue;
    const page = (word << 6) + <u32>ctz(free);
    if (page <= walk.pages) return fault(page, ' is used by nothing, and is no free page');
  }
  return true;
}
