import { WasmFormatError } from './errors';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A cursor over WebAssembly binary bytes. `position` is public: callers save it, restore it, and copy ranges by it. */
export class Reader {
  constructor(
    readonly bytes: Uint8Array,
    public position = 0,
    readonly end = bytes.length,
  ) {}

  get done(): boolean {
    return this.position >= this.end;
  }

  fail(message: string): never {
    throw new WasmFormatError(message, this.position);
  }

  byte(): number {
    if (this.position >= this.end) this.fail('unexpected end of bytes');
    return this.bytes[this.position++]!;
  }

  /** Unsigned LEB128 of at most 32 bits. */
  u32(): number {
    let byte = this.byte();
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    for (let shift = 7; ; shift += 7) {
      byte = this.byte();
      if (shift === 28 && byte > 0x0f) this.fail('integer does not fit 32 bits');
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  /** Unsigned LEB128 of at most 64 bits, as a bigint. */
  u64(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      if (shift === 63n && byte > 1) this.fail('integer does not fit 64 bits');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  /** Signed LEB128 of at most 32 bits. */
  s32(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte >= 0x80) {
        if (shift === 28) this.fail('integer does not fit 32 bits');
        continue;
      }
      const unusedBits = 25 - shift;
      return unusedBits > 0 ? (value << unusedBits) >> unusedBits : value;
    }
  }

  /** Signed LEB128 of at most 64 bits, as a bigint. */
  s64(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte >= 0x80) {
        if (shift === 63n) this.fail('integer does not fit 64 bits');
        continue;
      }
      return BigInt.asIntN(64, byte & 0x40 ? value - (1n << (shift + 7n)) : value);
    }
  }

  /** Moves past one LEB128 integer without decoding it. */
  skipInteger(): void {
    while (this.byte() >= 0x80);
  }

  /** A view (no copy) of the next `length` bytes. */
  take(length: number): Uint8Array {
    if (length > this.end - this.position)
      this.fail(`${length} bytes announced, ${this.end - this.position} left`);
    const start = this.position;
    this.position += length;
    return this.bytes.subarray(start, this.position);
  }

  /** A length-prefixed UTF-8 name. */
  text(): string {
    const bytes = this.take(this.u32());
    try {
      return utf8.decode(bytes);
    } catch {
      return this.fail('name is not UTF-8');
    }
  }

  /** A counted vector, each item read by `readItem`. */
  vector<Item>(readItem: (reader: Reader, index: number) => Item): Item[] {
    const count = this.u32();
    const items: Item[] = [];
    for (let index = 0; index < count; index++) items.push(readItem(this, index));
    return items;
  }

  /** Fails unless everything was read: a section with trailing bytes is malformed. */
  expectEnd(what: string): void {
    if (!this.done) this.fail(`${what} has ${this.end - this.position} bytes more than it announces`);
  }
}
