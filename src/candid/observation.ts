import { OVERSEERS } from './access';
import {
  argument,
  field,
  nat8,
  nat16,
  nat32,
  nat64,
  nothing,
  opt,
  principal,
  query,
  record,
  room,
  text,
  type ValueOf,
  variant,
  vec,
} from './declare';

const CandidMemoryUse = record('MemoryUse', 'What one MemoryId has.', {
  memory_id: nat8,
  pages: nat64,
  buckets: nat32,
});

export const CandidMemoryReport = record(
  'MemoryReport',
  'Who owns how much raw stable memory, in pages of 64 KiB.',
  {
    stable_pages: nat64,
    bucket_size_in_pages: nat16,
    allocated_buckets: field(nat32, 'Some belong to a memory and the others are free for reuse.'),
    owned_buckets: nat32,
    free_buckets: nat32,
    spare_buckets: field(nat32, 'Behind the allocated ones, given back.'),
    never_used_buckets: field(nat32, "The rest of the layout's."),
    memories: vec(CandidMemoryUse),
  },
);
export type CandidMemoryReport = ValueOf<typeof CandidMemoryReport>;

export const CandidSeverity = variant('Severity', 'How much a finding matters.', {
  Error: field(nothing, 'Data are in doubt.'),
  Warning: field(nothing, 'Something will be refused soon.'),
  Notice: field(nothing, 'Worth knowing.'),
});
export type CandidSeverity = ValueOf<typeof CandidSeverity>;

export const CandidFinding = record('Finding', 'What the doctor found.', {
  code: field(text, 'Stable; docs/ERRORS.md lists all of them.'),
  severity: CandidSeverity,
  memory_id: field(opt(nat8), 'Absent for what is about the whole canister.'),
  archive: field(opt(text), '`id@generation`.'),
  message: field(text, 'What to do.'),
});
export type CandidFinding = ValueOf<typeof CandidFinding>;

export const CandidAuditEntry = record('AuditEntry', 'Who did what to which archive when.', {
  sequence: field(nat64, 'Counts from 0 without gaps.'),
  at: field(nat64, 'Nanoseconds since 1970.'),
  caller: principal,
  method: text,
  archive: field(opt(text), '`id@generation`.'),
  outcome: field(text, '`ok`, or the code of the refusal.'),
  detail: field(text, 'What was asked for, in a few words.'),
});
export type CandidAuditEntry = ValueOf<typeof CandidAuditEntry>;

export const CandidAuditPage = record('AuditPage', 'A part of the audit log.', {
  entries: field(vec(CandidAuditEntry), 'The newest first.'),
  next: field(opt(nat64), 'The `before` of the next page; absent on the last one.'),
});
export type CandidAuditPage = ValueOf<typeof CandidAuditPage>;

export const observation = room('Observation', 'What operators can see of the canister.', {
  report_memory: query('Tells who owns how much stable memory.', {
    takes: [],
    answers: CandidMemoryReport,
    roles: OVERSEERS,
  }),
  doctor: query('Compares the catalog with what is in the memories; errors come first.', {
    takes: [],
    answers: vec(CandidFinding),
    roles: OVERSEERS,
  }),
  read_audit_log: query(
    'Reads up to 1,000 entries before a sequence number; from the newest on without one.',
    {
      takes: [argument('before', opt(nat64)), argument('limit', nat32)],
      answers: CandidAuditPage,
      roles: OVERSEERS,
    },
  ),
});
