import type { Principal } from '@dfinity/principal';
import type { IdlModule } from './idl';
import { queryMethod, updateMethod } from './method';
import { type CandidResult, resultTypes } from './result';

/**
 * A migration. Its SQL is known by its SHA-256, so that it can never change once an archive has it behind it. With
 * `check_foreign_keys`, foreign keys are not enforced while it runs and must hold when it ends: tables can be rebuilt.
 */
export interface CandidMigration {
  version: bigint;
  name: string;
  sql: string;
  check_foreign_keys: boolean;
}

/** How far a migration has come that did not fit a message: bytes of its SQL. */
export interface CandidRunningMigration {
  version: bigint;
  name: string;
  position: number;
  length: number;
}

/** What a call did. `version` is the newest that the archive is at as a whole; the call is repeated until it is done. */
export interface CandidMigrationReport {
  version: bigint;
  applied: bigint[] | BigUint64Array;
  running: [] | [CandidRunningMigration];
  pending: number;
  done: boolean;
}

/** A migration that an archive has behind it; `applied_at` in nanoseconds since 1970. */
export interface CandidAppliedMigration {
  version: bigint;
  name: string;
  checksum: string;
  applied_at: bigint;
  adopted: boolean;
}

/** Where an archive is in its history, the oldest migration first. */
export interface CandidMigrationStatus {
  version: bigint;
  applied: CandidAppliedMigration[];
  running: [] | [CandidRunningMigration];
}

/** A set of migrations that was uploaded for many archives. */
export interface CandidMigrationSet {
  name: string;
  migrations: number;
  newest: bigint;
  uploaded_by: Principal;
  uploaded_at: bigint;
}

/** Schemas and their versions. */
export interface MigrationsService {
  /** Applies what is pending up to a version, or all of it, as much as fits a message. Called until it is done. */
  migrate(
    archive: string,
    migrations: CandidMigration[],
    to: [] | [bigint],
  ): Promise<CandidResult<CandidMigrationReport>>;
  /** Gives up the migration that is under way: the archive is what it was before. */
  cancel_migration(archive: string): Promise<CandidResult<CandidRunningMigration>>;
  /** Records migrations up to a version as behind the archive, if its schema is what they make. */
  adopt_migrations(
    archive: string,
    migrations: CandidMigration[],
    version: bigint,
  ): Promise<CandidResult<bigint[] | BigUint64Array>>;
  migration_status(archive: string): Promise<CandidResult<CandidMigrationStatus>>;
  /** Stores a set for fleet operations, in place of one with the same name. */
  upload_migrations(set: string, migrations: CandidMigration[]): Promise<CandidResult<CandidMigrationSet>>;
  list_migration_sets(): Promise<CandidResult<CandidMigrationSet[]>>;
  delete_migration_set(set: string): Promise<CandidResult<null>>;
}

export function migrationsMethods(IDL: IdlModule) {
  const resultOf = resultTypes(IDL);
  const Migrations = IDL.Vec(
    IDL.Record({ version: IDL.Nat64, name: IDL.Text, sql: IDL.Text, check_foreign_keys: IDL.Bool }),
  );
  const Running = IDL.Record({
    version: IDL.Nat64,
    name: IDL.Text,
    position: IDL.Nat32,
    length: IDL.Nat32,
  });
  const Report = IDL.Record({
    version: IDL.Nat64,
    applied: IDL.Vec(IDL.Nat64),
    running: IDL.Opt(Running),
    pending: IDL.Nat32,
    done: IDL.Bool,
  });
  const Applied = IDL.Record({
    version: IDL.Nat64,
    name: IDL.Text,
    checksum: IDL.Text,
    applied_at: IDL.Nat64,
    adopted: IDL.Bool,
  });
  const Status = IDL.Record({
    version: IDL.Nat64,
    applied: IDL.Vec(Applied),
    running: IDL.Opt(Running),
  });
  const MigrationSet = IDL.Record({
    name: IDL.Text,
    migrations: IDL.Nat32,
    newest: IDL.Nat64,
    uploaded_by: IDL.Principal,
    uploaded_at: IDL.Nat64,
  });
  return {
    migrate: updateMethod([IDL.Text, Migrations, IDL.Opt(IDL.Nat64)], resultOf(Report)),
    cancel_migration: updateMethod([IDL.Text], resultOf(Running)),
    adopt_migrations: updateMethod([IDL.Text, Migrations, IDL.Nat64], resultOf(IDL.Vec(IDL.Nat64))),
    migration_status: queryMethod([IDL.Text], resultOf(Status)),
    upload_migrations: updateMethod([IDL.Text, Migrations], resultOf(MigrationSet)),
    list_migration_sets: queryMethod([], resultOf(IDL.Vec(MigrationSet))),
    delete_migration_set: updateMethod([IDL.Text], resultOf(IDL.Null)),
  };
}
