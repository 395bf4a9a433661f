import type { CandidArchiveLimits } from '../candid';
import { type ClientBudgets, toCandidBudgets } from './budgets';
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

/**
 * @param others the limits that `limits` leaves out; of a new archive, none
 * @throws {TypeError | RangeError} naming the limit
 */
export function toCandidLimits(limits: ClientLimits, others?: CandidArchiveLimits): CandidArchiveLimits {
  requireOptions(limits, NAMES);
  const { sizeLimit, bucketBudget, budgets = {} } = limits;
  return {
    size_limit: sizeLimit === undefined ? (others?.size_limit ?? []) : natural('sizeLimit', sizeLimit),
    bucket_budget:
      bucketBudget === undefined
        ? (others?.bucket_budget ?? [])
        : small(natural('bucketBudget', bucketBudget)),
    budgets: toCandidBudgets(budgets, others?.budgets),
  };
}

function natural(name: string, value: number | bigint | null): [] | [bigint] {
  return value === null ? [] : [naturalOption(name, value)];
}

function small([value]: [] | [bigint]): [] | [number] {
  return value === undefined ? [] : [Number(value)];
}
