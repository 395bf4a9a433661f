import { HostPointer } from '../externals/addresses';
import { isRecordedAs } from './allocation';
import { beginCount, countPage, endCount, isCheap } from './commit-cost';
import { Damage, damage, forgetDamage, noteLostPage } from './damage';
import { Image, knownWritableTable } from './image';
import {
  FANOUT,
  FANOUT_SHIFT,
  firstPageBelow,
  kindAt,
  Level,
  LogicalPage,
  NO_PAGE,
  PhysicalPage,
  pagesOf,
} from './layout';
import { admitsSize } from './limits';
import { examineCut } from './map-cut';
import { isShared } from './map-write';
import { overlayPageAt } from './overlay';
import { childOf, findPage, lastEntry } from './page-map';
import { availablePages, reservePages, TABLES_PER_PAGE } from './reserve';
import { StoreStatus } from './status';
import { Store } from './store';

// The room that a transaction needs is counted page by page, each table once, so that a slot does not take a bucket that it
// could do without. Only what a cut frees on the way is left out of the count. Everything that publishing will follow or
// give back is seen on this walk, so that damage is found while a refusal still changes nothing, and what it will cost is
// foreseen where that is in doubt (commit-cost.ts).

/** What is counted already: a bit for each segment and each directory of an image, and the root. */
const segmentsSeen: HostPointer = <u32>memory.data(8192, 8);
const directoriesSeen: HostPointer = <u32>memory.data(32, 8);
let isRootSeen = false;

const DIRECTORY_SHIFT: u32 = 2 * FANOUT_SHIFT;

/** There is room for whatever might be shared, so that it need not be found out here what is. */
let isRoomCertain = false;

/**
 * Makes room for the transaction under way. Full when memory or a limit of the slot or of the message refuses, DamagedPage when page map or
 * allocation tables do not hold where they would be changed; nothing is changed then.
 */
export function reserveTransaction(slot: Store): StoreStatus {
  const overlay = slot.overlay;
  if (!overlay.active) return StoreStatus.Ok;
  if (!admitsSize(slot.id, slot.live.logicalSize, overlay.logicalSize)) return StoreStatus.Full;
  forgetDamage();
  const most = overlay.count * (1 + TABLES_PER_PAGE) + TABLES_PER_PAGE;
  const isCertain = isCheap(slot, most);
  if (!isCertain && !beginCount(slot, most)) return StoreStatus.Full;
  // Who shares what is found out for the count too: publishing asks again, and touches what that touches.
  isRoomCertain = isCertain && availablePages(slot) >= most;
  const needed = pagesNeeded(slot);
  const isAffordable = isCertain || endCount(slot, needed);
  if (damage() !== Damage.None) return StoreStatus.DamagedPage;
  return isAffordable ? reservePages(slot, needed) : StoreStatus.Full;
}

function pagesNeeded(slot: Store): u32 {
  const overlay = slot.overlay;
  const live = slot.live;
  const end = pagesOf(live.logicalSize);
  let needed = overlay.cutOff < end ? pagesToCut(slot, live, overlay.cutOff, end) : 0;
  for (let n: u32 = 0; n < overlay.count; n++) {
    const page = overlayPageAt(overlay, n);
    if (!page.present) continue;
    needed += tablesFor(slot, live, page.logical >> FANOUT_SHIFT);
    // What was cut off has lost its place in the map by the time that it is written again.
    const isCutOff = page.logical >= overlay.cutOff && page.logical < end;
    needed += isCutOff ? 1 : dataPages(slot, live, page.logical);
  }
  isRootSeen = false;
  forgetSegment(overlay.cutOff >> FANOUT_SHIFT);
  for (let n: u32 = 0; n < overlay.count; n++)
    forgetSegment(overlayPageAt(overlay, n).logical >> FANOUT_SHIFT);
  return needed;
}

/** Tables that a cut makes its own because it leaves a part of them: those on its edge, where they are shared. */
function pagesToCut(slot: Store, image: Image, kept: LogicalPage, end: LogicalPage): u32 {
  if (image.rootTable === 0) return 0;
  const root = rootPages(slot, image);
  const lost = damage() === Damage.None ? examineCut(slot, image, kept, end) : NO_PAGE;
  if (lost !== NO_PAGE) lose(slot, lost);
  if (kept === 0) {
    isRootSeen = false;
    return 0;
  }
  const segment = kept >> FANOUT_SHIFT;
  const inRoot = segment >> FANOUT_SHIFT;
  const directory = childOf(slot, image.rootTable, inRoot);
  if (kept === inRoot << DIRECTORY_SHIFT || directory === 0) return root;
  const tables = root + directoryPages(slot, image, inRoot, directory);
  const table = childOf(slot, directory, segment & (FANOUT - 1));
  if (kept === segment << FANOUT_SHIFT || table === 0) return tables;
  see(segmentsSeen, segment);
  return tables + newChildren(slot, image, Level.Segment, segment, table);
}

/** The tables above a segment's pages that must be made or copied and are not counted yet. */
function tablesFor(slot: Store, image: Image, segment: u32): u32 {
  const known = knownWritableTable(image, segment);
  if (known !== 0) countPage(known);
  if (known !== 0 || see(segmentsSeen, segment)) return 0;
  const inRoot = segment >> FANOUT_SHIFT;
  const root = rootPages(slot, image);
  const directory = childOf(slot, image.rootTable, inRoot);
  const tables = root + directoryPages(slot, image, inRoot, directory);
  const table = childOf(slot, directory, segment & (FANOUT - 1));
  return tables + newChildren(slot, image, Level.Segment, segment, table);
}

function rootPages(slot: Store, image: Image): u32 {
  if (isRootSeen) return 0;
  isRootSeen = true;
  return newPages(slot, image, Level.Root, 0, image.rootTable, image.rootBirth);
}

/** For the directory whose entry was read last. */
function directoryPages(slot: Store, image: Image, inRoot: u32, directory: PhysicalPage): u32 {
  return see(directoriesSeen, inRoot) ? 0 : newChildren(slot, image, Level.Directory, inRoot, directory);
}

function dataPages(slot: Store, image: Image, logical: LogicalPage): u32 {
  return newChildren(slot, image, Level.Data, logical, findPage(slot, image, logical));
}

/** 1 for a page that must be made or copied, otherwise 0. It must be recorded as what the map says that it is. */
function newPages(slot: Store, image: Image, level: Level, index: u32, page: PhysicalPage, birth: u64): u32 {
  if (page === 0) return 1;
  if (!isRecordedAs(slot, page, kindAt(level), index)) {
    lose(slot, firstPageBelow(level, index));
    return 0;
  }
  const isCopied = isRoomCertain
    ? birth <= image.sharedEpoch
    : isShared(slot, image, level, index, page, birth);
  // Of a data page that is replaced as a whole nothing is read.
  if (!isCopied || level !== Level.Data) countPage(page);
  return isCopied ? 1 : 0;
}

/** The same for a page whose entry was read last. */
function newChildren(slot: Store, image: Image, level: Level, index: u32, page: PhysicalPage): u32 {
  return newPages(slot, image, level, index, page, lastEntry().birth);
}

/** Takes down the page that is met first. */
function lose(slot: Store, logical: LogicalPage): void {
  if (damage() === Damage.None) noteLostPage(slot, logical);
}

/** Sets a bit and tells whether it was set. */
function see(bits: HostPointer, number: u32): bool {
  const word = bits + ((number >> 5) << 2);
  const before = load<u32>(word);
  const bit = 1 << (number & 31);
  store<u32>(word, before | bit);
  return (before & bit) !== 0;
}

function forgetSegment(segment: u32): void {
  forget(segmentsSeen, segment);
  forget(directoriesSeen, segment >> FANOUT_SHIFT);
}

function forget(bits: HostPointer, number: u32): void {
  store<u32>(bits + ((number >> 5) << 2), 0);
}
