/** A virtual memory that owns at least one bucket or page. */
export interface MemoryUse {
  readonly memoryId: number;
  /** 64 KiB pages that the virtual memory spans. */
  readonly pages: number;
  /** Buckets of raw stable memory that it owns. */
  readonly buckets: number;
}

/** Who owns how much of the raw stable memory. */
export interface MemoryReport {
  /** 64 KiB pages of raw stable memory in use by the canister. */
  readonly stablePages: number;
  /** 64 KiB pages of Wasm memory. */
  readonly heapPages: number;
  readonly bucketSizeInPages: number;
  /** Buckets handed out at least once. */
  readonly allocatedBuckets: number;
  /** Of those, the ones that belong to a memory. */
  readonly ownedBuckets: number;
  /** Of those, the ones that belong to no memory now and will be reused. */
  readonly freeBuckets: number;
  /** Buckets of raw stable memory behind the allocated ones, given back and ready for any memory. */
  readonly spareBuckets: number;
  /** Buckets that the layout can address and raw stable memory does not hold yet. */
  readonly neverUsedBuckets: number;
  /** Ascending by MemoryId. */
  readonly memories: MemoryUse[];
}

/** Raw virtual memory, for the catalog and its like, who owns how much of it, and the limit of the heap. */
export interface MemoryCalls {
  memoryReport(): MemoryReport;
  /** Sets how far Wasm memory may grow, in bytes; what goes beyond is refused. 1 GiB until it is called. */
  limitHeap(bytes: number): void;
  /** Bytes that the virtual memory spans, a multiple of 65,536. */
  memorySize(memoryId: number): number;
  /** Grows by 64 KiB pages and returns the previous page count. Throws `STABLE_MEMORY_FULL` when refused. */
  growMemory(memoryId: number, pages: number): number;
  /** UTF-8 bytes as a string. */
  readText(memoryId: number, offset: number, byteLength: number): string;
  /** Writes a string as UTF-8 and returns its byte length. Throws `RangeError` past the end of the memory. */
  writeText(memoryId: number, offset: number, text: string): number;
  /** XXH64 (seed 0) of a range of a virtual memory. */
  checksumMemory(memoryId: number, offset: number, byteLength: number): string;
}
