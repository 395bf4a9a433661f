import type {
  BindParameters,
  FunctionResult,
  NativeConnection,
  NativeModule,
  SqlValue,
} from '../native/interface';
import { Backup, type BackupOptions, serialize } from './backup';
import { connectionOf, type DatabaseOptions, readDatabaseOptions } from './database-options';
import { dispose } from './dispose';
import { type AggregateOptions, defineAggregate, defineFunction, type FunctionOptions } from './functions';
import { installFacade } from './install';
import { type PragmaOptions, runPragma } from './pragma';
import { Savepoint } from './savepoint';
import type { Statement } from './statement';
import { StatementCache } from './statement-cache';
import { type TransactionFunction, transactionOf } from './transaction';

/**
 * An open archive, shaped like better-sqlite3's `Database`, and synchronous like it. In a canister it works on the archive's
 * slot in stable memory; in Node on that of a {@link NodeHost}. docs/DATABASE.md describes all of it.
 *
 * @example
 * db.exec('CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL)');
 * const add = db.prepare('INSERT INTO note (text) VALUES (?)');
 * db.transaction((texts: string[]) => texts.forEach((text) => add.run(text)))(['a', 'b']);
 * const notes = db.prepare<{ text: string }>('SELECT text FROM note ORDER BY id').all();
 */
export class Database implements Disposable {
  /** Whether it was opened with `readonly`. */
  readonly readonly: boolean;
  readonly #native: NativeModule;
  readonly #connection: NativeConnection;
  readonly #statements: StatementCache;
  #safeIntegers = false;
  #savepoints = 0;

  /**
   * @throws SqliteError `SLOT_EMPTY`, `SLOT_NOT_EMPTY`, `SLOT_BUSY`, `SLOT_FOREIGN`, `SLOT_DAMAGED`, `SLOT_VERSION`,
   *   `STABLE_MEMORY_FULL`
   */
  constructor(native: NativeModule, options: DatabaseOptions) {
    installFacade(native);
    const { readonly, cachedStatements } = readDatabaseOptions(options);
    this.#native = native;
    this.#connection = connectionOf(native, options);
    this.#statements = new StatementCache(cachedStatements, (sql) => this.prepare(sql));
    this.readonly = readonly;
    if (readonly) this.#connection.setQueryOnly(true);
  }

  /** Whether it was not closed yet. */
  get open(): boolean {
    return this.#connection.isOpen();
  }

  get inTransaction(): boolean {
    return this.#connection.inTransaction();
  }

  /** What it stands on: for libraries that work below the facade. */
  get native(): NativeModule {
    return this.#native;
  }

  /** The open archive as native code knows it. */
  get connection(): NativeConnection {
    return this.#connection;
  }

  /** MemoryId of the archive's slot. */
  get memoryId(): number {
    return this.#connection.memoryId();
  }

  /**
   * Compiles one statement.
   * @throws SqliteError with `offset` where the SQL is wrong
   * @throws RangeError when the text holds no statement, or several
   */
  prepare<Row = unknown, Parameters extends BindParameters = BindParameters>(
    sql: string,
  ): Statement<Row, Parameters> {
    const statement = this.#connection.prepare(sql) as Statement<Row, Parameters>;
    if (this.#safeIntegers) statement.safeIntegers();
    Object.defineProperty(statement, 'database', { value: this });
    return statement;
  }

  /**
   * {@link Database.prepare} for SQL that comes back: the statement of the same text is used again, also in later messages,
   * with its modes as if it were new. It is to be used at once and not to be kept, because the database finalizes the one that
   * was used longest ago when it has as many as `cachedStatements`.
   *
   * @example
   * const texts = db.query<string>('SELECT text FROM note WHERE id > ?').pluck().all(1);
   */
  query<Row = unknown, Parameters extends BindParameters = BindParameters>(
    sql: string,
  ): Statement<Row, Parameters> {
    return this.#statements.get(sql, this.#safeIntegers) as Statement<Row, Parameters>;
  }

  /**
   * The only row of a cached statement.
   * @throws RowCountError when there is none, or more than one
   *
   * @example
   * const { total } = db.one<{ total: number }>('SELECT count(*) AS total FROM note');
   */
  one<Row = unknown, Parameters extends BindParameters = BindParameters>(
    sql: string,
    ...parameters: Parameters
  ): Row {
    return this.query<Row, Parameters>(sql).one(...parameters);
  }

  /** Runs all statements of a text; rows are discarded. What ran before an error stays, unless in a transaction. */
  exec(sql: string): this {
    this.#connection.exec(sql);
    return this;
  }

  /**
   * Wraps a function so that what it does is committed when it returns and rolled back when it throws. It must not return
   * a promise (`TypeError`). Inside another transaction it becomes a savepoint.
   */
  transaction<Parameters extends unknown[], Result>(
    run: (...parameters: Parameters) => Result,
  ): TransactionFunction<Parameters, Result> {
    if (typeof run !== 'function') throw new TypeError('Expected first argument to be a function');
    return transactionOf(this.#connection, run);
  }

  /**
   * Marks a point to which changes can be undone, without an error and more than once.
   * @param name what SQL calls it; one of its own by default
   *
   * @example
   * {
   *   using point = db.savepoint();
   *   db.exec('DELETE FROM note');
   *   point.rollback();
   *   db.exec("UPDATE note SET text = 'kept'");
   *   point.release();
   * }
   */
  savepoint(name?: string): Savepoint {
    if (name !== undefined && typeof name !== 'string') {
      throw new TypeError('Expected first argument to be a string');
    }
    return new Savepoint(this.#connection, name ?? `_tabularium_savepoint_${++this.#savepoints}`);
  }

  /** Runs `PRAGMA <source>` and returns its rows, or with `simple` the first value of the first one. */
  pragma(source: string, options: PragmaOptions = {}): unknown {
    return runPragma(this, source, options);
  }

  /**
   * Makes a function of SQL. It is called while a statement runs, and until it returns the database refuses everything else
   * (`TypeError`). What it throws, the statement throws.
   *
   * @example
   * db.function('initials', { deterministic: true }, (text: string) =>
   *   text.split(' ').map((word) => word.charAt(0)).join(''),
   * );
   * const initials = db.prepare("SELECT initials('Ada King Lovelace')").pluck().get();
   */
  function<Parameters extends SqlValue[]>(
    name: string,
    call: (...values: Parameters) => FunctionResult,
  ): this;
  function<Parameters extends SqlValue[]>(
    name: string,
    options: FunctionOptions,
    call: (...values: Parameters) => FunctionResult,
  ): this;
  function(name: string, ...rest: readonly unknown[]): this {
    const [options, call] = rest.length > 1 ? rest : [{}, rest[0]];
    type Call = (...values: SqlValue[]) => FunctionResult;
    defineFunction(this.#connection, name, options as FunctionOptions, call as Call, this.#safeIntegers);
    return this;
  }

  /**
   * Makes an aggregate of SQL; with `inverse`, one that serves as a window function as well.
   *
   * @example
   * db.aggregate('longest', {
   *   start: '',
   *   step: (longest: string, text: string) => (text.length > longest.length ? text : longest),
   * });
   * const longest = db.prepare('SELECT longest(text) FROM note').pluck().get();
   */
  aggregate<Accumulator, Parameters extends SqlValue[]>(
    name: string,
    options: AggregateOptions<Accumulator, Parameters>,
  ): this {
    defineAggregate(this.#connection, name, options, this.#safeIntegers);
    return this;
  }

  /** Lets all integers of statements and functions that are made from now on be `bigint`. */
  defaultSafeIntegers(enabled = true): this {
    if (typeof enabled !== 'boolean') throw new TypeError('Expected first argument to be a boolean');
    this.#safeIntegers = enabled;
    return this;
  }

  /** The SQLite file's bytes as of the last commit, in one piece. */
  serialize(): Uint8Array {
    return serialize(this.#native, this.#openSlot());
  }

  /**
   * The SQLite file's bytes as of the last commit, in chunks. What is written meanwhile does not show in them.
   *
   * @example
   * const parts: Uint8Array[] = [];
   * for (const chunk of db.backup({ chunkSize: 65_536 })) parts.push(chunk);
   */
  backup(options: BackupOptions = {}): Backup {
    return new Backup(this.#native, this.#openSlot(), options);
  }

  /** Finalizes all statements, rolls back an open transaction, and leaves the slot. Closing twice does nothing. */
  close(): this {
    this.#connection.close();
    this.#statements.clear();
    return this;
  }

  [dispose](): void {
    this.close();
  }

  #openSlot(): number {
    if (!this.open) throw new TypeError('The database connection is not open');
    return this.memoryId;
  }
}
