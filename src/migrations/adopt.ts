import { MigrationError } from './error';
import { readHistory, recordApplied } from './history';
import { type KnownMigration, planMigrations } from './plan';
import { type RunBudget, runMigration, STATEMENT_INSTRUCTIONS } from './run';
import { schemaDifferences } from './schema';
import type { MigrationTarget } from './target';

/** For building the schema that an archive is compared with. */
const REHEARSAL: RunBudget = {
  instructions: STATEMENT_INSTRUCTIONS,
  statementInstructions: STATEMENT_INSTRUCTIONS,
};
const DIFFERENCES_TOLD = 5;

/**
 * Records the migrations up to a version as behind the archive, without running them there: for one whose schema was made
 * before it had a history. They are run in a scratch database, and its schema must be the archive's.
 *
 * @returns the versions recorded
 * @throws {MigrationError} MIGRATION_ADOPTED, MIGRATION_SCHEMA, MIGRATIONS_INVALID
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
    for (const { migration } of known) {
      runMigration(scratch, migration, 0, REHEARSAL);
    }
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
