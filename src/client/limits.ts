import type { CandidArchiveLimitsChange } from '../candid';
import { type ClientBudgets, changed, toBudgetsChange } from './budgets';
import { naturalOption, requireOptions } from './options';

/** What a controller allows an archive. What is absent stays, and `null` is what the canister allows every archive. */
export interface ClientLimits {
  /** Bytes of the SQLite image. */
  readonly sizeLimit?: number | bigint | null;
  /** Buckets of stable memory that its slot may own. */
  readonly bucketBudget?: number | null;
  /** Most that a call may take. */
  readonly budgets?: { readonly [Name in keyof ClientBudgets]?: number | null };
}

const NAMES = ['sizeLimit', 'bucketBudget', 'budgets'];

/** @throws {TypeError | RangeError} naming the limit */
export function toLimitsChange(limits: ClientLimits): CandidArchiveLimitsChange {
  requireOptions(limits, NAMES);
  const { sizeLimit, bucketBudget, budgets } = limits;
  return {
    size_limit: changed(sizeLimit, (value) => naturalOption('sizeLimit', value)),
    bucket_budget: changed(bucketBudget, (value) => Number(naturalOption('bucketBudget', value))),
    budgets: budgets === undefined ? [] : [toBudgetsChange(budgets)],
  };
}
