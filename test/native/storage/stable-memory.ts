const WASM_PAGE = 65536;
const DIRTY_UNIT = 4096;

/** Stable memory in a buffer, with the IC's bounds, that can be told to refuse growth and that counts what is done. */
export class StableMemory {
  private buffer: Uint8Array;
  private length: number;
  /** Numbers of the calls made, from 1. */
  grows = 0;
  reads = 0;
  writes = 0;
  readonly dirty = new Set<number>();
  /** Ordinals of grow calls to refuse. */
  refuse: (grow: number) => boolean = () => false;

  constructor(content: Uint8Array = new Uint8Array(0)) {
    this.buffer = content.slice();
    this.length = content.length;
  }

  /** A copy of all bytes. */
  bytes(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }

  get pages(): number {
    return this.length / WASM_PAGE;
  }

  grow(pages: number): number {
    this.grows++;
    if (this.refuse(this.grows)) return -1;
    const previous = this.pages;
    this.length += pages * WASM_PAGE;
    if (this.length > this.buffer.length) {
      const larger = new Uint8Array(Math.max(this.length, Math.min(this.buffer.length * 2, 2 ** 30)));
      larger.set(this.buffer);
      this.buffer = larger;
    }
    return previous;
  }

  read(offset: number, size: number): Uint8Array {
    this.check(offset, size);
    this.reads++;
    return this.buffer.subarray(offset, offset + size);
  }

  write(offset: number, bytes: Uint8Array): void {
    this.check(offset, bytes.length);
    this.writes++;
    this.buffer.set(bytes, offset);
    const last = Math.floor((offset + bytes.length - 1) / DIRTY_UNIT);
    for (let unit = Math.floor(offset / DIRTY_UNIT); unit <= last; unit++) this.dirty.add(unit);
  }

  private check(offset: number, size: number): void {
    if (offset + size > this.length) throw new Error(`stable memory out of bounds: ${offset} + ${size}`);
  }
}
