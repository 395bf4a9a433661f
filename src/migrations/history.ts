import type { NativeConnection, SqlValue } from '../native/interface';

/** Where an archive keeps its history. */
export const HISTORY_TABLE = '_tabularium_migrations';

const CREATE = `CREATE TABLE IF NOT EXISTS ${HISTORY_TABLE} (
  version INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  checksum TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('applied', 'adopted', 'running')),
  at INTEGER NOT NULL,
  position INTEGER,
  length INTEGER,
  snapshot INTEGER
) STRICT`;
const EXISTS = 'SELECT 1 FROM sqlite_schema WHERE name = ?';
const READ = `SELECT version, name, checksum, state, at, position, length, snapshot FROM ${HISTORY_TABLE} ORDER BY version`;
const WRITE = `INSERT OR REPLACE INTO ${HISTORY_TABLE} VALUES (?, ?, ?, ?, CAST(unixepoch('subsec') * 1000 AS INTEGER), ?, ?, ?)`;

/** A migration that an archive has behind it. */
export interface AppliedMigration {
  readonly version: number;
  readonly name: string;
  /** SHA-256 as 64 lower-case hexadecimal digits. */
  readonly checksum: string;
  /** Nanoseconds are not kept: milliseconds since 1970. */
  readonly at: number;
  /** Recorded for a schema that was there already, and not run. */
  readonly adopted: boolean;
}

/** A migration that goes on in the next message. */
export interface RunningMigration {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
  /** Bytes of its SQL that are done, and all of them. */
  readonly position: number;
  readonly length: number;
  /** Number of the snapshot that keeps the archive as it was before. */
  readonly snapshot: number;
}

/** What an archive says of its migrations. */
export interface History {
  /** Ascending by version. */
  readonly applied: readonly AppliedMigration[];
  readonly running: RunningMigration | undefined;
}

type Row = [number, string, string, string, number, number, number, number];

/** The history of an archive; empty where no migration was ever applied. */
export function readHistory(connection: NativeConnection): History {
  if (select(connection, EXISTS, HISTORY_TABLE).length === 0) {
    return { applied: [], running: undefined };
  }
  const rows = select(connection, READ) as Row[];
  const applied = rows
    .filter(([, , , state]) => state !== 'running')
    .map(([version, name, checksum, state, at]) => ({
      version,
      name,
      checksum,
      at,
      adopted: state === 'adopted',
    }));
  const row = rows.find(([, , , state]) => state === 'running');
  return { applied, running: row && runningOf(row) };
}

function runningOf([version, name, checksum, , , position, length, snapshot]: Row): RunningMigration {
  return { version, name, checksum, position, length, snapshot };
}

/** The newest version that an archive is at; 0 before the first. */
export function versionOf({ applied }: History): number {
  return applied.at(-1)?.version ?? 0;
}

/** Records a migration as behind the archive, in the transaction that is open. */
export function recordApplied(
  connection: NativeConnection,
  { version, name, checksum }: { version: number; name: string; checksum: string },
  state: 'applied' | 'adopted',
): void {
  write(connection, [version, name, checksum, state, null, null, null]);
}

/** Records how far a migration has come, in the transaction that is open. */
export function recordRunning(connection: NativeConnection, running: RunningMigration): void {
  const { version, name, checksum, position, length, snapshot } = running;
  write(connection, [version, name, checksum, 'running', position, length, snapshot]);
}

function write(connection: NativeConnection, values: readonly SqlValue[]): void {
  connection.exec(CREATE);
  const statement = connection.prepare(WRITE);
  try {
    statement.run(...values);
  } finally {
    statement.finalize();
  }
}

function select(connection: NativeConnection, sql: string, ...values: SqlValue[]): unknown[] {
  const statement = connection.prepare(sql).raw();
  try {
    return statement.all(...values);
  } finally {
    statement.finalize();
  }
}
