import { IDL } from 'azle';
import {
  type CandidInsight,
  type CandidInsightOrder,
  type CandidPlanStep,
  type CandidResult,
  insightsMethods,
} from '../../src/candid';
import { answer } from '../service/answer';
import { method } from '../service/method';
import { explain } from './explain';
import { queryInsights, resetInsights } from './insights';

const signatures = insightsMethods(IDL);

/** What statements cost, and how SQLite runs them. */
export class InsightsMethods {
  @method(signatures.query_insights)
  query_insights(archive: string, order: CandidInsightOrder, limit: number): CandidResult<CandidInsight[]> {
    return answer(() => queryInsights(archive, order, limit));
  }

  @method(signatures.reset_insights)
  reset_insights(archive: string): CandidResult<null> {
    return answer(() => resetInsights(archive));
  }

  @method(signatures.explain)
  explain(archive: string, sql: string): CandidResult<CandidPlanStep[]> {
    return answer(() => explain(archive, sql));
  }
}
