import {
  type BindableValue,
  type BindParameters,
  type Database,
  SqliteError,
  type SqlValue,
  type Statement,
} from '../../src/database';
import type { Answer, ConnectionFacts, StatementParameters } from './answer';

/** A way to read rows: it takes them from the facade, and says what it takes them for. */
interface Reading {
  readonly read: (statement: Statement, parameters: BindParameters) => unknown;
  readonly expected: (columns: readonly string[], rows: readonly (readonly SqlValue[])[]) => unknown;
}

/** Every way in which the facade hands rows out. The first one loses nothing. */
export const READINGS: readonly Reading[] = [
  {
    read: (statement, parameters) =>
      statement
        .raw()
        .safeIntegers()
        .all(...parameters),
    expected: (_, rows) => rows,
  },
  {
    read: (statement, parameters) => statement.all(...parameters),
    expected: (columns, rows) => rows.map((row) => objectOf(columns, row)),
  },
  {
    read: (statement, parameters) => [...statement.raw().iterate(...parameters)],
    expected: (_, rows) => rows.map((row) => row.map(narrowed)),
  },
  {
    read: (statement, parameters) =>
      statement
        .safeIntegers()
        .pluck()
        .all(...parameters),
    expected: (_, rows) => rows.map((row) => row[0]),
  },
  {
    read: (statement, parameters) => statement.get(...parameters),
    expected: (columns, rows) => rows[0] && objectOf(columns, rows[0]),
  },
];

/** An archive, asked as {@link ReferenceSqlite} is. */
export class Archive {
  constructor(private readonly db: Database) {}

  exec(sql: string): void {
    this.db.exec(sql);
  }

  run(sql: string, parameters: StatementParameters): Answer {
    return this.#attempt(sql, (statement) => {
      const bound = toArguments(parameters);
      if (statement.reader) {
        const rows = READINGS[0]!.read(statement, bound) as SqlValue[][];
        return { columns: statement.columnNames(), rows };
      }
      statement.run(...bound);
      return { columns: [], rows: [] };
    });
  }

  /** Reads again, another way; only for statements that change nothing. */
  read(sql: string, parameters: StatementParameters, reading: Reading): unknown {
    return this.#attempt(sql, (statement) => reading.read(statement, toArguments(parameters)));
  }

  facts(): ConnectionFacts {
    using statement = this.db.prepare<bigint[]>('SELECT changes(), total_changes(), last_insert_rowid()');
    const [changes, totalChanges, lastInsertRowid] = statement.raw().safeIntegers().one() as [
      bigint,
      bigint,
      bigint,
    ];
    return { changes, totalChanges, lastInsertRowid, inTransaction: this.db.inTransaction };
  }

  #attempt<T>(sql: string, work: (statement: Statement) => T): T | Answer {
    try {
      using statement = this.db.prepare(sql);
      return work(statement);
    } catch (error) {
      if (!(error instanceof SqliteError) || error.extendedCode === undefined) throw error;
      return { error: error.message, code: error.extendedCode, offset: error.offset };
    }
  }
}

/** Positional values now one by one, now as one array: the facade takes both. */
function toArguments(parameters: StatementParameters): BindParameters {
  if (!isList(parameters)) return [parameters];
  return parameters.length % 2 === 0 ? parameters : [parameters];
}

function isList(parameters: StatementParameters): parameters is readonly BindableValue[] {
  return Array.isArray(parameters);
}

function objectOf(columns: readonly string[], row: readonly SqlValue[]): Record<string, SqlValue> {
  return Object.fromEntries(columns.map((column, index) => [column, narrowed(row[index]!)]));
}

/** An INTEGER as it arrives without `safeIntegers`. */
function narrowed(value: SqlValue): SqlValue {
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
