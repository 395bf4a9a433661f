export type { AdoptionProgress, SlotContent, SlotVerification } from './adoption';
export type { SlotDescription } from './archives';
export type { CandidCalls, CandidPlan, CandidPrincipals } from './candid';
export type { ChecksumProgress, PageChecksumState, PageVerification, SlotChecksum } from './checksums';
export {
  type FunctionResult,
  FunctionTrait,
  type NativeConnection,
  type ScriptProgress,
  type TransactionMode,
} from './connection';
export {
  ARCHIVE_STATES,
  ArchiveBlock,
  type ArchiveCopy,
  type CanisterCopy,
  type CountedUsage,
  type MethodDeclaration,
  NATIVE_HANDLERS,
} from './dispatch';
export type { ForkProgress } from './forks';
export type { ByteRange, ImportStatus } from './imports';
export type { QueryInsight } from './insights';
export type { MemoryReport, MemoryUse } from './memory';
export { type CreateError, INTERFACE_VERSION, type NativeClasses, type NativeModule } from './native-module';
export type { PooledArchive } from './pool';
export type { ArgumentSlice, ArgumentType, ArgumentValue, RequestBudgets } from './requests';
export type { DamagedImage, ImageMeasure, KeptImage } from './snapshots';
export type { CompactionProgress, SlotSpace } from './space';
export type { NativeStatementCalls, NativeStatementMethods, RunResult } from './statement';
export type { BindableValue, BindParameters, NamedParameters, SqlValue } from './values';
