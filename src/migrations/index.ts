export { adoptMigrations } from './adopt';
export { type ApplyOptions, applyMigrations, type MigrationReport } from './apply';
export { MIGRATION_ERROR_CODES, MigrationError, type MigrationErrorCode } from './error';
export {
  type AppliedMigration,
  HISTORY_TABLE,
  type History,
  type RunningMigration,
  readHistory,
  versionOf,
} from './history';
export { adopt, cancel, type DatabaseMigration, history, type MigrateOptions, migrate } from './migrate';
export {
  type CodeMigration,
  type ForeignKeys,
  inOrder,
  type Migration,
  type SqlMigration,
} from './migration';
export { type KnownMigration, knownMigrations, type MigrationPlan, planMigrations } from './plan';
export type { MigrationTarget } from './target';
export { cancelMigration } from './undo';
