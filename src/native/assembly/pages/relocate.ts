import { forgetTables, Image } from './image';
import { imageAt, imagePlaces, recordRoot } from './images';
import { FANOUT, FANOUT_SHIFT, PageKind, PhysicalPage } from './layout';
import { childOf, redirectChild, segmentTable } from './page-map';
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
  let found = redirectRecord(slot, from, to);
  for (let place: u32 = 0; place < imagePlaces(slot); place++) {
    const image = imageAt(slot, place);
    if (image === null) continue;
    // The remembered way to a table that moves is wrong, even where another image's turn has changed the pointer.
    if (kind !== PageKind.Data) forgetTables(image);
    if (!redirect(slot, image, kind, index, from, to)) continue;
    if (kind === PageKind.RootTable) recordRoot(slot, place, image);
    found = true;
  }
  return found;
}

/** Pages that the superblock points to without an image in between. */
function redirectRecord(slot: Store, from: PhysicalPage, to: PhysicalPage): bool {
  const superblock = slot.superblock;
  if (superblock.snapshotDirectory === from) superblock.snapshotDirectory = to;
  else if (superblock.checksumRecord === from) superblock.checksumRecord = to;
  else if (superblock.stagingRecord === from) superblock.stagingRecord = to;
  else return false;
  return true;
}

function redirect(
  slot: Store,
  image: Image,
  kind: PageKind,
  index: u32,
  from: PhysicalPage,
  to: PhysicalPage,
): bool {
  const position = index & (FANOUT - 1);
  switch (kind) {
    case PageKind.Data:
      return redirectIn(slot, segmentTable(slot, image, index >> FANOUT_SHIFT), position, from, to);
    case PageKind.SegmentTable: {
      const directory = childOf(slot, image.rootTable, index >> FANOUT_SHIFT);
      return redirectIn(slot, directory, position, from, to);
    }
    case PageKind.DirectoryTable:
      return redirectIn(slot, image.rootTable, index, from, to);
    case PageKind.RootTable:
      if (image.rootTable !== from) return false;
      image.rootTable = to;
      return true;
    default:
      return false;
  }
}

function redirectIn(
  slot: Store,
  table: PhysicalPage,
  position: u32,
  from: PhysicalPage,
  to: PhysicalPage,
): bool {
  if (childOf(slot, table, position) !== from) return false;
  redirectChild(slot, table, position, to);
  return true;
}
