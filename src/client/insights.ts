import type { CandidInsight, CandidInsightOrder, CandidPlanStep, TabulariumService } from '../candid';
import { unwrap } from './error';

/** What a list of insights is ordered by: the largest first; `efficiency`: what reads most rows for one it returns. */
export type InsightOrder =
  | 'instructions'
  | 'worst-instructions'
  | 'rows-read'
  | 'rows-written'
  | 'runs'
  | 'efficiency';

const ORDERS: Readonly<Record<InsightOrder, CandidInsightOrder>> = {
  instructions: { Instructions: null },
  'worst-instructions': { WorstInstructions: null },
  'rows-read': { RowsRead: null },
  'rows-written': { RowsWritten: null },
  runs: { Runs: null },
  efficiency: { Efficiency: null },
};

/** As many as the canister keeps of an archive. */
const ALL = 200;

/** What an archive's statements cost, and how SQLite runs them. */
export class ArchiveInsights {
  readonly #service: TabulariumService;
  readonly #archive: string;

  constructor(service: TabulariumService, archive: string) {
    this.#service = service;
    this.#archive = archive;
  }

  /** Texts of SQL with the costs of all runs by updates, since the last upgrade or reset. */
  async list(order: InsightOrder = 'instructions', limit = ALL): Promise<CandidInsight[]> {
    return unwrap(await this.#service.query_insights(this.#archive, ORDERS[order], limit));
  }

  /** Forgets them. */
  async reset(): Promise<void> {
    unwrap(await this.#service.reset_insights(this.#archive));
  }

  /** SQLite's plan for one statement, which is not run. */
  async explain(sql: string): Promise<CandidPlanStep[]> {
    return unwrap(await this.#service.explain(this.#archive, sql));
  }
}
