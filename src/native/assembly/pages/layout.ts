// Sizes of the page store's layout version 1 (docs/LAYOUT.md, section 3). All integers are little-endian.

/** Physical page number inside a slot's virtual memory, which is page number times PAGE_SIZE bytes from its start. */
export type PhysicalPage = u32;
/** Page number inside an image: byte offset divided by PAGE_SIZE. */
export type LogicalPage = u32;

/** Bytes of a storage page: the unit in which the IC counts dirty stable memory, whatever SQLite's page size. */
export const PAGE_SIZE: u32 = 4096;
export const PAGE_SHIFT: u32 = 12;
export const PAGES_PER_WASM_PAGE: u32 = 16;

export const SUPERBLOCK_PAGE: PhysicalPage = 0;

/** An allocation table describes the group of pages that it lies in: one u32 for each. */
export const GROUP_PAGES: u32 = 1024;
export const GROUP_SHIFT: u32 = 10;
/** Where in its group the allocation table lies. */
export const TABLE_IN_GROUP: u32 = 1;
export const ALLOCATION_ENTRY_SIZE: u32 = 4;

/** What a page is used for: the upper byte of its allocation entry. The lower three bytes say where it belongs. */
export enum PageKind {
  Free = 0,
  /** Index: logical page number. */
  Data = 1,
  /** Index: number of the segment. */
  SegmentTable = 2,
  /** Index: number of the directory. */
  DirectoryTable = 3,
  RootTable = 4,
  /** Index: number of the group. */
  AllocationTable = 5,
  Superblock = 6,
  /** The records of snapshots and pins. */
  ImageDirectory = 7,
  /** Facts of an import under way. */
  ImportRecord = 8,
  /** State of a checksum's refresh. */
  ChecksumRecord = 9,
}
export const KIND_SHIFT: u32 = 24;
export const INDEX_MASK: u32 = (1 << KIND_SHIFT) - 1;

/** Entries of each table of the page map, at every depth. */
export const FANOUT: u32 = 256;
export const FANOUT_SHIFT: u32 = 8;

/** Levels of the map, from its data pages up. */
export enum Level {
  Data = 0,
  Segment = 1,
  Directory = 2,
  Root = 3,
}

/** What a page of a level is recorded as in its allocation entry. */
export function kindAt(level: Level): PageKind {
  return PageKind.Data + level;
}

/** The first logical page below the index-th table of a level. */
export function firstPageBelow(level: Level, index: u32): LogicalPage {
  return index << (<u32>level * FANOUT_SHIFT);
}

/** No page of an image has this number. */
export const NO_PAGE: LogicalPage = 0xffffffff;

/** Logical pages that the map's three levels reach: 64 GiB. */
export const MAX_LOGICAL_PAGES: u32 = FANOUT * FANOUT * FANOUT;
export const MAX_IMAGE_SIZE: u64 = <u64>MAX_LOGICAL_PAGES * PAGE_SIZE;

/** An entry of the page map's tables. */
@unmanaged
export class MapEntry {
  /** Physical page of the table or page below; 0 for zeros all the way down. */
  page: PhysicalPage;
  /** Checksum of that page; 0 where the archive keeps none. */
  checksum: u32;
  /** Epoch in which that page was allocated. Not later than an image's shared epoch: the page is shared. */
  birth: u64;
}

/** Number of storage pages that a byte size fills, the last one perhaps in part. */
export function pagesOf(size: u64): u32 {
  return <u32>((size + PAGE_SIZE - 1) >> PAGE_SHIFT);
}
