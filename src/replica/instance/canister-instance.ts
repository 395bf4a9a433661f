import type { Closure } from '../execution/execution';
import type { TouchedHeapPage } from '../execution/profile';
import { InstrumentedExport, MARKS_OF_PAGE, MAXIMUM_HEAP_PAGES, TrapReason } from '../instrument/layout';
import type { CompiledModule } from './compiled-module';
import { Heap } from './heap';
import { mappedContents, namesOn, plainContents } from './heap-contents';

/** Heap and mutable globals as the last commit left them. */
export interface InstanceImage {
  readonly heap: Uint8Array;
  readonly globals: readonly unknown[];
}

type Entry = (...args: number[]) => unknown;

/**
 * One installed canister's running code: heap and mutable globals, with the committed state to fall back to. The IC makes a fresh instance
 * for each message; this one is kept, which canisters cannot tell apart, because the table cannot change and segments are never dropped.
 */
export class CanisterInstance {
  readonly heap: Heap;
  private instance: WebAssembly.Instance;
  private counter!: WebAssembly.Global<bigint>;
  private reserve!: WebAssembly.Global<bigint>;
  private limit = 0n;
  /** What pages of stable memory cost the running execution. */
  private stablePageCharge = 0n;
  private globals!: WebAssembly.Global[];
  private profile!: WebAssembly.Global<bigint>[];
  private committedGlobals: unknown[];

  /**
   * @param imports answers of module `ic0`
   * The heap holds the module's initial data; neither the start function nor an entry point has run.
   */
  constructor(
    readonly code: CompiledModule,
    private readonly imports: WebAssembly.Imports,
  ) {
    this.instance = this.instantiate();
    this.heap = new Heap(this.memory);
    for (const { address, bytes } of code.instrumented.initialData) {
      this.heap.view(address, bytes.length)!.set(bytes);
      this.heap.markWritten(address, bytes.length);
    }
    this.heap.commit();
    this.committedGlobals = this.globals.map(({ value }) => value);
  }

  /** Instructions that the running execution may still use, all that it has touched counted; negative when it has passed its limit. */
  get instructionsLeft(): bigint {
    this.settle();
    return this.counter.value + this.reserve.value;
  }

  /** Instructions of code, system calls and bytes: everything that is not the price of a page. */
  get workDone(): bigint {
    return this.limit - this.counter.value - this.reserve.value - this.pageCharge;
  }

  /** 64 KiB heap pages that the execution has read or written, and written, as of the last look at `instructionsLeft`. */
  get heapTouches(): { readonly accessed: number; readonly written: number } {
    return {
      accessed: this.global(InstrumentedExport.accessed).value as number,
      written: this.global(InstrumentedExport.written).value as number,
    };
  }

  /** The 64 KiB heap pages that the execution has touched, one by one, with what lives there. */
  describeTouches(): TouchedHeapPage[] {
    const { read, written } = this.heap.touchedPages();
    const { memoryMap, instrumented } = this.code;
    const contents = memoryMap
      ? mappedContents(memoryMap, this.heap)
      : plainContents(instrumented, this.heap);
    const wasmPage = (small: number) => Math.floor(small / MARKS_OF_PAGE);
    const writtenPages = new Set(written.map(wasmPage));
    const touched = new Map<number, number[]>();
    for (const small of new Set([...read, ...written])) {
      const page = wasmPage(small);
      const others = touched.get(page);
      if (others) others.push(small);
      else touched.set(page, [small]);
    }
    return [...touched]
      .sort(([a], [b]) => a - b)
      .map(([page, small]) => ({
        page,
        isWritten: writtenPages.has(page),
        smallPages: small.length,
        contents: namesOn(contents, small),
      }));
  }

  /** Instructions that pages of heap and stable memory have been charged so far. */
  private get pageCharge(): bigint {
    const { accessed, written } = this.heapTouches;
    return (
      this.stablePageCharge +
      BigInt(accessed) * (this.global(InstrumentedExport.accessPrice).value as bigint) +
      BigInt(written) * (this.global(InstrumentedExport.writePrice).value as bigint)
    );
  }

  /** Takes instructions from what is left. @returns whether the execution may go on */
  charge(instructions: number): boolean {
    this.counter.value -= BigInt(instructions);
    return this.counter.value >= 0n || this.instructionsLeft >= 0n;
  }

  /** Takes the price of stable pages. An execution that has passed its limit so is ended by the next check, not by this. */
  chargeStablePages(instructions: number): void {
    this.stablePageCharge += BigInt(instructions);
    this.counter.value -= BigInt(instructions);
  }

  /** Which of `TrapReason` instrumented code gave for the last `unreachable`. */
  get trapReason(): number {
    return this.global(InstrumentedExport.trapReason).value as number;
  }

  /**
   * Readies the instance for one execution.
   * @param slice instructions of one slice
   * @param heapLimit largest heap in bytes that the execution may grow to; undefined when the limit is not enforced
   * @param price of the first access to a 64 KiB heap page, and of the first write
   */
  beginExecution(
    instructionLimit: bigint,
    slice: bigint,
    heapLimit: number | undefined,
    price: { readonly access: number; readonly write: number },
  ): void {
    this.heap.beginExecution();
    this.limit = instructionLimit;
    this.stablePageCharge = 0n;
    this.global(InstrumentedExport.slice).value = slice;
    this.global(InstrumentedExport.accessed).value = 0;
    this.global(InstrumentedExport.written).value = 0;
    this.global(InstrumentedExport.accessPrice).value = BigInt(price.access);
    this.global(InstrumentedExport.writePrice).value = BigInt(price.write);
    this.reserve.value = 0n;
    this.counter.value = instructionLimit;
    this.settle();
    this.global(InstrumentedExport.trapReason).value = TrapReason.none;
    const pages = heapLimit === undefined ? MAXIMUM_HEAP_PAGES : Math.floor(heapLimit / 65_536);
    this.global(InstrumentedExport.heapLimit).value = Math.min(pages, MAXIMUM_HEAP_PAGES);
    for (const name of this.code.instrumented.droppedExports) this.global(name).value = 0;
  }

  /** An exported entry point, or the start function under `InstrumentedExport.start`. */
  entry(name: string): Entry {
    return this.instance.exports[name] as Entry;
  }

  /** Runs the callback in a table slot; traps as an indirect call does when the slot holds no function of type (i32) -> (). */
  runCallback({ slot, environment }: Closure): void {
    if (!this.code.callbackSlots.has(slot)) {
      throw new WebAssembly.RuntimeError('null function or function signature mismatch');
    }
    const table = this.instance.exports[InstrumentedExport.table] as WebAssembly.Table;
    (table.get(slot) as Entry)(environment);
  }

  /** Keeps what executions did since the last commit or rollback. @returns 4 KiB heap pages whose bytes changed */
  commit(): number {
    this.committedGlobals = this.globals.map(({ value }) => value);
    return this.heap.commit();
  }

  /** Undoes what executions did since the last commit or rollback. */
  rollback(): void {
    if (!this.heap.discard()) {
      this.instance = this.instantiate();
      this.heap.moveTo(this.memory);
    }
    for (const [position, global] of this.globals.entries()) global.value = this.committedGlobals[position];
  }

  /** Instructions of each profiled function's own code since this was last asked. */
  takeProfile(): number[] {
    return this.profile.map((counter) => {
      const instructions = Number(counter.value);
      if (instructions > 0) counter.value = 0n;
      return instructions;
    });
  }

  /** Values of the mutable globals as of the last commit. */
  get savedGlobals(): readonly unknown[] {
    return this.committedGlobals;
  }

  capture(): InstanceImage {
    return { heap: this.heap.capture(), globals: [...this.committedGlobals] };
  }

  /** Brings a new instance of the same module to the state of another. */
  load({ heap, globals }: InstanceImage): void {
    this.heap.load(heap);
    this.committedGlobals = [...globals];
    for (const [position, global] of this.globals.entries()) global.value = globals[position];
  }

  /** Charges what the execution has touched since the last time. */
  private settle(): void {
    (this.instance.exports[InstrumentedExport.settle] as () => void)();
  }

  private get memory(): WebAssembly.Memory {
    return this.instance.exports[InstrumentedExport.memory] as WebAssembly.Memory;
  }

  private global(name: string): WebAssembly.Global {
    return this.instance.exports[name] as WebAssembly.Global;
  }

  private instantiate(): WebAssembly.Instance {
    this.instance = new WebAssembly.Instance(this.code.module, this.imports);
    this.counter = this.global(InstrumentedExport.counter) as WebAssembly.Global<bigint>;
    this.reserve = this.global(InstrumentedExport.reserve) as WebAssembly.Global<bigint>;
    this.globals = this.code.instrumented.globalExports.map((name) => this.global(name));
    this.profile = this.code.instrumented.profileExports.map(
      (name) => this.global(name) as WebAssembly.Global<bigint>,
    );
    return this.instance;
  }
}
