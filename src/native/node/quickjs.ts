import type { NativeModule } from '../interface';
import { Exchange } from './exchange';
import { EXCEPTION, type Handles, type Packed } from './handles';
import type { Heap } from './heap';
import { Names } from './names';
import { NativeObjects } from './native-objects';

/** What the stand-in calls: functions that QuickJS knows by their place in the module's table. */
export interface FunctionTable {
  get(index: number): unknown;
}

type NativeFunction = (context: number, self: Packed, count: number, parameters: number) => Packed;
type FreeFunction = (runtime: number, opaque: number, bytes: number) => void;

/** Any number: native code hands them back and never looks behind them. */
const CONTEXT = 1;
const RUNTIME = 2;
/** Where a class definition has its finalizer. */
const CLASS_FINALIZER = 4;
/** QuickJS's number of the class ArrayBuffer. */
const CLASS_ARRAY_BUFFER = 19;
const PROPERTY_CONFIGURABLE = 1;
const PROPERTY_WRITABLE = 2;
const PROPERTY_ENUMERABLE = 4;

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

/**
 * The few QuickJS functions that native code imports, answered by Node. Ownership is QuickJS's: a parameter is borrowed
 * unless said otherwise in src/native/assembly/externals/quickjs.ts, a result is owned by native code.
 */
export class QuickJs {
  /** Stands for `globalThis`: the module is put here instead. */
  readonly #global: { _tabularium?: NativeModule } = Object.create(globalThis);
  readonly handles: Handles;
  readonly names = new Names();
  readonly #objects: NativeObjects;
  readonly #heap: () => Heap;
  readonly #table: () => FunctionTable;
  readonly #exchange: Exchange;
  #exception: unknown;

  /**
   * @param heap,table known once the module is instantiated
   * @param call surrounds every call into native code
   */
  constructor(
    handles: Handles,
    heap: () => Heap,
    table: () => FunctionTable,
    private readonly call: <T>(native: () => T) => T,
  ) {
    this.handles = handles;
    this.#heap = heap;
    this.#table = table;
    this.#exchange = new Exchange(handles, heap);
    this.#objects = new NativeObjects((finalizer, ghost) => this.#finalize(finalizer, ghost));
  }

  /** The import object. */
  readonly imports = {
    JS_NewContext: () => CONTEXT,
    JS_GetRuntime: () => RUNTIME,
    JS_GetGlobalObject: () => this.handles.pack(this.#global),
    JS_GetFunctionProto: () => this.handles.pack(Function.prototype),

    JS_FreeValue: (_context: number, value: Packed) => this.handles.free(value),
    JS_DupValue: (_context: number, value: Packed) => this.handles.duplicate(value),

    JS_NewStringLen: (_context: number, text: number, length: number) =>
      this.handles.pack(this.#exchange.readText(text, length)),
    JS_ToCStringLen2: (_context: number, lengthOut: number, value: Packed) =>
      this.#exchange.lendText(String(this.handles.unpack(value)), lengthOut),
    JS_FreeCString: (_context: number, text: number) => this.#heap().release(text >>> 0),
    JS_NewBigInt64: (_context: number, value: bigint) => this.handles.pack(BigInt.asIntN(64, value)),

    // Node's objects have no shapes in linear memory, so that native code never asks for one.
    JS_NewObjectFromShape: () => EXCEPTION,
    JS_NewObject: () => this.handles.pack({}),
    js_create_array: (_context: number, length: number, elements: number) =>
      this.handles.pack(this.#exchange.readValues(elements, length)),
    JS_IsArray: (_context: number, value: Packed) => (Array.isArray(this.handles.unpack(value)) ? 1 : 0),
    JS_IsFunction: (_context: number, value: Packed) =>
      typeof this.handles.unpack(value) === 'function' ? 1 : 0,
    js_get_length32: (_context: number, lengthOut: number, object: Packed) =>
      this.#guard(-1, () => {
        this.#exchange.writeU32(lengthOut, this.#object<{ length: number }>(object).length >>> 0);
        return 0;
      }),

    JS_NewAtomLen: (_context: number, text: number, length: number) =>
      this.names.intern(this.#exchange.readText(text, length)),
    JS_FreeAtom: (_context: number, atom: number) => this.names.free(atom),
    JS_HasProperty: (_context: number, object: Packed, atom: number) =>
      this.#guard(-1, () => (this.names.name(atom) in this.#object(object) ? 1 : 0)),
    JS_GetPropertyStr: (_context: number, object: Packed, name: number) =>
      this.#guard(EXCEPTION, () => {
        const key = this.#exchange.readCString(name);
        return this.handles.pack(this.#object<Record<string, unknown>>(object)[key]);
      }),
    JS_GetPropertyInt64: (_context: number, object: Packed, index: bigint) =>
      this.#guard(EXCEPTION, () =>
        this.handles.pack(this.#object<Record<number, unknown>>(object)[Number(index)]),
      ),
    JS_DefinePropertyValue: (_context: number, object: Packed, atom: number, value: Packed, flags: number) =>
      this.#define(object, this.names.name(atom), value, flags),
    JS_DefinePropertyValueStr: (
      _context: number,
      object: Packed,
      name: number,
      value: Packed,
      flags: number,
    ) => this.#define(object, this.#exchange.readCString(name), value, flags),

    JS_NewCFunction3: (_context: number, index: number, name: number, length: number) =>
      this.handles.pack(this.#makeFunction(index, this.#exchange.readCString(name), length)),
    JS_Call: (_context: number, callee: Packed, self: Packed, count: number, parameters: number) =>
      this.#guard(EXCEPTION, () => {
        const target = this.#object<(...values: unknown[]) => unknown>(callee);
        const values = this.#exchange.readValues(parameters, count);
        return this.handles.pack(Reflect.apply(target, this.handles.unpack(self), values));
      }),

    JS_NewClassID: () => this.#objects.newClass(),
    JS_NewClass: (_runtime: number, classId: number, definition: number) => {
      this.#objects.setFinalizer(classId, this.#exchange.readU32(definition + CLASS_FINALIZER));
      return 0;
    },
    JS_NewObjectProtoClass: (_context: number, prototype: Packed, classId: number) =>
      this.handles.pack(this.#objects.create(this.#object(prototype), classId)),
    JS_SetOpaque: (object: Packed, opaque: number) => {
      this.#objects.setOpaque(this.#object(object), opaque);
      return 0;
    },
    JS_GetOpaque: (value: Packed, classId: number) => this.#opaqueOf(this.handles.unpack(value), classId),

    JS_Throw: (_context: number, error: Packed) => this.#throw(this.handles.take(error)),
    JS_GetException: () => this.handles.pack(this.#takeException()),
    JS_ThrowTypeError: (_context: number, _format: number, variadics: number) =>
      this.#throw(new TypeError(this.#message(variadics))),
    JS_ThrowRangeError: (_context: number, _format: number, variadics: number) =>
      this.#throw(new RangeError(this.#message(variadics))),

    JS_GetTypedArrayType: (value: Packed) => {
      const array = this.handles.unpack(value);
      return TYPED_ARRAYS.findIndex((type) => array instanceof type);
    },
    JS_GetTypedArrayBuffer: (
      _context: number,
      value: Packed,
      offset: number,
      length: number,
      size: number,
    ) => {
      const array = this.#object<Uint8Array>(value);
      this.#exchange.writeU32(offset, array.byteOffset);
      this.#exchange.writeU32(length, array.byteLength);
      this.#exchange.writeU32(size, array.BYTES_PER_ELEMENT);
      return this.handles.pack(array.buffer);
    },
    JS_GetArrayBuffer: (_context: number, lengthOut: number, value: Packed) =>
      this.#lendBytes(value, lengthOut),
    JS_NewArrayBuffer: (_context: number, bytes: number, length: number, free: number, opaque: number) => {
      const buffer = this.#heap()
        .bytes(bytes >>> 0, length)
        .slice().buffer;
      (this.#table().get(free) as FreeFunction)(RUNTIME, opaque, bytes);
      return this.handles.pack(buffer);
    },
    JS_NewTypedArray: (_context: number, _count: number, parameters: number, type: number) => {
      const [buffer] = this.#exchange.readValues(parameters, 1);
      return this.handles.pack(new TYPED_ARRAYS[type]!(buffer as ArrayBuffer));
    },

    js_malloc: (_context: number, size: number) => this.#heap().allocate(size),
    js_free: (_context: number, pointer: number) => this.#heap().release(pointer >>> 0),
  };

  /** What native code has registered. */
  module(): NativeModule {
    if (this.#global._tabularium === undefined) throw new Error('native code registered no module');
    return this.#global._tabularium;
  }

  /** A JavaScript function that calls a native one. */
  #makeFunction(index: number, name: string, length: number): object {
    const native = this.#table().get(index) as NativeFunction;
    const stub = this;
    const made = function (this: unknown, ...values: unknown[]): unknown {
      return stub.call(() => stub.#callNative(native, this, values, length));
    };
    Object.defineProperty(made, 'name', { value: name });
    return made;
  }

  #callNative(native: NativeFunction, self: unknown, values: unknown[], length: number): unknown {
    const packedSelf = this.handles.pack(self);
    const padded = Math.max(values.length, length);
    const packed = Array.from({ length: padded }, (_, index) => this.handles.pack(values[index]));
    const parameters = this.#exchange.lendValues(packed);
    const result = BigInt.asUintN(64, native(CONTEXT, packedSelf, values.length, parameters));
    for (const value of packed) this.handles.free(value);
    this.handles.free(packedSelf);
    this.#heap().release(parameters);
    if (result === EXCEPTION) throw this.#takeException();
    return this.handles.take(result);
  }

  #finalize(finalizer: number, ghost: object): void {
    const value = this.handles.pack(ghost);
    this.call(() =>
      (this.#table().get(finalizer) as (runtime: number, value: Packed) => void)(RUNTIME, value),
    );
    this.handles.free(value);
  }

  #object<T extends object>(packed: Packed): T {
    return this.handles.unpack(packed) as T;
  }

  #opaqueOf(value: unknown, classId: number): number {
    if (typeof value !== 'object' || value === null) return 0;
    if (classId === CLASS_ARRAY_BUFFER) return value instanceof ArrayBuffer ? 1 : 0;
    return this.#objects.opaqueOf(value, classId);
  }

  /** Runs what may run JavaScript of the user: an exception becomes the pending one. */
  #guard<T>(failure: T, run: () => T): T {
    try {
      return run();
    } catch (error) {
      this.#exception = error;
      return failure;
    }
  }

  #throw(error: unknown): Packed {
    this.#exception = error;
    return EXCEPTION;
  }

  #takeException(): unknown {
    const error = this.#exception;
    this.#exception = undefined;
    return error;
  }

  #define(object: Packed, name: string, packed: Packed, flags: number): number {
    const value = this.handles.take(packed);
    return this.#guard(-1, () => {
      Object.defineProperty(this.#object(object), name, {
        value,
        configurable: (flags & PROPERTY_CONFIGURABLE) !== 0,
        writable: (flags & PROPERTY_WRITABLE) !== 0,
        enumerable: (flags & PROPERTY_ENUMERABLE) !== 0,
      });
      return 1;
    });
  }

  /** Native code formats with "%s" only. */
  #message(variadics: number): string {
    return this.#exchange.readCString(this.#exchange.readU32(variadics));
  }

  #lendBytes(packed: Packed, lengthOut: number): number {
    const buffer = this.handles.unpack(packed);
    if (buffer instanceof ArrayBuffer && !isDetached(buffer)) {
      return this.#exchange.lendBytes(packed, buffer, lengthOut);
    }
    this.#throw(new TypeError('ArrayBuffer is detached'));
    return 0;
  }
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
