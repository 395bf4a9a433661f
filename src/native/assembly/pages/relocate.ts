import { IMAGE_NUMBERS, ImageNumber, rootOf, setRoot } from './holders';
import { forgetTables } from './image';
import { FANOUT, FANOUT_SHIFT, Level, PageKind, PhysicalPage } from './layout';
import { childOf, pageAt, redirectChild } from './page-map';
import { Store } from './store';

// What points to a page is found from the page's allocation entry: whichever images share it, it has the same index in
// all of them. A pointer is changed in place even in a table that is shared, since what it leads to stays the same.

/** Makes everything that points to a page point to another. False when nothing did. */
export function relocate(
  slot: Store,
  kind: PageKind,
  index: u32,
  from: PhysicalPage,
  to: PhysicalPage,
): bool {
  if (!belongsToImages(kind)) return redirectRecord(slot, from, to);
  // The remembered way to a table that moves is wrong, even where another image's turn has changed the pointer.
  if (kind !== PageKind.Data) {
    forgetTables(slot.live);
    forgetTables(slot.staging);
  }
  const level = levelOf(kind);
  let found = false;
  for (let number: ImageNumber = 0; number < IMAGE_NUMBERS; number++) {
    if (redirect(slot, number, level, index, from, to)) found = true;
  }
  return found;
}

/** Pages that the superblock points to without an image in between. */
function redirectRecord(slot: Store, from: PhysicalPage, to: PhysicalPage): bool {
  const superblock = slot.superblock;
  if (superblock.imageDirectory === from) superblock.imageDirectory = to;
  else if (superblock.checksumRecord === from) superblock.checksumRecord = to;
  else if (superblock.stagingRecord === from) superblock.stagingRecord = to;
  else return false;
  return true;
}

function belongsToImages(kind: PageKind): bool {
  return kind >= PageKind.Data && kind <= PageKind.RootTable;
}

function levelOf(kind: PageKind): Level {
  return <Level>(kind - PageKind.Data);
}

function redirect(
  slot: Store,
  number: ImageNumber,
  level: Level,
  index: u32,
  from: PhysicalPage,
  to: PhysicalPage,
): bool {
  const root = rootOf(slot, number);
  if (root === 0) return false;
  if (level === Level.Root) {
    if (root !== from) return false;
    setRoot(slot, number, to);
    return true;
  }
  const table = pageAt(slot, root, level + 1, index >> FANOUT_SHIFT);
  const position = index & (FANOUT - 1);
  if (childOf(slot, table, position) !== from) return false;
  redirectChild(slot, table, position, to);
  return true;
}
