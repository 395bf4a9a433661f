import { Database } from '../database';
import type { NativeConnection } from '../native/interface';
import { adoptMigrations } from './adopt';
import { applyMigrations, type MigrationReport } from './apply';
import { type History, type RunningMigration, readHistory } from './history';
import type { Migration, SqlMigration } from './migration';
import { knownMigrations } from './plan';
import type { MigrationTarget } from './target';
import { cancelMigration } from './undo';

/** Instructions of a call of {@link migrate} after which no further statement is begun. */
const DEFAULT_INSTRUCTIONS = 1_000_000_000;

/** A migration in TypeScript, which runs whole in one message. Its name stands for its code, which cannot be told from changed code. */
export interface DatabaseMigration {
  readonly version: number;
  readonly name: string;
  /** Works in the migration's own transaction, and so must not begin or end one. */
  readonly up: (db: Database) => void;
}

export interface MigrateOptions {
  /** The last version to apply; the newest when absent. */
  readonly to?: number;
  /** Instructions after which no further statement is begun. Default a billion. */
  readonly instructions?: number;
}

/**
 * Brings a database up to date, as much as fits a message; to be called until it is done. While a migration is `running`, the
 * database shows part of it, and nobody else should use it.
 *
 * @throws {MigrationError} MIGRATION_FAILED closes the database when the migration had been committed in parts
 *
 * @example
 * const report = migrate(db, [
 *   { version: 1, name: 'notes', sql: 'CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL)' },
 *   { version: 2, name: 'welcome', up: (db) => db.exec("INSERT INTO note (text) VALUES ('Welcome')") },
 * ]);
 */
export function migrate(
  db: Database,
  migrations: readonly (SqlMigration | DatabaseMigration)[],
  { to, instructions = DEFAULT_INSTRUCTIONS }: MigrateOptions = {},
): MigrationReport {
  return applyMigrations(targetOf(db), knownMigrations(db.native, onConnections(db, migrations)), {
    to,
    instructions,
  });
}

/**
 * Records migrations up to a version as behind a database whose schema is what they make, without running them there.
 *
 * @returns the versions recorded
 * @throws {MigrationError} MIGRATION_ADOPTED, MIGRATION_SCHEMA, MIGRATIONS_INVALID
 */
export function adopt(
  db: Database,
  migrations: readonly (SqlMigration | DatabaseMigration)[],
  version: number,
): number[] {
  return adoptMigrations(targetOf(db), knownMigrations(db.native, onConnections(db, migrations)), version);
}

/** Gives up the migration that is running: the database is what it was before it, and is closed. */
export function cancel(db: Database): RunningMigration {
  return cancelMigration(targetOf(db));
}

/** The migrations that a database has behind it, and the one that is running. */
export function history(db: Database): History {
  return readHistory(db.connection);
}

function targetOf(db: Database): MigrationTarget {
  return { native: db.native, connection: db.connection, close: () => void db.close() };
}

/** A migration in TypeScript may run in a scratch database, too. */
function onConnections(db: Database, migrations: readonly (SqlMigration | DatabaseMigration)[]): Migration[] {
  const databaseOf = (connection: NativeConnection) =>
    connection === db.connection ? db : new Database(db.native, { connection });
  return migrations.map((migration) =>
    'up' in migration
      ? { ...migration, up: (connection) => migration.up(databaseOf(connection)) }
      : migration,
  );
}
