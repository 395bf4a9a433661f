import { Bytecode, type Instruction, type StoredCell } from './bytecode';
import type { Database } from './database';
import { SqliteError } from './errors';
import { quoted } from './quoted';

/** A result column. What is `null` is not known, as of an expression. */
export interface ColumnDefinition {
  readonly name: string;
  /** The table's column that it always is, but for an outer join's NULL. */
  readonly column: string | null;
  readonly table: string | null;
  /** `main` or `temp`. */
  readonly database: string | null;
  /** The type that the table declares for it. */
  readonly type: string | null;
}

type Origin = Omit<ColumnDefinition, 'name'>;

const UNKNOWN: Origin = { column: null, table: null, database: null, type: null };
const SCHEMAS = ['main', 'temp'];
const VIRTUAL_COLUMN = 2;
const ROWID_COLUMN = -1;

/** The result columns of a statement, with their origins as far as its bytecode shows them. */
export function describeColumns(
  database: Database,
  sql: string,
  names: readonly string[],
): ColumnDefinition[] {
  const bytecode = new Bytecode(explain(database, sql));
  const schema = new Schema(database);
  return names.map((name, index) => {
    const cell = bytecode.cellOfColumn(index);
    return { name, ...(cell === undefined ? UNKNOWN : schema.originOf(cell)) };
  });
}

/** EXPLAIN cannot be explained itself, nor what follows a stray semicolon. */
function explain(database: Database, sql: string): Instruction[] {
  try {
    return rows<Instruction>(database, `EXPLAIN ${sql}`);
  } catch (error) {
    if (error instanceof SqliteError) return [];
    throw error;
  }
}

function rows<Row>(database: Database, sql: string): Row[] {
  const statement = database.prepare(sql).safeIntegers(false).raw<Row>();
  try {
    return statement.allUnbound();
  } finally {
    statement.finalize();
  }
}

interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly primaryKey: number;
  readonly isStored: boolean;
}

/** Looks b-trees up by their root pages, each once. */
class Schema {
  readonly #database: Database;
  readonly #origins = new Map<string, (field: number | 'rowid') => Origin>();

  constructor(database: Database) {
    this.#database = database;
  }

  originOf({ schema, rootPage, field }: StoredCell): Origin {
    const name = SCHEMAS[schema];
    if (name === undefined) return UNKNOWN;
    const key = `${name} ${rootPage}`;
    const origin = this.#origins.get(key) ?? this.#tree(name, rootPage);
    this.#origins.set(key, origin);
    return origin(field);
  }

  /** How the fields of a b-tree's records are called. */
  #tree(schema: string, rootPage: number): (field: number | 'rowid') => Origin {
    const entry = this.#entry(schema, rootPage);
    if (entry === undefined) return () => UNKNOWN;
    const { name, table } = entry;
    const columns = this.#columns(schema, table);
    const known = new Map(columns.map((column) => [column.name, column]));
    const origin = (column: TableColumn | undefined): Origin =>
      column === undefined
        ? UNKNOWN
        : { column: column.name, table, database: schema, type: column.type === '' ? null : column.type };
    const rowid = origin(rowidColumn(columns));
    // Also of a table WITHOUT ROWID, which is stored as an index; there are none of other tables.
    const indexed = rows<[number, number, string | null]>(
      this.#database,
      `PRAGMA ${schema}.index_xinfo(${quoted(name)})`,
    );
    const stored = columns.filter((column) => column.isStored);
    return (field) => {
      if (field === 'rowid') return rowid;
      if (indexed.length === 0) return origin(stored[field]);
      const [, place, column] = indexed[field] ?? [];
      return place === ROWID_COLUMN ? rowid : origin(known.get(column ?? ''));
    };
  }

  #entry(schema: string, rootPage: number): { name: string; table: string } | undefined {
    if (rootPage === 1) return { name: 'sqlite_schema', table: 'sqlite_schema' };
    const sql = `SELECT name, tbl_name FROM ${schema}.sqlite_schema WHERE rootpage = ${rootPage}`;
    const [found] = rows<[string, string]>(this.#database, sql);
    return found && { name: found[0], table: found[1] };
  }

  #columns(schema: string, table: string): TableColumn[] {
    type Row = [number, string, string, number, unknown, number, number];
    return rows<Row>(this.#database, `PRAGMA ${schema}.table_xinfo(${quoted(table)})`).map(
      ([, name, type, , , primaryKey, hidden]) => ({
        name,
        type,
        primaryKey,
        isStored: hidden !== VIRTUAL_COLUMN,
      }),
    );
  }
}

/** INTEGER PRIMARY KEY is the rowid itself, and is not in the record. */
function rowidColumn(columns: readonly TableColumn[]): TableColumn | undefined {
  const keys = columns.filter((column) => column.primaryKey > 0);
  return keys.length === 1 && keys[0]!.type.toUpperCase() === 'INTEGER' ? keys[0] : undefined;
}
