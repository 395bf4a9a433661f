import type { CandidFailure, CandidResult } from '../candid';

/** The canister refused a call. `code` is stable; `extendedCode` and `offset` come from SQLite where it gave them. */
export class TabulariumError extends Error {
  override readonly name = 'TabulariumError';
  readonly code: string;
  readonly extendedCode: number | undefined;
  /** Byte offset of the error in the SQL text. */
  readonly offset: number | undefined;

  constructor(failure: CandidFailure) {
    super(failure.message);
    this.code = failure.code;
    this.extendedCode = failure.extended_code[0];
    this.offset = failure.offset[0];
  }
}

/** @throws {TabulariumError} when the canister answered `err`. */
export function unwrap<T>(result: CandidResult<T>): T {
  if ('err' in result) {
    throw new TabulariumError(result.err);
  }
  return result.ok;
}
