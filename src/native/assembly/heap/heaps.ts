// Heaps: one for each archive, and one that serves what belongs to none. What an archive's connection, schema, statements,
// page cache and work take lies together in pages of its own, is counted, and all of it comes back when the archive is
// closed, whatever its neighbours do.
//
// A heap consists of spans, which are runs of one Wasm page, and of runs with a single block that is too large for a span.
// It begins with the first block and ends with the last. Inside of spans it is TLSF: M. Masmano, I. Ripoll, A. Crespo,
// J. Real, "TLSF: a new dynamic memory allocator for real-time systems" (ECRTS 2004). Free blocks are kept in lists by size,
// two levels of bitmaps find a list with blocks that are large enough (good fit), and neighbours that are free are merged
// at once by boundary tags (Knuth 2.5). Every operation takes a bounded number of steps. One free block is in no list: the
// rest of what was split last, which small blocks are cut from and merge with again without a list being touched (the
// designated victim of D. Lea's malloc).
//
//   run                                          free block
//   0   heap                                     h      size | flags
//   4   pages of a large block, 0 for a span     h + 4  next in its list
//   8   nothing                                  h + 8  previous in its list
//  12   first block                              end-4  its own h
//  ..   blocks
//  end-4  size 0, used: nothing merges past it
//
//   used block                    flags
//   h      size | flags           1  this block is free
//   h + 4  content, on 8 bytes    2  the block before it is free
//
// Whose a block is stands at the beginning of its Wasm page: the content of a large block begins in its first page, and
// every other block lies in a span. So whoever frees touches no page for it that the block does not lie in.
//
// The first span of a heap begins with its control structure:
//
//   0  owner            16  bytes that are handed out, with their headers
//   4  pages it holds   20  bitmap of size ranges that have free blocks
//   8  the victim       24  bitmap of lists with free blocks, for each range
//  12  its size         64  first free block of each list

import { engine_memory_copy } from '../engine/bulk-memory';
import { HostPointer, toEngine } from '../externals/addresses';
import { mayHold, NOBODY, noteHeld, Owner, takeRunFor } from './budget';
import { extendRun, giveRun, NO_RUN, REGION_PAGE, REGION_PAGE_SHIFT } from './regions';

/** In place of a block: there is no memory. */
export const NO_BLOCK: HostPointer = 0;

/** Heap by owner, 0 where there is none. */
const heaps: HostPointer = <u32>memory.data(1024, 8);

// A run.
const RUN_HEAP: u32 = 0;
const RUN_PAGES: u32 = 4;
const RUN_CONTENT: u32 = 16;

// A heap's control structure.
const OWNER: u32 = 0;
const PAGES: u32 = 4;
const VICTIM: u32 = 8;
const VICTIM_SIZE: u32 = 12;
const USED: u32 = 16;
const RANGES: u32 = 20;
const LISTS_IN_RANGE: u32 = 24;
const LISTS: u32 = 64;

// Blocks.
const HEADER: u32 = 4;
const NEXT: u32 = 4;
const PREVIOUS: u32 = 8;
const FREE: u32 = 1;
const FREE_BEFORE: u32 = 2;
const FLAGS: u32 = FREE | FREE_BEFORE;
const LEAST: u32 = 16;
const GRAIN: u32 = 8;
/** The whole of a span, as one block. */
const LARGEST: u32 = REGION_PAGE - RUN_CONTENT;

// Lists: blocks below 128 bytes each size for itself, and then sixteen lists for each power of two up to 64 KiB.
const LISTS_SHIFT: u32 = 4;
const LISTS_MASK: u32 = 15;
const LINEAR: u32 = 128;
const LINEAR_SHIFT: u32 = 3;
const FIRST_POWER: u32 = 6;
const RANGE_COUNT: u32 = 10;
const POINTER_SHIFT: u32 = 2;
/** With room for the header of the block behind it. */
const CONTROL_SIZE: u32 = LISTS + ((RANGE_COUNT << LISTS_SHIFT) << POINTER_SHIFT) + GRAIN;
/** Blocks of a list that may be too small, and are looked at before a larger block is split. */
const LOOKS: u32 = 4;

/** Whose memory it is that is taken without saying for whom. */
let charged: Owner = NOBODY;

/**
 * Says whose memory it is that the engine takes from now on: to be called before anything is asked of a connection. A block
 * that is charged to another archive is no damage, for it knows its heap; but it lies among that one's.
 * @returns whose it was
 */
export function chargeMemoryTo(owner: Owner): Owner {
  const before = charged;
  charged = owner;
  return before;
}

/** Memory for whom {@link chargeMemoryTo} says. */
export function allocateCharged(size: u32): HostPointer {
  return allocateFor(charged, size);
}

/** Memory of so many bytes for an owner, on 8 bytes, with undefined content; {@link NO_BLOCK} when there is none. */
export function allocateFor(owner: Owner, size: u32): HostPointer {
  let heap = load<u32>(heaps + (owner << POINTER_SHIFT));
  if (heap === 0) heap = beginHeap(owner);
  if (heap === 0) return NO_BLOCK;
  const content = size > LARGEST - HEADER ? takeLarge(heap, size) : takeBlock(heap, blockSize(size));
  if (content === NO_BLOCK && load<u32>(heap + USED) === 0) endHeap(heap);
  return content;
}

/** Gives a block back, whoever's it is. */
export function releaseBlock(content: HostPointer): void {
  const run = runOf(content);
  const heap = load<u32>(run + RUN_HEAP);
  const pages = load<u32>(run + RUN_PAGES);
  const size = pages === 0 ? sizeAt(content - HEADER) : pages << REGION_PAGE_SHIFT;
  const used = load<u32>(heap + USED) - size;
  store<u32>(heap + USED, used);
  if (pages === 0) freeBlock(heap, content - HEADER, size);
  else {
    giveRunOf(heap, run, pages);
  }
  if (used === 0) endHeap(heap);
}

/** Gives a block another size, in its place where that can be; {@link NO_BLOCK} when there is no memory: it is as it was. */
export function resizeBlock(content: HostPointer, size: u32): HostPointer {
  const run = runOf(content);
  const pages = load<u32>(run + RUN_PAGES);
  if (pages === 0 ? resizeInSpan(content - HEADER, size) : resizeRun(run, pages, size)) return content;
  const other = allocateFor(load<u32>(load<u32>(run + RUN_HEAP) + OWNER), size);
  if (other === NO_BLOCK) return NO_BLOCK;
  engine_memory_copy(toEngine(other), toEngine(content), min(size, sizeOfBlock(content)));
  releaseBlock(content);
  return other;
}

/** A block of {@link NOBODY}, or none as yet, with another size; {@link NO_BLOCK} when there is no memory. */
export function resizeShared(content: HostPointer, size: u32): HostPointer {
  return content === NO_BLOCK ? allocateFor(NOBODY, size) : resizeBlock(content, size);
}

/** Bytes that a block has room for. */
export function sizeOfBlock(content: HostPointer): u32 {
  const pages = load<u32>(runOf(content) + RUN_PAGES);
  return pages === 0 ? sizeAt(content - HEADER) - HEADER : (pages << REGION_PAGE_SHIFT) - RUN_CONTENT;
}

/** Bytes that a block for so many has room for. */
export function roundedSize(size: u32): u32 {
  return size > LARGEST - HEADER ? runPages(size) * REGION_PAGE - RUN_CONTENT : blockSize(size) - HEADER;
}

/** Pages that an owner's heap holds. */
export function pagesOf(owner: Owner): u32 {
  const heap = load<u32>(heaps + (owner << POINTER_SHIFT));
  return heap === 0 ? 0 : load<u32>(heap + PAGES);
}

/** Bytes that were handed out to an owner. */
export function bytesOf(owner: Owner): u32 {
  const heap = load<u32>(heaps + (owner << POINTER_SHIFT));
  return heap === 0 ? 0 : load<u32>(heap + USED);
}

function runOf(content: HostPointer): HostPointer {
  return content & ~(REGION_PAGE - 1);
}

function sizeAt(block: HostPointer): u32 {
  return load<u32>(block) & ~FLAGS;
}

function blockSize(size: u32): u32 {
  return max((size + HEADER + GRAIN - 1) & ~(GRAIN - 1), LEAST);
}

function runPages(size: u32): u32 {
  return <u32>((<u64>size + RUN_CONTENT + REGION_PAGE - 1) >> REGION_PAGE_SHIFT);
}

function beginHeap(owner: Owner): HostPointer {
  const span = takeRunFor(owner, 0, 1);
  if (span === NO_RUN) return 0;
  noteHeld(owner, 0, 1);
  const heap = span + RUN_CONTENT;
  memory.fill(heap, 0, CONTROL_SIZE);
  store<u32>(heap + OWNER, owner);
  store<u32>(heap + PAGES, 1);
  store<u32>(heaps + (owner << POINTER_SHIFT), heap);
  const block = prepareSpan(heap, span, RUN_CONTENT + CONTROL_SIZE);
  setVictim(heap, block, sizeAt(block));
  return heap;
}

function endHeap(heap: HostPointer): void {
  const owner = load<u32>(heap + OWNER);
  store<u32>(heaps + (owner << POINTER_SHIFT), 0);
  noteHeld(owner, 1, 0);
  giveRun(runOf(heap), 1);
}

/** Makes one free block of a span, from an offset on, which is in no list yet. */
function prepareSpan(heap: HostPointer, span: HostPointer, from: u32): HostPointer {
  store<u32>(span + RUN_HEAP, heap);
  store<u32>(span + RUN_PAGES, 0);
  const block = span + from - HEADER;
  const end = span + REGION_PAGE - HEADER;
  store<u32>(end, FREE_BEFORE);
  markFree(block, end - block);
  return block;
}

function takeRunOf(heap: HostPointer, pages: u32): HostPointer {
  const run = takeRunFor(load<u32>(heap + OWNER), load<u32>(heap + PAGES), pages);
  if (run !== NO_RUN) holdPages(heap, load<u32>(heap + PAGES) + pages);
  return run;
}

function giveRunOf(heap: HostPointer, run: HostPointer, pages: u32): void {
  giveRun(run, pages);
  holdPages(heap, load<u32>(heap + PAGES) - pages);
}

function holdPages(heap: HostPointer, pages: u32): void {
  noteHeld(load<u32>(heap + OWNER), load<u32>(heap + PAGES), pages);
  store<u32>(heap + PAGES, pages);
}

function takeLarge(heap: HostPointer, size: u32): HostPointer {
  const pages = runPages(size);
  const run = takeRunOf(heap, pages);
  if (run === NO_RUN) return NO_BLOCK;
  store<u32>(run + RUN_HEAP, heap);
  store<u32>(run + RUN_PAGES, pages);
  store<u32>(heap + USED, load<u32>(heap + USED) + (pages << REGION_PAGE_SHIFT));
  return run + RUN_CONTENT;
}

function takeBlock(heap: HostPointer, size: u32): HostPointer {
  const victimSize = load<u32>(heap + VICTIM_SIZE);
  if (size < LINEAR) {
    const list = size >> LINEAR_SHIFT;
    if ((load<u32>(heap + LISTS_IN_RANGE) & (1 << list)) !== 0) {
      const same = load<u32>(heap + LISTS + (list << POINTER_SHIFT));
      removeFree(heap, same, size);
      return useWhole(heap, same, size);
    }
    if (victimSize >= size) return cutFrom(heap, load<u32>(heap + VICTIM), victimSize, size);
  }
  let block = findFree(heap, size);
  if (block !== 0) {
    removeFree(heap, block, sizeAt(block));
  } else {
    if (victimSize >= size) return cutFrom(heap, load<u32>(heap + VICTIM), victimSize, size);
    const span = takeRunOf(heap, 1);
    if (span === NO_RUN) return NO_BLOCK;
    block = prepareSpan(heap, span, RUN_CONTENT);
  }
  const found = sizeAt(block);
  if (found - size < LEAST) return useWhole(heap, block, found);
  if (victimSize !== 0) putFree(heap, load<u32>(heap + VICTIM), victimSize);
  return cutFrom(heap, block, found, size);
}

/** Takes the whole of a free block that is in no list. */
function useWhole(heap: HostPointer, block: HostPointer, size: u32): HostPointer {
  store<u32>(block, size);
  const behind = block + size;
  store<u32>(behind, load<u32>(behind) & ~FREE_BEFORE);
  store<u32>(heap + USED, load<u32>(heap + USED) + size);
  return block + HEADER;
}

/** Takes the front of a free block that is in no list. The rest, if there is one, becomes the victim. */
function cutFrom(heap: HostPointer, block: HostPointer, whole: u32, size: u32): HostPointer {
  const rest = whole - size;
  if (rest < LEAST) {
    setVictim(heap, 0, 0);
    return useWhole(heap, block, whole);
  }
  // The block behind the rest knows already that the one before it is free.
  store<u32>(block, size);
  markFree(block + size, rest);
  setVictim(heap, block + size, rest);
  store<u32>(heap + USED, load<u32>(heap + USED) + size);
  return block + HEADER;
}

function freeBlock(heap: HostPointer, block: HostPointer, length: u32): void {
  const victim = load<u32>(heap + VICTIM);
  let size = length;
  let start = block;
  let withVictim = false;
  const behind = block + size;
  const tag = load<u32>(behind);
  if ((tag & FREE) !== 0) {
    const more = tag & ~FLAGS;
    if (behind === victim) withVictim = true;
    else removeFree(heap, behind, more);
    size += more;
  } else {
    store<u32>(behind, tag | FREE_BEFORE);
  }
  if ((load<u32>(block) & FREE_BEFORE) !== 0) {
    start = load<u32>(block - HEADER);
    const more = sizeAt(start);
    if (start === victim) withVictim = true;
    else removeFree(heap, start, more);
    size += more;
  }
  if (size === LARGEST) {
    // The whole span. The first one of a heap never is: its control structure lies in it.
    if (withVictim) setVictim(heap, 0, 0);
    giveRunOf(heap, runOf(start), 1);
  } else if (withVictim) {
    markFree(start, size);
    setVictim(heap, start, size);
  } else {
    putFree(heap, start, size);
  }
}

function setVictim(heap: HostPointer, block: HostPointer, size: u32): void {
  store<u32>(heap + VICTIM, block);
  store<u32>(heap + VICTIM_SIZE, size);
}

function resizeInSpan(block: HostPointer, size: u32): bool {
  if (size > LARGEST - HEADER) return false;
  const wanted = blockSize(size);
  const had = sizeAt(block);
  const heap = load<u32>(runOf(block) + RUN_HEAP);
  let room = had;
  let behind = block + had;
  if ((load<u32>(behind) & FREE) !== 0) {
    const more = sizeAt(behind);
    if (had + more < wanted) return false;
    if (behind === load<u32>(heap + VICTIM)) setVictim(heap, 0, 0);
    else removeFree(heap, behind, more);
    room += more;
    behind += more;
  } else if (had < wanted) {
    return false;
  }
  const before = load<u32>(block) & FREE_BEFORE;
  const rest = room - wanted;
  let now = room;
  if (rest >= LEAST) {
    now = wanted;
    putFree(heap, block + wanted, rest);
    store<u32>(behind, load<u32>(behind) | FREE_BEFORE);
  } else {
    store<u32>(behind, load<u32>(behind) & ~FREE_BEFORE);
  }
  store<u32>(block, now | before);
  store<u32>(heap + USED, load<u32>(heap + USED) + now - had);
  return true;
}

function resizeRun(run: HostPointer, pages: u32, size: u32): bool {
  if (size <= LARGEST - HEADER) return false;
  const wanted = runPages(size);
  const heap = load<u32>(run + RUN_HEAP);
  const held = load<u32>(heap + PAGES) + wanted - pages;
  if (wanted > pages) {
    if (!mayHold(load<u32>(heap + OWNER), held) || !extendRun(run, pages, wanted - pages)) return false;
  } else if (wanted < pages) {
    giveRun(run + (wanted << REGION_PAGE_SHIFT), pages - wanted);
  }
  store<u32>(run + RUN_PAGES, wanted);
  holdPages(heap, held);
  store<u32>(heap + USED, load<u32>(heap + USED) + ((wanted - pages) << REGION_PAGE_SHIFT));
  return true;
}

/** Number of the list that a free block of a size is kept in. */
function listOf(size: u32): u32 {
  if (size < LINEAR) return size >> LINEAR_SHIFT;
  const power: u32 = 31 - clz(size);
  return ((power - FIRST_POWER) << LISTS_SHIFT) | ((size >> (power - LISTS_SHIFT)) & LISTS_MASK);
}

/** A free block of at least that size, which stays in its list; 0 when there is none. */
function findFree(heap: HostPointer, size: u32): HostPointer {
  let list = listOf(size);
  if (size >= LINEAR) {
    // Blocks of this list may be too small, but one that was freed just now and is wanted again lies first in it.
    let block = load<u32>(heap + LISTS + (list << POINTER_SHIFT));
    for (let look: u32 = 0; block !== 0 && look < LOOKS; look++) {
      if (sizeAt(block) >= size) return block;
      block = load<u32>(block + NEXT);
    }
    list++;
  }
  const range = list >> LISTS_SHIFT;
  let lists: u32 = 0;
  let found = range;
  if (range < RANGE_COUNT) {
    lists =
      load<u32>(heap + LISTS_IN_RANGE + (range << POINTER_SHIFT)) & ((<u32>0xffff) << (list & LISTS_MASK));
  }
  if (lists === 0) {
    const ranges = load<u32>(heap + RANGES) & ((<u32>0xffffffff) << (range + 1));
    if (ranges === 0) return 0;
    found = ctz(ranges);
    lists = load<u32>(heap + LISTS_IN_RANGE + (found << POINTER_SHIFT));
  }
  const first = (found << LISTS_SHIFT) | <u32>ctz(lists);
  return load<u32>(heap + LISTS + (first << POINTER_SHIFT));
}

/** Writes a free block's tags. The blocks before and behind it are in use, for free neighbours are one block. */
function markFree(block: HostPointer, size: u32): void {
  store<u32>(block, size | FREE);
  store<u32>(block + size - HEADER, block);
}

/** Puts a block in front of its list. */
function putFree(heap: HostPointer, block: HostPointer, size: u32): void {
  const list = listOf(size);
  const range = list >> LISTS_SHIFT;
  const head = heap + LISTS + (list << POINTER_SHIFT);
  const next = load<u32>(head);
  markFree(block, size);
  store<u32>(block + NEXT, next);
  store<u32>(block + PREVIOUS, 0);
  store<u32>(head, block);
  if (next !== 0) {
    store<u32>(next + PREVIOUS, block);
    return;
  }
  const lists = heap + LISTS_IN_RANGE + (range << POINTER_SHIFT);
  store<u32>(lists, load<u32>(lists) | (1 << (list & LISTS_MASK)));
  store<u32>(heap + RANGES, load<u32>(heap + RANGES) | (1 << range));
}

function removeFree(heap: HostPointer, block: HostPointer, size: u32): void {
  const next = load<u32>(block + NEXT);
  const previous = load<u32>(block + PREVIOUS);
  if (next !== 0) store<u32>(next + PREVIOUS, previous);
  if (previous !== 0) {
    store<u32>(previous + NEXT, next);
    return;
  }
  const list = listOf(size);
  store<u32>(heap + LISTS + (list << POINTER_SHIFT), next);
  if (next !== 0) return;
  const range = list >> LISTS_SHIFT;
  const lists = heap + LISTS_IN_RANGE + (range << POINTER_SHIFT);
  const left = load<u32>(lists) & ~(1 << (list & LISTS_MASK));
  store<u32>(lists, left);
  if (left === 0) store<u32>(heap + RANGES, load<u32>(heap + RANGES) & ~(1 << range));
}
