import { isZero, type PagedMemory, type SparseImage } from '../state/paged-memory';

/** Bytes of one WebAssembly page, the unit in which stable memory grows. */
export const STABLE_PAGE_SIZE = 65_536;

/** Bytes of one page of the operating system, the unit in which the IC counts accessed and dirty stable memory. */
export const OS_PAGE_SIZE = 4096;

/** 500 GiB in WebAssembly pages (IC resource limits). */
export const MAXIMUM_STABLE_PAGES = (500 * 2 ** 30) / STABLE_PAGE_SIZE;

const OS_PAGES_PER_CHUNK = STABLE_PAGE_SIZE / OS_PAGE_SIZE;

/** One WebAssembly page; `bytes` is absent while it holds only zeros. The masks have one bit an OS page. */
interface Chunk {
  bytes: Uint8Array | undefined;
  /** Execution that the masks belong to. */
  execution: number;
  accessed: number;
  dirty: number;
}

/**
 * A canister's stable memory: sparse, with an undo log. Changes belong to a transaction that ends with `commit` or `rollback`; accessed and
 * dirty pages are counted for one execution at a time, and a transaction may span several (an upgrade's hooks).
 */
export class StableMemory implements PagedMemory {
  /** OS pages read or written by the current execution. */
  accessedPages = 0;
  /** OS pages written by the current execution, whether or not their bytes changed. */
  dirtyPages = 0;
  /** 64 KiB pages that the current execution has read or written, and written. */
  readonly touched = { accessed: 0, written: 0 };

  private readonly chunks = new Map<number, Chunk>();
  private execution = 0;
  private size = 0;
  private committedSize = 0;
  /** What each OS page held before the transaction; undefined for zeros that were never stored. */
  private readonly undo = new Map<number, Uint8Array | undefined>();
  private tracked: Set<number> | undefined;

  /** @param pages size in 64 KiB pages @param image what they hold, which this memory takes over */
  static of(pages: number, image: SparseImage): StableMemory {
    const memory = new StableMemory();
    memory.size = pages;
    memory.committedSize = pages;
    for (const [index, bytes] of image) {
      memory.chunks.set(index, { bytes, execution: 0, accessed: 0, dirty: 0 });
    }
    return memory;
  }

  /** Size in 64 KiB pages. */
  get pages(): number {
    return this.size;
  }

  /** Size in bytes. */
  get byteLength(): number {
    return this.size * STABLE_PAGE_SIZE;
  }

  /** Bytes of real memory in use, a multiple of 64 KiB. */
  get storedBytes(): number {
    let stored = 0;
    for (const chunk of this.chunks.values()) if (chunk.bytes) stored += STABLE_PAGE_SIZE;
    return stored;
  }

  /** Starts counting pages anew. */
  beginExecution(): void {
    this.execution++;
    this.accessedPages = 0;
    this.dirtyPages = 0;
    this.touched.accessed = 0;
    this.touched.written = 0;
  }

  /** @returns the old size in pages, or -1 when the memory would pass its maximum */
  grow(pages: number): number {
    const old = this.size;
    if (old + pages > MAXIMUM_STABLE_PAGES) return -1;
    this.size += pages;
    return old;
  }

  contains(offset: number, length: number): boolean {
    return offset + length <= this.byteLength;
  }

  /** Copies `target.length` bytes from `offset`, which must be inside the memory, into `target`. */
  read(offset: number, target: Uint8Array): void {
    this.eachChunk(offset, target.length, (index, start, end, position) => {
      const chunk = this.chunk(index);
      this.touch(chunk, pageMask(start, end), false);
      const part = target.subarray(position, position + end - start);
      if (chunk.bytes) part.set(chunk.bytes.subarray(start, end));
      else part.fill(0);
    });
  }

  /** Copies `source` to `offset`; the range must be inside the memory. */
  write(offset: number, source: Uint8Array): void {
    this.eachChunk(offset, source.length, (index, start, end, position) => {
      const chunk = this.chunk(index);
      const mask = pageMask(start, end);
      this.remember(index, chunk, mask & ~(chunk.execution === this.execution ? chunk.dirty : 0));
      this.touch(chunk, mask, true);
      chunk.bytes ??= new Uint8Array(STABLE_PAGE_SIZE);
      chunk.bytes.set(source.subarray(position, position + end - start), start);
    });
  }

  /** A copy of a range that is inside the memory, without counting it as an access of the canister. */
  inspect(offset: number, length: number): Uint8Array {
    const result = new Uint8Array(length);
    this.eachChunk(offset, length, (index, start, end, position) => {
      const bytes = this.chunks.get(index)?.bytes;
      if (bytes) result.set(bytes.subarray(start, end), position);
    });
    return result;
  }

  /** A memory of its own with the committed contents; what a transaction under way has changed is left out. */
  committedCopy(): StableMemory {
    const copy = new StableMemory();
    for (const [index, { bytes }] of this.chunks) {
      if (bytes) copy.chunks.set(index, { bytes: bytes.slice(), execution: 0, accessed: 0, dirty: 0 });
    }
    copy.size = this.size;
    copy.committedSize = this.committedSize;
    for (const [page, bytes] of this.undo) copy.undo.set(page, bytes);
    copy.rollback();
    return copy;
  }

  get changes(): Set<number> {
    this.tracked ??= new Set();
    return this.tracked;
  }

  *storedPages(): Generator<number> {
    for (const [index, { bytes }] of this.chunks) {
      for (let page = 0; bytes && page < OS_PAGES_PER_CHUNK; page++) {
        const start = page * OS_PAGE_SIZE;
        if (!isZero(bytes.subarray(start, start + OS_PAGE_SIZE))) yield index * OS_PAGES_PER_CHUNK + page;
      }
    }
  }

  page(number: number): Uint8Array | undefined {
    const start = (number % OS_PAGES_PER_CHUNK) * OS_PAGE_SIZE;
    const { bytes } = this.chunks.get(Math.floor(number / OS_PAGES_PER_CHUNK)) ?? {};
    return bytes?.subarray(start, start + OS_PAGE_SIZE);
  }

  commit(): void {
    if (this.tracked) for (const page of this.undo.keys()) this.tracked.add(page);
    this.undo.clear();
    this.committedSize = this.size;
  }

  rollback(): void {
    for (const [page, bytes] of this.undo) {
      const chunk = this.chunks.get(Math.floor(page / OS_PAGES_PER_CHUNK))!;
      const start = (page % OS_PAGES_PER_CHUNK) * OS_PAGE_SIZE;
      if (bytes) chunk.bytes!.set(bytes, start);
      else chunk.bytes!.fill(0, start, start + OS_PAGE_SIZE);
    }
    this.undo.clear();
    if (this.size === this.committedSize) return;
    this.size = this.committedSize;
    for (const index of this.chunks.keys()) if (index >= this.size) this.chunks.delete(index);
  }

  /** Makes `bytes`, rounded up to whole pages, the whole committed contents. */
  replace(bytes: Uint8Array): void {
    this.chunks.clear();
    this.undo.clear();
    this.size = Math.ceil(bytes.length / STABLE_PAGE_SIZE);
    this.committedSize = this.size;
    for (let index = 0; index < this.size; index++) {
      const part = bytes.subarray(index * STABLE_PAGE_SIZE, (index + 1) * STABLE_PAGE_SIZE);
      if (part.every((byte) => byte === 0)) continue;
      const chunk = this.chunk(index);
      chunk.bytes = new Uint8Array(STABLE_PAGE_SIZE);
      chunk.bytes.set(part);
    }
  }

  private chunk(index: number): Chunk {
    let chunk = this.chunks.get(index);
    if (!chunk) {
      chunk = { bytes: undefined, execution: this.execution, accessed: 0, dirty: 0 };
      this.chunks.set(index, chunk);
    }
    return chunk;
  }

  private touch(chunk: Chunk, mask: number, isWrite: boolean): void {
    if (chunk.execution !== this.execution) {
      chunk.execution = this.execution;
      chunk.accessed = 0;
      chunk.dirty = 0;
    }
    if (chunk.accessed === 0) this.touched.accessed++;
    this.accessedPages += countBits(mask & ~chunk.accessed);
    chunk.accessed |= mask;
    if (!isWrite) return;
    if (chunk.dirty === 0) this.touched.written++;
    this.dirtyPages += countBits(mask & ~chunk.dirty);
    chunk.dirty |= mask;
  }

  /** Saves the OS pages of a mask that the transaction has not changed before. */
  private remember(index: number, chunk: Chunk, mask: number): void {
    for (let rest = mask; rest !== 0; rest &= rest - 1) {
      const position = 31 - Math.clz32(rest & -rest);
      const page = index * OS_PAGES_PER_CHUNK + position;
      if (this.undo.has(page)) continue;
      const start = position * OS_PAGE_SIZE;
      this.undo.set(page, chunk.bytes?.slice(start, start + OS_PAGE_SIZE));
    }
  }

  /** Splits a range at chunk boundaries; `start` and `end` are offsets inside the chunk. */
  private eachChunk(
    offset: number,
    length: number,
    visit: (index: number, start: number, end: number, position: number) => void,
  ): void {
    for (let position = 0; position < length; ) {
      const index = Math.floor((offset + position) / STABLE_PAGE_SIZE);
      const start = offset + position - index * STABLE_PAGE_SIZE;
      const end = Math.min(STABLE_PAGE_SIZE, start + length - position);
      visit(index, start, end, position);
      position += end - start;
    }
  }
}

/** Bits of the OS pages that [start, end) of a chunk touches. */
function pageMask(start: number, end: number): number {
  const first = start >>> 12;
  const last = (end - 1) >>> 12;
  return ((2 << last) - 1) & ~((1 << first) - 1);
}

function countBits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
