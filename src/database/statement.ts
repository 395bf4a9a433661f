import type { BindParameters, NativeStatementCalls } from '../native/interface';
import { type ColumnDefinition, describeColumns } from './columns';
import type { Database } from './database';
import { dispose } from './dispose';
import { RowCountError } from './errors';
import { RowIterator } from './row-iterator';

/**
 * A prepared statement. `Row` is what its rows are taken for, and `Parameters` what it is given; nothing checks them when it
 * runs.
 *
 * Made by {@link Database.prepare}. It follows better-sqlite3's `Statement`; docs/DATABASE.md lists the differences.
 *
 * The methods of {@link NativeStatementCalls} are native code: nothing interpreted runs between caller and engine.
 *
 * @example
 * const byName = db.prepare<{ id: number; text: string }, [{ pattern: string }]>(
 *   'SELECT id, text FROM note WHERE text LIKE :pattern ORDER BY id',
 * );
 * const texts = byName.all({ pattern: '%a%' }).map((row) => row.text);
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the native module puts these methods on the prototype
export class Statement<Row = unknown, Parameters extends BindParameters = BindParameters>
  implements Disposable
{
  /** The database that prepared it. */
  declare readonly database: Database;

  /** Use {@link Database.prepare}. */
  private constructor() {}

  /**
   * Rows one by one. The statement is busy, and the database refuses writes, from this call to the end of the loop;
   * leaving the loop early ends it.
   */
  iterate(...parameters: Parameters): IterableIterator<Row> & Disposable {
    this.start(...parameters);
    return new RowIterator<Row>(this);
  }

  /**
   * The only row.
   * @throws RowCountError when there is none, or more than one
   */
  one(...parameters: Parameters): Row {
    this.start(...parameters);
    const rows = new RowIterator<Row>(this);
    try {
      const first = rows.next();
      if (first.done) throw new RowCountError('Expected one row, but there is none', 'NO_ROW');
      if (rows.next().done) return first.value;
      throw new RowCountError('Expected one row, but there are more', 'MORE_THAN_ONE_ROW');
    } finally {
      rows.return();
    }
  }

  /**
   * Result columns, in order, with the table columns that they are and the types declared for those. It takes some statements
   * to find out, after which SQL's `changes()` is 0 if the statement writes. Throws `TypeError` when the statement returns no rows.
   */
  columns(): ColumnDefinition[] {
    return describeColumns(this.database, this.source, this.columnNames());
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

export interface Statement<Row, Parameters extends BindParameters>
  extends NativeStatementCalls<Row, Parameters> {
  /** Rows become arrays, or with `false` objects again. Excludes {@link pluck}. */
  raw<Values = Row>(enabled?: boolean): Statement<Values, Parameters>;
  /** Rows become the value of their first column, or with `false` objects again. Excludes {@link raw}. */
  pluck<Value = Row>(enabled?: boolean): Statement<Value, Parameters>;
  /** Binds for good: values are kept, and later calls take none. Throws `TypeError` the second time. */
  bind(...parameters: Parameters): Statement<Row, []>;
}
