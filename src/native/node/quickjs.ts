import type { NativeModule } from '../interface';
import { Exceptions } from './exceptions';
import { Exchange } from './exchange';
import { EXCEPTION, type Handles, type Packed } from './handles';
import type { Heap } from './heap';
import { Names } from './names';
import { NativeObjects } from './native-objects';
import { bytesImports, type FunctionTable, RUNTIME } from './quickjs-bytes';
import { objectsImports } from './quickjs-objects';

type NativeFunction = (context: number, self: Packed, count: number, parameters: number) => Packed;

/** Any number: native code hands it back and never looks behind it. */
const CONTEXT = 1;

/** What the stand-in needs of its host. */
export interface QuickJsHost {
  /** Known once the module is instantiated, and so is the table. */
  readonly heap: () => Heap;
  readonly table: () => FunctionTable;
  /** Surrounds every call into native code. */
  readonly call: <T>(native: () => T) => T;
  /** True after a trap. */
  readonly isOver: () => boolean;
}

/**
 * The few QuickJS functions that native code imports, answered by Node. Ownership is QuickJS's: a parameter is borrowed
 * unless said otherwise in src/native/assembly/externals/quickjs.ts, a result is owned by native code.
 */
export class QuickJs {
  readonly handles: Handles;
  readonly names = new Names();
  /** Stands for `globalThis`: the module is put here instead. */
  readonly #global: { _tabularium?: NativeModule } = Object.create(globalThis);
  readonly #host: QuickJsHost;
  readonly #objects: NativeObjects;
  readonly #exchange: Exchange;
  readonly #exceptions: Exceptions;

  constructor(handles: Handles, host: QuickJsHost) {
    this.handles = handles;
    this.#host = host;
    this.#exchange = new Exchange(handles, host.heap);
    this.#exceptions = new Exceptions(host.isOver);
    this.#objects = new NativeObjects((finalizer, ghost) => this.#finalize(finalizer, ghost));
  }

  /** The import object. */
  imports() {
    const { handles, names } = this;
    const { heap, table } = this.#host;
    const shared = { handles, exchange: this.#exchange, exceptions: this.#exceptions };
    return {
      ...this.#runtimeImports(),
      ...this.#callImports(),
      ...objectsImports({ ...shared, names, objects: this.#objects }),
      ...bytesImports({ ...shared, heap, table }),
    };
  }

  /** What native code has registered. */
  module(): NativeModule {
    if (this.#global._tabularium === undefined) throw new Error('native code registered no module');
    return this.#global._tabularium;
  }

  #runtimeImports() {
    const { handles } = this;
    return {
      JS_NewContext: () => CONTEXT,
      // V8 keeps its jobs to itself, and runs them when no message is under way.
      JS_ExecutePendingJob: () => 0,
      JS_GetRuntime: () => RUNTIME,
      JS_GetGlobalObject: () => handles.pack(this.#global),
      JS_GetFunctionProto: () => handles.pack(Function.prototype),

      JS_FreeValue: (_context: number, value: Packed) => handles.free(value),
      JS_DupValue: (_context: number, value: Packed) => handles.duplicate(value),

      JS_NewStringLen: (_context: number, text: number, length: number) =>
        handles.pack(this.#exchange.readText(text, length)),
      JS_ToCStringLen2: (_context: number, lengthOut: number, value: Packed) =>
        this.#exchange.lendText(String(handles.unpack(value)), lengthOut),
      JS_FreeCString: (_context: number, text: number) => this.#host.heap().release(text >>> 0),
      JS_NewBigUint64: (_context: number, value: bigint) => handles.pack(BigInt.asUintN(64, value)),
      JS_NewBigInt64: (_context: number, value: bigint) => handles.pack(BigInt.asIntN(64, value)),
    };
  }

  #callImports() {
    const { handles } = this;
    const exceptions = this.#exceptions;
    return {
      JS_IsFunction: (_context: number, value: Packed) =>
        typeof handles.unpack(value) === 'function' ? 1 : 0,
      JS_NewCFunction3: (_context: number, index: number, name: number, length: number) =>
        handles.pack(this.#makeFunction(index, this.#exchange.readCString(name), length)),
      JS_Call: (_context: number, callee: Packed, self: Packed, count: number, parameters: number) =>
        exceptions.guard(EXCEPTION, () => {
          const target = handles.unpack(callee) as (...values: unknown[]) => unknown;
          const values = this.#exchange.readValues(parameters, count);
          return handles.pack(Reflect.apply(target, handles.unpack(self), values));
        }),
      JS_Throw: (_context: number, error: Packed) => exceptions.throw(handles.take(error)),
      JS_GetException: () => handles.pack(exceptions.take()),
      JS_ThrowTypeError: (_context: number, _format: number, variadics: number) =>
        exceptions.throw(new TypeError(this.#message(variadics))),
      JS_ThrowRangeError: (_context: number, _format: number, variadics: number) =>
        exceptions.throw(new RangeError(this.#message(variadics))),
    };
  }

  /** A JavaScript function that calls a native one. */
  #makeFunction(index: number, name: string, length: number): object {
    const native = this.#host.table().get(index) as NativeFunction;
    const stub = this;
    const made = function (this: unknown, ...values: unknown[]): unknown {
      return stub.#host.call(() => stub.#callNative(native, this, values, length));
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
    this.#host.heap().release(parameters);
    if (result === EXCEPTION) throw this.#exceptions.take();
    return this.handles.take(result);
  }

  /** In a host that is over, nothing is left to be let go of. */
  #finalize(finalizer: number, ghost: object): void {
    if (this.#host.isOver()) return;
    const value = this.handles.pack(ghost);
    this.#host.call(() =>
      (this.#host.table().get(finalizer) as (runtime: number, value: Packed) => void)(RUNTIME, value),
    );
    this.handles.free(value);
  }

  /** Native code formats with "%s" only. */
  #message(variadics: number): string {
    return this.#exchange.readCString(this.#exchange.readU32(variadics));
  }
}
