/** What the runs of one text of SQL took, all of them together. */
export interface QueryInsight {
  /** In normal form: values are `?`. */
  readonly sql: string;
  /** The text is longer than what is kept of it, a kilobyte. */
  readonly cut: boolean;
  readonly runs: number;
  /** Runs that ended with an error. */
  readonly failures: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly rowsReturned: number;
  readonly instructions: number;
  /** Of the run that took most. */
  readonly worstInstructions: number;
  /** The first run and the last one. Milliseconds since 1970. */
  readonly since: number;
  readonly last: number;
}

/**
 * Insights: what the SQL of requests cost, by archive and normal form. Kept in the heap, so that an upgrade forgets
 * them; of query calls nothing is kept.
 */
export interface InsightCalls {
  /** At most 200, the one that ran last first. */
  queryInsights(memoryId: number): QueryInsight[];
  /** Forgets what is known of an archive; its purge does too. */
  resetInsights(memoryId: number): void;
}
