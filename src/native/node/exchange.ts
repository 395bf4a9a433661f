import type { Handles, Packed } from './handles';
import type { Heap } from './heap';

const VALUE_SIZE = 8;

/** Texts, bytes and values in the module's memory: what native code reads and writes there, and what is lent to it. */
export class Exchange {
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  /** @param heap known once the module is instantiated */
  constructor(
    private readonly handles: Handles,
    private readonly heap: () => Heap,
  ) {}

  readValues(pointer: number, count: number): unknown[] {
    const view = this.heap().view();
    return Array.from({ length: count }, (_, index) =>
      this.handles.unpack(view.getBigUint64(pointer + index * VALUE_SIZE, true)),
    );
  }

  /** Writes packed values where native code finds its arguments; to be released. */
  lendValues(values: readonly Packed[]): number {
    const pointer = this.heap().allocate(values.length * VALUE_SIZE);
    const view = this.heap().view();
    values.forEach((value, index) => {
      view.setBigUint64(pointer + index * VALUE_SIZE, BigInt.asUintN(64, value), true);
    });
    return pointer;
  }

  writeU32(pointer: number, value: number): void {
    this.heap().view().setUint32(pointer, value, true);
  }

  readU32(pointer: number): number {
    return this.heap().view().getUint32(pointer, true);
  }

  readText(pointer: number, length: number): string {
    return this.#decoder.decode(this.heap().bytes(pointer >>> 0, length >>> 0));
  }

  readCString(pointer: number): string {
    const bytes = new Uint8Array(this.heap().view().buffer);
    return this.readText(pointer, bytes.indexOf(0, pointer >>> 0) - (pointer >>> 0));
  }

  /** UTF-8 with a NUL behind it; to be released. */
  lendText(text: string, lengthOut: number): number {
    const bytes = this.#encoder.encode(text);
    const pointer = this.heap().allocate(bytes.length + 1);
    const target = this.heap().bytes(pointer, bytes.length + 1);
    target.set(bytes);
    target[bytes.length] = 0;
    this.writeU32(lengthOut, bytes.length);
    return pointer;
  }

  /** Bytes of an ArrayBuffer where native code can read them, for as long as it holds the packed value. */
  lendBytes(packed: Packed, buffer: ArrayBuffer, lengthOut: number): number {
    const pointer = this.heap().allocate(buffer.byteLength);
    this.heap().bytes(pointer, buffer.byteLength).set(new Uint8Array(buffer));
    this.handles.onRelease(packed, () => this.heap().release(pointer));
    this.writeU32(lengthOut, buffer.byteLength);
    return pointer;
  }
}
