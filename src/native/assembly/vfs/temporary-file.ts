// A file without a name, which SQLite keeps something in for a while: the runs of a sort, a temporary table or index, a
// statement's journal, VACUUM's copy (https://www.sqlite.org/tempfiles.html). SQLite asks for one when its own buffers do
// not hold what it works on any more. The bytes lie in blocks of 60 KiB, so that one fits a Wasm page of the heap with
// whatever the allocator adds: on the heap while all such files together stay within their share of it, in an extent of
// scratch memory from then on.
//
//   blocks:  | heap | heap | extent 7 | (nothing) | extent 9 | ...
//
// A block begins with whatever was there before, and the file of a database is not written from its start to its end. So
// each block knows up to where it was written: the gap is filled with zeros when something behind it is written, and what
// lies beyond reads as zeros. Nobody ever reads what somebody else has left.

import { EnginePointer, HostPointer, toHost } from '../externals/addresses';
import {
  Extent,
  giveExtent,
  NO_EXTENT,
  readExtent,
  returnBuckets,
  takeExtent,
  writeExtent,
} from '../memory/scratch-memory';
import { allocate, allocateZeroed, clearHeap, copyHeap, NO_MEMORY, release } from '../pages/heap';
import { zeroPage } from '../pages/page-buffers';
import { temporaryIoMethods } from './register';
import {
  SQLITE_FULL,
  SQLITE_IOERR_NOMEM,
  SQLITE_IOERR_SHORT_READ,
  SQLITE_NOTFOUND,
  SQLITE_OK,
} from './result-codes';

const BLOCK_SIZE: u32 = 61440;
/** Bytes of {@link zeroPage}. */
const ZEROS: u32 = 4096;

/** What all temporary files together may hold on the heap: small sorts and joins do without stable memory. */
const HEAP_SHARE: u32 = 8388608;
let onHeap: u32 = 0;

@unmanaged
class Block {
  /** Where the bytes lie on the heap, or {@link NO_MEMORY}. */
  heap: HostPointer;
  /** Where they lie otherwise, or {@link NO_EXTENT} for a block that was never written. */
  extent: Extent;
  /** Bytes from the block's start that were written or filled. */
  written: u32;
}

/** An open file: SQLite's part, then ours. */
@unmanaged
export class TemporaryFile {
  methods: EnginePointer;
  blocks: HostPointer;
  /** Room for this many blocks. */
  capacity: u32;
  /** The next one of the files that hold a statement's journal, or 0; means nothing for others. */
  nextJournal: HostPointer;
  size: u64;
}

const SMALLEST_CAPACITY: u32 = 16;
const OPEN_SUBJOURNAL: i32 = 0x2000;

/**
 * The first of the open files that hold statements' journals. With locking_mode EXCLUSIVE, SQLite keeps such a file, and
 * what is in it, for the connection's life.
 */
let firstJournal: HostPointer = 0;

/** Opens an empty file. */
export function openTemporaryFile(file: TemporaryFile, flags: i32): i32 {
  file.blocks = NO_MEMORY;
  file.capacity = 0;
  file.size = 0;
  file.nextJournal = 0;
  if ((flags & OPEN_SUBJOURNAL) !== 0) {
    file.nextJournal = firstJournal;
    firstJournal = addressOf(file);
  }
  file.methods = temporaryIoMethods();
  return SQLITE_OK;
}

/** Empties the journals of statements. To be called when no transaction is under way, so that none of them is needed. */
export function emptyStatementJournals(): void {
  for (let address = firstJournal; address !== 0; ) {
    const file = changetype<TemporaryFile>(<usize>address);
    if (file.size > 0) truncateTo(file, 0);
    address = file.nextJournal;
  }
}

export function temporaryClose(pointer: EnginePointer): i32 {
  const file = fileAt(pointer);
  truncateTo(file, 0);
  forgetJournal(file);
  return SQLITE_OK;
}

/** Past the end of the file SQLite wants zeros and a short read. */
export function temporaryRead(pointer: EnginePointer, buffer: EnginePointer, size: i32, offset: i64): i32 {
  const file = fileAt(pointer);
  let destination = toHost(buffer);
  let left = <u32>size;
  for (let at: u64 = offset; left > 0; ) {
    const number = <u32>(at / BLOCK_SIZE);
    const inBlock = <u32>at - number * BLOCK_SIZE;
    const part = min(left, BLOCK_SIZE - inBlock);
    readPart(file, number, inBlock, destination, part);
    at += part;
    destination += part;
    left -= part;
  }
  return <u64>offset + <u64>size <= file.size ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

export function temporaryWrite(pointer: EnginePointer, buffer: EnginePointer, size: i32, offset: i64): i32 {
  const file = fileAt(pointer);
  let source = toHost(buffer);
  let left = <u32>size;
  for (let at: u64 = offset; left > 0; ) {
    const number = <u32>(at / BLOCK_SIZE);
    const inBlock = <u32>at - number * BLOCK_SIZE;
    const part = min(left, BLOCK_SIZE - inBlock);
    if (number >= file.capacity && !makeRoom(file, number + 1)) return SQLITE_IOERR_NOMEM;
    const block = blockAt(file, number);
    if (!isPlaced(block) && !place(block)) return SQLITE_FULL;
    fillUpTo(block, inBlock);
    writeBlock(block, inBlock, source, part);
    block.written = max(block.written, inBlock + part);
    at += part;
    source += part;
    left -= part;
  }
  file.size = max(file.size, <u64>offset + <u64>size);
  return SQLITE_OK;
}

export function temporaryTruncate(pointer: EnginePointer, size: i64): i32 {
  truncateTo(fileAt(pointer), size);
  return SQLITE_OK;
}

export function temporarySize(pointer: EnginePointer, result: EnginePointer): i32 {
  store<u64>(toHost(result), fileAt(pointer).size);
  return SQLITE_OK;
}

/** There are no commits to hear of, and no hints to take. */
export function temporaryControl(_pointer: EnginePointer, _operation: i32, _argument: EnginePointer): i32 {
  return SQLITE_NOTFOUND;
}

function fileAt(pointer: EnginePointer): TemporaryFile {
  return changetype<TemporaryFile>(<usize>toHost(pointer));
}

function addressOf(file: TemporaryFile): HostPointer {
  return <u32>changetype<usize>(file);
}

function blockAt(file: TemporaryFile, number: u32): Block {
  return changetype<Block>(<usize>(file.blocks + number * <u32>offsetof<Block>()));
}

function readPart(file: TemporaryFile, number: u32, inBlock: u32, destination: HostPointer, size: u32): void {
  let present: u32 = 0;
  if (number < file.capacity) {
    const block = blockAt(file, number);
    present = block.written > inBlock ? min(size, block.written - inBlock) : 0;
    if (present > 0) {
      if (block.heap !== NO_MEMORY) copyHeap(destination, block.heap + inBlock, present);
      else readExtent(block.extent, inBlock, destination, present);
    }
  }
  if (present < size) clearHeap(destination + present, size - present);
}

/** Cuts the file off, or lets it end with zeros. */
function truncateTo(file: TemporaryFile, size: u64): void {
  const inBlock = <u32>(size % BLOCK_SIZE);
  const kept = <u32>((size + BLOCK_SIZE - 1) / BLOCK_SIZE);
  for (let number = kept; number < file.capacity; number++) giveUp(blockAt(file, number));
  if (inBlock > 0 && kept <= file.capacity) {
    const last = blockAt(file, kept - 1);
    last.written = min(last.written, inBlock);
  }
  file.size = size;
  if (size === 0) {
    release(file.blocks);
    file.blocks = NO_MEMORY;
    file.capacity = 0;
  }
  returnBuckets();
}

function forgetJournal(file: TemporaryFile): void {
  const address = addressOf(file);
  if (firstJournal === address) {
    firstJournal = file.nextJournal;
    return;
  }
  for (let before = firstJournal; before !== 0; ) {
    const earlier = changetype<TemporaryFile>(<usize>before);
    if (earlier.nextJournal === address) earlier.nextJournal = file.nextJournal;
    before = earlier.nextJournal;
  }
}

function isPlaced(block: Block): bool {
  return block.heap !== NO_MEMORY || block.extent !== NO_EXTENT;
}

/** Finds a block a place: on the heap while the share lasts and the heap has room, in scratch memory otherwise. */
function place(block: Block): bool {
  if (onHeap < HEAP_SHARE) {
    block.heap = allocate(BLOCK_SIZE);
    if (block.heap !== NO_MEMORY) {
      onHeap += BLOCK_SIZE;
      return true;
    }
  }
  block.extent = takeExtent();
  return block.extent !== NO_EXTENT;
}

function giveUp(block: Block): void {
  if (block.heap !== NO_MEMORY) {
    release(block.heap);
    onHeap -= BLOCK_SIZE;
  } else if (block.extent !== NO_EXTENT) {
    giveExtent(block.extent);
  }
  block.heap = NO_MEMORY;
  block.extent = NO_EXTENT;
  block.written = 0;
}

function writeBlock(block: Block, offset: u32, source: HostPointer, size: u32): void {
  if (block.heap !== NO_MEMORY) copyHeap(block.heap + offset, source, size);
  else writeExtent(block.extent, offset, source, size);
}

/** Closes the gap between what was written and a place behind it. */
function fillUpTo(block: Block, offset: u32): void {
  if (block.written >= offset) return;
  if (block.heap !== NO_MEMORY) {
    clearHeap(block.heap + block.written, offset - block.written);
  } else {
    for (let at = block.written; at < offset; at += ZEROS) {
      writeExtent(block.extent, at, zeroPage, min(offset - at, ZEROS));
    }
  }
  block.written = offset;
}

/** Doubles the room for blocks until there are so many. */
function makeRoom(file: TemporaryFile, blocks: u32): bool {
  let capacity = max(file.capacity, SMALLEST_CAPACITY);
  while (capacity < blocks) capacity <<= 1;
  const larger = allocateZeroed(capacity * <u32>offsetof<Block>());
  if (larger === NO_MEMORY) return false;
  copyHeap(larger, file.blocks, file.capacity * <u32>offsetof<Block>());
  release(file.blocks);
  file.blocks = larger;
  file.capacity = capacity;
  return true;
}
