// Layout of the CDK runtime's stable memory inside MemoryId 118 (docs/LAYOUT.md, section 2). It is sparse: a logical
// 64 KiB page takes room only once something other than zeros was written to it.

/** "TABSPARS" */
export const PRIVATE_MAGIC: u64 = ((<u64>0x53524150) << 32) | 0x53424154;
export const PRIVATE_VERSION: u32 = 1;

/** Head of physical page 0. */
@unmanaged
export class PrivateHeader {
  magic: u64;
  version: u32;
  /** Physical pages in use: this one, leaves and blocks. The next one is handed out next. */
  usedPages: u32;
  /** What `stable64_size` answers the CDK. */
  logicalPages: u64;
}

/** Directory in physical page 0: the physical page of each leaf, 0 where none exists. */
export const DIRECTORY_OFFSET: u64 = 4096;
export const DIRECTORY_ENTRIES: u64 = 15360;

/** A leaf is a physical page with, for each of its logical pages, the physical page of its block, 0 where all zeros. */
export const LEAF_SHIFT: u64 = 14;
export const LEAF_ENTRIES: u64 = 1 << 14;

/** Most logical pages the directory can describe: 15 TiB, beyond what the IC offers. */
export const MAX_LOGICAL_PAGES: u64 = DIRECTORY_ENTRIES * LEAF_ENTRIES;
