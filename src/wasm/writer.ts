const utf8 = new TextEncoder();

/** A growing byte buffer with WebAssembly's encodings. */
export class Writer {
  private buffer: Uint8Array;
  private used = 0;

  constructor(initialCapacity = 1024) {
    this.buffer = new Uint8Array(initialCapacity);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.used;
  }

  /** Forgets what was written and keeps the capacity, so that one writer serves many functions. */
  clear(): void {
    this.used = 0;
  }

  byte(value: number): void {
    if (this.used === this.buffer.length) this.reserve(1);
    this.buffer[this.used++] = value;
  }

  bytes(source: Uint8Array): void {
    this.reserve(source.length);
    this.buffer.set(source, this.used);
    this.used += source.length;
  }

  /** Copies `source[start, end)`; cheaper than `bytes(source.subarray(...))` for the short ranges between instructions. */
  range(source: Uint8Array, start: number, end: number): void {
    const length = end - start;
    this.reserve(length);
    if (length < 64) {
      for (let index = start, target = this.used; index < end; index++)
        this.buffer[target++] = source[index]!;
    } else {
      this.buffer.set(source.subarray(start, end), this.used);
    }
    this.used += length;
  }

  u32(value: number): void {
    this.reserve(5);
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.buffer[this.used++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.buffer[this.used++] = rest;
  }

  u64(value: bigint): void {
    let rest = BigInt.asUintN(64, value);
    while (rest >= 0x80n) {
      this.byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.byte(Number(rest));
  }

  s32(value: number): void {
    let rest = value | 0;
    for (;;) {
      const low = rest & 0x7f;
      rest >>= 7;
      const last = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
      this.byte(last ? low : low | 0x80);
      if (last) return;
    }
  }

  s64(value: bigint): void {
    let rest = BigInt.asIntN(64, value);
    for (;;) {
      const low = Number(rest & 0x7fn);
      rest >>= 7n;
      const last = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0);
      this.byte(last ? low : low | 0x80);
      if (last) return;
    }
  }

  text(value: string): void {
    this.lengthPrefixed(utf8.encode(value));
  }

  /** Byte count, then the bytes: how names, code bodies, data and sections are stored. */
  lengthPrefixed(source: Uint8Array): void {
    this.u32(source.length);
    this.bytes(source);
  }

  vector<Item>(items: readonly Item[], writeItem: (writer: Writer, item: Item, index: number) => void): void {
    this.u32(items.length);
    for (let index = 0; index < items.length; index++) writeItem(this, items[index]!, index);
  }

  /** A view of what was written, valid until the next write or `clear`. */
  view(): Uint8Array {
    return this.buffer.subarray(0, this.used);
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.buffer.slice(0, this.used);
  }

  private reserve(count: number): void {
    if (this.used + count <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.used + count));
    larger.set(this.view());
    this.buffer = larger;
  }
}
