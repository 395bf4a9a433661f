import type { NativeConnection, NativeModule } from '../native/interface';
import { dispose } from './dispose';
import { installFacade } from './install';
import type { Statement } from './statement';
import { type TransactionFunction, transactionOf } from './transaction';

export interface DatabaseOptions {
  /** MemoryId of the archive's slot, 0 to 110 or 120 to 254. */
  readonly memoryId: number;
  /** True formats a slot that was never written; false (the default) opens the archive that is there. */
  readonly create?: boolean;
}

export interface PragmaOptions {
  /** Returns the first column of the first row instead of all rows. Default false. */
  readonly simple?: boolean;
}

/**
 * An open archive, shaped like better-sqlite3's `Database`, and synchronous like it. In a canister it works on the archive's
 * slot in stable memory; in Node on that of a {@link NodeHost}.
 *
 * @example
 * const db = new Database(native, { memoryId: 120, create: true });
 * db.exec('CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL)');
 * const add = db.prepare('INSERT INTO note (text) VALUES (?)');
 * db.transaction((texts: string[]) => texts.forEach((text) => add.run(text)))(['a', 'b']);
 * db.prepare<{ text: string }>('SELECT text FROM note ORDER BY id').all();
 */
export class Database implements Disposable {
  readonly #connection: NativeConnection;

  /**
   * @throws SqliteError `SLOT_EMPTY`, `SLOT_NOT_EMPTY`, `SLOT_BUSY`, `SLOT_FOREIGN`, `SLOT_DAMAGED`, `SLOT_VERSION`,
   *   `STABLE_MEMORY_FULL`
   */
  constructor(native: NativeModule, options: DatabaseOptions) {
    installFacade(native);
    const { memoryId, create = false } = options;
    this.#connection = create ? native.create(memoryId, 0) : native.open(memoryId);
  }

  /** Whether it was not closed yet. */
  get open(): boolean {
    return this.#connection.isOpen();
  }

  get inTransaction(): boolean {
    return this.#connection.inTransaction();
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
  prepare<Row = unknown>(sql: string): Statement<Row> {
    const statement = this.#connection.prepare(sql) as Statement<Row>;
    Object.defineProperty(statement, 'database', { value: this });
    return statement;
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

  /** Runs `PRAGMA <source>` and returns its rows, or with `simple` the first value of the first one. */
  pragma(source: string, options: PragmaOptions = {}): unknown {
    if (typeof source !== 'string') throw new TypeError('Expected first argument to be a string');
    const { simple = false } = options;
    if (typeof simple !== 'boolean') throw new TypeError('Expected the "simple" option to be a boolean');
    const statement = this.prepare(`PRAGMA ${source}`);
    try {
      if (statement.reader) return simple ? statement.pluck().get() : statement.all();
      statement.run();
      return simple ? undefined : [];
    } finally {
      statement.finalize();
    }
  }

  /** Finalizes all statements, rolls back an open transaction, and leaves the slot. Closing twice does nothing. */
  close(): this {
    this.#connection.close();
    return this;
  }

  [dispose](): void {
    this.close();
  }
}
