import type { Principal } from '@dfinity/principal';
import {
  archiveTypes,
  type CandidArchiveLimits,
  type CandidJobIntervals,
  type CandidSnapshotRetention,
} from './archive-types';
import type { IdlModule } from './idl';
import { queryMethod, updateMethod } from './method';
import { type CandidResult, resultTypes } from './result';

/** What `/metrics` shows to whoever asks: nothing, series by slot number, or series that name the archives too. */
export type CandidMetricsAudience = { Nobody: null } | { Slots: null } | { Archives: null };

/** What controllers choose for the whole canister; archives may choose otherwise where they have the same setting. */
export interface CandidCanisterSettings {
  recovery_window_seconds: bigint;
  job_intervals: CandidJobIntervals;
  snapshot_retention: CandidSnapshotRetention;
  /** Limits that a new archive gets. */
  new_archive_limits: CandidArchiveLimits;
  metrics_audience: CandidMetricsAudience;
}

/** The canister as its operators know it. Slots are MemoryIds, both ends included. */
export interface CandidCanisterDescription {
  slots: { first: number; last: number; anchor: number };
  /** Those that have an id: deleted ones are among the slots. */
  archives: number;
  /** What the next archive gets. */
  next_generation: bigint;
  tombstones: bigint;
  operators: Principal[];
  settings: CandidCanisterSettings;
  engine_version: string;
}

/** The canister's own settings. */
export interface CanisterSettingsService {
  describe_canister(): Promise<CandidResult<CandidCanisterDescription>>;
  /** Replaces all settings. */
  configure_canister(settings: CandidCanisterSettings): Promise<CandidResult<null>>;
  /** Replaces the principals who look after all archives without reading rows. */
  set_operators(operators: Principal[]): Promise<CandidResult<null>>;
}

export function canisterSettingsMethods(IDL: IdlModule) {
  const resultOf = resultTypes(IDL);
  const { JobIntervals, Retention, Limits } = archiveTypes(IDL);
  const Settings = IDL.Record({
    recovery_window_seconds: IDL.Nat64,
    job_intervals: JobIntervals,
    snapshot_retention: Retention,
    new_archive_limits: Limits,
    metrics_audience: IDL.Variant({ Nobody: IDL.Null, Slots: IDL.Null, Archives: IDL.Null }),
  });
  const Description = IDL.Record({
    slots: IDL.Record({ first: IDL.Nat16, last: IDL.Nat16, anchor: IDL.Nat16 }),
    archives: IDL.Nat32,
    next_generation: IDL.Nat64,
    tombstones: IDL.Nat64,
    operators: IDL.Vec(IDL.Principal),
    settings: Settings,
    engine_version: IDL.Text,
  });
  return {
    describe_canister: queryMethod([], resultOf(Description)),
    configure_canister: updateMethod([Settings], resultOf(IDL.Null)),
    set_operators: updateMethod([IDL.Vec(IDL.Principal)], resultOf(IDL.Null)),
  };
}
