import type { IdlModule } from './idl';
import { queryMethod } from './method';
import { type CandidResult, resultTypes } from './result';

/** Recurring work on an archive. */
export type CandidJobKind =
  | { Checksum: null }
  | { QuickCheck: null }
  | { Snapshot: null }
  | { Compaction: null };

/** How work ended. */
export type CandidOutcome = { Done: null } | { Skipped: null } | { Failed: null };

/** Times in nanoseconds since 1970; `code` is empty when it is done. */
export interface CandidJobResult {
  started_at: bigint;
  finished_at: bigint;
  outcome: CandidOutcome;
  code: string;
  message: string;
}

/** A kind of job: seconds between two runs, 0 for never, and how the last one ended. */
export interface CandidJob {
  kind: CandidJobKind;
  interval_seconds: bigint;
  last: [] | [CandidJobResult];
}

export interface CandidArchiveJobs {
  /** `id@generation` */
  archive: string;
  running: [] | [{ kind: CandidJobKind; started_at: bigint; attempts: number }];
  jobs: CandidJob[];
}

/** Recurring work on archives. */
export interface JobsService {
  list_jobs(): Promise<CandidResult<CandidArchiveJobs[]>>;
}

export function jobKindType(IDL: IdlModule) {
  return IDL.Variant({ Checksum: IDL.Null, QuickCheck: IDL.Null, Snapshot: IDL.Null, Compaction: IDL.Null });
}

export function outcomeType(IDL: IdlModule) {
  return IDL.Variant({ Done: IDL.Null, Skipped: IDL.Null, Failed: IDL.Null });
}

export function jobsMethods(IDL: IdlModule) {
  const Kind = jobKindType(IDL);
  const Result = IDL.Record({
    started_at: IDL.Nat64,
    finished_at: IDL.Nat64,
    outcome: outcomeType(IDL),
    code: IDL.Text,
    message: IDL.Text,
  });
  const ArchiveJobs = IDL.Record({
    archive: IDL.Text,
    running: IDL.Opt(IDL.Record({ kind: Kind, started_at: IDL.Nat64, attempts: IDL.Nat32 })),
    jobs: IDL.Vec(IDL.Record({ kind: Kind, interval_seconds: IDL.Nat64, last: IDL.Opt(Result) })),
  });
  return { list_jobs: queryMethod([], resultTypes(IDL)(IDL.Vec(ArchiveJobs))) };
}
