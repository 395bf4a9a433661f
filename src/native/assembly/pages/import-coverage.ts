import { HostPointer } from '../externals/addresses';
import { COVERAGE_BITS } from '../externals/cold-places';
import { isZero } from '../memory/zeros';
import { importRecord } from './import-record';
import {
  FANOUT,
  FANOUT_SHIFT,
  LogicalPage,
  MAX_LOGICAL_PAGES,
  PAGE_SHIFT,
  PAGE_SIZE,
  pagesOf,
} from './layout';
import { sound, writeImagePage, writeZeroPage } from './map-write';
import { readPage } from './page-access';
import { childOf, findPage, lastEntry, segmentTable } from './page-map';
import { Store } from './store';

// Which bytes of an import have arrived. A page without bits has arrived whole if its map entry has a birth, and not at all
// otherwise. A page that has arrived in part has one bit for each byte: 512 bytes, eight pages to one page behind the image's
// end in the staging image itself, which takes no room while all its bits are 0 and goes away with the image.

const BITS_LENGTH: u32 = PAGE_SIZE / 8;
const PAGES_PER_BITS_PAGE: u32 = PAGE_SIZE / BITS_LENGTH;
const WORD_BITS: u32 = 64;
const WORD_SHIFT: u32 = 6;
const ALL_ONES: u64 = ~(<u64>0);

/** A page of bits while it is looked at or changed. */
const bitsPage: HostPointer = COVERAGE_BITS;
/** Where in it the bits of the page in question are. */
let bits: HostPointer = 0;
/** Whether the page of bits was read, for a page without bits. */
let isLoaded = false;

/** Pages of the staging image, those with bits included. */
export function stagingExtent(slot: Store): u32 {
  const pages = pagesOf(slot.superblock.stagingSize);
  if (importRecord().hasCoverage === 0) return pages;
  return min(pages + (pages + PAGES_PER_BITS_PAGE - 1) / PAGES_PER_BITS_PAGE, MAX_LOGICAL_PAGES);
}

/** Whether parts of a page can be told apart: where an image has more than 8/9 of what the map reaches, not all bits have a place. */
export function canCoverInPart(slot: Store, logical: LogicalPage): bool {
  return bitsPageOf(slot, logical) < MAX_LOGICAL_PAGES;
}

/** Bytes that the image has in a page. */
export function lengthInPage(slot: Store, logical: LogicalPage): u32 {
  return <u32>min<u64>(PAGE_SIZE, slot.superblock.stagingSize - ((<u64>logical) << PAGE_SHIFT));
}

/** Bytes of a page that have arrived. Its bits, if only some have, are in use afterwards. */
export function receivedInPage(slot: Store, logical: LogicalPage): u32 {
  if (!hasArrived(slot, logical)) return 0;
  return takeBits(slot, logical) ? countBits() : lengthInPage(slot, logical);
}

/** Notes that a page is there whole. */
export function coverPage(slot: Store, logical: LogicalPage): void {
  if (!takeBits(slot, logical)) return;
  memory.fill(bits, 0, BITS_LENGTH);
  putBits(slot, logical);
}

/** Notes that bytes of a page are there, besides those that were, and tells whether the page is whole now. */
export function coverPart(slot: Store, logical: LogicalPage, from: u32, to: u32): bool {
  if (!takeBits(slot, logical) && hasArrived(slot, logical)) return true;
  blankBits();
  setBits(from, to);
  const whole = countBits() === lengthInPage(slot, logical);
  if (whole) memory.fill(bits, 0, BITS_LENGTH);
  if (!whole) importRecord().hasCoverage = 1;
  putBits(slot, logical);
  return whole;
}

/** First byte of a page from `from` on that has arrived (`arrived`), or has not; the page's length where there is none. */
export function nextInPage(slot: Store, logical: LogicalPage, from: u32, arrived: bool): u32 {
  const length = lengthInPage(slot, logical);
  if (!hasArrived(slot, logical)) return arrived ? length : from;
  if (!takeBits(slot, logical)) return arrived ? from : length;
  let position = from;
  while (position < length) {
    const word = load<u64>(bits + ((position >> WORD_SHIFT) << 3));
    const wanted = (arrived ? word : ~word) >> (position & (WORD_BITS - 1));
    if (wanted !== 0) return min(position + <u32>ctz(wanted), length);
    position = (position | (WORD_BITS - 1)) + 1;
  }
  return length;
}

/** Whether a page's map entry says that something was received for it. */
function hasArrived(slot: Store, logical: LogicalPage): bool {
  const table = segmentTable(slot, slot.staging, logical >> FANOUT_SHIFT);
  if (table === 0) return false;
  sound(slot, childOf(slot, table, logical & (FANOUT - 1)));
  return lastEntry().birth !== 0;
}

function bitsPageOf(slot: Store, logical: LogicalPage): LogicalPage {
  return pagesOf(slot.superblock.stagingSize) + logical / PAGES_PER_BITS_PAGE;
}

/** Takes a page's bits into use. False when there are none; they are zeros only after {@link blankBits} then. */
function takeBits(slot: Store, logical: LogicalPage): bool {
  bits = bitsPage + (logical % PAGES_PER_BITS_PAGE) * BITS_LENGTH;
  isLoaded = false;
  if (importRecord().hasCoverage === 0) return false;
  const page = sound(slot, findPage(slot, slot.staging, bitsPageOf(slot, logical)));
  if (page === 0) return false;
  readPage(slot.id, page, bitsPage);
  isLoaded = true;
  return !isZero(bits, BITS_LENGTH);
}

/** Where eight pages have no bits yet, none is set. Most pages never have any, so this waits until one is to be set. */
function blankBits(): void {
  if (!isLoaded) memory.fill(bitsPage, 0, PAGE_SIZE);
}

function putBits(slot: Store, logical: LogicalPage): void {
  const page = bitsPageOf(slot, logical);
  if (!isZero(bitsPage, PAGE_SIZE)) writeImagePage(slot, slot.staging, page, bitsPage);
  else if (importRecord().hasCoverage !== 0) writeZeroPage(slot, slot.staging, page);
}

function setBits(from: u32, to: u32): void {
  while (from < to) {
    const inWord = from & (WORD_BITS - 1);
    const count = min(to - from, WORD_BITS - inWord);
    const word = bits + ((from >> WORD_SHIFT) << 3);
    store<u64>(word, load<u64>(word) | ((ALL_ONES >> (WORD_BITS - count)) << inWord));
    from += count;
  }
}

function countBits(): u32 {
  let count: u64 = 0;
  for (let word = bits; word < bits + BITS_LENGTH; word += 8) count += popcnt(load<u64>(word));
  return <u32>count;
}
