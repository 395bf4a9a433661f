import {
  HEAP_BASE,
  HEAP_BASE_PAGES,
  HEAP_PAGE_SHIFT,
  HEAP_PAGE_SIZE,
  STORE_OVERHANG,
  WASM_PAGE_SIZE,
} from '../instrument/layout';
import { isZero, type PagedMemory } from '../state/paged-memory';

/**
 * A canister's heap beside a copy of its committed bytes. Instrumented code marks the pages it stores to; commit and discard look only at
 * those, so their cost follows what a message touched and not how big the heap is.
 */
export class Heap implements PagedMemory {
  private memory: WebAssembly.Memory;
  private whole: Buffer;
  /** Committed bytes, in a memory of its own because growing one in place costs nothing. */
  private readonly committed: WebAssembly.Memory;
  private committedBytes: Buffer;
  private committedSize: number;
  private tracked: Set<number> | undefined;

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

  /** Marks pages that the host writes to on the canister's behalf. */
  mark(address: number, length: number): void {
    if (length === 0) return;
    const last = (address + length - 1) >>> HEAP_PAGE_SHIFT;
    this.refresh().fill(1, address >>> HEAP_PAGE_SHIFT, last + 1);
  }

  /** Number of 4 KiB pages whose bytes differ from the committed state. */
  countChangedPages(): number {
    this.growCommitted();
    return this.changedPages().length;
  }

  /** Makes the present contents the committed state. @returns the number of 4 KiB pages whose bytes changed */
  commit(): number {
    this.growCommitted();
    this.committedSize = this.pages;
    const changed = this.changedPages();
    for (const page of changed) {
      const start = page * HEAP_PAGE_SIZE;
      this.whole.copy(this.committedBytes, start, HEAP_BASE + start, HEAP_BASE + start + HEAP_PAGE_SIZE);
      this.tracked?.add(page);
    }
    this.clearMarks();
    return changed.length;
  }

  /** Brings back the committed bytes. @returns false when the memory grew, which only a new instance can undo: see `moveTo` */
  discard(): boolean {
    if (this.pages !== this.committedSize) return false;
    for (const page of this.markedPages()) {
      const start = page * HEAP_PAGE_SIZE;
      const end = Math.min(start + HEAP_PAGE_SIZE + STORE_OVERHANG, this.committedBytes.length);
      this.committedBytes.copy(this.whole, HEAP_BASE + start, start, end);
    }
    this.clearMarks();
    return true;
  }

  /** Puts the committed bytes into another instance's memory, whose heap is no larger, and follows that one from now on. */
  moveTo(memory: WebAssembly.Memory): void {
    const missing = this.committedSize + HEAP_BASE_PAGES - memory.buffer.byteLength / WASM_PAGE_SIZE;
    if (missing > 0) memory.grow(missing);
    this.memory = memory;
    this.whole = Buffer.from(memory.buffer);
    this.committedBytes.copy(this.whole, HEAP_BASE, 0, this.committedSize * WASM_PAGE_SIZE);
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
    this.clearMarks();
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

  private markedPages(): number[] {
    const marks = this.refresh().subarray(0, (this.pages * WASM_PAGE_SIZE) / HEAP_PAGE_SIZE);
    const pages: number[] = [];
    for (let page = marks.indexOf(1); page >= 0; page = marks.indexOf(1, page + 1)) pages.push(page);
    return pages;
  }

  private clearMarks(): void {
    for (const page of this.markedPages()) this.whole[page] = 0;
  }

  private changedPages(): number[] {
    const changed: number[] = [];
    const pageCount = (this.pages * WASM_PAGE_SIZE) / HEAP_PAGE_SIZE;
    for (const page of this.markedPages()) {
      if (this.differs(page, HEAP_PAGE_SIZE)) changed.push(page);
      const next = page + 1;
      if (next < pageCount && this.whole[next] !== 1 && this.differs(next, STORE_OVERHANG))
        changed.push(next);
    }
    return changed;
  }

  private differs(page: number, length: number): boolean {
    const start = page * HEAP_PAGE_SIZE;
    const live = HEAP_BASE + start;
    return this.whole.compare(this.committedBytes, start, start + length, live, live + length) !== 0;
  }
}
