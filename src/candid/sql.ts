import type { IDL } from '@dfinity/candid';
import { budgetsType, type CandidBudgets } from './budgets';
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

/**
 * A value for a statement's parameter. Those without a name fill the parameters in order; those with one fill `:name`,
 * `@name` and `$name`, and then the others fill the parameters without a name.
 */
export type CandidParameter = CandidValue | { Named: { name: string; value: CandidValue } };

/** What a statement took and did. docs/SQL.md says what exactly is counted. */
export interface CandidMeta {
  rows_read: bigint;
  rows_written: bigint;
  changes: bigint;
  last_row_id: bigint;
  instructions: bigint;
  /** Bytes of the archive's image. */
  size_after: bigint;
  transaction_id: bigint;
  /** The statement was ended before its last row, because no more were asked for. */
  truncated: boolean;
}

/** What a statement answered and did. */
export interface CandidExecution {
  columns: string[];
  rows: CandidValue[][];
  meta: CandidMeta;
}

/** A part of a statement's rows; `next_cursor` leads to the next part, and is absent in the last. */
export interface CandidPage extends CandidExecution {
  next_cursor: [] | [Uint8Array | number[]];
}

/** A statement of a batch. */
export interface CandidStatement {
  sql: string;
  parameters: CandidParameter[];
}

/** SQL: what tenants' applications call for their data. */
export interface SqlService {
  /** One message, one transaction. */
  execute(
    archive: string,
    sql: string,
    parameters: CandidParameter[],
    budgets: [] | [CandidBudgets],
  ): Promise<CandidResult<CandidExecution>>;
  /** Several statements, all or nothing, with a result for each. */
  batch(
    archive: string,
    statements: CandidStatement[],
    budgets: [] | [CandidBudgets],
  ): Promise<CandidResult<CandidExecution[]>>;
  /** Statements that only read. */
  query(
    archive: string,
    sql: string,
    parameters: CandidParameter[],
    budgets: [] | [CandidBudgets],
  ): Promise<CandidResult<CandidExecution>>;
  /** A query that ends with its first row: `rows` has one or none. */
  first(
    archive: string,
    sql: string,
    parameters: CandidParameter[],
    budgets: [] | [CandidBudgets],
  ): Promise<CandidResult<CandidExecution>>;
  /** At most so many rows behind the cursor, which the page before gave; the first page has none. */
  query_page(
    archive: string,
    sql: string,
    parameters: CandidParameter[],
    cursor: [] | [Uint8Array | number[]],
    rows: number,
    budgets: [] | [CandidBudgets],
  ): Promise<CandidResult<CandidPage>>;
}

export function sqlMethods(IDL: IdlModule) {
  const resultOf = resultTypes(IDL);
  const { Budgets, Execution, Page, Parameters, Statement } = sqlTypes(IDL);
  const statement: ParameterTypes = [IDL.Text, IDL.Text, Parameters, IDL.Opt(Budgets)];
  return {
    execute: updateMethod(statement, resultOf(Execution)),
    batch: updateMethod([IDL.Text, IDL.Vec(Statement), IDL.Opt(Budgets)], resultOf(IDL.Vec(Execution))),
    query: queryMethod(statement, resultOf(Execution)),
    first: queryMethod(statement, resultOf(Execution)),
    query_page: queryMethod(
      [IDL.Text, IDL.Text, Parameters, IDL.Opt(IDL.Vec(IDL.Nat8)), IDL.Nat32, IDL.Opt(Budgets)],
      resultOf(Page),
    ),
  };
}

function sqlTypes(IDL: IdlModule) {
  const cases = {
    Null: IDL.Null,
    Integer: IDL.Int64,
    Real: IDL.Float64,
    Text: IDL.Text,
    Blob: IDL.Vec(IDL.Nat8),
  };
  const Value = IDL.Variant(cases);
  const Parameters = IDL.Vec(IDL.Variant({ ...cases, Named: IDL.Record({ name: IDL.Text, value: Value }) }));
  const result: Record<string, IDL.Type> = {
    columns: IDL.Vec(IDL.Text),
    rows: IDL.Vec(IDL.Vec(Value)),
    meta: IDL.Record({
      rows_read: IDL.Nat64,
      rows_written: IDL.Nat64,
      changes: IDL.Nat64,
      last_row_id: IDL.Int64,
      instructions: IDL.Nat64,
      size_after: IDL.Nat64,
      transaction_id: IDL.Nat64,
      truncated: IDL.Bool,
    }),
  };
  return {
    Parameters,
    Statement: IDL.Record({ sql: IDL.Text, parameters: Parameters }),
    Execution: IDL.Record(result),
    Page: IDL.Record({ ...result, next_cursor: IDL.Opt(IDL.Vec(IDL.Nat8)) }),
    Budgets: budgetsType(IDL),
  };
}
