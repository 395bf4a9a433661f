import { LinkError } from '../errors';

export const WASM_PAGE = 65536;

/** Pages for the native module's static data; the link refuses a native module that needs more. */
export const NATIVE_PAGES = 5;
/** The engine's whole address space. */
export const ARENA_PAGES = 1024;
/** The engine's C stack, at the arena's top. */
export const ENGINE_STACK_PAGES = 16;
/** The lower part of that stack, in which the engine is told to give up: room for it to notice. */
export const ENGINE_STACK_RESERVE_PAGES = 8;

/** What the link must know of the host (Azle's canister) to lay out the one memory and the one table. */
export interface HostLayout {
  /** Initial size of its memory, which its allocator takes for its own. */
  readonly memoryPages: number;
  readonly tableSize: number;
}

/**
 * Where everything lies in the canister's one memory and one table. Host addresses are absolute; an engine address `p`
 * is the host address `p + engineBase`.
 */
export interface AddressMap {
  readonly nativeBase: number;
  readonly engineBase: number;
  /** Bytes of the engine's address space. */
  readonly arenaSize: number;
  /** Host address behind the arena; the host's heap grows from here. */
  readonly arenaEnd: number;
  /** Engine address of the stack's lowest byte, which is also where the engine's heap ends. */
  readonly stackLow: number;
  readonly stackSize: number;
  /** Bytes at the stack's low end whose use is reported to native code. */
  readonly stackReserve: number;
  /** Table index that the engine knows as 0. */
  readonly engineTableBase: number;
  /** First table index of the native module's functions. */
  readonly nativeTableBase: number;
}

export function layOut(host: HostLayout, engineTableSize: number): AddressMap {
  const nativeBase = host.memoryPages * WASM_PAGE;
  const engineBase = nativeBase + NATIVE_PAGES * WASM_PAGE;
  const arenaSize = ARENA_PAGES * WASM_PAGE;
  const stackSize = ENGINE_STACK_PAGES * WASM_PAGE;
  return {
    nativeBase,
    engineBase,
    arenaSize,
    arenaEnd: engineBase + arenaSize,
    stackLow: arenaSize - stackSize,
    stackSize,
    stackReserve: ENGINE_STACK_RESERVE_PAGES * WASM_PAGE,
    engineTableBase: host.tableSize,
    nativeTableBase: host.tableSize + engineTableSize,
  };
}

/** Compile-time constants of the native module (`asc --use NAME=value`). */
export function nativeConstants(map: AddressMap): Record<string, number> {
  return {
    NATIVE_BASE: map.nativeBase,
    ENGINE_BASE: map.engineBase,
    ENGINE_ARENA_SIZE: map.arenaSize,
    ENGINE_STACK_LOW: map.stackLow,
    ENGINE_STACK_SIZE: map.stackSize,
    ENGINE_TABLE_BASE: map.engineTableBase,
  };
}

/** Fails when static data of the native module reaches into the engine's arena. */
export function requireStaticDataFits(map: AddressMap, dataEnd: number): void {
  if (dataEnd <= map.engineBase) return;
  throw new LinkError(
    'static-data-overflow',
    `the native module's static data ends at ${dataEnd}, its region at ${map.engineBase}`,
    `Raise NATIVE_PAGES (${NATIVE_PAGES}) in src/link/native/address-map.ts`,
  );
}
