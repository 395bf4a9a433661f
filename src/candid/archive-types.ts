import type { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import { budgetsType, type CandidBudgets } from './budgets';
import type { IdlModule } from './idl';

/** What an archive is; `ReadOnly` is active with writes blocked, `Migrating` closed while part of a migration is in it. */
export type CandidArchiveState =
  | { Active: null }
  | { ReadOnly: null }
  | { Importing: null }
  | { Deleted: null }
  | { Purging: null }
  | { Migrating: null }
  | { Damaged: null };

/** A label; an empty value makes the key a tag. */
export interface CandidLabel {
  key: string;
  value: string;
}

/**
 * An archive as the catalog knows it; `created_at` in nanoseconds since 1970. `id@generation` is the reference that will
 * never mean another archive.
 */
export interface CandidArchive {
  id: string;
  slot: number;
  generation: bigint;
  owner: Principal;
  created_at: bigint;
  state: CandidArchiveState;
  labels: CandidLabel[];
}

/** Who may use an archive besides its owner: up to 64 principals each, and everybody for reading if `public_read`. */
export interface CandidArchiveAccess {
  writers: Principal[];
  readers: Principal[];
  public_read: boolean;
}

/** Seconds between two runs of each kind of job; 0 switches it off, an absent one follows the canister's. */
export interface CandidJobIntervals {
  checksum: [] | [bigint];
  quick_check: [] | [bigint];
  snapshot: [] | [bigint];
  compaction: [] | [bigint];
}

/** Which automatic snapshots are kept: the newest `keep_last`, and all that are younger than `keep_for_seconds`. */
export interface CandidSnapshotRetention {
  keep_last: number;
  keep_for_seconds: bigint;
}

/** What an owner may choose; what is absent follows the canister's settings. */
export interface CandidArchiveSettings {
  delete_protection: boolean;
  recovery_window_seconds: [] | [bigint];
  job_intervals: CandidJobIntervals;
  snapshot_retention: [] | [CandidSnapshotRetention];
}

/** What a controller may choose: bytes of the SQLite image, buckets that its slot may own, and budgets of calls. */
export interface CandidArchiveLimits {
  size_limit: [] | [bigint];
  bucket_budget: [] | [number];
  budgets: CandidBudgets;
}

/** The cases of {@link CandidArchiveState}. */
export function archiveStates(IDL: IdlModule) {
  return {
    Active: IDL.Null,
    ReadOnly: IDL.Null,
    Importing: IDL.Null,
    Deleted: IDL.Null,
    Purging: IDL.Null,
    Migrating: IDL.Null,
    Damaged: IDL.Null,
  };
}

/** The Candid types of an archive's parts. */
export function archiveTypes(IDL: IdlModule) {
  const State = IDL.Variant(archiveStates(IDL));
  const Label = IDL.Record({ key: IDL.Text, value: IDL.Text });
  const Retention = IDL.Record({ keep_last: IDL.Nat32, keep_for_seconds: IDL.Nat64 });
  const JobIntervals = optionalNumbers(IDL, ['checksum', 'quick_check', 'snapshot', 'compaction']);
  const Budgets = budgetsType(IDL);
  return {
    State,
    Label,
    Retention,
    JobIntervals,
    Archive: IDL.Record({
      id: IDL.Text,
      slot: IDL.Nat16,
      generation: IDL.Nat64,
      owner: IDL.Principal,
      created_at: IDL.Nat64,
      state: State,
      labels: IDL.Vec(Label),
    }),
    Access: IDL.Record({
      writers: IDL.Vec(IDL.Principal),
      readers: IDL.Vec(IDL.Principal),
      public_read: IDL.Bool,
    }),
    Settings: IDL.Record({
      delete_protection: IDL.Bool,
      recovery_window_seconds: IDL.Opt(IDL.Nat64),
      job_intervals: JobIntervals,
      snapshot_retention: IDL.Opt(Retention),
    }),
    Limits: IDL.Record({
      size_limit: IDL.Opt(IDL.Nat64),
      bucket_budget: IDL.Opt(IDL.Nat32),
      budgets: Budgets,
    }),
  };
}

function optionalNumbers(IDL: IdlModule, names: readonly string[]): IDL.Type {
  return IDL.Record(Object.fromEntries(names.map((name) => [name, IDL.Opt(IDL.Nat64)])));
}
