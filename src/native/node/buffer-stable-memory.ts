import { assertInside, STABLE_PAGE, type StableMemory } from './stable-memory';

/** Stable memory in the process' heap: for tests, and for a downloaded image that is only looked at. */
export class BufferStableMemory implements StableMemory {
  #bytes: Uint8Array;
  #pages: number;

  /** @param content the first bytes; its length must be whole 64 KiB pages. It is copied. */
  constructor(content: Uint8Array = new Uint8Array(0)) {
    if (content.length % STABLE_PAGE !== 0) {
      throw new RangeError(
        `stable memory has whole pages of ${STABLE_PAGE} bytes, not ${content.length} bytes`,
      );
    }
    this.#bytes = content.slice();
    this.#pages = content.length / STABLE_PAGE;
  }

  get pages(): number {
    return this.#pages;
  }

  grow(pages: number): number {
    const before = this.#pages;
    const needed = (before + pages) * STABLE_PAGE;
    if (needed > this.#bytes.length) this.#reserve(needed);
    this.#pages += pages;
    return before;
  }

  read(offset: number, target: Uint8Array): void {
    assertInside(this.#pages, offset, target.length);
    target.set(this.#bytes.subarray(offset, offset + target.length));
  }

  write(offset: number, source: Uint8Array): void {
    assertInside(this.#pages, offset, source.length);
    this.#bytes.set(source, offset);
  }

  /** A copy of all bytes. */
  toBytes(): Uint8Array {
    return this.#bytes.slice(0, this.#pages * STABLE_PAGE);
  }

  #reserve(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
