import type { Handles, Packed } from './handles';
import type { Heap } from './heap';

const VALUE_SIZE = 8;
const NAME_SIZE = 8;
const NAME_ATOM = 4;

/** Where a described property has its flags, value, getter and setter. */
const DESCRIPTOR = { flags: 0, value: 8, getter: 16, setter: 24 };
const FLAG_GETTER = 1 << 4;

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

  /** Describes a property as JS_GetOwnPropertyInternal does; native code owns the values. */
  writeDescriptor(pointer: number, { value, get, set }: PropertyDescriptor): void {
    const view = this.heap().view();
    const put = (offset: number, of: unknown) => {
      view.setBigUint64(pointer + offset, BigInt.asUintN(64, this.handles.pack(of)), true);
    };
    const isGetter = get !== undefined || set !== undefined;
    view.setUint32(pointer + DESCRIPTOR.flags, isGetter ? FLAG_GETTER : 0, true);
    put(DESCRIPTOR.value, value);
    put(DESCRIPTOR.getter, get);
    put(DESCRIPTOR.setter, set);
  }

  /** A list of names by their atoms, as JS_GetOwnPropertyNames makes one; to be released. */
  lendNames(atoms: readonly number[]): number {
    const pointer = this.heap().allocate(atoms.length * NAME_SIZE);
    atoms.forEach((atom, index) => {
      this.writeU32(pointer + index * NAME_SIZE + NAME_ATOM, atom);
    });
    return pointer;
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
