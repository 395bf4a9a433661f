import { bucketSizeInPages } from '../memory/header';
import { shrinkMemory } from '../memory/shrink';
import { allocatePage, freePage, readEntry } from './allocation';
import {
  GROUP_PAGES,
  INDEX_MASK,
  KIND_SHIFT,
  PAGES_PER_WASM_PAGE,
  PageKind,
  PhysicalPage,
  TABLE_IN_GROUP,
} from './layout';
import { readPage, writePage } from './page-access';
import { tableBuffer } from './page-buffers';
import { relocate } from './relocate';
import { reservePages } from './reserve';
import { StoreStatus } from './status';
import { beginStep, isStepSpent } from './step-end';
import { Store } from './store';
import { writeSuperblock } from './superblock';

// Compaction takes the last used page of a slot to its first free one, until no page is free; the buckets behind the last
// page go back to the memory manager. Each move is complete in itself and no image changes its content, so compaction
// has no state: it may stop after any call, be given up, and go on whenever, beside transactions, imports and exports.

/** Effort of a move, in units of passing over a free page at the end. */
const MOVE_EFFORT: i64 = 64;
/** Between two looks at the instructions of the step: sixteen moves. */
const LOOK_EFFORT: i64 = 16 * MOVE_EFFORT;

/**
 * Moves at most `budget` pages, fewer where the step ends before, and returns the buckets that this frees. Nothing is left to
 * do when the superblock counts no free page afterwards. Damaged where nothing points to a page in use, DamagedPage where a free
 * one that is counted is not found; what was moved before that is kept.
 */
export function compactStore(slot: Store, budget: u32): StoreStatus {
  beginStep();
  let effort: i64 = <i64>budget * MOVE_EFFORT;
  let status = StoreStatus.Ok;
  while (effort > 0 && slot.superblock.freePages > 0 && status === StoreStatus.Ok) {
    const pause = max<i64>(effort - LOOK_EFFORT, 0);
    while (effort > pause && slot.superblock.freePages > 0 && status === StoreStatus.Ok) {
      const last = lastPage(slot);
      if (readEntry(slot.id, last) === 0) {
        dropLastPage(slot, last);
        effort--;
      } else {
        status = movePage(slot, last);
        effort -= MOVE_EFFORT;
      }
    }
    if (isStepSpent()) break;
  }
  writeSuperblock(slot.id, slot.superblock);
  returnBuckets(slot);
  return status;
}

/** The last page that is no allocation table: a group's table is dropped with the group's first page. */
function lastPage(slot: Store): PhysicalPage {
  const last = slot.superblock.highWater - 1;
  return (last & (GROUP_PAGES - 1)) === TABLE_IN_GROUP ? last - TABLE_IN_GROUP : last;
}

/** Moves the high-water mark down over a free page, and over its group's table when it is the group's first. */
function dropLastPage(slot: Store, page: PhysicalPage): void {
  const superblock = slot.superblock;
  superblock.highWater = page;
  superblock.freePages--;
  superblock.freeHint = min(superblock.freeHint, page);
}

/** Takes a page to the first free one, which lies before it. Its own place is free then. */
function movePage(slot: Store, from: PhysicalPage): StoreStatus {
  const entry = readEntry(slot.id, from);
  const kind = <PageKind>(entry >> KIND_SHIFT);
  const index = entry & INDEX_MASK;
  const room = reservePages(slot, 1);
  if (room !== StoreStatus.Ok) return room;
  const to = allocatePage(slot, kind, index);
  readPage(slot.id, from, tableBuffer);
  writePage(slot.id, to, tableBuffer);
  if (!relocate(slot, kind, index, from, to)) {
    freePage(slot, to);
    return StoreStatus.Damaged;
  }
  freePage(slot, from);
  return StoreStatus.Ok;
}

function returnBuckets(slot: Store): void {
  const pagesPerBucket = bucketSizeInPages() * PAGES_PER_WASM_PAGE;
  const buckets = (<u64>slot.superblock.highWater + pagesPerBucket - 1) / pagesPerBucket;
  shrinkMemory(slot.id, buckets * bucketSizeInPages());
}
