import { field, nat64, opt, record, type ValueOf } from './declare';

export const CandidBudgets = record(
  'Budgets',
  "Most that one call may take of each kind; of an archive, what is absent is the canister's default, and of a call, the archive's.",
  {
    instructions: field(opt(nat64), "Instructions of the IC's counter."),
    rows: field(opt(nat64), 'Rows that statements return.'),
    result_bytes: field(opt(nat64), 'Bytes of the reply.'),
    sql_bytes: field(opt(nat64), 'Bytes of SQL text, in UTF-8.'),
    parameters: field(opt(nat64), 'Values that are bound.'),
    dirty_pages: field(opt(nat64), 'Pages of 4,096 bytes that a transaction changes.'),
  },
);
export type CandidBudgets = ValueOf<typeof CandidBudgets>;
