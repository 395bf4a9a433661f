import {
  type ArchiveLimits,
  type ArchiveSettings,
  BUDGET_KINDS,
  JOB_KINDS,
  type SnapshotRetention,
} from '../../catalog/archives/settings';
import {
  type CandidArchiveLimits,
  type CandidArchiveSettings,
  type CandidSnapshotRetention,
  optional,
  optionalNat,
} from '../../src/candid';
import { fromOptionalNumbers, toOptionalNumbers } from '../service/names';

export function settingsToCandid(settings: ArchiveSettings): CandidArchiveSettings {
  const { deleteProtection, recoveryWindowSeconds, jobIntervals, snapshotRetention } = settings;
  return {
    delete_protection: deleteProtection,
    recovery_window_seconds: optionalNat(recoveryWindowSeconds),
    job_intervals: toOptionalNumbers(JOB_KINDS, jobIntervals),
    snapshot_retention: snapshotRetention === undefined ? [] : [retentionToCandid(snapshotRetention)],
  };
}

export function settingsFromCandid(candid: CandidArchiveSettings): ArchiveSettings {
  const [window] = candid.recovery_window_seconds;
  const [retention] = candid.snapshot_retention;
  return {
    deleteProtection: candid.delete_protection,
    recoveryWindowSeconds: window === undefined ? undefined : Number(window),
    jobIntervals: fromOptionalNumbers(JOB_KINDS, candid.job_intervals),
    snapshotRetention: retention === undefined ? undefined : retentionFromCandid(retention),
  };
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

export function limitsFromCandid(candid: CandidArchiveLimits): ArchiveLimits {
  const [sizeLimit] = candid.size_limit;
  return {
    sizeLimit: sizeLimit === undefined ? undefined : Number(sizeLimit),
    bucketBudget: candid.bucket_budget[0],
    budgets: fromOptionalNumbers(BUDGET_KINDS, candid.budgets),
  };
}
