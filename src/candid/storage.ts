import type { IdlModule } from './idl';
import { queryMethod, updateMethod } from './method';
import { type CandidResult, resultTypes } from './result';

/** The room that a slot takes, in storage pages of 4,096 bytes, and the buckets that compaction would return. */
export interface CandidSlotSpace {
  logical_size: bigint;
  pages_used: number;
  pages_free: number;
  pages_held_by_snapshots: number;
  buckets_owned: number;
  buckets_returnable: number;
}

/** What a call of `db_compact` did, and what going on would give back. */
export interface CandidCompaction {
  done: boolean;
  buckets_returned: number;
  buckets_returnable: number;
}

/** Archives as SQLite images: export, import, and the room that they take. */
export interface StorageService {
  /** Bytes of the SQLite image, while it is at that transaction. */
  db_export_chunk(
    archive: string,
    transactionId: bigint,
    offset: bigint,
    length: number,
  ): Promise<CandidResult<Uint8Array | number[]>>;
  db_space(archive: string): Promise<CandidResult<CandidSlotSpace>>;
  /** Bounded, to be called until it is done; may be given up after any call. */
  db_compact(archive: string, pageBudget: number): Promise<CandidResult<CandidCompaction>>;
  db_begin_import(archive: string, totalSize: bigint): Promise<CandidResult<null>>;
  db_import_chunk(archive: string, offset: bigint, chunk: Uint8Array | number[]): Promise<CandidResult<null>>;
  /** Checks the staged image and switches it in. */
  db_finish_import(archive: string): Promise<CandidResult<null>>;
  /** Drops the staged image. */
  db_cancel_import(archive: string): Promise<CandidResult<null>>;
}

export function storageMethods(IDL: IdlModule) {
  const resultOf = resultTypes(IDL);
  const bytes = IDL.Vec(IDL.Nat8);
  const done = resultOf(IDL.Null);
  const SlotSpace = IDL.Record({
    logical_size: IDL.Nat64,
    pages_used: IDL.Nat32,
    pages_free: IDL.Nat32,
    pages_held_by_snapshots: IDL.Nat32,
    buckets_owned: IDL.Nat32,
    buckets_returnable: IDL.Nat32,
  });
  const Compaction = IDL.Record({
    done: IDL.Bool,
    buckets_returned: IDL.Nat32,
    buckets_returnable: IDL.Nat32,
  });
  return {
    db_export_chunk: queryMethod([IDL.Text, IDL.Nat64, IDL.Nat64, IDL.Nat32], resultOf(bytes)),
    db_space: queryMethod([IDL.Text], resultOf(SlotSpace)),
    db_compact: updateMethod([IDL.Text, IDL.Nat32], resultOf(Compaction)),
    db_begin_import: updateMethod([IDL.Text, IDL.Nat64], done),
    db_import_chunk: updateMethod([IDL.Text, IDL.Nat64, bytes], done),
    db_finish_import: updateMethod([IDL.Text], done),
    db_cancel_import: updateMethod([IDL.Text], done),
  };
}
