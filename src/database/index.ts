export type {
  BindableValue,
  BindParameters,
  FunctionResult,
  NamedParameters,
  RunResult,
  SqlValue,
  TransactionMode,
} from '../native/interface';
export type { Backup, BackupOptions } from './backup';
export {
  CHECK_KINDS,
  type CheckFinding,
  type CheckKind,
  type CheckOptions,
  type CheckReport,
  checkArchive,
  isCheckCursor,
} from './checks';
export type { ColumnDefinition } from './columns';
export { Database } from './database';
export type { ConnectionOptions, DatabaseOptions, SlotOptions } from './database-options';
export { RowCountError, SqliteError } from './errors';
export type { AggregateOptions, FunctionOptions } from './functions';
export { HandlePool } from './handle-pool';
export { installFacade } from './install';
export { nativeModule } from './native-module';
export type { PragmaOptions } from './pragma';
export type { Savepoint } from './savepoint';
export { Statement } from './statement';
export type { TransactionFunction } from './transaction';
