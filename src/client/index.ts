export { type CandidPrincipal, idlFactory, init, type TabulariumService } from '../candid';
export { ArchiveAdmin, type BlockedUse, type DeletedArchive } from './archive-admin';
export { ArchiveClient } from './archive-client';
export type { ClientBudgets } from './budgets';
export { CanisterSettingsClient } from './canister-settings';
export { type CreationChoices, createArchiveRequest } from './creation';
export { type ExceededBudget, TabulariumError } from './error';
export { FleetClient, type FleetPlan, type FleetSelection } from './fleet';
export type { ArchiveInsights, InsightOrder } from './insights';
export type { JobKind } from './job-kind';
export type { ClientLimits } from './limits';
export type { ArchiveFilter } from './listing';
export { type ClientMigration, type MigrateOptions, MigrationsClient } from './migrations';
export { ObservationClient } from './observation';
export type { ClientMeta, ClientResult, ClientRow } from './results';
export type { CanisterSettingsChange, LimitsChange, SettingsChange } from './settings-change';
export { SlotsClient } from './slots';
export type { ClientStatement } from './statements';
export type { AdoptOptions } from './storage/adoption';
export type { BeginExportOptions, ExportOptions, PinnedExport, ReadOptions } from './storage/exports';
export type { ForkOptions } from './storage/forks';
export {
  ImportInterrupted,
  type ImportOptions,
  type ImportOutcome,
  type SendOptions,
} from './storage/imports';
export type { ArchiveSnapshots, Snapshot } from './storage/snapshots';
export type { ByteRange, Progress } from './storage/transfer';
export type { ArchiveUpkeep, CheckKind, CheckOptions, CheckResult } from './storage/upkeep';
export { TabulariumClient } from './tabularium-client';
export type { ClientParameter, ClientParameters, ClientValue, NamedValues, SentValue } from './values';
