import { LinkError } from '../errors';

export const WASM_PAGE = 65536;

/** Pages for the native module's static data; the link refuses a native module that needs more. */
export const NATIVE_PAGES = 8;
/** The engine's C stack. */
export const ENGINE_STACK_PAGES = 16;
/** The lower part of that stack, in which the engine is told to give up: room for it to notice. */
export const ENGINE_STACK_RESERVE_PAGES = 8;
/** What the engine's C library may hand out itself. SQLite's memory comes from the native module's heaps. */
const LEAST_ENGINE_HEAP = WASM_PAGE;
/**
 * Bytes of the stack's upper end that lie in one Wasm page with the static data behind it: a message that goes no deeper,
 * as most do, touches one page for both.
 */
const STACK_BESIDE_STATIC_DATA = 24_576;

/** What the link must know of the host (Azle's canister) to lay out the one memory and the one table. */
export interface HostLayout {
  /** Initial size of its memory, which its allocator takes for its own. */
  readonly memoryPages: number;
  readonly tableSize: number;
}

/** What the link must know of the engine for the same. */
export interface EngineLayout {
  readonly tableSize: number;
  /** Engine address behind static data and the stack as it was linked; its C library's heap begins here. */
  readonly heapBase: number;
  /** Bytes of that stack. */
  readonly stackBytes: number;
}

/**
 * Where everything lies in the canister's one memory and one table. Host addresses are absolute; an engine address `p`
 * is the host address `p + engineBase`, so that the engine can use everything above its base.
 *
 * ```
 * 0            host's stack, static data, first heap
 * engineBase   engine's static data; buffers of native code that are seldom used, where the engine had its stack; a small
 *              heap of its C library
 * + stackLow   engine's stack, which grows down from the next
 * nativeBase   native module's static data
 * memoryEnd    initial memory ends; whatever grows from here is the native module's to hand out
 * ```
 */
export interface AddressMap {
  readonly engineBase: number;
  /** Host addresses between which native code keeps what it seldom uses. */
  readonly coldBase: number;
  readonly coldEnd: number;
  /** Engine address at which the heap of the engine's C library begins. */
  readonly engineHeapBase: number;
  /** Engine address at which the heap of the engine's C library ends. */
  readonly engineHeapEnd: number;
  /** Engine address of the stack's lowest byte. */
  readonly stackLow: number;
  readonly stackSize: number;
  /** Bytes at the stack's low end whose use is reported to native code. */
  readonly stackReserve: number;
  /** Host address of the native module's static data, which is also where the stack begins. */
  readonly nativeBase: number;
  /** Host address behind the initial memory. */
  readonly memoryEnd: number;
  /** Table index that the engine knows as 0. */
  readonly engineTableBase: number;
  /** First table index of the native module's functions. */
  readonly nativeTableBase: number;
}

export function layOut(host: HostLayout, engine: EngineLayout): AddressMap {
  const engineBase = host.memoryPages * WASM_PAGE;
  const engineHeapEnd = Math.ceil((engine.heapBase + LEAST_ENGINE_HEAP) / WASM_PAGE) * WASM_PAGE;
  const stackLow = engineHeapEnd + STACK_BESIDE_STATIC_DATA;
  const stackSize = ENGINE_STACK_PAGES * WASM_PAGE;
  const nativeBase = engineBase + stackLow + stackSize;
  return {
    engineBase,
    coldBase: engineBase + Math.ceil((engine.heapBase - engine.stackBytes) / WASM_PAGE) * WASM_PAGE,
    coldEnd: engineBase + engine.heapBase,
    engineHeapBase: engine.heapBase,
    engineHeapEnd,
    stackLow,
    stackSize,
    stackReserve: ENGINE_STACK_RESERVE_PAGES * WASM_PAGE,
    nativeBase,
    memoryEnd: nativeBase - STACK_BESIDE_STATIC_DATA + NATIVE_PAGES * WASM_PAGE,
    engineTableBase: host.tableSize,
    nativeTableBase: host.tableSize + engine.tableSize,
  };
}

/** Compile-time constants of the native module (`asc --use NAME=value`). */
export function nativeConstants(map: AddressMap): Record<string, number> {
  return {
    ENGINE_BASE: map.engineBase,
    ENGINE_STACK_LOW: map.stackLow,
    ENGINE_STACK_SIZE: map.stackSize,
    ENGINE_TABLE_BASE: map.engineTableBase,
    COLD_BASE: map.coldBase,
    COLD_END: map.coldEnd,
    MEMORY_END: map.memoryEnd,
  };
}

/** Fails when static data of the native module does not fit into the initial memory. */
export function requireStaticDataFits(map: AddressMap, dataEnd: number): void {
  if (dataEnd <= map.memoryEnd) return;
  throw new LinkError(
    'static-data-overflow',
    `the native module's static data ends at ${dataEnd}, its region at ${map.memoryEnd}`,
    `Raise NATIVE_PAGES (${NATIVE_PAGES}) in src/link/native/address-map.ts`,
  );
}
