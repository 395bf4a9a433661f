import { READERS, WRITERS } from './access';
import { CandidBudgets } from './budgets';
import {
  archiveArgument,
  argument,
  blob,
  bool,
  field,
  float64,
  int64,
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

/** Every storage class of SQLite, 64-bit integers and blobs exact. */
const storageClasses = { Null: nothing, Integer: int64, Real: float64, Text: text, Blob: blob } as const;

export const CandidValue = variant('Value', 'One SQL value.', storageClasses);
export type CandidValue = ValueOf<typeof CandidValue>;

const CandidNamedValue = record('NamedValue', 'A value for `:name`, `@name` and `$name`.', {
  name: text,
  value: CandidValue,
});

export const CandidParameter = variant(
  'Parameter',
  "A value for a statement's parameter; those without a name fill, in order, the parameters that no name fills.",
  { ...storageClasses, Named: CandidNamedValue },
);
export type CandidParameter = ValueOf<typeof CandidParameter>;

export const CandidMeta = record('Meta', 'What a statement took and did; docs/SQL.md says what is counted.', {
  rows_read: nat64,
  rows_written: nat64,
  changes: nat64,
  last_row_id: int64,
  instructions: nat64,
  size_after: field(nat64, "Bytes of the archive's image."),
  transaction_id: nat64,
  truncated: field(bool, 'The statement was ended before its last row, because no more were asked for.'),
});
export type CandidMeta = ValueOf<typeof CandidMeta>;

const execution = { columns: vec(text), rows: vec(vec(CandidValue)), meta: CandidMeta } as const;

export const CandidExecution = record('Execution', 'What a statement answered and did.', execution);
export type CandidExecution = ValueOf<typeof CandidExecution>;

export const CandidPage = record('Page', "A part of a statement's rows.", {
  ...execution,
  next_cursor: field(opt(blob), 'Leads to the next part; absent in the last.'),
});
export type CandidPage = ValueOf<typeof CandidPage>;

export const CandidStatement = record('Statement', 'A statement of a batch.', {
  sql: text,
  parameters: vec(CandidParameter),
});
export type CandidStatement = ValueOf<typeof CandidStatement>;

const sqlArgument = argument('sql', text);
const parametersArgument = argument('parameters', vec(CandidParameter));
const budgetsArgument = argument('budgets', opt(CandidBudgets));

/** A statement with its parameters, and what the call may take. */
const statement = [archiveArgument, sqlArgument, parametersArgument, budgetsArgument] as const;
const reading = { roles: READERS, archive: 'readable', native: true, argumentLimit: MESSAGE_LIMIT } as const;
const writing = { roles: WRITERS, archive: 'writable', native: true, argumentLimit: MESSAGE_LIMIT } as const;

export const sql = room('SQL', "What tenants' applications call for their data.", {
  execute: update('Runs SQL: one message, one transaction.', {
    takes: statement,
    answers: CandidExecution,
    ...writing,
  }),
  batch: update('Runs several statements, all or nothing, with a result for each.', {
    takes: [archiveArgument, argument('statements', vec(CandidStatement)), budgetsArgument],
    answers: vec(CandidExecution),
    ...writing,
  }),
  query: query('Runs a statement that only reads.', {
    takes: statement,
    answers: CandidExecution,
    ...reading,
  }),
  first: query('Runs a query that ends with its first row: `rows` has one or none.', {
    takes: statement,
    answers: CandidExecution,
    ...reading,
  }),
  query_page: query(
    'Runs a query for some rows behind a cursor, which the page before gave; the first page has none.',
    {
      takes: [
        archiveArgument,
        sqlArgument,
        parametersArgument,
        argument('cursor', opt(blob)),
        argument('rows', nat32),
        budgetsArgument,
      ],
      answers: CandidPage,
      ...reading,
    },
  ),
});

export type SqlMethod = keyof typeof sql.methods;
