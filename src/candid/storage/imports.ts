import type { IdlModule } from '../idl';
import { queryMethod, updateMethod } from '../method';
import { type CandidResult, resultTypes } from '../result';

/** What is announced of an image. */
export interface CandidBeginImport {
  archive: string;
  /** Bytes of the SQLite image, 1 to 64 GiB. */
  total_size: bigint;
  /** 32 bytes that the image's SHA-256 must equal; without them it is not hashed. */
  sha256: [] | [Uint8Array | number[]];
  /** The import is given up when no call comes for so long, 1 to 31,536,000 (a year); a day when nothing is said. */
  idle_seconds: [] | [number];
}

/** Chunks come in; then the image is hashed, then SQLite checks it; a refused one gives its space back. */
export type CandidImportPhase =
  | { Receiving: null }
  | { Hashing: null }
  | { Checking: null }
  | { Verified: null }
  | { Refused: null };

/**
 * How SQLite's structure and rows are checked: all at once by SQLite where that fits a call. Where it does not, the structure
 * is walked page by page over several calls, and then SQLite checks table by table.
 */
export type CandidImportCheck = { Whole: null } | { Trees: null } | { Tables: null };

/** How far an import is. Sizes in bytes, times in nanoseconds since 1970. */
export interface CandidImportStatus {
  session: bigint;
  phase: CandidImportPhase;
  total: bigint;
  /** Bytes that have arrived, each counted once. */
  received: bigint;
  hashed: bigint;
  /** What is checked next, or was checked last. */
  check: CandidImportCheck;
  /** Tables too large for a call: their structure was walked, and their rows were not compared with their declaration. */
  checked_in_part: number;
  began_at: bigint;
  /** When it is given up unless a call comes before. */
  expires_at: bigint;
  /** Why a refused one was refused: a stable code, and what happened. */
  refusal: [] | [{ code: string; message: string }];
}

/** A range of an image's bytes. */
export interface CandidByteRange {
  offset: bigint;
  length: bigint;
}

/** Ranges that have not arrived, ascending; `next` is where to go on, absent at the end. */
export interface CandidMissingRanges {
  ranges: CandidByteRange[];
  next: [] | [bigint];
}

/** What becomes of the image that an import replaces. */
export type CandidReplacedImage =
  /** It is kept as a snapshot of that name. */
  | { KeepAs: string }
  /** Its pages are given back: the import cannot be undone. */
  | { Discard: null };

/** The import to be switched in. Without a word on the replaced image it is kept as `before-import-<transaction>`. */
export interface CandidFinishImport {
  archive: string;
  session: bigint;
  replaced: [] | [CandidReplacedImage];
}

/** The archive after its image was replaced. */
export interface CandidReplacement {
  transaction_id: bigint;
  /** Bytes of the SQLite image. */
  size: bigint;
  /** Name of the snapshot that keeps the replaced image: restoring it undoes the replacement. */
  kept_as: [] | [string];
}

/** Images that replace an archive's: staged beside the live one, verified, switched in by one step. */
export interface ImportService {
  db_begin_import(request: CandidBeginImport): Promise<CandidResult<CandidImportStatus>>;
  /** Bytes in any order, of any length, and again; the checksum is XXH64 (seed 0) as 16 lower-case hexadecimal digits. */
  db_import_chunk(
    archive: string,
    session: bigint,
    offset: bigint,
    bytes: Uint8Array | number[],
    checksum: [] | [string],
  ): Promise<CandidResult<null>>;
  db_import_status(archive: string): Promise<CandidResult<[] | [CandidImportStatus]>>;
  /** Up to `limit` ranges (500 at most) from an offset on. */
  db_missing_ranges(
    archive: string,
    session: bigint,
    from: bigint,
    limit: number,
  ): Promise<CandidResult<CandidMissingRanges>>;
  /** Goes on with verifying for about that many instructions, 10,000,000,000 when none are named; until it is `Verified`. */
  db_verify_import(
    archive: string,
    session: bigint,
    instructionBudget: [] | [bigint],
  ): Promise<CandidResult<CandidImportStatus>>;
  /** Makes a verified image the archive's. */
  db_finish_import(request: CandidFinishImport): Promise<CandidResult<CandidReplacement>>;
  /** Gives an import up. An archive that was created for it is purged. */
  db_cancel_import(archive: string, session: bigint): Promise<CandidResult<null>>;
}

export function importMethods(IDL: IdlModule) {
  const resultOf = resultTypes(IDL);
  const bytes = IDL.Vec(IDL.Nat8);
  const ImportStatus = IDL.Record({
    session: IDL.Nat64,
    phase: IDL.Variant({
      Receiving: IDL.Null,
      Hashing: IDL.Null,
      Checking: IDL.Null,
      Verified: IDL.Null,
      Refused: IDL.Null,
    }),
    total: IDL.Nat64,
    received: IDL.Nat64,
    hashed: IDL.Nat64,
    check: IDL.Variant({ Whole: IDL.Null, Trees: IDL.Null, Tables: IDL.Null }),
    checked_in_part: IDL.Nat32,
    began_at: IDL.Nat64,
    expires_at: IDL.Nat64,
    refusal: IDL.Opt(IDL.Record({ code: IDL.Text, message: IDL.Text })),
  });
  const BeginImport = IDL.Record({
    archive: IDL.Text,
    total_size: IDL.Nat64,
    sha256: IDL.Opt(bytes),
    idle_seconds: IDL.Opt(IDL.Nat32),
  });
  const MissingRanges = IDL.Record({
    ranges: IDL.Vec(IDL.Record({ offset: IDL.Nat64, length: IDL.Nat64 })),
    next: IDL.Opt(IDL.Nat64),
  });
  const FinishImport = IDL.Record({
    archive: IDL.Text,
    session: IDL.Nat64,
    replaced: IDL.Opt(IDL.Variant({ KeepAs: IDL.Text, Discard: IDL.Null })),
  });
  const status = resultOf(ImportStatus);
  return {
    db_begin_import: updateMethod([BeginImport], status),
    db_import_chunk: updateMethod(
      [IDL.Text, IDL.Nat64, IDL.Nat64, bytes, IDL.Opt(IDL.Text)],
      resultOf(IDL.Null),
    ),
    db_import_status: queryMethod([IDL.Text], resultOf(IDL.Opt(ImportStatus))),
    db_missing_ranges: queryMethod([IDL.Text, IDL.Nat64, IDL.Nat64, IDL.Nat32], resultOf(MissingRanges)),
    db_verify_import: updateMethod([IDL.Text, IDL.Nat64, IDL.Opt(IDL.Nat64)], status),
    db_finish_import: updateMethod([FinishImport], resultOf(replacementType(IDL))),
    db_cancel_import: updateMethod([IDL.Text, IDL.Nat64], resultOf(IDL.Null)),
  };
}

/** What a finished import and a restored snapshot answer. */
export function replacementType(IDL: IdlModule) {
  return IDL.Record({ transaction_id: IDL.Nat64, size: IDL.Nat64, kept_as: IDL.Opt(IDL.Text) });
}
