import { Principal } from '@dfinity/principal';
import type { MigrationSetHead, StoredMigration } from '../../catalog/migrations/migration-set';
import type {
  CandidAppliedMigration,
  CandidMigration,
  CandidMigrationReport,
  CandidMigrationSet,
  CandidRunningMigration,
} from '../../src/candid';
import type { AppliedMigration, MigrationReport, RunningMigration, SqlMigration } from '../../src/migrations';
import { nanoseconds } from '../service/arguments';

export function fromCandid({ version, name, sql, check_foreign_keys }: CandidMigration): StoredMigration {
  return { version: Number(version), name, sql, checkForeignKeys: check_foreign_keys };
}

/** A migration as it runs. */
export function toSqlMigration({ version, name, sql, checkForeignKeys }: StoredMigration): SqlMigration {
  return { version, name, sql, foreignKeys: checkForeignKeys ? 'checked' : 'enforced' };
}

export function reportToCandid(report: MigrationReport): CandidMigrationReport {
  return {
    version: BigInt(report.version),
    applied: report.applied.map(BigInt),
    running: report.running === undefined ? [] : [runningToCandid(report.running)],
    pending: report.pending,
    done: report.done,
  };
}

export function runningToCandid({
  version,
  name,
  position,
  length,
}: RunningMigration): CandidRunningMigration {
  return { version: BigInt(version), name, position, length };
}

export function appliedToCandid({
  version,
  name,
  checksum,
  at,
  adopted,
}: AppliedMigration): CandidAppliedMigration {
  return {
    version: BigInt(version),
    name,
    checksum,
    applied_at: nanoseconds(at),
    adopted,
  };
}

export function setToCandid(set: MigrationSetHead): CandidMigrationSet {
  return {
    name: set.name,
    migrations: set.migrations,
    newest: BigInt(set.newest),
    uploaded_by: Principal.fromText(set.uploadedBy),
    uploaded_at: set.uploadedAt,
  };
}
