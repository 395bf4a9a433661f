import { GOVERNORS, KEEPERS, READERS } from './access';
import {
  archiveArgument,
  argument,
  bool,
  field,
  float64,
  MESSAGE_LIMIT,
  nat32,
  nat64,
  nothing,
  opt,
  query,
  record,
  room,
  text,
  update,
  type ValueOf,
  variant,
  vec,
} from './declare';

export const CandidInsightOrder = variant('InsightOrder', 'What the list is ordered by: the largest first.', {
  Instructions: nothing,
  WorstInstructions: nothing,
  RowsRead: nothing,
  RowsWritten: nothing,
  Runs: nothing,
  Efficiency: field(nothing, 'What reads most rows for one that it returns.'),
});
export type CandidInsightOrder = ValueOf<typeof CandidInsightOrder>;

export const CandidInsight = record('Insight', 'What the runs of one text of SQL took together.', {
  sql: field(text, 'Its normal form, without values.'),
  cut: field(bool, 'The text is longer than that.'),
  runs: nat64,
  failures: nat64,
  rows_read: nat64,
  rows_written: nat64,
  rows_returned: nat64,
  instructions: nat64,
  worst_instructions: field(nat64, 'Of the dearest run.'),
  efficiency: field(opt(float64), 'Rows returned for each row read, where rows were read.'),
  since: field(nat64, 'The first run, in nanoseconds since 1970.'),
  last: field(nat64, 'The last run, in nanoseconds since 1970.'),
});
export type CandidInsight = ValueOf<typeof CandidInsight>;

export const CandidPlanStep = record('PlanStep', "A step of SQLite's plan for a statement.", {
  id: nat32,
  parent: field(nat32, 'The step that it is below; 0 is the statement itself.'),
  detail: text,
});
export type CandidPlanStep = ValueOf<typeof CandidPlanStep>;

export const insights = room('Insights', 'What statements cost, and how SQLite runs them.', {
  query_insights: query(
    'Tells what the SQL of updates took since the last upgrade or reset; at most 200 texts of an archive are kept.',
    {
      takes: [archiveArgument, argument('order', CandidInsightOrder), argument('limit', nat32)],
      answers: vec(CandidInsight),
      roles: KEEPERS,
      archive: 'any',
    },
  ),
  reset_insights: update('Forgets the insights of an archive.', {
    takes: [archiveArgument],
    answers: nothing,
    roles: GOVERNORS,
    archive: 'named',
    audited: true,
  }),
  explain: query("Tells SQLite's plan for one statement, which is not run.", {
    takes: [archiveArgument, argument('sql', text)],
    answers: vec(CandidPlanStep),
    roles: READERS,
    archive: 'readable',
    argumentLimit: MESSAGE_LIMIT,
  }),
});
