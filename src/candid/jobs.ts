import { OVERSEERS } from './access';
import {
  field,
  nat32,
  nat64,
  nothing,
  opt,
  query,
  record,
  room,
  text,
  type ValueOf,
  variant,
  vec,
} from './declare';

/** The cases of {@link CandidJobKind}. */
export const jobKinds = {
  Checksum: nothing,
  QuickCheck: nothing,
  Snapshot: nothing,
  Compaction: nothing,
} as const;

export const CandidJobKind = variant('JobKind', 'Recurring work on an archive.', jobKinds);
export type CandidJobKind = ValueOf<typeof CandidJobKind>;

export const CandidOutcome = variant('Outcome', 'How work ended.', {
  Done: nothing,
  Skipped: nothing,
  Failed: nothing,
});
export type CandidOutcome = ValueOf<typeof CandidOutcome>;

export const CandidJobResult = record('JobResult', 'How a job ended; times in nanoseconds since 1970.', {
  started_at: nat64,
  finished_at: nat64,
  outcome: CandidOutcome,
  code: field(text, 'Why it failed or was passed over; empty when it is done.'),
  message: text,
});
export type CandidJobResult = ValueOf<typeof CandidJobResult>;

export const CandidJob = record('Job', 'A kind of job on an archive.', {
  kind: CandidJobKind,
  interval_seconds: field(nat64, 'Seconds between two runs; 0 for never.'),
  last: field(opt(CandidJobResult), 'How the last one ended.'),
});
export type CandidJob = ValueOf<typeof CandidJob>;

const CandidRunningJob = record('RunningJob', 'The job that is under way.', {
  kind: CandidJobKind,
  started_at: field(nat64, 'Nanoseconds since 1970.'),
  attempts: field(nat32, 'How often its present step was begun.'),
});

export const CandidArchiveJobs = record('ArchiveJobs', 'The recurring work on one archive.', {
  archive: field(text, '`id@generation`.'),
  running: opt(CandidRunningJob),
  jobs: vec(CandidJob),
});
export type CandidArchiveJobs = ValueOf<typeof CandidArchiveJobs>;

export const jobs = room('Jobs', 'Recurring work on archives.', {
  list_jobs: query('Lists what runs by itself on each archive, and how it ended last.', {
    takes: [],
    answers: vec(CandidArchiveJobs),
    roles: OVERSEERS,
  }),
});
