import type { IdlModule } from '../idl';
import { queryMethod, updateMethod } from '../method';
import { type CandidResult, resultTypes } from '../result';

/** Which image is pinned, the live one unless a snapshot is named, and for how long; an hour when nothing is said. */
export interface CandidBeginExport {
  archive: string;
  snapshot: [] | [string];
  /** 1 to 2,592,000 (30 days). */
  lifetime_seconds: [] | [number];
}

/** Who pinned an image: an export, a fork that copies it, a refresh of the checksum that reads it. */
export type CandidPinPurpose = { Export: null } | { Fork: null } | { Check: null };

/** An image that is pinned: it stays as it is while the archive is written. Times in nanoseconds since 1970. */
export interface CandidExport {
  token: bigint;
  purpose: CandidPinPurpose;
  /** Bytes of the SQLite image. */
  size: bigint;
  /** SQLite's page size in bytes; 0 for an empty image. */
  page_size: number;
  /** The transaction that published the image. */
  transaction_id: bigint;
  /** XXH64 (seed 0) of the image's bytes as 16 hexadecimal digits, where a refresh has read this very image. */
  checksum: [] | [string];
  began_at: bigint;
  /** When the pin goes by itself; forks and checks keep theirs until they end. */
  expires_at: [] | [bigint];
}

/** Archives as SQLite files. */
export interface ExportService {
  /** Pins an image; what comes out of it is byte for byte that transaction's, whatever is written meanwhile. */
  db_begin_export(request: CandidBeginExport): Promise<CandidResult<CandidExport>>;
  /** Bytes of a pinned image: any length up to what a reply holds (3 MiB in a query), in any order, and again. */
  db_export_chunk(
    archive: string,
    token: bigint,
    offset: bigint,
    length: number,
  ): Promise<CandidResult<Uint8Array | number[]>>;
  /** Unpins the image. */
  db_end_export(archive: string, token: bigint): Promise<CandidResult<null>>;
  /** All pinned images of the archive. */
  db_list_exports(archive: string): Promise<CandidResult<CandidExport[]>>;
}

export function exportMethods(IDL: IdlModule) {
  const resultOf = resultTypes(IDL);
  const BeginExport = IDL.Record({
    archive: IDL.Text,
    snapshot: IDL.Opt(IDL.Text),
    lifetime_seconds: IDL.Opt(IDL.Nat32),
  });
  const Export = IDL.Record({
    token: IDL.Nat64,
    purpose: IDL.Variant({ Export: IDL.Null, Fork: IDL.Null, Check: IDL.Null }),
    size: IDL.Nat64,
    page_size: IDL.Nat32,
    transaction_id: IDL.Nat64,
    checksum: IDL.Opt(IDL.Text),
    began_at: IDL.Nat64,
    expires_at: IDL.Opt(IDL.Nat64),
  });
  return {
    db_begin_export: updateMethod([BeginExport], resultOf(Export)),
    db_export_chunk: queryMethod([IDL.Text, IDL.Nat64, IDL.Nat64, IDL.Nat32], resultOf(IDL.Vec(IDL.Nat8))),
    db_end_export: updateMethod([IDL.Text, IDL.Nat64], resultOf(IDL.Null)),
    db_list_exports: queryMethod([IDL.Text], resultOf(IDL.Vec(Export))),
  };
}
