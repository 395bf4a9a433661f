import type { CandidJobKind } from '../candid';

/** Recurring work on an archive. */
export type JobKind = 'checksum' | 'quick-check' | 'snapshot' | 'compaction';

const KINDS: Readonly<Record<JobKind, CandidJobKind>> = {
  checksum: { Checksum: null },
  'quick-check': { QuickCheck: null },
  snapshot: { Snapshot: null },
  compaction: { Compaction: null },
};

export function jobKind(kind: JobKind): CandidJobKind {
  return KINDS[kind];
}
