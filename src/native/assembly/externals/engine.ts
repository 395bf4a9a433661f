// SQLite's C API by its public names. Pointers are the engine's; 64-bit integers cross as such.

import { EngineFunction, EnginePointer } from './addresses';

/** Static constructors of the engine's C runtime. Runs once, before anything else of the engine. */
@external("engine", "__wasm_call_ctors")
export declare function callConstructors(): void;

/** The C stack pointer. */
@external("engine", "emscripten_stack_get_current")
export declare function emscripten_stack_get_current(): EnginePointer;

/** Before sqlite3_initialize. `variadics` points to the option's arguments, 4 bytes each. */
@external("engine", "sqlite3_config")
export declare function sqlite3_config(option: i32, variadics: EnginePointer): i32;
@external("engine", "sqlite3_initialize")
export declare function sqlite3_initialize(): i32;
@external("engine", "sqlite3_malloc64")
export declare function sqlite3_malloc64(size: u64): EnginePointer;
@external("engine", "sqlite3_free")
export declare function sqlite3_free(pointer: EnginePointer): void;
@external("engine", "sqlite3_vfs_register")
export declare function sqlite3_vfs_register(vfs: EnginePointer, makeDefault: i32): i32;
@external("engine", "sqlite3_randomness")
export declare function sqlite3_randomness(size: i32, destination: EnginePointer): void;
@external("engine", "sqlite3_rollback_hook")
export declare function sqlite3_rollback_hook(
  connection: EnginePointer,
  hook: EngineFunction,
  argument: EnginePointer,
): EnginePointer;
