import type { Exceptions } from './exceptions';
import type { Exchange } from './exchange';
import type { Handles, Packed } from './handles';
import type { Heap } from './heap';

/** What the stand-in calls: functions that QuickJS knows by their place in the module's table. */
export interface FunctionTable {
  get(index: number): unknown;
}

type FreeFunction = (runtime: number, opaque: number, bytes: number) => void;

/** Any number: native code hands it back and never looks behind it. */
export const RUNTIME = 2;

/** By QuickJS's number of the type. */
const TYPED_ARRAYS = [
  Uint8ClampedArray,
  Int8Array,
  Uint8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
  Float32Array,
  Float64Array,
];

export interface BytesHost {
  readonly handles: Handles;
  readonly exchange: Exchange;
  readonly exceptions: Exceptions;
  readonly heap: () => Heap;
  readonly table: () => FunctionTable;
}

/** Typed arrays, buffers, and memory of QuickJS's heap. */
export function bytesImports({ handles, exchange, exceptions, heap, table }: BytesHost) {
  return {
    JS_GetTypedArrayType: (value: Packed) => {
      const array = handles.unpack(value);
      return TYPED_ARRAYS.findIndex((type) => array instanceof type);
    },
    JS_GetTypedArrayBuffer: (
      _context: number,
      value: Packed,
      offset: number,
      length: number,
      size: number,
    ) => {
      const array = handles.unpack(value) as Uint8Array;
      exchange.writeU32(offset, array.byteOffset);
      exchange.writeU32(length, array.byteLength);
      exchange.writeU32(size, array.BYTES_PER_ELEMENT);
      return handles.pack(array.buffer);
    },
    JS_GetArrayBuffer: (_context: number, lengthOut: number, value: Packed) => {
      const buffer = handles.unpack(value);
      if (buffer instanceof ArrayBuffer && !isDetached(buffer)) {
        return exchange.lendBytes(value, buffer, lengthOut);
      }
      exceptions.throw(new TypeError('ArrayBuffer is detached'));
      return 0;
    },
    JS_NewArrayBuffer: (_context: number, bytes: number, length: number, free: number, opaque: number) => {
      const buffer = heap()
        .bytes(bytes >>> 0, length)
        .slice().buffer;
      (table().get(free) as FreeFunction)(RUNTIME, opaque, bytes);
      return handles.pack(buffer);
    },
    JS_NewTypedArray: (_context: number, _count: number, parameters: number, type: number) => {
      const [buffer] = exchange.readValues(parameters, 1);
      return handles.pack(new TYPED_ARRAYS[type]!(buffer as ArrayBuffer));
    },

    js_malloc: (_context: number, size: number) => heap().allocate(size),
    js_free: (_context: number, pointer: number) => heap().release(pointer >>> 0),
  };
}

/** Node 20 has no `detached`; no view can be made on such a buffer. */
function isDetached(buffer: ArrayBuffer): boolean {
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}
