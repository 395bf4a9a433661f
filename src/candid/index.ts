export type {
  CandidArchive,
  CandidArchiveAccess,
  CandidArchiveLimits,
  CandidArchiveSettings,
  CandidArchiveState,
  CandidJobIntervals,
  CandidLabel,
  CandidSnapshotRetention,
} from './archive-types';
export {
  type ArchivesService,
  archivesMethods,
  type CandidArchiveDescription,
  type CandidArchiveFilter,
  type CandidArchivePage,
  type CandidBlock,
  type CandidBlockedUse,
  type CandidCreateArchive,
  type CandidFirstContent,
} from './archives';
export { budgetsType, type CandidBudgets } from './budgets';
export {
  type CandidCanisterDescription,
  type CandidCanisterSettings,
  type CandidMetricsAudience,
  type CanisterSettingsService,
  canisterSettingsMethods,
} from './canister-settings';
export {
  type CandidFleetChange,
  type CandidFleetKind,
  type CandidFleetOperation,
  type CandidFleetPhase,
  type CandidFleetPlan,
  type CandidFleetReport,
  type CandidFleetResult,
  type CandidFleetSelection,
  type FleetService,
  fleetMethods,
} from './fleet';
export type { IdlModule } from './idl';
export {
  type CandidInsight,
  type CandidInsightOrder,
  type CandidPlanStep,
  type InsightsService,
  insightsMethods,
} from './insights';
export {
  type CandidArchiveJobs,
  type CandidJob,
  type CandidJobKind,
  type CandidJobResult,
  type CandidOutcome,
  type JobsService,
  jobsMethods,
} from './jobs';
export { type CandidInstallOptions, type CandidSlotRange, installOptions } from './lifecycle';
export type { MethodSignature } from './method';
export {
  type CandidArchiveMetrics,
  type CandidCanisterMetrics,
  type CandidHttpRequest,
  type CandidHttpResponse,
  type CandidUsage,
  type MetricsService,
  metricsMethods,
} from './metrics';
export {
  type CandidAppliedMigration,
  type CandidMigration,
  type CandidMigrationReport,
  type CandidMigrationSet,
  type CandidMigrationStatus,
  type CandidRunningMigration,
  type MigrationsService,
  migrationsMethods,
} from './migrations';
export {
  type CandidAuditEntry,
  type CandidAuditPage,
  type CandidFinding,
  type CandidMemoryReport,
  type CandidSeverity,
  type ObservationService,
  observationMethods,
} from './observation';
export { optional, optionalNat } from './optional';
export { type CandidExceededBudget, type CandidFailure, type CandidResult, resultTypes } from './result';
export { idlFactory, init, type TabulariumService } from './service';
export {
  type CandidSlot,
  type CandidSlotState,
  type CandidTombstone,
  type CandidTombstonePage,
  type SlotsService,
  slotsMethods,
} from './slots';
export {
  type CandidExecution,
  type CandidMeta,
  type CandidPage,
  type CandidParameter,
  type CandidStatement,
  type CandidValue,
  type SqlService,
  sqlMethods,
} from './sql';
export * from './storage';
