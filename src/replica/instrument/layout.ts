/**
 * How an instrumented module's one memory is laid out: a table of marks, one byte per 4 KiB heap page, then the canister's heap.
 * Every memory access of the canister is moved up by `HEAP_BASE` in its static offset, so the canister cannot see or reach the marks.
 * (A second memory would do without the shift, but Node 20's V8 has no multi-memory.)
 */

/** Bytes of one heap page, the IC's unit of dirty tracking. */
export const HEAP_PAGE_SIZE = 4096;
export const HEAP_PAGE_SHIFT = 12;

/** Bytes of one WebAssembly page. */
export const WASM_PAGE_SIZE = 65_536;

/** Where the canister's address 0 lies: behind one mark for each heap page of a 4 GiB memory. */
export const HEAP_BASE = 2 ** 32 / HEAP_PAGE_SIZE;
export const HEAP_BASE_PAGES = HEAP_BASE / WASM_PAGE_SIZE;

/**
 * Largest heap in WebAssembly pages. The IC allows 65,536; the marks take 16 and one stays unused, so that an access with the
 * largest static offset can never be inside the memory.
 */
export const MAXIMUM_HEAP_PAGES = 65_536 - HEAP_BASE_PAGES - 1;

/** The longest store is 16 bytes, so it reaches at most this far into the page behind the one it marks. */
export const STORE_OVERHANG = 15;

/** Values of the trap reason global; 0 means that the canister's own code trapped. */
export const TrapReason = { none: 0, instructions: 1, heapLimit: 2, slice: 3 } as const;

/** Exports that instrumentation adds; the canister's own exports are kept only where they are entry points. */
export const InstrumentedExport = {
  memory: 'replica:memory',
  table: 'replica:table',
  /** i64: instructions left. */
  counter: 'replica:counter',
  /** i32: one of `TrapReason`. */
  trapReason: 'replica:trap-reason',
  /** i32: heap size in WebAssembly pages that memory.grow must not pass. */
  heapLimit: 'replica:heap-limit',
  /** i64: instructions of one slice. */
  slice: 'replica:slice',
  /** i64, followed by the position of a defined function: instructions that its own code has used. */
  profilePrefix: 'replica:profile ',
  start: 'replica:start',
  /** Followed by the index of a mutable global. */
  globalPrefix: 'replica:global ',
  /** i32, followed by the index of a data segment: whether this message has dropped it. */
  droppedPrefix: 'replica:dropped ',
} as const;
