import { trapWithNumber } from '../engine/trap';
import { HostPointer } from '../externals/addresses';
import { allocatePage, freePage } from './allocation';
import { isHeldByOther, numberOf } from './holders';
import { Image, knownWritableTable, rememberWritableTable } from './image';
import { FANOUT, FANOUT_SHIFT, Level, LogicalPage, PageKind, PhysicalPage } from './layout';
import { readPage, writePage } from './page-access';
import { tableBuffer, zeroPage } from './page-buffers';
import { keepsPageChecksums, NO_CHECKSUM, pageChecksum } from './page-checksum';
import { childOf, DAMAGED_PAGE, lastEntry, writeChild, writeDataChild } from './page-map';
import { Store } from './store';

// Changes of an image's map. A page or table that no other image shares is rewritten in place, so a repeated update takes
// no new page; a shared one is copied and stays as it is for the others. One that was shared and is no longer is born
// again where it lies, so that this is found out once.

/** Gives a logical page its content. */
export function writeImagePage(slot: Store, image: Image, logical: LogicalPage, source: HostPointer): void {
  const table = writableSegmentTable(slot, image, logical >> FANOUT_SHIFT);
  const index = logical & (FANOUT - 1);
  const checksum = keepsPageChecksums(slot) ? pageChecksum(source) : NO_CHECKSUM;
  let page = sound(slot, childOf(slot, table, index));
  if (page === 0 || lastEntry().birth <= image.sharedEpoch) {
    if (page === 0 || isShared(slot, image, Level.Data, logical, page, lastEntry().birth)) {
      page = allocatePage(slot, PageKind.Data, logical);
    }
    writeDataChild(slot, table, index, page, checksum, slot.superblock.epoch);
  } else if (lastEntry().checksum !== checksum) {
    writeDataChild(slot, table, index, page, checksum, lastEntry().birth);
  }
  writePage(slot.id, page, source);
}

/** Makes a logical page one of zeros that takes no room, and remembers in its entry that it was written. */
export function writeZeroPage(slot: Store, image: Image, logical: LogicalPage): void {
  const table = writableSegmentTable(slot, image, logical >> FANOUT_SHIFT);
  const index = logical & (FANOUT - 1);
  const page = sound(slot, childOf(slot, table, index));
  if (page !== 0 && !isShared(slot, image, Level.Data, logical, page, lastEntry().birth))
    freePage(slot, page);
  writeChild(slot, table, index, 0, slot.superblock.epoch);
}

/** Page of a segment's table that may be rewritten, made or copied if need be. */
export function writableSegmentTable(slot: Store, image: Image, segment: u32): PhysicalPage {
  const known = knownWritableTable(image, segment);
  if (known !== 0) return known;
  const number = segment >> FANOUT_SHIFT;
  const root = writableRoot(slot, image);
  const directory = writableTable(slot, image, root, Level.Directory, number);
  const table = writableTable(slot, image, directory, Level.Segment, segment);
  rememberWritableTable(image, segment, table);
  return table;
}

/** Page of the image's root table, which may be rewritten. */
export function writableRoot(slot: Store, image: Image): PhysicalPage {
  const root = image.rootTable;
  if (root !== 0 && image.rootBirth > image.sharedEpoch) return root;
  if (root === 0 || isShared(slot, image, Level.Root, 0, root, image.rootBirth)) {
    image.rootTable = copyTable(slot, root, PageKind.RootTable, 0);
  }
  image.rootBirth = slot.superblock.epoch;
  return image.rootTable;
}

/** The index-th table of a level, below a parent that may be rewritten: made or copied if need be. */
export function writableTable(
  slot: Store,
  image: Image,
  parent: PhysicalPage,
  level: Level,
  index: u32,
): PhysicalPage {
  const position = index & (FANOUT - 1);
  let table = sound(slot, childOf(slot, parent, position));
  if (table !== 0 && lastEntry().birth > image.sharedEpoch) return table;
  if (table === 0 || isShared(slot, image, level, index, table, lastEntry().birth)) {
    table = copyTable(
      slot,
      table,
      level === Level.Directory ? PageKind.DirectoryTable : PageKind.SegmentTable,
      index,
    );
  }
  writeChild(slot, parent, position, table, slot.superblock.epoch);
  return table;
}

/** Whether another image holds the image's page, the index-th of its level. */
export function isShared(
  slot: Store,
  image: Image,
  level: Level,
  index: u32,
  page: PhysicalPage,
  birth: u64,
): bool {
  return birth <= image.sharedEpoch && isHeldByOther(slot, numberOf(slot, image), level, index, page, birth);
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

/**
 * A transaction's write finds damage when its room is counted (transaction-room.ts), where it can be refused. What is only
 * met here, in the midst of a change, must not go on.
 */
export function sound(slot: Store, page: PhysicalPage): PhysicalPage {
  if (page === DAMAGED_PAGE) trapWithNumber('Tabularium: damaged page map in memory ', slot.id, '');
  return page;
}
