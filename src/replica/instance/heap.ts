import {
  HEAP_BASE,
  HEAP_BASE_PAGES,
  HEAP_PAGE_SHIFT,
  HEAP_PAGE_SIZE,
  MARKS_OF_PAGE,
  READ_MARKS,
  WASM_PAGE_SIZE,
  WRITE_MARKS,
} from '../instrument/layout';
import { isZero, type PagedMemory } from '../state/paged-memory';

/** 4 KiB pages that one execution touched, in ascending order. */
export interface TouchedSmallPages {
  readonly read: readonly number[];
  readonly written: readonly number[];
}

/**
 * A canister's heap beside a copy of its committed bytes. Instrumented code marks the pages it reads and writes; commit and discard look
 * only at the latter, so their cost follows what a message touched and not how big the heap is.
 */
export class Heap implements PagedMemory {
  private memory: WebAssembly.Memory;
  private whole: Buffer;
  /** Committed bytes, in a memory of its own because growing one in place costs nothing. */
  private readonly committed: WebAssembly.Memory;
  private committedBytes: Buffer;
  private committedSize: number;
  private tracked: Set<number> | undefined;
  /** 4 KiB pages that earlier executions of the same transaction wrote. */
  private readonly held = new Set<number>();

  /** @param memory the memory of a new instrumented instance, which holds only zeros */
  constructor(memory: WebAssembly.Memory) {
    this.memory = memory;
    this.whole = Buffer.from(memory.buffer);
    const size = this.whole.length - HEAP_BASE;
    this.committedSize = size / WASM_PAGE_SIZE;
    this.committed = new WebAssembly.Memory({
      initial: this.committedSize,
      maximum: 65_536 - HEAP_BASE_PAGES,
    });
    this.committedBytes = Buffer.from(this.committed.buffer);
  }

  /** Heap size in WebAssembly pages, with what the running message has grown. */
  get pages(): number {
    return this.refresh().length / WASM_PAGE_SIZE - HEAP_BASE_PAGES;
  }

  /** A view of [address, address + length), or undefined when that is not inside the heap. */
  view(address: number, length: number): Uint8Array | undefined {
    const whole = this.refresh();
    const start = HEAP_BASE + address;
    return start + length > whole.length ? undefined : whole.subarray(start, start + length);
  }

  /** Marks pages that the host reads on the canister's behalf. */
  markRead(address: number, length: number): void {
    this.mark(READ_MARKS, address, length);
  }

  /** Marks pages that the host writes to on the canister's behalf. */
  markWritten(address: number, length: number): void {
    this.mark(WRITE_MARKS, address, length);
  }

  /** Counts touched pages anew; what a transaction under way has written so far stays known. */
  beginExecution(): void {
    for (const page of this.marked(WRITE_MARKS)) this.held.add(page);
    this.clearMarks();
  }

  /** What the running execution, or the last one before a commit or discard, has touched. */
  touchedPages(): TouchedSmallPages {
    return { read: this.marked(READ_MARKS), written: this.marked(WRITE_MARKS) };
  }

  /** Number of 4 KiB pages that the running execution wrote and whose bytes differ from the committed state. */
  countChangedPages(): number {
    this.growCommitted();
    return this.changed(this.marked(WRITE_MARKS)).length;
  }

  /** Makes the present contents the committed state. @returns the number of 4 KiB pages whose bytes changed */
  commit(): number {
    this.growCommitted();
    this.committedSize = this.pages;
    const changed = this.changed(this.writtenPages());
    for (const page of changed) {
      const start = page * HEAP_PAGE_SIZE;
      this.whole.copy(this.committedBytes, start, HEAP_BASE + start, HEAP_BASE + start + HEAP_PAGE_SIZE);
      this.tracked?.add(page);
    }
    this.forget();
    return changed.length;
  }

  /** Brings back the committed bytes. @returns false when the memory grew, which only a new instance can undo: see `moveTo` */
  discard(): boolean {
    if (this.pages !== this.committedSize) return false;
    for (const page of this.writtenPages()) {
      const start = page * HEAP_PAGE_SIZE;
      this.committedBytes.copy(this.whole, HEAP_BASE + start, start, start + HEAP_PAGE_SIZE);
    }
    this.forget();
    return true;
  }

  /** Puts the committed bytes into another instance's memory, whose heap is no larger, and follows that one from now on. */
  moveTo(memory: WebAssembly.Memory): void {
    const missing = this.committedSize + HEAP_BASE_PAGES - memory.buffer.byteLength / WASM_PAGE_SIZE;
    if (missing > 0) memory.grow(missing);
    this.memory = memory;
    this.whole = Buffer.from(memory.buffer);
    this.committedBytes.copy(this.whole, HEAP_BASE, 0, this.committedSize * WASM_PAGE_SIZE);
    this.held.clear();
  }

  get changes(): Set<number> {
    this.tracked ??= new Set();
    return this.tracked;
  }

  *storedPages(): Generator<number> {
    const count = (this.committedSize * WASM_PAGE_SIZE) / HEAP_PAGE_SIZE;
    for (let page = 0; page < count; page++) if (!isZero(this.page(page))) yield page;
  }

  page(number: number): Uint8Array {
    return this.committedBytes.subarray(number * HEAP_PAGE_SIZE, (number + 1) * HEAP_PAGE_SIZE);
  }

  /** A copy of the committed bytes. */
  capture(): Uint8Array {
    return new Uint8Array(this.committedBytes.subarray(0, this.committedSize * WASM_PAGE_SIZE));
  }

  /** Makes `bytes`, at least as many as the heap holds, its whole committed contents. */
  load(bytes: Uint8Array): void {
    const missing = bytes.length / WASM_PAGE_SIZE - this.pages;
    if (missing > 0) this.memory.grow(missing);
    this.refresh().set(bytes, HEAP_BASE);
    this.growCommitted();
    this.committedSize = this.pages;
    this.committedBytes.set(bytes);
    this.forget();
  }

  private refresh(): Buffer {
    if (this.whole.buffer !== this.memory.buffer) this.whole = Buffer.from(this.memory.buffer);
    return this.whole;
  }

  private growCommitted(): void {
    const missing = this.pages - this.committedBytes.length / WASM_PAGE_SIZE;
    if (missing <= 0) return;
    this.committed.grow(missing);
    this.committedBytes = Buffer.from(this.committed.buffer);
  }

  private mark(table: number, address: number, length: number): void {
    if (length === 0) return;
    const last = (address + length - 1) >>> HEAP_PAGE_SHIFT;
    this.refresh().fill(1, table + (address >>> HEAP_PAGE_SHIFT), table + last + 1);
  }

  /** 4 KiB pages with a mark in one of the tables, in ascending order. */
  private marked(table: number): number[] {
    const marks = this.refresh().subarray(table, table + this.pages * MARKS_OF_PAGE);
    const pages: number[] = [];
    for (let page = marks.indexOf(1); page >= 0; page = marks.indexOf(1, page + 1)) pages.push(page);
    return pages;
  }

  /** 4 KiB pages that the transaction has written. */
  private writtenPages(): Iterable<number> {
    const marked = this.marked(WRITE_MARKS);
    return this.held.size === 0 ? marked : new Set([...this.held, ...marked]);
  }

  private clearMarks(): void {
    const marks = this.pages * MARKS_OF_PAGE;
    for (const table of [WRITE_MARKS, READ_MARKS]) this.whole.fill(0, table, table + marks);
  }

  private forget(): void {
    this.clearMarks();
    this.held.clear();
  }

  private changed(pages: Iterable<number>): number[] {
    const changed: number[] = [];
    for (const page of pages) {
      const start = page * HEAP_PAGE_SIZE;
      const live = HEAP_BASE + start;
      const differs =
        this.whole.compare(
          this.committedBytes,
          start,
          start + HEAP_PAGE_SIZE,
          live,
          live + HEAP_PAGE_SIZE,
        ) !== 0;
      if (differs) changed.push(page);
    }
    return changed;
  }
}
