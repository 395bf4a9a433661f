const WASM_PAGE = 65536;
const LEAST_BLOCK = 16;

/** What `sbrk` answers when there is no memory. */
const REFUSED = -1;

/**
 * The host's part of the module's memory, which in the canister is QuickJS's. It comes from where QuickJS gets it, native
 * code's `sbrk`. Blocks have sizes of powers of two and are reused by size.
 */
export class Heap {
  readonly #memory: WebAssembly.Memory;
  readonly #free = new Map<number, number[]>();
  readonly #sizes = new Map<number, number>();
  readonly #sbrk: (bytes: number) => number;
  #next = 0;
  #end = 0;

  constructor(memory: WebAssembly.Memory, sbrk: (bytes: number) => number) {
    this.#memory = memory;
    this.#sbrk = sbrk;
  }

  /** Blocks that were handed out and not given back. */
  get liveBlocks(): number {
    return this.#sizes.size;
  }

  allocate(byteLength: number): number {
    const size = Math.max(LEAST_BLOCK, 2 ** Math.ceil(Math.log2(Math.max(byteLength, 1))));
    const pointer = this.#free.get(size)?.pop() ?? this.#extend(size);
    this.#sizes.set(pointer, size);
    return pointer;
  }

  release(pointer: number): void {
    const size = this.#sizes.get(pointer);
    if (size === undefined) throw new Error(`native code released ${pointer}, which is no live block`);
    this.#sizes.delete(pointer);
    const list = this.#free.get(size);
    if (list === undefined) this.#free.set(size, [pointer]);
    else list.push(pointer);
  }

  /** A view that is valid until memory grows. */
  bytes(pointer: number, length: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, pointer, length);
  }

  view(): DataView {
    return new DataView(this.#memory.buffer);
  }

  #extend(size: number): number {
    if (this.#end - this.#next < size) {
      const bytes = Math.ceil(size / WASM_PAGE) * WASM_PAGE;
      let start = this.#sbrk(bytes);
      // The first request is refused, for dlmalloc's sake.
      if (start === REFUSED) start = this.#sbrk(bytes);
      if (start === REFUSED) throw new Error(`the module's memory cannot give ${bytes} bytes`);
      this.#next = start >>> 0;
      this.#end = this.#sbrk(0) >>> 0;
    }
    const pointer = this.#next;
    this.#next += size;
    return pointer;
  }
}
