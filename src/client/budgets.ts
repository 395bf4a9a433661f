import type { CandidBudgets } from '../candid';

/** Most that one call may take; what is absent is the archive's. A page has 4,096 bytes. */
export interface ClientBudgets {
  readonly instructions?: number;
  readonly rows?: number;
  readonly resultBytes?: number;
  readonly sqlBytes?: number;
  readonly parameters?: number;
  readonly dirtyPages?: number;
}

export function toCandidBudgets(budgets: ClientBudgets): CandidBudgets {
  return {
    instructions: optional(budgets.instructions),
    rows: optional(budgets.rows),
    result_bytes: optional(budgets.resultBytes),
    sql_bytes: optional(budgets.sqlBytes),
    parameters: optional(budgets.parameters),
    dirty_pages: optional(budgets.dirtyPages),
  };
}

function optional(value: number | undefined): [] | [bigint] {
  return value === undefined ? [] : [BigInt(value)];
}
