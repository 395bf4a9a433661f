import type { IdlModule } from './idl';
import { type ParameterTypes, queryMethod, updateMethod } from './method';
import { type CandidResult, resultTypes } from './result';

/** One SQL value: every storage class of SQLite, 64-bit integers and blobs exact. */
export type CandidValue =
  | { Null: null }
  | { Integer: bigint }
  | { Real: number }
  | { Text: string }
  | { Blob: Uint8Array | number[] };

/** What a statement answered and did. */
export interface CandidExecution {
  columns: string[];
  rows: CandidValue[][];
  changes: bigint;
  last_insert_rowid: bigint;
}

/** SQL: what tenants' applications call for their data. */
export interface SqlService {
  /** One message, one transaction. */
  execute(archive: string, sql: string, parameters: CandidValue[]): Promise<CandidResult<CandidExecution>>;
  /** Statements that only read. */
  query(archive: string, sql: string, parameters: CandidValue[]): Promise<CandidResult<CandidExecution>>;
}

export function sqlMethods(IDL: IdlModule) {
  const Value = IDL.Variant({
    Null: IDL.Null,
    Integer: IDL.Int64,
    Real: IDL.Float64,
    Text: IDL.Text,
    Blob: IDL.Vec(IDL.Nat8),
  });
  const Execution = IDL.Record({
    columns: IDL.Vec(IDL.Text),
    rows: IDL.Vec(IDL.Vec(Value)),
    changes: IDL.Nat64,
    last_insert_rowid: IDL.Int64,
  });
  const statement: ParameterTypes = [IDL.Text, IDL.Text, IDL.Vec(Value)];
  const result = resultTypes(IDL)(Execution);
  return {
    execute: updateMethod(statement, result),
    query: queryMethod(statement, result),
  };
}
