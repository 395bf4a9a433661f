import type { IdlModule } from './idl';
import { queryMethod, updateMethod } from './method';
import { type CandidResult, resultTypes } from './result';

/** What the list is ordered by: the largest first. `Efficiency` lists what reads most rows for one that it returns. */
export type CandidInsightOrder =
  | { Instructions: null }
  | { WorstInstructions: null }
  | { RowsRead: null }
  | { RowsWritten: null }
  | { Runs: null }
  | { Efficiency: null };

/**
 * What the runs of one text of SQL took together. `sql` is its normal form, without values; `cut` when it is longer than
 * that. `efficiency` is rows returned for each row read, where rows were read. Times in nanoseconds since 1970.
 */
export interface CandidInsight {
  sql: string;
  cut: boolean;
  runs: bigint;
  failures: bigint;
  rows_read: bigint;
  rows_written: bigint;
  rows_returned: bigint;
  instructions: bigint;
  worst_instructions: bigint;
  efficiency: [] | [number];
  since: bigint;
  last: bigint;
}

/** A step of SQLite's plan for a statement, below the step `parent`; 0 is the statement itself. */
export interface CandidPlanStep {
  id: number;
  parent: number;
  detail: string;
}

/** What statements cost, and how SQLite runs them. */
export interface InsightsService {
  /** Of what updates ran since the last upgrade or reset; at most 200 texts of an archive are kept. */
  query_insights(
    archive: string,
    order: CandidInsightOrder,
    limit: number,
  ): Promise<CandidResult<CandidInsight[]>>;
  reset_insights(archive: string): Promise<CandidResult<null>>;
  /** EXPLAIN QUERY PLAN of one statement, which is not run. */
  explain(archive: string, sql: string): Promise<CandidResult<CandidPlanStep[]>>;
}

export function insightsMethods(IDL: IdlModule) {
  const resultOf = resultTypes(IDL);
  const Order = IDL.Variant({
    Instructions: IDL.Null,
    WorstInstructions: IDL.Null,
    RowsRead: IDL.Null,
    RowsWritten: IDL.Null,
    Runs: IDL.Null,
    Efficiency: IDL.Null,
  });
  const Insight = IDL.Record({
    sql: IDL.Text,
    cut: IDL.Bool,
    runs: IDL.Nat64,
    failures: IDL.Nat64,
    rows_read: IDL.Nat64,
    rows_written: IDL.Nat64,
    rows_returned: IDL.Nat64,
    instructions: IDL.Nat64,
    worst_instructions: IDL.Nat64,
    efficiency: IDL.Opt(IDL.Float64),
    since: IDL.Nat64,
    last: IDL.Nat64,
  });
  const PlanStep = IDL.Record({ id: IDL.Nat32, parent: IDL.Nat32, detail: IDL.Text });
  return {
    query_insights: queryMethod([IDL.Text, Order, IDL.Nat32], resultOf(IDL.Vec(Insight))),
    reset_insights: updateMethod([IDL.Text], resultOf(IDL.Null)),
    explain: queryMethod([IDL.Text, IDL.Text], resultOf(IDL.Vec(PlanStep))),
  };
}
