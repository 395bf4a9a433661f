// The memory behind the initial memory, in runs of Wasm pages of 64 KiB. The only code that grows memory.
//
// Who needs memory takes a run and gives it back; given back, it is anybody's. A bitmap says which pages are taken. A run is
// the first that is large enough (first fit at the lowest address, Knuth, The Art of Computer Programming 1, 2.5), so that
// the memory in use stays together at the low end, and memory grows only when no gap will do.
//
// A canister that would pass its wasm_memory_limit, or that cannot pay for its memory, is trapped by the IC; memory.grow
// does not answer -1 then. So there is a limit of our own below that, at which a run is refused and nothing is lost.

import { HostPointer } from '../externals/addresses';

/** Bytes of a Wasm page. */
export const REGION_PAGE: u32 = 65536;
export const REGION_PAGE_SHIFT: u32 = 16;
/** In place of a run: there is none. */
export const NO_RUN: HostPointer = 0;

/** Limit of the memory in bytes until {@link limitRegions} sets another. */
const DEFAULT_LIMIT: u64 = 1 << 30;
const FIRST_PAGE: u32 = MEMORY_END >> REGION_PAGE_SHIFT;
const WORD_SHIFT: u32 = 6;
const WORD_MASK: u32 = 63;

/** A bit for each page behind {@link FIRST_PAGE}, for all that 32 bits address: set when it is taken. */
const taken: HostPointer = <u32>memory.data(8192, 8);
/** Pages behind {@link FIRST_PAGE} that memory has grown by. */
let grown: u32 = 0;
let inUse: u32 = 0;
/** No page before this one is free. */
let lowestFree: u32 = 0;
let limit: u32 = <u32>(DEFAULT_LIMIT >> REGION_PAGE_SHIFT) - FIRST_PAGE;

/** A run of so many pages with undefined content, or {@link NO_RUN}. */
export function takeRun(pages: u32): HostPointer {
  let start = nextFree(lowestFree);
  lowestFree = start;
  while (start < grown) {
    const end = nextTaken(start, start + pages);
    if (end - start >= pages || end === grown) break;
    start = nextFree(end);
  }
  if (!growTo(start + pages)) return NO_RUN;
  mark(start, pages, true);
  return (FIRST_PAGE + start) << REGION_PAGE_SHIFT;
}

/** Gives a run back, or any part of one. */
export function giveRun(address: HostPointer, pages: u32): void {
  const start = (address >> REGION_PAGE_SHIFT) - FIRST_PAGE;
  mark(start, pages, false);
  lowestFree = min(lowestFree, start);
}

/** Lengthens a run in its place; false when what lies behind it is taken, or at the limit. */
export function extendRun(address: HostPointer, pages: u32, more: u32): bool {
  const end = (address >> REGION_PAGE_SHIFT) - FIRST_PAGE + pages;
  const free = nextTaken(end, end + more);
  if ((free - end < more && free !== grown) || !growTo(end + more)) return false;
  mark(end, more, true);
  return true;
}

/** The memory as a whole, initial memory included, in bytes. */
export function limitRegions(bytes: u64): void {
  limit = <u32>max<i64>((<i64>bytes >> REGION_PAGE_SHIFT) - FIRST_PAGE, 0);
}

export function regionLimit(): u64 {
  return (<u64>limit + FIRST_PAGE) << REGION_PAGE_SHIFT;
}

/** Pages that memory has, initial memory included. */
export function memoryPages(): u32 {
  return FIRST_PAGE + grown;
}

/** Pages that were taken and not given back. */
export function pagesInUse(): u32 {
  return inUse;
}

/** Pages that can still be had, one at a time. */
export function pagesLeft(): u32 {
  return max(limit, inUse) - inUse;
}

/** Pages of the longest run that can be had. */
export function longestRun(): u32 {
  let longest: u32 = 0;
  let start = nextFree(lowestFree);
  while (start < grown) {
    const end = nextTaken(start, grown);
    if (end === grown) break;
    longest = max(longest, end - start);
    start = nextFree(end);
  }
  return max(longest, max(limit, start) - start);
}

/** Lets memory reach to a page; false at the limit. */
function growTo(end: u32): bool {
  if (end <= grown) return true;
  if (end > limit || memory.grow(end - grown) < 0) return false;
  grown = end;
  return true;
}

/** The first page from one on that is free, at most the end of what memory has grown to. */
function nextFree(from: u32): u32 {
  return next(from, grown, u64.MAX_VALUE);
}

/** The first page from one on that is taken, at most `end` and the end of what memory has grown to. */
function nextTaken(from: u32, end: u32): u32 {
  return next(from, min(end, grown), 0);
}

/** The first bit from one on that differs from those of `skipped`. */
function next(from: u32, end: u32, skipped: u64): u32 {
  let at = from;
  while (at < end) {
    const rest = (load<u64>(taken + ((at >> WORD_SHIFT) << 3)) ^ skipped) >> (at & WORD_MASK);
    if (rest !== 0) return min(at + <u32>ctz(rest), end);
    at = (at | WORD_MASK) + 1;
  }
  return max(from, end);
}

function mark(start: u32, pages: u32, isTaken: bool): void {
  inUse = isTaken ? inUse + pages : inUse - pages;
  const end = start + pages;
  for (let at = start; at < end; ) {
    const word = taken + ((at >> WORD_SHIFT) << 3);
    const count = min(end - at, 64 - (at & WORD_MASK));
    const bits = (count === 64 ? u64.MAX_VALUE : ((<u64>1) << count) - 1) << (at & WORD_MASK);
    store<u64>(word, isTaken ? load<u64>(word) | bits : load<u64>(word) & ~bits);
    at += count;
  }
}
