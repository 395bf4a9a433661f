import type { BindParameters, NativeStatementMethods } from '../native/interface';
import type { Database } from './database';
import { dispose } from './dispose';

/** A result column. */
export interface ColumnDefinition {
  readonly name: string;
}

/**
 * A prepared statement. `Row` is what its rows are taken for; nothing checks it.
 *
 * Made by {@link Database.prepare}. It follows better-sqlite3's `Statement`, with these differences: integers beyond
 * ±(2^53 - 1) arrive as `bigint` instead of losing digits, `?NNN` parameters take positional values, `runMany` runs many
 * rows in one native call, and a column's table and declared type are not known, because the engine is built without them.
 *
 * The methods of {@link NativeStatementMethods} are native code: nothing interpreted runs between caller and engine.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the native module puts these methods on the prototype
export class Statement<Row = unknown> implements Disposable {
  /** The database that prepared it. */
  declare readonly database: Database;

  /** Use {@link Database.prepare}. */
  private constructor() {}

  /**
   * Rows one by one. The statement is busy, and the database refuses writes, from this call to the end of the loop;
   * leaving the loop early ends it.
   */
  iterate(...parameters: BindParameters): IterableIterator<Row> & Disposable {
    this.start(...parameters);
    return new RowIterator<Row>(this);
  }

  /**
   * The only row.
   * @throws RangeError when there is none, or more than one
   */
  one(...parameters: BindParameters): Row {
    const rows = this.iterate(...parameters);
    const first = rows.next();
    if (first.done) throw new RangeError('Expected one row, but there is none');
    const more = !rows.next().done;
    rows.return?.();
    if (more) throw new RangeError('Expected one row, but there are more');
    return first.value;
  }

  /** Result columns, in order. Throws `TypeError` when the statement returns no rows. */
  columns(): ColumnDefinition[] {
    return this.columnNames().map((name) => ({ name }));
  }

  /** The SQL text it was prepared from. */
  get source(): string {
    return this.sourceText();
  }

  /** True when it returns rows. */
  get reader(): boolean {
    return this.isReader();
  }

  /** True when it cannot change the archive. */
  get readonly(): boolean {
    return this.isReadonly();
  }

  /** True while an iteration is under way. */
  get busy(): boolean {
    return this.isBusy();
  }

  [dispose](): void {
    this.finalize();
  }
}

export interface Statement<Row> extends NativeStatementMethods<Row> {}

/** Steps a started statement, and resets it at the end or when the loop is left. */
class RowIterator<Row> implements IterableIterator<Row>, Disposable {
  readonly #statement: Statement<Row>;
  #open = true;

  constructor(statement: Statement<Row>) {
    this.#statement = statement;
  }

  next(): IteratorResult<Row, undefined> {
    if (!this.#open) return { done: true, value: undefined };
    const value = this.#step();
    return value === undefined ? { done: true, value: undefined } : { done: false, value };
  }

  return(): IteratorResult<Row, undefined> {
    if (this.#open) this.#statement.reset();
    this.#open = false;
    return { done: true, value: undefined };
  }

  [Symbol.iterator](): this {
    return this;
  }

  [dispose](): void {
    this.return();
  }

  /** The statement has reset itself when there are no more rows, and when it throws. */
  #step(): Row | undefined {
    let row: Row | undefined;
    try {
      row = this.#statement.step();
    } finally {
      if (row === undefined) this.#open = false;
    }
    return row;
  }
}
