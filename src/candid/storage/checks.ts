import { KEEPERS } from '../access';
import {
  argument,
  field,
  nat64,
  nothing,
  opt,
  record,
  room,
  text,
  update,
  type ValueOf,
  variant,
  vec,
} from '../declare';

export const CandidCheckKind = variant('CheckKind', 'What SQLite looks for.', {
  Integrity: field(nothing, 'Reads every page and compares indexes with their tables.'),
  Quick: field(nothing, 'Leaves the comparison out.'),
  ForeignKeys: field(nothing, 'Looks for rows whose parent is missing.'),
});
export type CandidCheckKind = ValueOf<typeof CandidCheckKind>;

export const CandidCheck = record('Check', "One call's worth of a check.", {
  archive: text,
  kind: CandidCheckKind,
  table: field(opt(text), 'Only this table, with its indexes.'),
  instruction_budget: field(
    opt(nat64),
    'Instructions that the call may take; 10,000,000,000 when nothing is said.',
  ),
  cursor: field(opt(text), 'The cursor of the call before; absent in the first.'),
});
export type CandidCheck = ValueOf<typeof CandidCheck>;

export const CandidCheckFinding = record('CheckFinding', 'Something that is wrong.', {
  table: field(opt(text), 'Absent for the archive as a whole.'),
  message: text,
});
export type CandidCheckFinding = ValueOf<typeof CandidCheckFinding>;

const CandidCheckScope = variant('CheckScope', 'How much a call looked at.', {
  Archive: field(nothing, 'Everything.'),
  Tables: field(
    nothing,
    'Table by table, since the whole did not fit the budget; the free pages are left out.',
  ),
});

export const CandidCheckReport = record('CheckReport', 'What one call found.', {
  findings: field(
    vec(CandidCheckFinding),
    'What the first call found before its budget ended may come again, by table.',
  ),
  unchecked: field(
    vec(text),
    "Tables that take more than one call's budget: ask again for each, with a larger one.",
  ),
  scope: CandidCheckScope,
  cursor: field(opt(text), 'Where to go on; absent when the check is complete.'),
});
export type CandidCheckReport = ValueOf<typeof CandidCheckReport>;

export const checks = room('Checks', "SQLite's own checks.", {
  db_check: update('Checks an archive; damage is a finding, not a refusal.', {
    takes: [argument('request', CandidCheck)],
    answers: CandidCheckReport,
    roles: KEEPERS,
    archive: 'stored',
  }),
});
