import { trapWithNumber } from '../engine/trap';
import { HostPointer } from '../externals/addresses';
import { allocatePage, freePage } from './allocation';
import { Image, knownWritableTable, rememberWritableTable } from './image';
import { FANOUT, FANOUT_SHIFT, LogicalPage, PageKind, PhysicalPage } from './layout';
import { readPage, writePage } from './page-access';
import { tableBuffer, zeroPage } from './page-buffers';
import { childOf, DAMAGED_PAGE, lastEntry, writeChild } from './page-map';
import { Store } from './store';

// Changes of an image's map. A page or table that no snapshot shares is rewritten in place, so a repeated update takes
// no new page; a shared one is copied and stays as it is for the snapshot.

/** Gives a logical page its content. */
export function writeImagePage(slot: Store, image: Image, logical: LogicalPage, source: HostPointer): void {
  const table = writableSegmentTable(slot, image, logical >> FANOUT_SHIFT);
  const index = logical & (FANOUT - 1);
  let page = sound(slot, childOf(slot, table, index));
  if (page === 0 || lastEntry().birth <= image.sharedEpoch) {
    page = allocatePage(slot, PageKind.Data, logical);
    writeChild(slot, table, index, page, slot.superblock.epoch);
  }
  writePage(slot.id, page, source);
}

/** Makes a logical page one of zeros that takes no room, and remembers in its entry that it was written. */
export function writeZeroPage(slot: Store, image: Image, logical: LogicalPage): void {
  const table = writableSegmentTable(slot, image, logical >> FANOUT_SHIFT);
  const index = logical & (FANOUT - 1);
  const page = sound(slot, childOf(slot, table, index));
  if (page !== 0 && lastEntry().birth > image.sharedEpoch) freePage(slot, page);
  writeChild(slot, table, index, 0, slot.superblock.epoch);
}

/** Page of a segment's table that may be rewritten, made or copied if need be. */
export function writableSegmentTable(slot: Store, image: Image, segment: u32): PhysicalPage {
  const known = knownWritableTable(image, segment);
  if (known !== 0) return known;
  const number = segment >> FANOUT_SHIFT;
  const root = writableRoot(slot, image);
  const directory = writableChild(slot, image, root, number, PageKind.DirectoryTable, number);
  const table = writableChild(slot, image, directory, segment & (FANOUT - 1), PageKind.SegmentTable, segment);
  rememberWritableTable(image, segment, table);
  return table;
}

/** Page of the image's root table, which may be rewritten. */
export function writableRoot(slot: Store, image: Image): PhysicalPage {
  if (image.rootTable === 0 || image.rootBirth <= image.sharedEpoch) {
    image.rootTable = copyTable(slot, image.rootTable, PageKind.RootTable, 0);
    image.rootBirth = slot.superblock.epoch;
  }
  return image.rootTable;
}

/** Table below another that may be rewritten, made or copied if need be. */
export function writableChild(
  slot: Store,
  image: Image,
  parent: PhysicalPage,
  position: u32,
  kind: PageKind,
  index: u32,
): PhysicalPage {
  const present = sound(slot, childOf(slot, parent, position));
  if (present !== 0 && lastEntry().birth > image.sharedEpoch) return present;
  const table = copyTable(slot, present, kind, index);
  writeChild(slot, parent, position, table, slot.superblock.epoch);
  return table;
}

/** A new table with the entries of another, or with none when that is 0. */
function copyTable(slot: Store, from: PhysicalPage, kind: PageKind, index: u32): PhysicalPage {
  const table = allocatePage(slot, kind, index);
  if (from === 0) {
    writePage(slot.id, table, zeroPage);
  } else {
    readPage(slot.id, from, tableBuffer);
    writePage(slot.id, table, tableBuffer);
  }
  return table;
}

/** A damaged map is found by the reads of a transaction; a write that meets it must not go on. */
export function sound(slot: Store, page: PhysicalPage): PhysicalPage {
  if (page === DAMAGED_PAGE) trapWithNumber('Tabularium: damaged page map in memory ', slot.id, '');
  return page;
}
