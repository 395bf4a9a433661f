// Two address spaces meet in native code: the engine's, whose pointers start at 0, and the host's, which is the
// module's linear memory. Function pointers differ likewise. Every variable has one of the types below, and only the
// functions below convert. The constants come from the link (`--use NAME=VALUE` of the compiler).

/** Address as SQLite sees it. 0 is null. */
export type EnginePointer = u32;
/** Address in the module's linear memory, as load, store and ic0 see it. */
export type HostPointer = u32;
/** Function pointer as SQLite sees it. 0 is null. */
export type EngineFunction = u32;
/** Index into the module's one table, as QuickJS and `fn.index` see it. */
export type TableIndex = i32;

/** Host address of the engine's address 0. */
export const engineBase: HostPointer = ENGINE_BASE;
/** Table index of the engine's function pointer 0. */
export const engineTableBase: TableIndex = ENGINE_TABLE_BASE;

// @ts-ignore: decorator
@inline
export function toHost(pointer: EnginePointer): HostPointer {
  return pointer + engineBase;
}

// @ts-ignore: decorator
@inline
export function toEngine(pointer: HostPointer): EnginePointer {
  return pointer - engineBase;
}

// @ts-ignore: decorator
@inline
export function toEngineFunction(index: TableIndex): EngineFunction {
  return <EngineFunction>(index - engineTableBase);
}
