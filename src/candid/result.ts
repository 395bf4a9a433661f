import type { IDL } from '@dfinity/candid';
import type { IdlModule } from './idl';

/**
 * Why a call was refused: a stable code, and a message that says what happened and what to do. SQLite's errors bring
 * their extended result code and, where SQLite knows it, the byte offset of the error in the SQL text.
 */
export interface CandidFailure {
  code: string;
  message: string;
  extended_code: [] | [number];
  offset: [] | [number];
  /** Index in its batch of the statement that failed. */
  statement: [] | [number];
  /** The budget that was exceeded, and what was used of it. */
  budget: [] | [CandidExceededBudget];
}

/** `kind` is the name of a field of `CandidBudgets`. */
export interface CandidExceededBudget {
  kind: string;
  limit: bigint;
  used: bigint;
}

/** Either what the method answers or why it was refused; an expected failure is never a trap. */
export type CandidResult<T> = { ok: T } | { err: CandidFailure };

/** The type of every method's reply, by the type of what it answers. */
export function resultTypes(IDL: IdlModule): (ok: IDL.Type) => IDL.Type {
  const Failure = IDL.Record({
    code: IDL.Text,
    message: IDL.Text,
    extended_code: IDL.Opt(IDL.Nat32),
    offset: IDL.Opt(IDL.Nat32),
    statement: IDL.Opt(IDL.Nat32),
    budget: IDL.Opt(IDL.Record({ kind: IDL.Text, limit: IDL.Nat64, used: IDL.Nat64 })),
  });
  return (ok) => IDL.Variant({ ok, err: Failure });
}
