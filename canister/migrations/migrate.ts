import type {
  CandidMigration,
  CandidMigrationReport,
  CandidMigrationStatus,
  CandidRunningMigration,
} from '../../src/candid';
import { nativeModule } from '../../src/database';
import {
  adoptMigrations as adopt,
  type KnownMigration,
  knownMigrations,
  readHistory,
  versionOf,
} from '../../src/migrations';
import { authorisedArchive, onArchive } from '../service/governed';
import type { Implementations } from '../service/methods';
import { running } from '../service/service';
import { migrateArchive, targetOf, undoMigration } from './archive';
import { appliedToCandid, fromCandid, reportToCandid, runningToCandid, toSqlMigration } from './convert';

export const migrateMethods = {
  migrate,
  cancel_migration: cancelMigration,
  adopt_migrations: adoptMigrations,
  migration_status: migrationStatus,
} satisfies Implementations;

/** Applies what is pending, as much as fits the message. */
function migrate(
  reference: string,
  migrations: readonly CandidMigration[],
  [to]: [] | [bigint],
): CandidMigrationReport {
  const detail = to === undefined ? `${migrations.length} migrations` : `to version ${to}`;
  return onArchive('migrate', reference, detail, (archive) =>
    reportToCandid(migrateArchive(archive, knownFrom(migrations), to === undefined ? undefined : Number(to))),
  );
}

/** Puts the archive back to where it was before the migration that is under way. */
function cancelMigration(reference: string): CandidRunningMigration {
  return onArchive('cancel_migration', reference, '', (archive) => runningToCandid(undoMigration(archive)));
}

/** Records migrations as behind the archive without running them there. */
function adoptMigrations(
  reference: string,
  migrations: readonly CandidMigration[],
  version: bigint,
): bigint[] {
  return onArchive('adopt_migrations', reference, `up to version ${version}`, (archive) =>
    adopt(targetOf(archive), knownFrom(migrations), Number(version)).map(BigInt),
  );
}

function migrationStatus(reference: string): CandidMigrationStatus {
  const archive = authorisedArchive('migration_status', reference);
  const history = readHistory(running().handles.open(archive.slot));
  return {
    version: BigInt(versionOf(history)),
    applied: history.applied.map(appliedToCandid),
    running: history.running === undefined ? [] : [runningToCandid(history.running)],
  };
}

function knownFrom(migrations: readonly CandidMigration[]): KnownMigration[] {
  return knownMigrations(nativeModule(), migrations.map(fromCandid).map(toSqlMigration));
}
