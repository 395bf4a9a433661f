import type { CandidBudgets, CandidBudgetsChange } from '../candid';
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

const NAMES = Object.keys(FIELDS) as (keyof ClientBudgets)[];

/** @throws {TypeError | RangeError} naming the budget */
export function toCandidBudgets(budgets: ClientBudgets): CandidBudgets {
  requireOptions(budgets, NAMES);
  return byField((name) => {
    const value = budgets[name];
    return value === undefined ? [] : [naturalOption(name, value)];
  });
}

/**
 * @param budgets `null` for one that is the canister's default again
 * @throws {TypeError | RangeError} naming the budget
 */
export function toBudgetsChange(
  budgets: {
    readonly [Name in keyof ClientBudgets]?: number | null;
  },
): CandidBudgetsChange {
  requireOptions(budgets, NAMES);
  return byField((name) => changed(budgets[name], (value) => naturalOption(name, value)));
}

/** A field of a change: absent where the caller says nothing, empty for null. */
export function changed<Given, Sent>(
  given: Given | null | undefined,
  convert: (given: Given) => Sent,
): [] | [[] | [Sent]] {
  if (given === undefined) return [];
  return given === null ? [[]] : [[convert(given)]];
}

function byField<Value>(convert: (name: keyof ClientBudgets) => Value) {
  const fields = NAMES.map((name) => [FIELDS[name], convert(name)]);
  return Object.fromEntries(fields) as Record<(typeof FIELDS)[keyof ClientBudgets], Value>;
}
