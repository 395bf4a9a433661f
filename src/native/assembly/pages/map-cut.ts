import { freePage, isRecordedAs } from './allocation';
import { numberOf } from './holders';
import { forgetTables, Image } from './image';
import {
  FANOUT,
  FANOUT_SHIFT,
  firstPageBelow,
  kindAt,
  Level,
  LogicalPage,
  MAX_LOGICAL_PAGES,
  NO_PAGE,
  PhysicalPage,
} from './layout';
import { isShared, writableRoot, writableTable } from './map-write';
import { childOf } from './page-map';
import { examineRelease, forgetOthers, gatherOthers, releaseChildren } from './release';
import { Store } from './store';

// Giving back what an image no longer reaches. What other images share is only let go of.

/** Cuts an image's map down from `end` logical pages, its present number, to `kept`. */
export function cutImage(slot: Store, image: Image, kept: LogicalPage, end: LogicalPage): void {
  if (kept >= end || image.rootTable === 0) return;
  if (kept === 0) releaseMap(slot, image);
  else cutTable(slot, image, writableRoot(slot, image), Level.Root, 0, kept, end);
  forgetTables(image);
}

/** The first page at which {@link cutImage} would meet a damaged map, or NO_PAGE. */
export function examineCut(slot: Store, image: Image, kept: LogicalPage, end: LogicalPage): LogicalPage {
  if (kept >= end || image.rootTable === 0) return NO_PAGE;
  return examineTable(
    slot,
    image,
    image.rootTable,
    Level.Root,
    0,
    kept,
    kept === 0 ? MAX_LOGICAL_PAGES : end,
  );
}

/** The way of {@link cutTable}, with nothing changed. */
function examineTable(
  slot: Store,
  image: Image,
  table: PhysicalPage,
  level: Level,
  index: u32,
  kept: LogicalPage,
  end: LogicalPage,
): LogicalPage {
  const shift = (level - 1) * FANOUT_SHIFT;
  const edge = kept & ((1 << shift) - 1);
  const keptEntries = kept >> shift;
  const endEntries = min<u32>(FANOUT, ((end - 1) >> shift) + 1);
  gather(slot, image, level, index);
  const first = edge > 0 ? keptEntries + 1 : keptEntries;
  const lost = examineRelease(slot, level, index, table, first, endEntries);
  if (lost !== NO_PAGE || edge === 0) return lost;
  const child = childOf(slot, table, keptEntries);
  if (child === 0) return NO_PAGE;
  const below = (index << FANOUT_SHIFT) + keptEntries;
  if (!isRecordedAs(slot, child, kindAt(level - 1), below)) return firstPageBelow(level - 1, below);
  return examineTable(slot, image, child, level - 1, below, edge, end - (keptEntries << shift));
}

function releaseMap(slot: Store, image: Image): void {
  const root = image.rootTable;
  if (!isShared(slot, image, Level.Root, 0, root, image.rootBirth)) {
    gather(slot, image, Level.Root, 0);
    releaseChildren(slot, Level.Root, root, 0, FANOUT);
    freePage(slot, root);
  }
  image.rootTable = 0;
  image.rootBirth = 0;
}

/**
 * Cuts the index-th table of a level, which may be rewritten. `kept` (more than 0) and `end` count logical pages from the
 * table's first.
 */
function cutTable(
  slot: Store,
  image: Image,
  table: PhysicalPage,
  level: Level,
  index: u32,
  kept: LogicalPage,
  end: LogicalPage,
): void {
  const shift = (level - 1) * FANOUT_SHIFT;
  const edge = kept & ((1 << shift) - 1);
  const keptEntries = kept >> shift;
  const endEntries = min<u32>(FANOUT, ((end - 1) >> shift) + 1);
  gather(slot, image, level, index);
  releaseChildren(slot, level, table, edge > 0 ? keptEntries + 1 : keptEntries, endEntries);
  if (edge === 0 || childOf(slot, table, keptEntries) === 0) return;
  const below = (index << FANOUT_SHIFT) + keptEntries;
  const child = writableTable(slot, image, table, level - 1, below);
  cutTable(slot, image, child, level - 1, below, edge, end - (keptEntries << shift));
}

function gather(slot: Store, image: Image, level: Level, index: u32): void {
  if (image.sharedEpoch === 0) forgetOthers(level);
  else gatherOthers(slot, numberOf(slot, image), level, index);
}
