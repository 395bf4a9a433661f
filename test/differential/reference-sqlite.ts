import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import SQLiteModule from 'wa-sqlite/dist/wa-sqlite.mjs';
import type { BindableValue, SqlValue } from '../../src/database';
import type { Answer, ConnectionFacts, StatementParameters } from './answer';

const SQLITE_OK = 0;
const SQLITE_ROW = 100;
const SQLITE_DONE = 101;
const INTEGER = 1;
const FLOAT = 2;
const TEXT = 3;
const BLOB = 4;
const OPEN_READWRITE_CREATE = 6;
/** SQLite copies what is bound (SQLITE_TRANSIENT). */
const TRANSIENT = -1;
/** Settings that an archive has, which are no matter of this comparison. */
const SETTINGS = 'PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF';

/** The package's own module: Emscripten's heap, and SQLite's C functions with 64-bit integers in two halves. */
interface EngineModule {
  readonly HEAPU8: Uint8Array;
  getTempRet0(): number;
  readonly [name: `_sqlite3_${string}`]: (...values: number[]) => number;
}

/**
 * SQLite as its package ships it, unmodified and in memory: what an archive must agree with. Its C functions are called
 * directly, because the package's JavaScript cuts texts at NUL characters.
 */
export class ReferenceSqlite {
  readonly #engine: EngineModule;
  readonly #connection: number;

  static async open(): Promise<ReferenceSqlite> {
    const path = createRequire(import.meta.url).resolve('wa-sqlite/dist/wa-sqlite.wasm');
    const module = await SQLiteModule({ wasmBinary: await readFile(path) });
    return new ReferenceSqlite(module as EngineModule);
  }

  private constructor(engine: EngineModule) {
    this.#engine = engine;
    engine._sqlite3_initialize!();
    const name = this.#copy(bytesOf(':memory:\0'));
    const out = engine._sqlite3_malloc!(4);
    if (engine._sqlite3_open_v2!(name, out, OPEN_READWRITE_CREATE, 0) !== SQLITE_OK)
      throw new Error('not opened');
    this.#connection = this.#pointerAt(out);
    engine._sqlite3_extended_result_codes!(this.#connection, 1);
    this.exec(SETTINGS);
  }

  /** Runs all statements of a text. */
  exec(sql: string): void {
    const text = this.#copy(bytesOf(`${sql}\0`));
    const code = this.#engine._sqlite3_exec!(this.#connection, text, 0, 0, 0);
    if (code !== SQLITE_OK) throw new Error(this.#message());
  }

  /** Runs one statement to its end. */
  run(sql: string, parameters: StatementParameters): Answer {
    const engine = this.#engine;
    const text = this.#copy(bytesOf(`${sql}\0`));
    const out = engine._sqlite3_malloc!(4);
    const prepared = engine._sqlite3_prepare_v2!(this.#connection, text, -1, out, 0);
    const statement = this.#pointerAt(out);
    engine._sqlite3_free!(text);
    engine._sqlite3_free!(out);
    if (prepared !== SQLITE_OK) return this.#failure(prepared);
    try {
      this.#bind(statement, parameters);
      return this.#step(statement);
    } finally {
      engine._sqlite3_finalize!(statement);
    }
  }

  facts(): ConnectionFacts {
    const answer = this.run('SELECT changes(), total_changes(), last_insert_rowid()', []);
    if ('error' in answer) throw new Error(answer.error);
    const [changes, totalChanges, lastInsertRowid] = answer.rows[0] as [bigint, bigint, bigint];
    const inTransaction = this.#engine._sqlite3_get_autocommit!(this.#connection) === 0;
    return { changes, totalChanges, lastInsertRowid, inTransaction };
  }

  #step(statement: number): Answer {
    const engine = this.#engine;
    const count = engine._sqlite3_column_count!(statement);
    const rows: SqlValue[][] = [];
    for (;;) {
      const code = engine._sqlite3_step!(statement);
      if (code === SQLITE_ROW)
        rows.push(Array.from({ length: count }, (_, column) => this.#value(statement, column)));
      else if (code !== SQLITE_DONE) return this.#failure(code);
      else break;
    }
    const columns = Array.from({ length: count }, (_, column) =>
      this.#text(engine._sqlite3_column_name!(statement, column)),
    );
    return { columns, rows };
  }

  #bind(statement: number, parameters: StatementParameters): void {
    const count = this.#engine._sqlite3_bind_parameter_count!(statement);
    for (let index = 1; index <= count; index++) {
      const value = Array.isArray(parameters)
        ? parameters[index - 1]
        : (parameters as Record<string, BindableValue>)[this.#parameterName(statement, index)];
      if (value === undefined) throw new RangeError(`the generator gave no value for parameter ${index}`);
      this.#bindValue(statement, index, value);
    }
  }

  #parameterName(statement: number, index: number): string {
    return this.#text(this.#engine._sqlite3_bind_parameter_name!(statement, index)).slice(1);
  }

  #bindValue(statement: number, index: number, value: BindableValue): void {
    const engine = this.#engine;
    if (value === null) engine._sqlite3_bind_null!(statement, index);
    else if (typeof value === 'boolean') this.#bindValue(statement, index, value ? 1n : 0n);
    else if (typeof value === 'bigint') {
      engine._sqlite3_bind_int64!(statement, index, Number(BigInt.asIntN(32, value)), Number(value >> 32n));
    } else if (typeof value === 'number') {
      if (Number.isSafeInteger(value) && !Object.is(value, -0))
        this.#bindValue(statement, index, BigInt(value));
      else engine._sqlite3_bind_double!(statement, index, value);
    } else this.#bindBytes(statement, index, value);
  }

  #bindBytes(statement: number, index: number, value: string | ArrayBuffer | ArrayBufferView): void {
    const bytes = bytesOf(value);
    const copy = this.#copy(bytes);
    const bind = typeof value === 'string' ? '_sqlite3_bind_text' : '_sqlite3_bind_blob';
    this.#engine[bind]!(statement, index, copy, bytes.length, TRANSIENT);
    this.#engine._sqlite3_free!(copy);
  }

  #value(statement: number, column: number): SqlValue {
    const engine = this.#engine;
    switch (engine._sqlite3_column_type!(statement, column)) {
      case INTEGER: {
        const low = BigInt.asUintN(32, BigInt(engine._sqlite3_column_int64!(statement, column)));
        return (BigInt(engine.getTempRet0() | 0) << 32n) | low;
      }
      case FLOAT:
        return engine._sqlite3_column_double!(statement, column);
      case TEXT:
        return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.#bytes(statement, column));
      case BLOB:
        return this.#bytes(statement, column);
      default:
        return null;
    }
  }

  #bytes(statement: number, column: number): Uint8Array {
    const address = this.#engine._sqlite3_column_blob!(statement, column);
    return this.#engine.HEAPU8.slice(
      address,
      address + this.#engine._sqlite3_column_bytes!(statement, column),
    );
  }

  #failure(code: number): Answer {
    const offset = this.#engine._sqlite3_error_offset!(this.#connection);
    return { error: this.#message(), code, offset: offset < 0 ? undefined : offset };
  }

  #message(): string {
    return this.#text(this.#engine._sqlite3_errmsg!(this.#connection));
  }

  #text(address: number): string {
    const heap = this.#engine.HEAPU8;
    return new TextDecoder().decode(heap.slice(address, heap.indexOf(0, address)));
  }

  /** An allocation that is never of zero bytes, which would be a null pointer and so a NULL. */
  #copy(bytes: Uint8Array): number {
    const address = this.#engine._sqlite3_malloc!(bytes.length + 1);
    this.#engine.HEAPU8.set(bytes, address);
    return address;
  }

  #pointerAt(address: number): number {
    return new DataView(this.#engine.HEAPU8.buffer).getUint32(address, true);
  }
}

function bytesOf(value: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof value === 'string') return new TextEncoder().encode(value);
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}
