import { SqliteError } from '../database';
import type { NativeConnection, NativeModule } from '../native/interface';
import { MigrationError } from './error';
import { readHistory, recordApplied } from './history';
import { type Migration, titleOf } from './migration';
import { type KnownMigration, planMigrations } from './plan';
import { runMigration, STATEMENT_INSTRUCTIONS } from './run';
import { schemaDifferences } from './schema';
import type { MigrationTarget } from './target';

const DIFFERENCES_TOLD = 5;

/**
 * Records the migrations up to a version as behind the archive, without running them there: for one whose schema was made
 * before it had a history. They are run in a scratch database, and its schema must be the archive's.
 *
 * @returns the versions recorded
 * @throws {MigrationError} MIGRATION_ADOPTED, MIGRATION_FAILED, MIGRATION_SCHEMA, MIGRATIONS_INVALID
 */
export function adoptMigrations(
  target: MigrationTarget,
  known: readonly KnownMigration[],
  version: number,
): number[] {
  const { connection } = target;
  const history = readHistory(connection);
  if (history.applied.length > 0 || history.running !== undefined) {
    throw new MigrationError(
      'MIGRATION_ADOPTED',
      'the archive has a history of migrations already: apply what is pending instead',
    );
  }
  const { pending } = planMigrations(history, known, version);
  assertSchema(target, pending, version);
  connection.begin('immediate');
  try {
    for (const { migration, checksum } of pending) {
      recordApplied(connection, { ...migration, checksum }, 'adopted');
    }
    connection.commit();
  } catch (error) {
    connection.rollback();
    throw error;
  }
  return pending.map(({ migration }) => migration.version);
}

function assertSchema(target: MigrationTarget, known: readonly KnownMigration[], version: number): void {
  const { native, connection } = target;
  const scratch = native.openScratch();
  try {
    rehearse(native, scratch, known);
    const differences = schemaDifferences(scratch, connection, (sql) => native.foldSql(sql));
    if (differences.length > 0) {
      const told = differences.slice(0, DIFFERENCES_TOLD).join('; ');
      const more =
        differences.length > DIFFERENCES_TOLD ? `; and ${differences.length - DIFFERENCES_TOLD} more` : '';
      throw new MigrationError(
        'MIGRATION_SCHEMA',
        `the archive's schema is not that of version ${version}: ${told}${more}`,
      );
    }
  } finally {
    scratch.close();
  }
}

/** Runs the migrations one after another, all in what a single statement may take. */
function rehearse(native: NativeModule, scratch: NativeConnection, known: readonly KnownMigration[]): void {
  const end = native.instructions() + STATEMENT_INSTRUCTIONS;
  for (const { migration } of known) {
    const left = end - native.instructions();
    if (left <= 0 || !isRunWhole(scratch, migration, left)) {
      throw notRehearsed(migration, 'the migrations so far take more instructions than a message has');
    }
  }
}

function isRunWhole(scratch: NativeConnection, migration: Migration, instructions: number): boolean {
  try {
    const budget = { instructions, statementInstructions: instructions };
    const { position, length } = runMigration(scratch, migration, 0, budget);
    return position === length;
  } catch (error) {
    if (error instanceof SqliteError && error.code === 'SQLITE_INTERRUPT') return false;
    throw notRehearsed(migration, messageOf(error), error);
  }
}

function notRehearsed(migration: Migration, why: string, cause?: unknown): MigrationError {
  return new MigrationError(
    'MIGRATION_FAILED',
    `${titleOf(migration)} cannot be run in an empty database, to compare its schema: ${why}; nothing was recorded`,
    { cause },
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
