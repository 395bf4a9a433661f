import { freePage } from './allocation';
import { forgetTables, Image } from './image';
import { FANOUT, FANOUT_SHIFT, LogicalPage, PageKind, PhysicalPage } from './layout';
import { sound, writableChild, writableRoot } from './map-write';
import { childOf, lastEntry, writeChild } from './page-map';
import { Store } from './store';

// Giving back what an image no longer reaches. What a snapshot shares is only let go of: nothing below a shared table is
// the image's own, since whatever changed under it would have copied the table first.

/** Levels of tables above the data pages. */
const DEPTH: u32 = 3;

/** Cuts an image's map down from `end` logical pages, its present number, to `kept`. */
export function cutImage(slot: Store, image: Image, kept: LogicalPage, end: LogicalPage): void {
  if (kept >= end || image.rootTable === 0) return;
  if (kept === 0) {
    releaseTree(slot, image, image.rootTable, image.rootBirth, DEPTH);
    image.rootTable = 0;
    image.rootBirth = 0;
  } else {
    cutTable(slot, image, writableRoot(slot, image), DEPTH, kept, end, 0);
  }
  forgetTables(image);
}

/** Pages that cutting an image may take into use before it frees any: the tables on the edge, if they are shared. */
export function pagesToCut(image: Image, kept: LogicalPage): u32 {
  return kept > 0 && image.sharedEpoch > 0 ? DEPTH : 0;
}

/**
 * Cuts a table that may be rewritten. `kept` (more than 0) and `end` count logical pages from the table's first, `first`
 * is that one's number.
 */
function cutTable(
  slot: Store,
  image: Image,
  table: PhysicalPage,
  depth: u32,
  kept: LogicalPage,
  end: LogicalPage,
  first: LogicalPage,
): void {
  const shift = (depth - 1) * FANOUT_SHIFT;
  const edge = kept & ((1 << shift) - 1);
  const keptEntries = kept >> shift;
  const endEntries = min<u32>(FANOUT, ((end - 1) >> shift) + 1);
  for (let index = edge > 0 ? keptEntries + 1 : keptEntries; index < endEntries; index++) {
    releaseChild(slot, image, table, index, depth);
  }
  if (edge === 0 || childOf(slot, table, keptEntries) === 0) return;
  const below = first + (keptEntries << shift);
  const kind = depth === DEPTH ? PageKind.DirectoryTable : PageKind.SegmentTable;
  const child = writableChild(slot, image, table, keptEntries, kind, below >> shift);
  cutTable(slot, image, child, depth - 1, edge, end - (keptEntries << shift), below);
}

function releaseChild(slot: Store, image: Image, table: PhysicalPage, index: u32, depth: u32): void {
  const child = sound(slot, childOf(slot, table, index));
  const birth = lastEntry().birth;
  if (child !== 0) releaseTree(slot, image, child, birth, depth - 1);
  // An entry without a page may still say that zeros were written there.
  if (birth !== 0) writeChild(slot, table, index, 0, 0);
}

/** Frees a page and, where it is a table, all below it, as far as they are the image's own. */
function releaseTree(slot: Store, image: Image, page: PhysicalPage, birth: u64, depth: u32): void {
  if (birth <= image.sharedEpoch) return;
  for (let index: u32 = 0; depth > 0 && index < FANOUT; index++) {
    const child = sound(slot, childOf(slot, page, index));
    if (child !== 0) releaseTree(slot, image, child, lastEntry().birth, depth - 1);
  }
  freePage(slot, page);
}
