import { bucketSizeInPages } from '../memory/header';
import { ownedBuckets } from '../memory/report';
import { bytesToPublish } from './commit-limit';
import { DATABASE_HEADER_LENGTH, usedBytes } from './database-header';
import { newestEpoch } from './image-directory';
import { readImage } from './image-read';
import { FANOUT, GROUP_PAGES, MapEntry, PAGES_PER_WASM_PAGE, PhysicalPage, pagesOf } from './layout';
import { readPage } from './page-access';
import { pageBuffer, tableBuffer } from './page-buffers';
import { childOf, DAMAGED_PAGE, lastEntry } from './page-map';
import { groupsBegunBelow } from './reserve';
import { StoreStatus } from './status';
import { Store } from './store';
import { StagingState } from './superblock';

// How much room a slot takes, and what for.

/** Levels of tables above the data pages. */
const DEPTH: u32 = 3;
/** Content pages of a whole group: all but its allocation table. */
const CONTENT_PER_GROUP: u32 = GROUP_PAGES - 1;

/** Pages in use, the store's own ones included. */
export function usedPages(slot: Store): u32 {
  return slot.superblock.highWater - slot.superblock.freePages;
}

/**
 * Bytes of stable memory that a VACUUM writes at most: SQLite's copy, the pages that it replaces, and their publication. What is
 * nearly empty counts as if it were full, so that it may be less.
 */
export function vacuumWrites(slot: Store): u64 {
  // An archive without a header has nothing to copy, and a damaged one is refused by whoever reads on.
  if (readImage(slot, 0, pageBuffer, DATABASE_HEADER_LENGTH) !== StoreStatus.Ok) return 0;
  const used = usedBytes(pageBuffer, slot.live.logicalSize);
  return 2 * used + bytesToPublish(pagesOf(used));
}

/** Buckets that a complete compaction would return now. */
export function returnableBuckets(slot: Store): u32 {
  const pagesPerBucket = bucketSizeInPages() * PAGES_PER_WASM_PAGE;
  return ownedBuckets(slot.id) - (compactHighWater(slot) + pagesPerBucket - 1) / pagesPerBucket;
}

/** Pages that only snapshots reach. Walks the live image's tables where there are snapshots. */
export function pagesHeldBySnapshots(slot: Store): u32 {
  const superblock = slot.superblock;
  if (newestEpoch(slot) === 0) return 0;
  let others = 1 + groupsBegunBelow(superblock.highWater) + 1;
  if (superblock.checksumRecord !== 0) others++;
  if (superblock.stagingRecord !== 0) others++;
  others += pagesOfTree(slot, slot.live.rootTable, slot.live.rootBirth, 0, DEPTH);
  if (superblock.stagingState !== StagingState.None) {
    // What the staging image shares is a snapshot's, or the live image's and counted there.
    const staging = slot.staging;
    others += pagesOfTree(slot, staging.rootTable, staging.rootBirth, staging.sharedEpoch, DEPTH);
  }
  return usedPages(slot) - others;
}

/** The high-water mark with no free page below it. */
function compactHighWater(slot: Store): u32 {
  const content = usedPages(slot) - groupsBegunBelow(slot.superblock.highWater);
  const rest = content % CONTENT_PER_GROUP;
  const whole = (content / CONTENT_PER_GROUP) * GROUP_PAGES;
  return rest === 0 ? whole : whole + rest + 1;
}

/** A page and all below it that were born after an epoch. */
function pagesOfTree(slot: Store, page: PhysicalPage, birth: u64, after: u64, depth: u32): u32 {
  if (page === 0 || page === DAMAGED_PAGE || birth <= after) return 0;
  if (depth === 0) return 1;
  if (depth === 1) return 1 + dataPagesOf(slot, page, after);
  let pages: u32 = 1;
  for (let index: u32 = 0; index < FANOUT; index++) {
    const child = childOf(slot, page, index);
    pages += pagesOfTree(slot, child, lastEntry().birth, after, depth - 1);
  }
  return pages;
}

function dataPagesOf(slot: Store, segmentTable: PhysicalPage, after: u64): u32 {
  readPage(slot.id, segmentTable, tableBuffer);
  let pages: u32 = 0;
  for (let index: u32 = 0; index < FANOUT; index++) {
    const entry = changetype<MapEntry>(<usize>(tableBuffer + index * <u32>offsetof<MapEntry>()));
    if (entry.page !== 0 && entry.birth > after) pages++;
  }
  return pages;
}
