import type { Principal } from '@dfinity/principal';
import type { IdlModule } from './idl';
import { queryMethod } from './method';
import { type CandidResult, resultTypes } from './result';

/**
 * Who owns how much raw stable memory, in pages of 64 KiB. Of the allocated buckets some belong to a memory and the
 * others are free for reuse; spare ones lie behind them, given back; the rest of the layout's was never used.
 */
export interface CandidMemoryReport {
  stable_pages: bigint;
  bucket_size_in_pages: number;
  allocated_buckets: number;
  owned_buckets: number;
  free_buckets: number;
  spare_buckets: number;
  never_used_buckets: number;
  memories: { memory_id: number; pages: bigint; buckets: number }[];
}

/** Error: data are in doubt. Warning: something will be refused soon. Notice: worth knowing. */
export type CandidSeverity = { Error: null } | { Warning: null } | { Notice: null };

/** What the doctor found: a stable code, and a message that says what to do. */
export interface CandidFinding {
  code: string;
  severity: CandidSeverity;
  /** Absent for what is about the whole canister. */
  memory_id: [] | [number];
  /** `id@generation` */
  archive: [] | [string];
  message: string;
}

/** Who did what to which archive when, and what came of it: `ok`, or the code of the refusal. */
export interface CandidAuditEntry {
  /** Counts from 0 without gaps. */
  sequence: bigint;
  /** Nanoseconds since 1970. */
  at: bigint;
  caller: Principal;
  method: string;
  /** `id@generation` */
  archive: [] | [string];
  outcome: string;
  detail: string;
}

/** Entries, the newest first; `next` is the `before` of the next page. */
export interface CandidAuditPage {
  entries: CandidAuditEntry[];
  next: [] | [bigint];
}

/** What operators can see of the canister. */
export interface ObservationService {
  report_memory(): Promise<CandidResult<CandidMemoryReport>>;
  /** Compares the catalog with what is in the memories. Errors come first. */
  doctor(): Promise<CandidResult<CandidFinding[]>>;
  /** Up to 1,000 entries before a sequence number; from the newest on without one. */
  read_audit_log(before: [] | [bigint], limit: number): Promise<CandidResult<CandidAuditPage>>;
}

export function observationMethods(IDL: IdlModule) {
  const resultOf = resultTypes(IDL);
  const MemoryReport = IDL.Record({
    stable_pages: IDL.Nat64,
    bucket_size_in_pages: IDL.Nat16,
    allocated_buckets: IDL.Nat32,
    owned_buckets: IDL.Nat32,
    free_buckets: IDL.Nat32,
    spare_buckets: IDL.Nat32,
    never_used_buckets: IDL.Nat32,
    memories: IDL.Vec(IDL.Record({ memory_id: IDL.Nat8, pages: IDL.Nat64, buckets: IDL.Nat32 })),
  });
  const Finding = IDL.Record({
    code: IDL.Text,
    severity: IDL.Variant({ Error: IDL.Null, Warning: IDL.Null, Notice: IDL.Null }),
    memory_id: IDL.Opt(IDL.Nat8),
    archive: IDL.Opt(IDL.Text),
    message: IDL.Text,
  });
  const AuditEntry = IDL.Record({
    sequence: IDL.Nat64,
    at: IDL.Nat64,
    caller: IDL.Principal,
    method: IDL.Text,
    archive: IDL.Opt(IDL.Text),
    outcome: IDL.Text,
    detail: IDL.Text,
  });
  const AuditPage = IDL.Record({ entries: IDL.Vec(AuditEntry), next: IDL.Opt(IDL.Nat64) });
  return {
    report_memory: queryMethod([], resultOf(MemoryReport)),
    doctor: queryMethod([], resultOf(IDL.Vec(Finding))),
    read_audit_log: queryMethod([IDL.Opt(IDL.Nat64), IDL.Nat32], resultOf(AuditPage)),
  };
}
