// Scratch memory: stable memory that a message works in and nobody keeps. It is MemoryId 114, handed out in extents.
//
//   MemoryId 114:  | extent 0: the mark | extent 1 | extent 2 | ...          64 KiB each
//   heap:          a bit for each extent that is in use
//
// Who owns an extent is written nowhere but on the heap. So there is nothing to clean up: what a trap undoes was never
// handed out, and what an upgrade finds in MemoryId 114 belongs to nobody and goes back as a whole.
//
// An extent is as large as the unit in which the IC charges a message's first touch of stable memory, and the lowest free
// one is handed out first: what was given back within a message has been paid for already. Buckets behind the last extent
// in use go back to the memory manager whenever something is given up.
//
// Extents are not cleared. Whoever has one reads only what it has written itself.

import { trap } from '../engine/trap';
import { HostPointer } from '../externals/addresses';
import { performance_counter, stable64_read, stable64_write, time } from '../externals/ic0';
import { growUncleared, MEMORY_FULL } from './grow';
import { bucketSizeInPages, memorySize } from './header';
import { SCRATCH_MEMORY } from './layout';
import { releaseMemory, shrinkMemory } from './shrink';
import { rawOffset } from './virtual-memory';

export type Extent = u32;
export const EXTENT_SHIFT: u32 = 16;
export const EXTENT_SIZE: u32 = 1 << EXTENT_SHIFT;
/** What {@link takeExtent} answers when there is none to be had: extent 0 belongs to nobody. */
export const NO_EXTENT: Extent = 0;

/** "TABSCRAT" */
const MARK: u64 = ((<u64>0x54415243) << 32) | 0x53424154;
const VERSION: u32 = 1;

/** The 16 bytes at the start of extent 0. */
@unmanaged
class Mark {
  mark: u64;
  version: u32;
  reserved: u32;
}
const mark: Mark = changetype<Mark>(memory.data(16, 8));

/** What the IC lets a message write of stable memory. */
export const MOST_WRITTEN: u64 = 2147483648;
/** Extents that can be in use at once: all that a message may write, but for 128 MiB. */
const MOST_EXTENTS: u32 = 30720;
const EXTENTS_PER_WORD: u32 = 32;
const WORDS: u32 = MOST_EXTENTS / EXTENTS_PER_WORD;
const ALL_IN_USE: u32 = 0xffffffff;
/** A bit for each extent, set while it is in use. That of extent 0 always is when memory was handed out. */
const bits: HostPointer = <u32>memory.data(3840, 4);

let inUse: u32 = 0;
/** No word before this one has a free bit. */
let firstFree: u32 = 0;

/** Extents before this one were handed out since the message began. */
let touched: Extent = 0;
let messageTime: u64 = 0;
let messageInstructions: u64 = 0;

/** Why work that spilled was refused. */
export enum Shortage {
  None = 0,
  /** The memory manager has no bucket left, or the IC refuses to grow stable memory. */
  Buckets = 1,
  /** The message would write more than the IC lets it. */
  Written = 2,
}
let shortage: Shortage = Shortage.None;
let shortOf: u64 = 0;

/** An extent with undefined content, or {@link NO_EXTENT}. */
export function takeExtent(): Extent {
  store<u32>(bits, load<u32>(bits) | 1);
  let word = firstFree;
  while (word < WORDS && wordAt(word) === ALL_IN_USE) word++;
  firstFree = word;
  const extent = word * EXTENTS_PER_WORD + (word < WORDS ? ctz(~wordAt(word)) : 0);
  const isFree = word < WORDS;
  if (!isFree || !reach(extent)) {
    noteShortage(isFree ? Shortage.Buckets : Shortage.Written, (<u64>extent + 1) << EXTENT_SHIFT);
    return NO_EXTENT;
  }
  shortage = Shortage.None;
  setUse(extent, true);
  inUse++;
  noteMessage();
  touched = max(touched, extent + 1);
  return extent;
}

/** Gives an extent back. Its bucket stays until {@link returnBuckets}. */
export function giveExtent(extent: Extent): void {
  setUse(extent, false);
  firstFree = min(firstFree, extent / EXTENTS_PER_WORD);
  inUse--;
}

/** Gives the buckets behind the last extent in use back. To be called when extents were given back. */
export function returnBuckets(): void {
  if (inUse === 0) {
    releaseMemory(SCRATCH_MEMORY);
    return;
  }
  const perBucket = bucketSizeInPages();
  shrinkMemory(SCRATCH_MEMORY, (lastInUse() / perBucket + 1) * perBucket);
}

export function readExtent(extent: Extent, offset: u32, destination: HostPointer, size: u32): void {
  stable64_read(destination, rawOffset(SCRATCH_MEMORY, ((<u64>extent) << EXTENT_SHIFT) + offset), size);
}

export function writeExtent(extent: Extent, offset: u32, source: HostPointer, size: u32): void {
  stable64_write(rawOffset(SCRATCH_MEMORY, ((<u64>extent) << EXTENT_SHIFT) + offset), source, size);
}

/** Extents that are in use. */
export function extentsInUse(): u32 {
  return inUse;
}

/** Bytes of scratch memory that this message has written, at most. */
export function scratchWritten(): u64 {
  if (touched === 0) return 0;
  noteMessage();
  return (<u64>touched) << EXTENT_SHIFT;
}

/** Notes that so many bytes were not to be had, of scratch memory or of what a message may write. */
export function noteShortage(reason: Shortage, bytes: u64): void {
  shortage = reason;
  shortOf = bytes;
}

/** Why work that spilled was refused, if it was since this was last asked; forgets it. */
export function takeShortage(): Shortage {
  const taken = shortage;
  shortage = Shortage.None;
  return taken;
}

/** Bytes that were not to be had, valid after {@link takeShortage}. */
export function bytesShort(): u64 {
  return shortOf;
}

/**
 * Takes over MemoryId 114 when the canister starts: what an earlier instance had there goes back. Bytes that bear no mark of
 * ours are somebody's, and trap, untouched.
 */
export function loadScratchMemory(): void {
  if (memorySize(SCRATCH_MEMORY) === 0) return;
  readExtent(0, 0, <u32>changetype<usize>(mark), <u32>offsetof<Mark>());
  if (mark.mark !== MARK || mark.version !== VERSION) {
    trap('Tabularium: MemoryId 114 holds data of another layout; it was left untouched');
  }
  releaseMemory(SCRATCH_MEMORY);
}

function wordAt(word: u32): u32 {
  return load<u32>(bits + (word << 2));
}

function setUse(extent: Extent, used: bool): void {
  const place = bits + ((extent / EXTENTS_PER_WORD) << 2);
  const bit: u32 = 1 << (extent % EXTENTS_PER_WORD);
  store<u32>(place, used ? load<u32>(place) | bit : load<u32>(place) & ~bit);
}

/** Makes scratch memory reach up to an extent, by whole buckets: the rest of a bucket belongs to nobody else anyway. */
function reach(extent: Extent): bool {
  const size = memorySize(SCRATCH_MEMORY);
  if (extent < size) return true;
  const perBucket = <u64>bucketSizeInPages();
  if (growUncleared(SCRATCH_MEMORY, (extent / perBucket + 1) * perBucket - size) === MEMORY_FULL)
    return false;
  if (size > 0) return true;
  mark.mark = MARK;
  mark.version = VERSION;
  writeExtent(0, 0, <u32>changetype<usize>(mark), <u32>offsetof<Mark>());
  return true;
}

function lastInUse(): Extent {
  let word = WORDS - 1;
  while (wordAt(word) === 0) word--;
  return word * EXTENTS_PER_WORD + EXTENTS_PER_WORD - 1 - clz(wordAt(word));
}

/**
 * Notices that another message has begun: within one, time stands still and the counter of instructions only grows. Two that
 * look like one count together, which is the safe side.
 */
function noteMessage(): void {
  const now = time();
  const spent = performance_counter(0);
  if (now !== messageTime || spent < messageInstructions) touched = 0;
  messageTime = now;
  messageInstructions = spent;
}
