import { type CandidInsight, type CandidInsightOrder, optional } from '../../src/candid';
import { nativeModule } from '../../src/database';
import type { QueryInsight } from '../../src/native/interface';
import { nanoseconds } from '../service/arguments';
import { authorisedArchive, onArchive } from '../service/governed';
import type { Implementations } from '../service/methods';

export const insightsMethods = {
  query_insights: queryInsights,
  reset_insights: resetInsights,
} satisfies Implementations;

/** What each order goes by; more comes first. */
const WEIGHTS: Readonly<Record<string, (insight: QueryInsight) => number>> = {
  Instructions: ({ instructions }) => instructions,
  WorstInstructions: ({ worstInstructions }) => worstInstructions,
  RowsRead: ({ rowsRead }) => rowsRead,
  RowsWritten: ({ rowsWritten }) => rowsWritten,
  Runs: ({ runs }) => runs,
  Efficiency: ({ rowsRead, rowsReturned }) => rowsRead / Math.max(rowsReturned, 1),
};

/** The statements of the archive that took most. */
function queryInsights(reference: string, order: CandidInsightOrder, limit: number): CandidInsight[] {
  const { slot } = authorisedArchive('query_insights', reference);
  const weigh = WEIGHTS[Object.keys(order)[0] ?? ''] ?? (() => 0);
  return nativeModule()
    .queryInsights(slot)
    .map((insight) => ({ insight, weight: weigh(insight) }))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, limit)
    .map(({ insight }) => toCandid(insight));
}

function resetInsights(reference: string): null {
  return onArchive('reset_insights', reference, '', ({ slot }) => {
    nativeModule().resetInsights(slot);
    return null;
  });
}

function toCandid(insight: QueryInsight): CandidInsight {
  const { rowsRead, rowsReturned } = insight;
  return {
    sql: insight.sql,
    cut: insight.cut,
    runs: BigInt(insight.runs),
    failures: BigInt(insight.failures),
    rows_read: BigInt(rowsRead),
    rows_written: BigInt(insight.rowsWritten),
    rows_returned: BigInt(rowsReturned),
    instructions: BigInt(insight.instructions),
    worst_instructions: BigInt(insight.worstInstructions),
    efficiency: optional(rowsRead === 0 ? undefined : rowsReturned / rowsRead),
    since: nanoseconds(insight.since),
    last: nanoseconds(insight.last),
  };
}
