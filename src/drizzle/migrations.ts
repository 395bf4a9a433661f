import { type Database, SqliteError } from '../database';
import { MigrationError } from '../migrations';

/** What `drizzle-kit generate` writes, as a canister holds it, which has no files: the journal, and the SQL by number. */
export interface MigrationBundle {
  /** Content of `meta/_journal.json`. */
  readonly journal: {
    readonly entries: readonly {
      readonly idx: number;
      readonly when: number;
      readonly tag: string;
      readonly breakpoints: boolean;
    }[];
  };
  /** Content of `0000_<tag>.sql` under `m0000`, and so on. */
  readonly migrations: Readonly<Record<string, string>>;
}

interface KitMigration {
  readonly tag: string;
  /** When it was generated, in milliseconds since 1970: the identity and the order that Drizzle gives it. */
  readonly when: number;
  readonly statements: readonly string[];
  /** Foreign keys are not to be enforced while it runs. */
  readonly unchecked: boolean;
}

const BREAKPOINT = '--> statement-breakpoint';

/** As Drizzle's own migrators make it, so that either can go on where the other left off. */
const HISTORY = '__drizzle_migrations';
const CREATE_HISTORY = `CREATE TABLE IF NOT EXISTS ${HISTORY} (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)`;

/**
 * A line by which drizzle-kit turns enforcement off and on again around the rebuilding of a table: SQLite alters columns in no other way. A
 * migration is a transaction, in which this pragma does nothing (https://www.sqlite.org/pragma.html#pragma_foreign_keys): enforced, dropping the old table
 * would delete the rows that refer to it.
 */
const FOREIGN_KEYS = /^[ \t]*PRAGMA\s+foreign_keys\s*=\s*(ON|OFF|TRUE|FALSE|YES|NO|1|0)\s*;?[ \t]*$/gim;
const OFF = /^(?:OFF|FALSE|NO|0)$/i;

/**
 * Applies what an archive has not had yet, all of it in one transaction.
 *
 * Where a migration turns foreign keys off they are off around the transaction, and `PRAGMA foreign_key_check` decides before its commit.
 *
 * @throws {MigrationError} MIGRATIONS_INVALID, MIGRATION_OUT_OF_ORDER, MIGRATION_FAILED; the archive is as it was
 */
export function applyBundle(database: Database, bundle: MigrationBundle): void {
  const migrations = readBundle(bundle);
  const applied = readApplied(database);
  const pending = migrations.filter(({ when }) => !applied.has(when));
  if (pending.length === 0) return;
  const newest = Math.max(Number.NEGATIVE_INFINITY, ...applied);
  const late = pending.find(({ when }) => when < newest);
  if (late) {
    throw new MigrationError(
      'MIGRATION_OUT_OF_ORDER',
      `migration ${late.tag} is older than one that the archive has had. Generate it again with drizzle-kit, after what was released`,
    );
  }
  const unchecked = pending.some((migration) => migration.unchecked);
  if (unchecked && database.inTransaction) {
    throw new MigrationError(
      'MIGRATION_FAILED',
      'a migration turns foreign keys off, which SQLite does not do inside of a transaction: call migrate outside of one',
    );
  }
  const enforced = unchecked && database.pragma('foreign_keys', { simple: true }) === 1;
  if (enforced) database.pragma('foreign_keys = OFF');
  try {
    database.transaction(() => {
      database.exec(CREATE_HISTORY);
      for (const migration of pending) apply(database, migration);
      if (unchecked) requireForeignKeys(database);
    })();
  } finally {
    if (enforced) database.pragma('foreign_keys = ON');
  }
}

/** A row of `PRAGMA foreign_key_check`. */
interface Violation {
  readonly table: string;
  /** NULL in a table WITHOUT ROWID. */
  readonly rowid: number | null;
  readonly parent: string;
}

/** @throws {MigrationError} MIGRATIONS_INVALID */
function readBundle({ journal, migrations }: MigrationBundle): KitMigration[] {
  return journal.entries.map(({ idx, when, tag }) => {
    const key = `m${String(idx).padStart(4, '0')}`;
    const text = migrations[key];
    if (text === undefined) {
      throw new MigrationError(
        'MIGRATIONS_INVALID',
        `migration ${tag} is in the journal, but its SQL is not there as ${key}`,
      );
    }
    const parts = text.split(BREAKPOINT);
    const settings = parts.flatMap((part) => [...part.matchAll(FOREIGN_KEYS)]);
    const unchecked = settings.some(([, value]) => OFF.test(value!));
    const statements = parts.map((part) => part.replace(FOREIGN_KEYS, ''));
    if (statements.some((statement) => /\bPRAGMA\s+foreign_keys\b/i.test(statement))) {
      throw new MigrationError(
        'MIGRATIONS_INVALID',
        `migration ${tag} sets PRAGMA foreign_keys among other statements of a line. Give it a line of its own`,
      );
    }
    return { tag, when, statements, unchecked };
  });
}

/** When the migrations were generated that the archive has had. */
function readApplied(database: Database): Set<number> {
  const present = database
    .query("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?")
    .get(HISTORY);
  if (present === undefined) return new Set();
  return new Set(database.query<number>(`SELECT CAST(created_at AS INTEGER) FROM ${HISTORY}`).pluck().all());
}

function apply(database: Database, { tag, when, statements }: KitMigration): void {
  try {
    for (const statement of statements) database.exec(statement);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const details = cause instanceof SqliteError ? { extendedCode: cause.extendedCode } : {};
    throw new MigrationError('MIGRATION_FAILED', `migration ${tag} failed: ${message}; none was applied`, {
      ...details,
      cause,
    });
  }
  database.query(`INSERT INTO ${HISTORY} (hash, created_at) VALUES ('', ?)`).run(when);
}

function requireForeignKeys(database: Database): void {
  const [violation] = database.pragma('foreign_key_check') as Violation[];
  if (!violation) return;
  const { table, rowid, parent } = violation;
  throw new MigrationError(
    'MIGRATION_FAILED',
    `the migrations leave ${rowid === null ? 'a row' : `row ${rowid}`} of ${table} without its parent in ${parent}; none was applied`,
  );
}
