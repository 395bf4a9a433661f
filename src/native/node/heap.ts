const WASM_PAGE = 65536;
const LEAST_BLOCK = 16;

/**
 * The host's part of the module's memory: what lies above the engine's arena, where QuickJS has its heap in the canister.
 * Blocks have sizes of powers of two and are reused by size.
 */
export class Heap {
  readonly #memory: WebAssembly.Memory;
  readonly #free = new Map<number, number[]>();
  readonly #sizes = new Map<number, number>();
  #end: number;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#end = memory.buffer.byteLength;
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
    const pointer = this.#end;
    this.#end += size;
    const missing = this.#end - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(Math.max(missing, WASM_PAGE) / WASM_PAGE));
    return pointer;
  }
}
