import {
  CandidArchiveAccess,
  type CandidArchiveAccessChange,
  CandidArchiveLimits,
  type CandidArchiveLimitsChange,
  CandidArchiveSettings,
  type CandidArchiveSettingsChange,
  CandidBudgets,
  CandidCanisterSettings,
  type CandidCanisterSettingsChange,
  CandidJobIntervals,
  type CandidJobIntervalsChange,
  type CandidType,
} from '../candid';
import { requireOptions } from './options';

/*
 * Changes name what is to change, and the canister leaves the rest as it is: nothing is read before, so two who change
 * different settings at once lose nothing, and a setting that this client does not know stays.
 */

/** What is to change of an archive's settings. `[]` follows the canister's again. */
export interface SettingsChange extends Partial<Omit<CandidArchiveSettings, 'job_intervals'>> {
  readonly job_intervals?: Partial<CandidJobIntervals>;
}

/** What is to change of limits. `[]` lifts one. */
export interface LimitsChange extends Partial<Omit<CandidArchiveLimits, 'budgets'>> {
  readonly budgets?: Partial<CandidBudgets>;
}

/** What is to change of the canister's settings. */
export interface CanisterSettingsChange
  extends Partial<Omit<CandidCanisterSettings, 'job_intervals' | 'new_archive_limits'>> {
  readonly job_intervals?: Partial<CandidJobIntervals>;
  readonly new_archive_limits?: LimitsChange;
}

export function toSettingsChange(change: SettingsChange): CandidArchiveSettingsChange {
  const { job_intervals, ...others } = change;
  return { ...named(CandidArchiveSettings, others), job_intervals: intervals(job_intervals) };
}

function limitsOf(change: LimitsChange): CandidArchiveLimitsChange {
  const { budgets, ...others } = change;
  return {
    ...named(CandidArchiveLimits, others),
    budgets: budgets === undefined ? [] : [named(CandidBudgets, budgets)],
  };
}

export function toCanisterSettingsChange(change: CanisterSettingsChange): CandidCanisterSettingsChange {
  const { job_intervals, new_archive_limits, ...others } = change;
  return {
    ...named(CandidCanisterSettings, others),
    job_intervals: intervals(job_intervals),
    new_archive_limits: new_archive_limits === undefined ? [] : [limitsOf(new_archive_limits)],
  };
}

export function toAccessChange(change: Partial<CandidArchiveAccess>): CandidArchiveAccessChange {
  return named(CandidArchiveAccess, change);
}

function intervals(change: Partial<CandidJobIntervals> | undefined): [] | [CandidJobIntervalsChange] {
  return change === undefined ? [] : [named(CandidJobIntervals, change)];
}

/**
 * All fields of a record: those that the change names in an `opt`, the others absent.
 *
 * @throws {TypeError} naming what is no field of the record
 */
function named<Whole extends object>(
  record: CandidType<Whole>,
  change: Partial<Whole>,
): { [Name in keyof Whole]: [] | [Whole[Name]] } {
  const names = record.kind === 'record' ? Object.keys(record.fields) : [];
  requireOptions(change, names);
  const values = change as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    names.map((name) => [name, values[name] === undefined ? [] : [values[name]]]),
  ) as { [Name in keyof Whole]: [] | [Whole[Name]] };
}
