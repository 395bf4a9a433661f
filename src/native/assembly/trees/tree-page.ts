import { HostPointer } from '../externals/addresses';
import { cellContent, cellLocal, cellPayload, cellRowid, cellSize, expectCells, readCell } from './cell';
import { beginCoverage, cover, covered, endCoverage } from './coverage';
import { fault } from './fault';
import { half } from './numbers';
import {
  CELL_COUNT,
  CELL_POINTER,
  contentStart,
  FIRST_FREE_BLOCK,
  FRAGMENTED_BYTES,
  FREE_BLOCK_SIZE,
  headerLength,
  SMALLEST_CELL,
  SMALLEST_FREE_BLOCK,
  TABLE_INTERIOR,
  TABLE_LEAF,
  treeHeader,
} from './page-format';
import { examineRecord, RecordFit } from './record';
import { shortRow, shortRowid } from './short-row';
import { KeySource, TreeWalk } from './tree-walk';

// One page of a tree by itself: where its cells and free blocks lie, and what the cells hold.

let overflows: bool = false;

/** Whether a cell of the page that was examined last goes on in overflow pages. */
export function hasOverflow(): bool {
  return overflows;
}

/** Examines the page in hand, which is in the buffer. */
export function examinePage(walk: TreeWalk, type: u32): bool {
  const header = walk.buffer + treeHeader(walk.page);
  const pointers = header + headerLength(type);
  const cells = half(header + CELL_COUNT);
  const start = contentStart(header);
  if (pointers - walk.buffer + cells * CELL_POINTER > start || start > walk.usable) {
    return fault(walk.page, ' has cells where their pointers are, or behind its end');
  }
  beginCoverage(walk.coverage, walk.pageSize);
  expectCells(type, walk.usable);
  overflows = false;
  const areSound =
    type === TABLE_LEAF
      ? examineRows(walk, pointers, cells, start)
      : examineCells(walk, type, pointers, cells, start);
  if (!areSound) return false;
  if (!coverFreeBlocks(walk, half(header + FIRST_FREE_BLOCK), start)) return false;
  if (!endCoverage()) return overlap(walk);
  const fragments = walk.usable - start - covered();
  if (fragments === load<u8>(header + FRAGMENTED_BYTES)) return true;
  return fault(walk.page, ' counts its unused bytes wrongly');
}

/** Cells of a table's leaf. Its rows ascend, from page to page as well. */
function examineRows(walk: TreeWalk, pointers: HostPointer, cells: u32, start: u32): bool {
  const buffer = walk.buffer;
  const usable = walk.usable;
  let lastRowid = walk.lastKey;
  let hasLast = walk.keySource !== KeySource.None;
  // Cells mostly lie one before the other: what is taken together is told together.
  let low: u32 = 0;
  let high: u32 = 0;
  const end = pointers + cells * CELL_POINTER;
  for (let pointer = pointers; pointer < end; pointer += CELL_POINTER) {
    const at = half(pointer);
    if (at < start || at > usable - SMALLEST_CELL) return misplaced(walk);
    let size = shortRow(buffer + at);
    let rowid = shortRowid();
    if (size === 0) {
      if (!readCell(buffer + at)) return misplaced(walk);
      size = cellSize();
      rowid = cellRowid();
      if (at + size <= usable && !examineContent(walk)) return false;
    }
    if (at + size > usable) return misplaced(walk);
    if (at + size !== low) {
      if (low !== high && !cover(low, high)) return overlap(walk);
      high = at + size;
    }
    low = at;
    if (rowid <= lastRowid && hasLast) return fault(walk.page, ' has a rowid out of order');
    lastRowid = rowid;
    hasLast = true;
  }
  walk.lastKey = lastRowid;
  if (hasLast) walk.keySource = KeySource.Row;
  return low === high || cover(low, high) || overlap(walk);
}

/** Cells of any other page. Those of a table's interior page have no content. */
function examineCells(walk: TreeWalk, type: u32, pointers: HostPointer, cells: u32, start: u32): bool {
  const end = pointers + cells * CELL_POINTER;
  for (let pointer = pointers; pointer < end; pointer += CELL_POINTER) {
    const at = half(pointer);
    // The child's number at the beginning of an interior page's cell makes it longer than the shortest.
    if (at < start || at > walk.usable - SMALLEST_CELL) return misplaced(walk);
    if (!readCell(walk.buffer + at) || at + cellSize() > walk.usable) return misplaced(walk);
    if (!cover(at, at + cellSize())) return overlap(walk);
    if (type !== TABLE_INTERIOR && !examineContent(walk)) return false;
  }
  return true;
}

function examineContent(walk: TreeWalk): bool {
  const local = cellLocal();
  const payload = cellPayload();
  if (local < payload) overflows = true;
  const fit = examineRecord(cellContent(), local, payload);
  if (fit === RecordFit.Fits || (fit === RecordFit.GoesOn && local < payload)) return true;
  return fault(walk.page, ' has a record that does not fit its cell');
}

/** Free blocks ascend behind the first cell, four bytes and more apart: what is nearer would be one block. */
function coverFreeBlocks(walk: TreeWalk, first: u32, start: u32): bool {
  let least = start;
  for (let at = first; at !== 0; ) {
    if (at < least || at > walk.usable - SMALLEST_FREE_BLOCK) {
      return fault(walk.page, ' has a free block out of place');
    }
    const size = half(walk.buffer + at + FREE_BLOCK_SIZE);
    if (size < SMALLEST_FREE_BLOCK || at + size > walk.usable) {
      return fault(walk.page, ' has a free block of a wrong size');
    }
    if (!cover(at, at + size)) return overlap(walk);
    least = at + size + SMALLEST_FREE_BLOCK;
    at = half(walk.buffer + at);
  }
  return true;
}

function misplaced(walk: TreeWalk): bool {
  return fault(walk.page, ' has a cell that does not lie in it');
}

function overlap(walk: TreeWalk): bool {
  return fault(walk.page, ' uses some of its bytes twice');
}
