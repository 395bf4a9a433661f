// SQLite's C API on connections, statements and values, as the binding uses it. Pointers are the engine's.

import { EngineFunction, EnginePointer } from './addresses';

@external("engine", "sqlite3_libversion")
export declare function sqlite3_libversion(): EnginePointer;
@external("engine", "sqlite3_realloc64")
export declare function sqlite3_realloc64(pointer: EnginePointer, size: u64): EnginePointer;

// Connections.

@external("engine", "sqlite3_open_v2")
export declare function sqlite3_open_v2(
  name: EnginePointer,
  connectionOut: EnginePointer,
  flags: i32,
  vfsName: EnginePointer,
): i32;
/** Refuses (SQLITE_BUSY) while statements are left. */
@external("engine", "sqlite3_close")
export declare function sqlite3_close(connection: EnginePointer): i32;
@external("engine", "sqlite3_extended_result_codes")
export declare function sqlite3_extended_result_codes(connection: EnginePointer, enabled: i32): i32;
/** `variadics` points to the operation's arguments, 4 bytes each. */
@external("engine", "sqlite3_db_config")
export declare function sqlite3_db_config(connection: EnginePointer, operation: i32, variadics: EnginePointer): i32;
/** Writes a counter of the connection, and its highest value so far. */
@external("engine", "sqlite3_db_status")
export declare function sqlite3_db_status(
  connection: EnginePointer,
  counter: i32,
  currentOut: EnginePointer,
  highestOut: EnginePointer,
  reset: i32,
): i32;
/** A hook that does not answer 0 turns a commit into a rollback. */
@external("engine", "sqlite3_commit_hook")
export declare function sqlite3_commit_hook(
  connection: EnginePointer,
  hook: EngineFunction,
  argument: EnginePointer,
): EnginePointer;
/** Frees what the connection can do without, its page cache above all. */
@external("engine", "sqlite3_db_release_memory")
export declare function sqlite3_db_release_memory(connection: EnginePointer): i32;
@external("engine", "sqlite3_limit")
export declare function sqlite3_limit(connection: EnginePointer, category: i32, value: i32): i32;
@external("engine", "sqlite3_set_authorizer")
export declare function sqlite3_set_authorizer(
  connection: EnginePointer,
  authorizer: EngineFunction,
  argument: EnginePointer,
): i32;
/** `handler` is called with `argument` every `steps` steps; anything but 0 interrupts the statement. */
@external("engine", "sqlite3_progress_handler")
export declare function sqlite3_progress_handler(
  connection: EnginePointer,
  steps: i32,
  handler: EngineFunction,
  argument: EnginePointer,
): void;
@external("engine", "sqlite3_get_autocommit")
export declare function sqlite3_get_autocommit(connection: EnginePointer): i32;
@external("engine", "sqlite3_changes64")
export declare function sqlite3_changes64(connection: EnginePointer): i64;
@external("engine", "sqlite3_total_changes64")
export declare function sqlite3_total_changes64(connection: EnginePointer): i64;
@external("engine", "sqlite3_last_insert_rowid")
export declare function sqlite3_last_insert_rowid(connection: EnginePointer): i64;
@external("engine", "sqlite3_set_last_insert_rowid")
export declare function sqlite3_set_last_insert_rowid(connection: EnginePointer, rowid: i64): void;
@external("engine", "sqlite3_extended_errcode")
export declare function sqlite3_extended_errcode(connection: EnginePointer): i32;
/** NUL-terminated UTF-8, valid until the connection's next call. */
@external("engine", "sqlite3_errmsg")
export declare function sqlite3_errmsg(connection: EnginePointer): EnginePointer;
/** Byte offset in the SQL text, or -1. */
@external("engine", "sqlite3_error_offset")
export declare function sqlite3_error_offset(connection: EnginePointer): i32;
@external("engine", "sqlite3_errstr")
export declare function sqlite3_errstr(code: i32): EnginePointer;

// Statements.

@external("engine", "sqlite3_prepare_v3")
export declare function sqlite3_prepare_v3(
  connection: EnginePointer,
  sql: EnginePointer,
  byteLength: i32,
  flags: u32,
  statementOut: EnginePointer,
  tailOut: EnginePointer,
): i32;
@external("engine", "sqlite3_step")
export declare function sqlite3_step(statement: EnginePointer): i32;
@external("engine", "sqlite3_reset")
export declare function sqlite3_reset(statement: EnginePointer): i32;
@external("engine", "sqlite3_finalize")
export declare function sqlite3_finalize(statement: EnginePointer): i32;
@external("engine", "sqlite3_sql")
export declare function sqlite3_sql(statement: EnginePointer): EnginePointer;
/** Owned by the caller (sqlite3_free); 0 when memory is short. */
@external("engine", "sqlite3_expanded_sql")
export declare function sqlite3_expanded_sql(statement: EnginePointer): EnginePointer;
@external("engine", "sqlite3_stmt_readonly")
export declare function sqlite3_stmt_readonly(statement: EnginePointer): i32;
@external("engine", "sqlite3_stmt_status")
export declare function sqlite3_stmt_status(statement: EnginePointer, counter: i32, reset: i32): i32;

// Parameters. A destructor of 0 means that the bytes stay where they are until the next reset.

@external("engine", "sqlite3_bind_parameter_count")
export declare function sqlite3_bind_parameter_count(statement: EnginePointer): i32;
/** With its `:`, `@`, `$` or `?`; 0 for a bare `?`. */
@external("engine", "sqlite3_bind_parameter_name")
export declare function sqlite3_bind_parameter_name(statement: EnginePointer, index: i32): EnginePointer;
@external("engine", "sqlite3_clear_bindings")
export declare function sqlite3_clear_bindings(statement: EnginePointer): i32;
@external("engine", "sqlite3_bind_null")
export declare function sqlite3_bind_null(statement: EnginePointer, index: i32): i32;
@external("engine", "sqlite3_bind_int64")
export declare function sqlite3_bind_int64(statement: EnginePointer, index: i32, value: i64): i32;
@external("engine", "sqlite3_bind_double")
export declare function sqlite3_bind_double(statement: EnginePointer, index: i32, value: f64): i32;
@external("engine", "sqlite3_bind_text")
export declare function sqlite3_bind_text(
  statement: EnginePointer,
  index: i32,
  text: EnginePointer,
  byteLength: i32,
  destructor: EngineFunction,
): i32;
@external("engine", "sqlite3_bind_blob")
export declare function sqlite3_bind_blob(
  statement: EnginePointer,
  index: i32,
  bytes: EnginePointer,
  byteLength: i32,
  destructor: EngineFunction,
): i32;
@external("engine", "sqlite3_bind_zeroblob")
export declare function sqlite3_bind_zeroblob(statement: EnginePointer, index: i32, byteLength: i32): i32;

// Result columns.

@external("engine", "sqlite3_column_count")
export declare function sqlite3_column_count(statement: EnginePointer): i32;
@external("engine", "sqlite3_column_name")
export declare function sqlite3_column_name(statement: EnginePointer, index: i32): EnginePointer;
/** Zero-terminated, valid until the next step. 0 when memory is short. */
@external("engine", "sqlite3_column_text")
export declare function sqlite3_column_text(statement: EnginePointer, index: i32): EnginePointer;
/** A column of the current row as a value, valid until the next step. */
@external("engine", "sqlite3_column_value")
export declare function sqlite3_column_value(statement: EnginePointer, index: i32): EnginePointer;
@external("engine", "sqlite3_value_type")
export declare function sqlite3_value_type(value: EnginePointer): i32;
@external("engine", "sqlite3_value_int64")
export declare function sqlite3_value_int64(value: EnginePointer): i64;
@external("engine", "sqlite3_value_double")
export declare function sqlite3_value_double(value: EnginePointer): f64;
@external("engine", "sqlite3_value_text")
export declare function sqlite3_value_text(value: EnginePointer): EnginePointer;
@external("engine", "sqlite3_value_blob")
export declare function sqlite3_value_blob(value: EnginePointer): EnginePointer;
/** Bytes of the TEXT or BLOB that sqlite3_value_text or _blob returned last. */
@external("engine", "sqlite3_value_bytes")
export declare function sqlite3_value_bytes(value: EnginePointer): i32;
