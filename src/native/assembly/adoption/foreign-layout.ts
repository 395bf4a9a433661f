// What ic-sqlite-vfs keeps in its virtual memory (docs/LAYOUT.md, section 7). All integers are little-endian.

/** "ICSQLITE" */
export const FOREIGN_MAGIC: u64 = ((<u64>0x4554494c) << 32) | 0x51534349;

/** Versions of the superblock. 6 keeps a page map, 8 the image in one piece; 1 and 2 precede any released crate. */
export const VERSION_1: u32 = 1;
export const VERSION_2: u32 = 2;
export const VERSION_SEGMENTED: u32 = 6;
export const VERSION_IN_PLACE: u32 = 8;

/** Bytes before anything but the superblock lies in the virtual memory. */
export const FOREIGN_SUPERBLOCK_REGION: u64 = 65536;
/** The longest superblock: version 8 with all zero extents that it can hold. */
export const FOREIGN_SUPERBLOCK_LENGTH: u32 = 16544;

/** Fields that versions 6 and 8 share. */
@unmanaged
export class ForeignSuperblock {
  magic: u64;
  version: u32;
  /** Unit in which the image is placed, always {@link FOREIGN_PAGE_SIZE}; SQLite's own page size may be another. */
  pageSize: u32;
  /** Bytes of the image. */
  imageSize: u64;
  migrationVersion: u64;
  transactionId: u64;
  flags: u64;
  /** FNV-1a 64 of the image's bytes, as of the last verification. */
  imageChecksum: u64;
  importChecksum: u64;
  importReceived: u64;
  importSize: u64;
  importBase: u64;
  refreshOffset: u64;
  refreshHash: u64;
  refreshTransaction: u64;
  /** Version 8: where the image begins. */
  imageBase: u64;
  /** Version 6: where the root table begins; 0 for none. */
  rootTable: u64;
  /** Version 6: entries of the root table. Version 8: pages of the image. */
  pageCount: u64;
  layoutVersion: u64;
  /** Version 6: checksum of the superblock. Version 8: number of zero extents, whose checksum follows. */
  checksumOrExtents: u64;
  /** Version 8 only. */
  extentsChecksum: u64;
}

export const FLAG_IMPORTING: u64 = 1;
export const FLAG_CHECKSUM_STALE: u64 = 2;

// Lengths of superblocks; each ends with its checksum, but for version 8, whose zero extents follow.
export const LENGTH_1: u32 = 80;
export const LENGTH_2: u32 = 96;
export const LENGTH_SEGMENTED: u32 = 152;
export const LENGTH_IN_PLACE: u32 = 160;

/** Pages of versions 6 and 8. */
export const FOREIGN_PAGE_SIZE: u64 = 16384;
export const FOREIGN_PAGE_SHIFT: u64 = 14;

/** Version 6: pages of a segment, each with an offset of 8 bytes in the segment's table; 0 for a page of zeros. */
export const SEGMENT_PAGES: u64 = 256;
export const SEGMENT_SHIFT: u64 = 8;
export const OFFSET_SIZE: u64 = 8;
export const SEGMENT_TABLE_LENGTH: u64 = SEGMENT_PAGES * OFFSET_SIZE;

/** Version 8: a range of pages that are zeros, wherever their bytes lie. */
@unmanaged
export class ZeroExtent {
  start: u64;
  /** The first page behind the range. */
  end: u64;
}
export const EXTENT_LENGTH: u32 = 16;
export const MAX_EXTENTS: u64 = 1024;
