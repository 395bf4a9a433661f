import type { CandidFailure, CandidResult } from '../candid';

/** `kind` as in docs/SQL.md: instructions, rows, result_bytes, sql_bytes, parameters or dirty_pages. */
export interface ExceededBudget {
  readonly kind: string;
  readonly limit: number;
  readonly used: number;
}

/** The canister refused a call. `code` is stable; `extendedCode` and `offset` come from SQLite where it gave them. */
export class TabulariumError extends Error {
  override readonly name = 'TabulariumError';
  readonly code: string;
  readonly extendedCode: number | undefined;
  /** Byte offset of the error in the SQL text. */
  readonly offset: number | undefined;
  /** Index in its batch of the statement that failed. */
  readonly statement: number | undefined;
  /** The budget that was exceeded. */
  readonly budget: ExceededBudget | undefined;

  constructor(failure: CandidFailure, options?: ErrorOptions) {
    super(failure.message, options);
    this.code = failure.code;
    this.extendedCode = failure.extended_code[0];
    this.offset = failure.offset[0];
    this.statement = failure.statement[0];
    const [budget] = failure.budget;
    this.budget = budget && {
      kind: budget.kind,
      limit: Number(budget.limit),
      used: Number(budget.used),
    };
  }
}

/** A refusal that needs no call, as the canister would word it. */
export function refusal(code: string, message: string, options?: ErrorOptions): TabulariumError {
  const failure: CandidFailure = { code, message, extended_code: [], offset: [], statement: [], budget: [] };
  return new TabulariumError(failure, options);
}

/** @throws {TabulariumError} when the canister answered `err`. */
export function unwrap<T>(result: CandidResult<T>): T {
  if ('err' in result) {
    throw new TabulariumError(result.err);
  }
  return result.ok;
}
