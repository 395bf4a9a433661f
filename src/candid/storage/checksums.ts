import type { IdlModule } from '../idl';
import { queryMethod, updateMethod } from '../method';
import { type CandidResult, resultTypes } from '../result';

/** The checksum of a whole SQLite image, as of its last refresh. */
export interface CandidChecksum {
  /** XXH64 (seed 0) of the image's bytes as 16 lower-case hexadecimal digits. */
  checksum: string;
  /** The transaction that published the image. */
  transaction_id: bigint;
  /** Nanoseconds since 1970. */
  refreshed_at: bigint;
  /** True when the archive was changed since. */
  stale: boolean;
}

/** How far a refresh is, in bytes of the image. */
export interface CandidChecksumProgress {
  done: boolean;
  position: bigint;
  total: bigint;
}

/** Whether pages have checksums of their own; `Switching…` while a pass over what is there already is under way. */
export type CandidPageChecksumState =
  | { Off: null }
  | { On: null }
  | { SwitchingOn: null }
  | { SwitchingOff: null };

/** SQLite's numbers of pages that do not match their checksums, 64 at most; `next` is where to go on. */
export interface CandidPageVerification {
  damaged: number[];
  next: [] | [bigint];
}

/** Checksums of whole images, and of single pages. */
export interface ChecksumService {
  /** Absent before the first refresh. */
  db_checksum(archive: string): Promise<CandidResult<[] | [CandidChecksum]>>;
  /** Takes up to `pageBudget` pages of 4,096 bytes in, of the image that was live at the first call; until it is done. */
  db_refresh_checksum(archive: string, pageBudget: number): Promise<CandidResult<CandidChecksumProgress>>;
  /** Gives a refresh up; the checksum before it stays. */
  db_cancel_checksum(archive: string): Promise<CandidResult<null>>;
  db_page_checksums(archive: string): Promise<CandidResult<CandidPageChecksumState>>;
  /** Switches checksums of pages on or off for what is written from now on; `db_continue_page_checksums` does the rest. */
  db_set_page_checksums(archive: string, enabled: boolean): Promise<CandidResult<CandidPageChecksumState>>;
  db_continue_page_checksums(
    archive: string,
    pageBudget: number,
  ): Promise<CandidResult<CandidPageChecksumState>>;
  /** Compares up to `pageBudget` pages with their checksums, from 0 or the last call's `next` on. */
  db_verify_pages(
    archive: string,
    from: bigint,
    pageBudget: number,
  ): Promise<CandidResult<CandidPageVerification>>;
}

export function checksumMethods(IDL: IdlModule) {
  const resultOf = resultTypes(IDL);
  const Checksum = IDL.Record({
    checksum: IDL.Text,
    transaction_id: IDL.Nat64,
    refreshed_at: IDL.Nat64,
    stale: IDL.Bool,
  });
  const Progress = IDL.Record({ done: IDL.Bool, position: IDL.Nat64, total: IDL.Nat64 });
  const state = resultOf(
    IDL.Variant({ Off: IDL.Null, On: IDL.Null, SwitchingOn: IDL.Null, SwitchingOff: IDL.Null }),
  );
  const Verification = IDL.Record({ damaged: IDL.Vec(IDL.Nat32), next: IDL.Opt(IDL.Nat64) });
  return {
    db_checksum: queryMethod([IDL.Text], resultOf(IDL.Opt(Checksum))),
    db_refresh_checksum: updateMethod([IDL.Text, IDL.Nat32], resultOf(Progress)),
    db_cancel_checksum: updateMethod([IDL.Text], resultOf(IDL.Null)),
    db_page_checksums: queryMethod([IDL.Text], state),
    db_set_page_checksums: updateMethod([IDL.Text, IDL.Bool], state),
    db_continue_page_checksums: updateMethod([IDL.Text, IDL.Nat32], state),
    db_verify_pages: queryMethod([IDL.Text, IDL.Nat64, IDL.Nat32], resultOf(Verification)),
  };
}
