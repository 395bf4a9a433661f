// SQLite's C API on functions that the application defines. Pointers are the engine's.

import { EngineFunction, EnginePointer } from './addresses';

/** `destroy` is called with `argument` when the function goes, also when it could not be defined. */
@external("engine", "sqlite3_create_function_v2")
export declare function sqlite3_create_function_v2(
  connection: EnginePointer,
  name: EnginePointer,
  argumentCount: i32,
  flags: i32,
  argument: EnginePointer,
  call: EngineFunction,
  step: EngineFunction,
  final: EngineFunction,
  destroy: EngineFunction,
): i32;
/** An aggregate; of a window too where it has `value` and `inverse`, of which it has both or none. */
@external("engine", "sqlite3_create_window_function")
export declare function sqlite3_create_window_function(
  connection: EnginePointer,
  name: EnginePointer,
  argumentCount: i32,
  flags: i32,
  argument: EnginePointer,
  step: EngineFunction,
  final: EngineFunction,
  value: EngineFunction,
  inverse: EngineFunction,
  destroy: EngineFunction,
): i32;
@external("engine", "sqlite3_user_data")
export declare function sqlite3_user_data(functionContext: EnginePointer): EnginePointer;
/** Zeroed memory of one aggregation, freed after its end; 0 when memory is short, or for a size of 0 when there was no step. */
@external("engine", "sqlite3_aggregate_context")
export declare function sqlite3_aggregate_context(functionContext: EnginePointer, size: i32): EnginePointer;

// Results. A destructor of -1 has the engine copy the bytes.

@external("engine", "sqlite3_result_null")
export declare function sqlite3_result_null(functionContext: EnginePointer): void;
@external("engine", "sqlite3_result_int64")
export declare function sqlite3_result_int64(functionContext: EnginePointer, value: i64): void;
@external("engine", "sqlite3_result_double")
export declare function sqlite3_result_double(functionContext: EnginePointer, value: f64): void;
@external("engine", "sqlite3_result_text")
export declare function sqlite3_result_text(
  functionContext: EnginePointer,
  text: EnginePointer,
  byteLength: i32,
  destructor: EngineFunction,
): void;
@external("engine", "sqlite3_result_blob")
export declare function sqlite3_result_blob(
  functionContext: EnginePointer,
  bytes: EnginePointer,
  byteLength: i32,
  destructor: EngineFunction,
): void;
@external("engine", "sqlite3_result_zeroblob")
export declare function sqlite3_result_zeroblob(functionContext: EnginePointer, byteLength: i32): void;
/** Copies the message. */
@external("engine", "sqlite3_result_error")
export declare function sqlite3_result_error(
  functionContext: EnginePointer,
  message: EnginePointer,
  byteLength: i32,
): void;
/** Keeps the message of sqlite3_result_error. */
@external("engine", "sqlite3_result_error_code")
export declare function sqlite3_result_error_code(functionContext: EnginePointer, code: i32): void;
@external("engine", "sqlite3_result_error_nomem")
export declare function sqlite3_result_error_nomem(functionContext: EnginePointer): void;
