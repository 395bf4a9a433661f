import type { IDL } from '@dfinity/candid';
import type { IdlModule } from './idl';

/**
 * Most that one call may take of each kind; of an archive, what is absent is the canister's default, and of a call, the
 * archive's. `dirty_pages` are of 4,096 bytes.
 */
export interface CandidBudgets {
  instructions: [] | [bigint];
  rows: [] | [bigint];
  result_bytes: [] | [bigint];
  sql_bytes: [] | [bigint];
  parameters: [] | [bigint];
  dirty_pages: [] | [bigint];
}

export function budgetsType(IDL: IdlModule): IDL.Type {
  return IDL.Record({
    instructions: IDL.Opt(IDL.Nat64),
    rows: IDL.Opt(IDL.Nat64),
    result_bytes: IDL.Opt(IDL.Nat64),
    sql_bytes: IDL.Opt(IDL.Nat64),
    parameters: IDL.Opt(IDL.Nat64),
    dirty_pages: IDL.Opt(IDL.Nat64),
  });
}
