import {
  type ArchiveLimits,
  assertJobIntervals,
  assertLimits,
  assertRecoveryWindow,
  assertRetention,
  changedLimits,
  changedNumbers,
  type JobIntervals,
  type JobKind,
  type LimitsChange,
  NO_LIMITS,
  type NumbersChange,
  type SnapshotRetention,
} from './archives/settings';

/** What `/metrics` shows to whoever asks: nothing, series by slot number, or series that name the archives too. */
export const METRICS_AUDIENCES = ['nobody', 'slots', 'archives'] as const;
export type MetricsAudience = (typeof METRICS_AUDIENCES)[number];

/** What controllers choose for the whole canister; archives may choose otherwise where they have the same setting. */
export interface CanisterSettings {
  readonly recoveryWindowSeconds: number;
  readonly jobIntervals: JobIntervals;
  readonly snapshotRetention: SnapshotRetention;
  /** Limits that a new archive gets. */
  readonly newArchiveLimits: ArchiveLimits;
  readonly metricsAudience: MetricsAudience;
}

/** What is to change of the canister's settings; what is left out stays. */
export interface CanisterSettingsChange
  extends Partial<Omit<CanisterSettings, 'jobIntervals' | 'newArchiveLimits'>> {
  readonly jobIntervals?: NumbersChange<JobKind>;
  readonly newArchiveLimits?: LimitsChange;
}

export function changedCanisterSettings(
  settings: CanisterSettings,
  change: CanisterSettingsChange,
): CanisterSettings {
  return {
    ...settings,
    ...change,
    jobIntervals: changedNumbers(settings.jobIntervals, change.jobIntervals),
    newArchiveLimits: changedLimits(settings.newArchiveLimits, change.newArchiveLimits ?? {}),
  };
}

const WEEK_SECONDS = 7 * 86_400;

export const DEFAULT_CANISTER_SETTINGS: CanisterSettings = {
  recoveryWindowSeconds: WEEK_SECONDS,
  jobIntervals: {},
  snapshotRetention: { keepLast: 7, keepForSeconds: 0 },
  newArchiveLimits: NO_LIMITS,
  metricsAudience: 'slots',
};

/** @throws {CatalogError} INVALID_SETTING */
export function assertCanisterSettings(settings: CanisterSettings): void {
  assertRecoveryWindow(settings.recoveryWindowSeconds);
  assertJobIntervals(settings.jobIntervals);
  assertRetention(settings.snapshotRetention);
  assertLimits(settings.newArchiveLimits);
}
