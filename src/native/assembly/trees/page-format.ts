import { HostPointer } from '../externals/addresses';
import { DATABASE_HEADER_LENGTH } from '../pages/database-header';
import { half } from './numbers';

// A page of a tree (https://www.sqlite.org/fileformat2.html#b_tree_pages).

export const INDEX_INTERIOR: u32 = 2;
export const TABLE_INTERIOR: u32 = 5;
export const INDEX_LEAF: u32 = 10;
export const TABLE_LEAF: u32 = 13;
/** In a type: the page has no children. */
const LEAF_BIT: u32 = 8;
/** In a type: the page is of a table with rowids. */
const TABLE_BIT: u32 = 1;

export const FIRST_FREE_BLOCK: u32 = 1;
export const CELL_COUNT: u32 = 3;
export const CONTENT_START: u32 = 5;
export const FRAGMENTED_BYTES: u32 = 7;
export const RIGHT_CHILD: u32 = 8;
const LEAF_HEADER: u32 = 8;
const INTERIOR_HEADER: u32 = 12;
export const CELL_POINTER: u32 = 2;
/** Bytes of a child's number at the beginning of an interior page's cell. */
export const CHILD_POINTER: u32 = 4;
/** A cell takes up as many bytes at least. */
export const SMALLEST_CELL: u32 = 4;
/** In a free block: its size. Where the next one is, comes first. */
export const FREE_BLOCK_SIZE: u32 = 2;
export const SMALLEST_FREE_BLOCK: u32 = 4;
/** How the largest page size, which 16 bits do not hold, is spelt as a start of content. */
const LARGEST_START: u32 = 65536;

export function isTreePage(type: u32): bool {
  return type === INDEX_INTERIOR || type === TABLE_INTERIOR || type === INDEX_LEAF || type === TABLE_LEAF;
}

export function isLeaf(type: u32): bool {
  return (type & LEAF_BIT) !== 0;
}

export function isTable(type: u32): bool {
  return (type & TABLE_BIT) !== 0;
}

/** Where in its bytes a page's tree header begins: the first page has the database's before it. */
export function treeHeader(page: u32): u32 {
  return page === 1 ? DATABASE_HEADER_LENGTH : 0;
}

export function headerLength(type: u32): u32 {
  return isLeaf(type) ? LEAF_HEADER : INTERIOR_HEADER;
}

export function contentStart(header: HostPointer): u32 {
  const start = half(header + CONTENT_START);
  return start === 0 ? LARGEST_START : start;
}
