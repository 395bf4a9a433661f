import { idlLabelToId } from '@dfinity/candid';
import type { NativeModule } from '../interface';
import { Handles } from './handles';
import { Heap } from './heap';
import { NativeTrap } from './native-trap';
import { QuickJs } from './quickjs';
import type { FunctionTable } from './quickjs-bytes';
import type { StableMemory } from './stable-memory';
import { EMPTY_MESSAGE, type Message, SystemInterface } from './system-interface';
import { UndoLog } from './undo-log';

export interface NodeHostOptions {
  /** What `linkNode` built: its bytes, or the module of them, which several hosts can share. */
  readonly module: Uint8Array | WebAssembly.Module;
  /** Where archives live. It must be empty, or hold what a memory manager left. */
  readonly stableMemory: StableMemory;
  /** Candid bytes of the install argument, which an empty stable memory is set up by. Default: none. */
  readonly installArgument?: Uint8Array;
  /** Nanoseconds since 1970, as SQL's date functions see it. Default: the system's clock. */
  readonly now?: () => bigint;
  /** What the instruction counter of the message shows. Default: always 0, so that no instruction budget ends. */
  readonly instructions?: () => bigint;
}

/** What native code owns of the host. The same before and after any piece of work, unless something leaks. */
export interface LiveResources {
  /** Values with a reference count. */
  readonly handles: number;
  /** References to property names. */
  readonly atoms: number;
  /** Strings and bytes lent to native code, and memory that it asked for. */
  readonly blocks: number;
}

interface NativeExports {
  readonly memory: WebAssembly.Memory;
  readonly table: FunctionTable;
  attach(): void;
  wrap_sbrk(bytes: number): number;
  wrap_JS_NewContext(runtime: number): number;
  wrap_JS_ExecutePendingJob(runtime: number, contextOut: number): number;
  enter_method(nameHash: number): number;
  inspect_message(): number;
}

const RUNTIME = 2;

/**
 * The native module in Node: for tests, and for tools that read or change a downloaded stable memory. It is the same
 * WebAssembly as in the canister, with Node in the place of QuickJS and of the IC.
 *
 * A trap undoes what the call, or the {@link message}, did to stable memory. Linear memory is not put back, as the IC would:
 * so a host that trapped refuses every further call, and another one is started over the same stable memory.
 */
export class NodeHost {
  /** What `globalThis._tabularium` is in the canister. */
  readonly native: NativeModule;
  readonly #stable: UndoLog;
  readonly #system: SystemInterface;
  readonly #quickjs: QuickJs;
  readonly #heap: Heap;
  readonly #exports: NativeExports;
  #depth = 0;
  #trap: unknown;

  constructor(options: NodeHostOptions) {
    this.#stable = new UndoLog(options.stableMemory);
    this.#system = new SystemInterface(this.#stable, () => exports.memory, {
      now: options.now ?? systemTime,
      instructions: options.instructions ?? (() => 0n),
    });
    this.#quickjs = new QuickJs(new Handles(), {
      heap: () => this.#heap,
      table: () => exports.table,
      call: (native) => this.#enter(native),
      isOver: () => this.trapped,
    });
    const instance = new WebAssembly.Instance(compiled(options.module), {
      ic0: this.#system.imports,
      quickjs: this.#quickjs.imports(),
    });
    const exports = instance.exports as unknown as NativeExports;
    this.#heap = new Heap(exports.memory, exports.wrap_sbrk);
    this.#exports = exports;
    this.#system.receive({ ...EMPTY_MESSAGE, argument: options.installArgument ?? new Uint8Array(0) });
    this.#enter(() => {
      exports.attach();
      exports.wrap_JS_NewContext(RUNTIME);
    });
    this.native = this.#quickjs.module();
  }

  /**
   * Runs something as one message, and returns what native code replied, or `undefined` when it did not.
   * An error that `run` throws passes through; a trap undoes the whole message, as a transaction does that is open in the end.
   */
  message(message: Partial<Message>, run: () => void): Uint8Array | undefined {
    return this.#enter(() => {
      this.#system.receive({ ...EMPTY_MESSAGE, ...message });
      run();
      this.#exports.wrap_JS_ExecutePendingJob(RUNTIME, 0);
      return this.#system.reply;
    });
  }

  /**
   * Calls a method as the canister's export does, once the catalog is told to native code.
   * @returns the reply; `undefined` where the call is left to TypeScript
   */
  call(method: string, message: Partial<Message>): Uint8Array | undefined {
    return this.message({ ...message, method }, () => this.#exports.enter_method(idlLabelToId(method)));
  }

  /** Whether `canister_inspect_message` lets an ingress message of a method in. */
  admits(method: string, message: Partial<Message>): boolean {
    this.message({ ...message, method }, () => this.#exports.inspect_message());
    return this.#system.accepted;
  }

  liveResources(): LiveResources {
    return {
      handles: this.#quickjs.handles.live,
      atoms: this.#quickjs.names.live,
      blocks: this.#heap.liveBlocks,
    };
  }

  /** True after a trap: this host can no longer be used. */
  get trapped(): boolean {
    return this.#trap !== undefined;
  }

  /** Surrounds every call into native code. The outermost one is what a trap undoes. */
  #enter<T>(run: () => T): T {
    if (this.trapped) {
      throw new NativeTrap('this host trapped before and is over; start another one', { cause: this.#trap });
    }
    if (this.#depth === 0) this.#stable.begin();
    this.#depth++;
    try {
      return run();
    } catch (error) {
      if (!this.trapped && isTrap(error)) {
        this.#trap = error;
        this.#stable.undo();
      }
      throw error;
    } finally {
      this.#depth--;
    }
  }
}

function compiled(module: Uint8Array | WebAssembly.Module): WebAssembly.Module {
  return module instanceof Uint8Array ? new WebAssembly.Module(module) : module;
}

/** ic0.trap, or what WebAssembly itself refuses: unreachable, a bad address, a stack that is too deep. */
function isTrap(error: unknown): boolean {
  if (error instanceof NativeTrap || error instanceof WebAssembly.RuntimeError) return true;
  return error instanceof RangeError && error.message === 'Maximum call stack size exceeded';
}

function systemTime(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}
