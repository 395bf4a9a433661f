import {
  type ArchiveLimits,
  type ArchiveSettings,
  BUDGET_KINDS,
  JOB_KINDS,
  type SnapshotRetention,
} from '../archives/settings';
import { type CanisterSettings, METRICS_AUDIENCES } from '../canister-settings';
import type { Fields } from './fields';

export function limitsOf(fields: Fields): ArchiveLimits {
  return {
    sizeLimit: fields.optionalNatural('sizeLimit'),
    bucketBudget: fields.optionalNatural('bucketBudget'),
    budgets: fields.naturalsByName('budgets', BUDGET_KINDS),
  };
}

export function archiveSettingsOf(fields: Fields): ArchiveSettings {
  const retention = fields.optionalObject('snapshotRetention');
  return {
    deleteProtection: fields.flag('deleteProtection'),
    recoveryWindowSeconds: fields.optionalNatural('recoveryWindowSeconds'),
    jobIntervals: fields.naturalsByName('jobIntervals', JOB_KINDS),
    snapshotRetention: retention && retentionOf(retention),
  };
}

export function canisterSettingsOf(fields: Fields): CanisterSettings {
  return {
    recoveryWindowSeconds: fields.natural('recoveryWindowSeconds'),
    jobIntervals: fields.naturalsByName('jobIntervals', JOB_KINDS),
    snapshotRetention: retentionOf(fields.object('snapshotRetention')),
    newArchiveLimits: limitsOf(fields.object('newArchiveLimits')),
    metricsAudience: fields.oneOf('metricsAudience', METRICS_AUDIENCES),
  };
}

function retentionOf(fields: Fields): SnapshotRetention {
  return { keepLast: fields.natural('keepLast'), keepForSeconds: fields.natural('keepForSeconds') };
}
