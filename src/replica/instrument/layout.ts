/**
 * How an instrumented module's one memory is laid out: two tables of marks, one byte per 4 KiB heap page, then the canister's heap.
 *
 *     0                1 MiB             2 MiB = HEAP_BASE
 *     | written pages  | read pages      | the canister's address 0 ...
 *
 * Code marks the pages it reads and writes without asking whether they are marked; 16 marks side by side are one page of 64 KiB.
 * Every memory access of the canister is moved up by `HEAP_BASE` in its static offset, so the canister cannot see or reach the marks.
 * (A second memory would do without the shift, but Node 20's V8 has no multi-memory.)
 */

/** Bytes of one heap page, the unit of marks and rollback. */
export const HEAP_PAGE_SIZE = 4096;
export const HEAP_PAGE_SHIFT = 12;

/** Bytes of one WebAssembly page, the unit in which the IC counts what a message touches. */
export const WASM_PAGE_SIZE = 65_536;

/** Marks of one WebAssembly page. */
export const MARKS_OF_PAGE = WASM_PAGE_SIZE / HEAP_PAGE_SIZE;

/** Bytes of one table: a mark for each heap page of a 4 GiB memory. */
const MARKS = 2 ** 32 / HEAP_PAGE_SIZE;

export const WRITE_MARKS = 0;
export const READ_MARKS = MARKS;

/** Where the canister's address 0 lies. */
export const HEAP_BASE = 2 * MARKS;
export const HEAP_BASE_PAGES = HEAP_BASE / WASM_PAGE_SIZE;

/**
 * Largest heap in WebAssembly pages. The IC allows 65,536; the marks take 32 and one stays unused, so that an access with the
 * largest static offset can never be inside the memory.
 */
export const MAXIMUM_HEAP_PAGES = 65_536 - HEAP_BASE_PAGES - 1;

/** Values of the trap reason global; 0 means that the canister's own code trapped. */
export const TrapReason = { none: 0, instructions: 1, heapLimit: 2, slice: 3 } as const;

/** Exports that instrumentation adds; the canister's own exports are kept only where they are entry points. */
export const InstrumentedExport = {
  memory: 'replica:memory',
  table: 'replica:table',
  /** i64: instructions left until the marks must be looked at. */
  counter: 'replica:counter',
  /** i64: instructions left beyond those of the counter. */
  reserve: 'replica:reserve',
  /** i32: 64 KiB heap pages that the execution has read or written, as of the last look at the marks. */
  accessed: 'replica:accessed',
  /** i32: 64 KiB heap pages that it has written. */
  written: 'replica:written',
  /** i64: price of the first access to a page, and of the first write. */
  accessPrice: 'replica:access-price',
  writePrice: 'replica:write-price',
  /** () -> (): looks at the marks; the counter is negative afterwards when the instructions are used up. */
  settle: 'replica:settle',
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
