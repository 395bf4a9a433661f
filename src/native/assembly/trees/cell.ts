import { HostPointer } from '../externals/addresses';
import { MORE_BYTES, readVarint, varint } from './numbers';
import { CHILD_POINTER, isLeaf, isTable, SMALLEST_CELL, TABLE_LEAF } from './page-format';

// A cell of a tree's page. One is in hand at a time: the one that was read last.

/** No SQLite reads more. */
const LONGEST_PAYLOAD: u64 = 0x7fffffff;
/** Bytes at the end of a local payload, or of an overflow page, that name the next page. */
export const CHAIN_POINTER: u32 = 4;

// How much of a payload lies in the page.
const TABLE_OVERHEAD: u32 = 35;
const INDEX_PAGE_OVERHEAD: u32 = 12;
const INDEX_CELL_OVERHEAD: u32 = 23;
const LARGEST_FRACTION: u32 = 64;
const SMALLEST_FRACTION: u32 = 32;
const WHOLE_FRACTION: u32 = 255;

// What the cells of a page have in common.
let hasChild: bool = false;
let hasKey: bool = false;
let hasPayload: bool = false;
let mostLocal: u32 = 0;
let leastLocal: u32 = 0;
let chainContent: u32 = 0;

let rowid: i64 = 0;
let payload: u32 = 0;
let local: u32 = 0;
let content: HostPointer = 0;
let size: u32 = 0;

/** Gets ready for cells of pages of a type. */
export function expectCells(type: u32, usable: u32): void {
  hasChild = !isLeaf(type);
  hasKey = isTable(type);
  hasPayload = !hasKey || type === TABLE_LEAF;
  mostLocal = hasKey ? usable - TABLE_OVERHEAD : fraction(usable, LARGEST_FRACTION);
  leastLocal = fraction(usable, SMALLEST_FRACTION);
  chainContent = usable - CHAIN_POINTER;
}

function fraction(usable: u32, share: u32): u32 {
  return ((usable - INDEX_PAGE_OVERHEAD) * share) / WHOLE_FRACTION - INDEX_CELL_OVERHEAD;
}

/** Reads a cell. False where its payload is longer than any. */
export function readCell(cell: HostPointer): bool {
  let at = cell + (hasChild ? CHILD_POINTER : 0);
  payload = 0;
  local = 0;
  if (hasPayload) {
    payload = load<u8>(at);
    if (payload < MORE_BYTES) at++;
    else {
      at = readVarint(at);
      if (varint() > LONGEST_PAYLOAD) return false;
      payload = <u32>varint();
    }
  }
  if (hasKey) {
    at = readVarint(at);
    rowid = varint();
  }
  content = at;
  local = payload;
  size = max(at + payload - cell, SMALLEST_CELL);
  if (payload > mostLocal) {
    local = leastLocal + ((payload - leastLocal) % chainContent);
    if (local > mostLocal) local = leastLocal;
    size = at + local + CHAIN_POINTER - cell;
  }
  return true;
}

export function cellRowid(): i64 {
  return rowid;
}

/** Bytes of the payload, and how many of them lie in the page. */
export function cellPayload(): u32 {
  return payload;
}

export function cellLocal(): u32 {
  return local;
}

/** Where the payload begins. */
export function cellContent(): HostPointer {
  return content;
}

/** Bytes that the cell takes up in its page. */
export function cellSize(): u32 {
  return size;
}

/** Overflow pages that the rest of the payload fills. */
export function chainLength(): u32 {
  return (payload - local + chainContent - 1) / chainContent;
}
