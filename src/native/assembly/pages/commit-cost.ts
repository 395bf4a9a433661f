import { nameFree } from './allocation';
import { fitsCommit, refuseInstructions } from './commit-limit';
import { NO_MEMORY } from './heap';
import { MAX_IMAGES } from './image-directory';
import { FANOUT_SHIFT, GROUP_PAGES, LogicalPage, PhysicalPage, pagesOf, TABLE_IN_GROUP } from './layout';
import { addPage, beginSet, endSet, PageSet, TOUCH, wasmPagesOf } from './page-set';
import { TIDIED_PAGES } from './publish';
import { groupsBegunBelow } from './reserve';
import { Store } from './store';

// What publishing the transaction under way will take. Its work goes by pages; what the IC charges for memory goes by the
// distinct 64 KiB pages that hold them, their tables and their allocation entries. How many these can be at most is told
// without looking, and nearly always fits. Where it does not, the walk that counts the room for the transaction
// (transaction-room.ts) enters each page that it comes by into a set.

/**
 * Instructions of publishing a page, its share of tables and a checksum included, and its way back from where it had spilled to;
 * without what the IC charges for memory.
 */
const WORK_OF_PAGE: u64 = 20000;
/** Of giving a page back that was cut off, and of looking before whether that can be done. */
const WORK_OF_CUT_PAGE: u64 = 2000;
/** A first access and a first write. */
const ACCESS_AND_WRITE: u64 = 2 * TOUCH;
/** 64 KiB pages that a commit touches whatever it changes: superblock, image directory. */
const ALWAYS_TOUCHED: u64 = 2;

const set = changetype<PageSet>(memory.data(offsetof<PageSet>(), 4));

/** Logical pages that the transaction cuts off the published image. */
function pagesCutOff(slot: Store): u32 {
  const end: LogicalPage = pagesOf(slot.live.logicalSize);
  const kept = slot.overlay.cutOff;
  return kept < end ? end - kept : 0;
}

/**
 * Whether the walk and what it leads to fit the message for certain, wherever the pages lie. Otherwise they are counted on the
 * walk. @param mostNew pages that publishing may allocate
 */
export function isCheap(slot: Store, mostNew: u32): bool {
  return fitsCommit(work(slot) + mostTouches(slot, mostNew) * ACCESS_AND_WRITE);
}

/** Begins to count. False when there is no memory for it: then the most that it may take counts, which does not fit. */
export function beginCount(slot: Store, mostNew: u32): bool {
  if (beginSet(set, freshEnd(slot, mostNew))) return true;
  refuseInstructions(work(slot) + mostTouches(slot, mostNew) * ACCESS_AND_WRITE);
  return false;
}

/** Counts a page that publishing reads or writes, with its allocation entry, while a count is under way. */
export function countPage(page: PhysicalPage): void {
  if (set.bits === NO_MEMORY) return;
  addPage(set, page);
  addPage(set, (page & ~(GROUP_PAGES - 1)) + TABLE_IN_GROUP);
}

/**
 * Ends the count with the pages that will be allocated, and tells whether all fits. A refusal is taken down. The pages are the
 * first free ones, then fresh ones; a cut may free others before them.
 */
export function endCount(slot: Store, newPages: u32): bool {
  const free = nameFree(slot, newPages, countPage);
  for (let page = slot.superblock.highWater; page < freshEnd(slot, newPages - free); page++) countPage(page);
  const touched =
    set.count + cutTouches(slot) + min(newPages, pagesCutOff(slot)) + ALWAYS_TOUCHED + tidied(slot);
  endSet(set);
  const needed = work(slot) + touched * ACCESS_AND_WRITE;
  if (fitsCommit(needed)) return true;
  refuseInstructions(needed);
  return false;
}

/** Where the store will end when so many fresh pages are taken, the tables of the groups that begin among them included. */
function freshEnd(slot: Store, pages: u32): PhysicalPage {
  return slot.superblock.highWater + pages + (pages / GROUP_PAGES + 1) * (TABLE_IN_GROUP + 1);
}

function work(slot: Store): u64 {
  return <u64>slot.overlay.count * WORK_OF_PAGE + (<u64>pagesCutOff(slot) + tidied(slot)) * WORK_OF_CUT_PAGE;
}

/** As if each page and table lay alone, as far as there are so many 64 KiB pages in the slot. */
function mostTouches(slot: Store, mostNew: u32): u64 {
  const changed = <u64>slot.overlay.count;
  const entries = min(changed + mostNew, <u64>groupsBegunBelow(freshEnd(slot, mostNew)));
  const most = changed + mostNew + tablesAbove(slot, changed) + entries + cutTouches(slot);
  return min(most, <u64>wasmPagesOf(freshEnd(slot, mostNew))) + ALWAYS_TOUCHED + tidied(slot);
}

/** Pages with tables and allocation entries of what is cut off. */
function cutTouches(slot: Store): u64 {
  const cut = <u64>pagesCutOff(slot);
  if (cut === 0) return 0;
  const entries = min(cut, <u64>groupsBegunBelow(slot.superblock.highWater));
  return min(
    tablesAbove(slot, (cut >> FANOUT_SHIFT) + 2) + entries,
    <u64>wasmPagesOf(slot.superblock.highWater),
  );
}

/** Tables above so many segments, in all images that may have them: root, and segment and directory of each at most. */
function tablesAbove(slot: Store, segments: u64): u64 {
  const images: u64 = slot.images === NO_MEMORY ? 1 : 1 + MAX_IMAGES;
  return images * (2 * segments + 1);
}

/** Pages of unwanted images that the commit may give back, each with a table and an entry somewhere. */
function tidied(slot: Store): u64 {
  return slot.images === NO_MEMORY ? 0 : TIDIED_PAGES + 2;
}
