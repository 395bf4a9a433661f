import type { NativeConnection } from '../native/interface';
import { MigrationError } from './error';

/**
 * What becomes of foreign keys while a migration runs. `enforced`, as always; or `checked`: they are not enforced, so that
 * tables can be dropped and rebuilt, and rows without their parents fail the migration at its end.
 */
export type ForeignKeys = 'enforced' | 'checked';

/** A migration in SQL. It may be as long as it needs: what does not fit a message goes on in the next one. */
export interface SqlMigration {
  /** Orders the migrations; from 1. Gaps are allowed, so that dates may serve as numbers. */
  readonly version: number;
  /** For people, 1 to 100 characters. */
  readonly name: string;
  readonly sql: string;
  /** Default `enforced`. */
  readonly foreignKeys?: ForeignKeys;
}

/** A migration in TypeScript, which runs whole in one message. Its code cannot be told from changed code: its name stands for it. */
export interface CodeMigration {
  readonly version: number;
  readonly name: string;
  /** Works in the migration's own transaction, and so must not begin or end one. */
  readonly up: (connection: NativeConnection) => void;
}

export type Migration = SqlMigration | CodeMigration;

const LONGEST_NAME = 100;

export function isCode(migration: Migration): migration is CodeMigration {
  return 'up' in migration;
}

/** How messages name a migration. */
export function titleOf({ version, name }: { readonly version: number; readonly name: string }): string {
  return `migration ${version} (${name})`;
}

/**
 * The migrations in the order of their versions.
 *
 * @throws {MigrationError} MIGRATIONS_INVALID
 */
export function inOrder<Kind extends Migration>(migrations: readonly Kind[]): Kind[] {
  for (const migration of migrations) {
    assertWellFormed(migration);
  }
  const ordered = [...migrations].sort((a, b) => a.version - b.version);
  ordered.forEach((migration, index) => {
    const before = ordered[index - 1];
    if (before?.version === migration.version) {
      throw new MigrationError(
        'MIGRATIONS_INVALID',
        `version ${migration.version} is given twice, to '${before.name}' and '${migration.name}': number one of them anew`,
      );
    }
  });
  return ordered;
}

function assertWellFormed(migration: Migration): void {
  const { version, name } = migration;
  if (!Number.isSafeInteger(version) || version < 1) {
    throw new MigrationError('MIGRATIONS_INVALID', `a version is a whole number from 1, not ${version}`);
  }
  if (typeof name !== 'string' || name.length < 1 || name.length > LONGEST_NAME) {
    throw new MigrationError(
      'MIGRATIONS_INVALID',
      `the name of migration ${version} has 1 to ${LONGEST_NAME} characters`,
    );
  }
  if (isCode(migration) ? typeof migration.up !== 'function' : typeof migration.sql !== 'string') {
    throw new MigrationError(
      'MIGRATIONS_INVALID',
      `${titleOf(migration)} has neither SQL nor a function to run`,
    );
  }
}
