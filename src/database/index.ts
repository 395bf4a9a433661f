export type {
  BindableValue,
  BindParameters,
  NamedParameters,
  RunResult,
  SqlValue,
  TransactionMode,
} from '../native/interface';
export {
  type CheckFinding,
  type CheckKind,
  type CheckOptions,
  type CheckReport,
  checkArchive,
} from './checks';
export { Database, type DatabaseOptions, type PragmaOptions } from './database';
export { SqliteError } from './errors';
export { HandlePool, type HandlePoolOptions } from './handle-pool';
export { installFacade } from './install';
export { nativeModule } from './native-module';
export { type ColumnDefinition, Statement } from './statement';
export type { TransactionFunction } from './transaction';
