// Layout V1 of ic-stable-structures' MemoryManager in raw stable memory (docs/LAYOUT.md, section 1). Little-endian.

export type MemoryId = u32;

/** Bytes of a WebAssembly page, the unit in which stable memory grows. */
export const WASM_PAGE_SIZE: u64 = 65536;

/** "MGR", then the layout version. */
export const MAGIC: u32 = 0x52474d;
export const LAYOUT_VERSION: u8 = 1;

export const HEADER_VERSION: u32 = 3;
export const HEADER_ALLOCATED_BUCKETS: u32 = 4;
export const HEADER_BUCKET_SIZE: u32 = 6;
export const HEADER_RESERVED: u32 = 8;
export const HEADER_RESERVED_LENGTH: u32 = 32;
export const HEADER_MEMORY_SIZES: u32 = 40;
export const HEADER_LENGTH: u32 = 2080;

export const OWNERS_OFFSET: u64 = 2080;
export const OWNERS_LENGTH: u32 = 32768;
/** Owner of a bucket that belongs to no memory. */
export const UNALLOCATED: u32 = 0xff;

export const MEMORY_COUNT: u32 = 255;
export const MAX_BUCKETS: u32 = 32768;
export const BUCKETS_OFFSET: u64 = 65536;
/** Pages of raw stable memory before bucket 0. */
export const PAGES_BEFORE_BUCKETS: u64 = 1;

export const DEFAULT_BUCKET_SIZE_IN_PAGES: u32 = 16;
/** What `ic0.stable64_grow` answers when it refuses. */
export const GROW_REFUSED: u64 = u64.MAX_VALUE;

/** MemoryId of what a message works in and nobody keeps. */
export const SCRATCH_MEMORY: MemoryId = 114;
/** MemoryId of the CDK runtime's own stable memory. */
export const PRIVATE_MEMORY: MemoryId = 118;
