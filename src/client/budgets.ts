import { type CandidBudgets, optionalNat } from '../candid';

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
    instructions: optionalNat(budgets.instructions),
    rows: optionalNat(budgets.rows),
    result_bytes: optionalNat(budgets.resultBytes),
    sql_bytes: optionalNat(budgets.sqlBytes),
    parameters: optionalNat(budgets.parameters),
    dirty_pages: optionalNat(budgets.dirtyPages),
  };
}
