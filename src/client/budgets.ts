import type { CandidBudgets } from '../candid';
import { naturalOption, requireOptions } from './options';

/** Most that one call may take; what is absent is the archive's. A page has 4,096 bytes. */
export interface ClientBudgets {
  readonly instructions?: number;
  readonly rows?: number;
  readonly resultBytes?: number;
  readonly sqlBytes?: number;
  readonly parameters?: number;
  readonly dirtyPages?: number;
}

const FIELDS = {
  instructions: 'instructions',
  rows: 'rows',
  resultBytes: 'result_bytes',
  sqlBytes: 'sql_bytes',
  parameters: 'parameters',
  dirtyPages: 'dirty_pages',
} as const satisfies Record<keyof ClientBudgets, keyof CandidBudgets>;

const NONE: CandidBudgets = {
  instructions: [],
  rows: [],
  result_bytes: [],
  sql_bytes: [],
  parameters: [],
  dirty_pages: [],
};

/**
 * @param budgets `null` for one that is not set
 * @param others those that `budgets` leaves out
 * @throws {TypeError | RangeError} naming the budget
 */
export function toCandidBudgets(
  budgets: { readonly [Name in keyof ClientBudgets]?: number | null },
  others: CandidBudgets = NONE,
): CandidBudgets {
  requireOptions(budgets, Object.keys(FIELDS));
  const sent = { ...others };
  for (const name of Object.keys(FIELDS) as (keyof ClientBudgets)[]) {
    const value = budgets[name];
    if (value !== undefined) sent[FIELDS[name]] = value === null ? [] : [naturalOption(name, value)];
  }
  return sent;
}
