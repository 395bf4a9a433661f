import {
  type ArchiveLimits,
  type ArchiveSettings,
  BUDGET_KINDS,
  JOB_KINDS,
  type JobKind,
  type LimitsChange,
  type NumbersChange,
  type SettingsChange,
  type SnapshotRetention,
} from '../../catalog/archives/settings';
import {
  type CandidArchiveLimits,
  type CandidArchiveLimitsChange,
  type CandidArchiveSettings,
  type CandidArchiveSettingsChange,
  type CandidJobIntervalsChange,
  type CandidSnapshotRetention,
  optional,
  optionalNat,
} from '../../src/candid';
import { fromNumbersChange, toOptionalNumbers } from '../service/names';

export function settingsToCandid(settings: ArchiveSettings): CandidArchiveSettings {
  const { deleteProtection, recoveryWindowSeconds, jobIntervals, snapshotRetention } = settings;
  return {
    delete_protection: deleteProtection,
    recovery_window_seconds: optionalNat(recoveryWindowSeconds),
    job_intervals: toOptionalNumbers(JOB_KINDS, jobIntervals),
    snapshot_retention: snapshotRetention === undefined ? [] : [retentionToCandid(snapshotRetention)],
  };
}

/** The settings that a change names. */
export function settingsFromCandid(candid: CandidArchiveSettingsChange): SettingsChange {
  return {
    ...named('deleteProtection', candid.delete_protection, (on) => on),
    ...named('recoveryWindowSeconds', candid.recovery_window_seconds, numberFrom),
    ...named('jobIntervals', candid.job_intervals, jobIntervalsFromCandid),
    ...named('snapshotRetention', candid.snapshot_retention, ([kept]) => kept && retentionFromCandid(kept)),
  };
}

export function jobIntervalsFromCandid(candid: CandidJobIntervalsChange): NumbersChange<JobKind> {
  return fromNumbersChange(JOB_KINDS, candid);
}

/** A part of a change under the catalog's name; nothing where the caller named nothing. */
export function named<Name extends string, Sent, Value>(
  name: Name,
  [sent]: [] | [Sent],
  convert: (sent: Sent) => Value,
): { readonly [Each in Name]?: Value } {
  return sent === undefined ? {} : ({ [name]: convert(sent) } as { readonly [Each in Name]: Value });
}

/** What may be absent, as a number. */
function numberFrom([value]: [] | [bigint] | [number]): number | undefined {
  return value === undefined ? undefined : Number(value);
}

export function retentionToCandid({ keepLast, keepForSeconds }: SnapshotRetention): CandidSnapshotRetention {
  return { keep_last: keepLast, keep_for_seconds: BigInt(keepForSeconds) };
}

export function retentionFromCandid(candid: CandidSnapshotRetention): SnapshotRetention {
  return { keepLast: candid.keep_last, keepForSeconds: Number(candid.keep_for_seconds) };
}

export function limitsToCandid({ sizeLimit, bucketBudget, budgets }: ArchiveLimits): CandidArchiveLimits {
  return {
    size_limit: optionalNat(sizeLimit),
    bucket_budget: optional(bucketBudget),
    budgets: toOptionalNumbers(BUDGET_KINDS, budgets),
  };
}

/** The limits that a change names. */
export function limitsFromCandid(candid: CandidArchiveLimitsChange): LimitsChange {
  return {
    ...named('sizeLimit', candid.size_limit, numberFrom),
    ...named('bucketBudget', candid.bucket_budget, numberFrom),
    ...named('budgets', candid.budgets, (budgets) => fromNumbersChange(BUDGET_KINDS, budgets)),
  };
}
