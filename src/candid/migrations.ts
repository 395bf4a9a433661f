import { CONCERNED, CONTROLLERS, GOVERNORS, OVERSEERS } from './access';
import {
  archiveArgument,
  argument,
  bool,
  field,
  MESSAGE_LIMIT,
  nat32,
  nat64,
  nothing,
  opt,
  principal,
  query,
  record,
  room,
  text,
  update,
  type ValueOf,
  vec,
} from './declare';

export const CandidMigration = record(
  'Migration',
  'A numbered change of a schema; it can never change once an archive has it behind it.',
  {
    version: nat64,
    name: text,
    sql: field(text, 'Known by its SHA-256.'),
    check_foreign_keys: field(
      bool,
      'Foreign keys are not enforced while it runs and must hold when it ends: tables can be rebuilt.',
    ),
  },
);
export type CandidMigration = ValueOf<typeof CandidMigration>;

export const CandidRunningMigration = record(
  'RunningMigration',
  'How far a migration has come that did not fit a message.',
  {
    version: nat64,
    name: text,
    position: field(nat32, 'Bytes of its SQL.'),
    length: field(nat32, 'Bytes of its SQL.'),
  },
);
export type CandidRunningMigration = ValueOf<typeof CandidRunningMigration>;

export const CandidMigrationReport = record(
  'MigrationReport',
  'What a call did; it is repeated until it is done.',
  {
    version: field(nat64, 'The newest that the archive is at as a whole.'),
    applied: field(vec(nat64), 'Versions that this call applied.'),
    running: opt(CandidRunningMigration),
    pending: nat32,
    done: bool,
  },
);
export type CandidMigrationReport = ValueOf<typeof CandidMigrationReport>;

export const CandidAppliedMigration = record(
  'AppliedMigration',
  'A migration that an archive has behind it.',
  {
    version: nat64,
    name: text,
    checksum: field(text, 'SHA-256 of its SQL.'),
    applied_at: field(nat64, 'Nanoseconds since 1970.'),
    adopted: field(bool, 'Recorded, and not run.'),
  },
);
export type CandidAppliedMigration = ValueOf<typeof CandidAppliedMigration>;

export const CandidMigrationStatus = record('MigrationStatus', 'Where an archive is in its history.', {
  version: nat64,
  applied: field(vec(CandidAppliedMigration), 'The oldest first.'),
  running: opt(CandidRunningMigration),
});
export type CandidMigrationStatus = ValueOf<typeof CandidMigrationStatus>;

export const CandidMigrationSet = record('MigrationSet', 'Migrations that were uploaded for many archives.', {
  name: text,
  migrations: nat32,
  newest: nat64,
  uploaded_by: principal,
  uploaded_at: field(nat64, 'Nanoseconds since 1970.'),
});
export type CandidMigrationSet = ValueOf<typeof CandidMigrationSet>;

const migrationsArgument = argument('migrations', vec(CandidMigration));
const setArgument = argument('set', text);

export const migrations = room('Migrations', 'Schemas and their versions.', {
  migrate: update(
    'Applies what is pending up to a version, or all of it, as much as fits a message; called until it is done.',
    {
      takes: [archiveArgument, migrationsArgument, argument('to', opt(nat64))],
      answers: CandidMigrationReport,
      roles: GOVERNORS,
      archive: 'migratable',
      audited: true,
      argumentLimit: MESSAGE_LIMIT,
    },
  ),
  cancel_migration: update('Gives up the migration that is under way: the archive is what it was before.', {
    takes: [archiveArgument],
    answers: CandidRunningMigration,
    roles: GOVERNORS,
    archive: 'named',
    audited: true,
  }),
  adopt_migrations: update(
    'Records migrations up to a version as behind the archive, if its schema is what they make; answers their versions.',
    {
      takes: [archiveArgument, migrationsArgument, argument('version', nat64)],
      answers: vec(nat64),
      roles: GOVERNORS,
      archive: 'writable',
      audited: true,
      argumentLimit: MESSAGE_LIMIT,
    },
  ),
  migration_status: query("Tells an archive's history.", {
    takes: [archiveArgument],
    answers: CandidMigrationStatus,
    roles: CONCERNED,
    archive: 'named',
  }),
  upload_migrations: update('Stores a set for fleet operations, in place of one with the same name.', {
    takes: [setArgument, migrationsArgument],
    answers: CandidMigrationSet,
    roles: CONTROLLERS,
    audited: true,
    argumentLimit: MESSAGE_LIMIT,
  }),
  list_migration_sets: query('Lists the sets that were uploaded.', {
    takes: [],
    answers: vec(CandidMigrationSet),
    roles: OVERSEERS,
  }),
  delete_migration_set: update('Forgets an uploaded set.', {
    takes: [setArgument],
    answers: nothing,
    roles: CONTROLLERS,
    audited: true,
  }),
});
