import { archiveStates, type CandidArchiveState } from './archive-types';
import type { IdlModule } from './idl';
import { queryMethod } from './method';
import { type CandidResult, resultTypes } from './result';

/**
 * Sums since the last installation or upgrade. The IC discards what queries change, so that queries count only where they
 * are called as updates. `last_write_at` in nanoseconds since 1970.
 */
export interface CandidUsage {
  queries: bigint;
  updates: bigint;
  rows_read: bigint;
  rows_written: bigint;
  instructions: bigint;
  errors: { code: string; times: bigint }[];
  last_write_at: [] | [bigint];
}

/** What an archive has and does: bytes of its SQLite image, buckets of its slot, age of its checksum in seconds. */
export interface CandidArchiveMetrics {
  /** `id@generation` */
  archive: string;
  slot: number;
  state: CandidArchiveState;
  size: bigint;
  size_limit: [] | [bigint];
  buckets: number;
  transaction_id: bigint;
  checksum_age_seconds: [] | [bigint];
  usage: CandidUsage;
}

/** What the canister has and does. The runway is the time until it freezes when idle; absent while it is not known. */
export interface CandidCanisterMetrics {
  /** Those that have an id. */
  archives: number;
  slots: number;
  free_slots: number;
  stable_bytes: bigint;
  heap_bytes: bigint;
  bucket_bytes: bigint;
  allocated_buckets: number;
  free_buckets: number;
  cycles_balance: bigint;
  cycles_runway_seconds: [] | [bigint];
  usage: CandidUsage;
}

export interface CandidHttpRequest {
  url: string;
  method: string;
  body: Uint8Array | number[];
  headers: [string, string][];
}

export interface CandidHttpResponse {
  status_code: number;
  headers: [string, string][];
  body: Uint8Array | number[];
}

/** Figures of archives and canister. */
export interface MetricsService {
  archive_metrics(archive: string): Promise<CandidResult<CandidArchiveMetrics>>;
  canister_metrics(): Promise<CandidResult<CandidCanisterMetrics>>;
  /** The HTTP gateway's protocol: `/metrics` is Prometheus's text format. Nothing is certified: use the raw domain. */
  http_request(request: CandidHttpRequest): Promise<CandidHttpResponse>;
}

export function metricsMethods(IDL: IdlModule) {
  const resultOf = resultTypes(IDL);
  const Usage = IDL.Record({
    queries: IDL.Nat64,
    updates: IDL.Nat64,
    rows_read: IDL.Nat64,
    rows_written: IDL.Nat64,
    instructions: IDL.Nat64,
    errors: IDL.Vec(IDL.Record({ code: IDL.Text, times: IDL.Nat64 })),
    last_write_at: IDL.Opt(IDL.Nat64),
  });
  const ArchiveMetrics = IDL.Record({
    archive: IDL.Text,
    slot: IDL.Nat16,
    state: IDL.Variant(archiveStates(IDL)),
    size: IDL.Nat64,
    size_limit: IDL.Opt(IDL.Nat64),
    buckets: IDL.Nat32,
    transaction_id: IDL.Nat64,
    checksum_age_seconds: IDL.Opt(IDL.Nat64),
    usage: Usage,
  });
  const CanisterMetrics = IDL.Record({
    archives: IDL.Nat32,
    slots: IDL.Nat32,
    free_slots: IDL.Nat32,
    stable_bytes: IDL.Nat64,
    heap_bytes: IDL.Nat64,
    bucket_bytes: IDL.Nat64,
    allocated_buckets: IDL.Nat32,
    free_buckets: IDL.Nat32,
    cycles_balance: IDL.Nat,
    cycles_runway_seconds: IDL.Opt(IDL.Nat64),
    usage: Usage,
  });
  const headers = IDL.Vec(IDL.Tuple(IDL.Text, IDL.Text));
  const bytes = IDL.Vec(IDL.Nat8);
  const HttpRequest = IDL.Record({ url: IDL.Text, method: IDL.Text, body: bytes, headers });
  const HttpResponse = IDL.Record({ status_code: IDL.Nat16, headers, body: bytes });
  return {
    archive_metrics: queryMethod([IDL.Text], resultOf(ArchiveMetrics)),
    canister_metrics: queryMethod([], resultOf(CanisterMetrics)),
    http_request: queryMethod([HttpRequest], HttpResponse),
  };
}
