import type { IdlModule } from '../idl';
import { queryMethod, updateMethod } from '../method';
import { type CandidResult, resultTypes } from '../result';
import { type CandidReplacement, replacementType } from './imports';

/** Why a snapshot is there: asked for, taken by a schedule, replaced by a restore or by an import. */
export type CandidSnapshotOrigin =
  | { Request: null }
  | { Schedule: null }
  | { Restore: null }
  | { Import: null };

/** An image of the archive that is kept under a name. */
export interface CandidSnapshot {
  name: string;
  origin: CandidSnapshotOrigin;
  /** Bytes of the SQLite image. */
  size: bigint;
  /** SQLite's page size in bytes; 0 for an empty image. */
  page_size: number;
  /** The transaction that published the image. */
  transaction_id: bigint;
  /** Nanoseconds since 1970. */
  created_at: bigint;
  /** XXH64 (seed 0) of the image's bytes as 16 hexadecimal digits, where a refresh has read this very image. */
  checksum: [] | [string];
  /** Bytes that only this snapshot holds, which deleting it frees; absent where counting takes `db_measure_snapshot`. */
  held_bytes: [] | [bigint];
}

/** A part of a count of bytes; `next` is where the next part begins, absent in the last. */
export interface CandidSnapshotMeasure {
  bytes: bigint;
  next: [] | [number];
}

/** A snapshot's image becomes the live one; the replaced one is kept as `before-restore-<transaction>` unless named. */
export interface CandidRestoreSnapshot {
  archive: string;
  snapshot: string;
  keep_as: [] | [string];
}

/** Whether anything is left to give back. */
export interface CandidReclaim {
  done: boolean;
}

/**
 * A deleted snapshot or ended export whose page map was found damaged when its pages were to be given back: what is left of
 * it stays until the archive is purged. The archive itself goes on.
 */
export interface CandidDamagedImage {
  /** That of a snapshot. */
  name: [] | [string];
  /** The transaction that published the image. */
  transaction_id: bigint;
  /** SQLite's number of the page that the map does not lead to. */
  page: number;
}

/** Images that are kept beside the live one: up to 31 with exports and forks. */
export interface SnapshotService {
  /** Keeps the last published image under a name of 1 to 48 bytes. Costs the same at any size. */
  db_create_snapshot(archive: string, name: string): Promise<CandidResult<CandidSnapshot>>;
  /** The oldest first. */
  db_list_snapshots(archive: string): Promise<CandidResult<CandidSnapshot[]>>;
  /** Counts what only a snapshot holds, over up to `segments` segments of 1 MiB, from 0 or the last part's `next` on. */
  db_measure_snapshot(
    archive: string,
    snapshot: string,
    from: number,
    segments: number,
  ): Promise<CandidResult<CandidSnapshotMeasure>>;
  db_restore_snapshot(request: CandidRestoreSnapshot): Promise<CandidResult<CandidReplacement>>;
  /** What only the snapshot held goes back by `db_reclaim`, and a little with each transaction. */
  db_delete_snapshot(archive: string, snapshot: string): Promise<CandidResult<CandidReclaim>>;
  /** Passes up to `pageBudget` pages of deleted snapshots, ended exports and imports that were given up; until done. */
  db_reclaim(archive: string, pageBudget: number): Promise<CandidResult<CandidReclaim>>;
  db_damaged_images(archive: string): Promise<CandidResult<CandidDamagedImage[]>>;
}

export function snapshotMethods(IDL: IdlModule) {
  const resultOf = resultTypes(IDL);
  const Snapshot = IDL.Record({
    name: IDL.Text,
    origin: IDL.Variant({ Request: IDL.Null, Schedule: IDL.Null, Restore: IDL.Null, Import: IDL.Null }),
    size: IDL.Nat64,
    page_size: IDL.Nat32,
    transaction_id: IDL.Nat64,
    created_at: IDL.Nat64,
    checksum: IDL.Opt(IDL.Text),
    held_bytes: IDL.Opt(IDL.Nat64),
  });
  const Measure = IDL.Record({ bytes: IDL.Nat64, next: IDL.Opt(IDL.Nat32) });
  const RestoreSnapshot = IDL.Record({
    archive: IDL.Text,
    snapshot: IDL.Text,
    keep_as: IDL.Opt(IDL.Text),
  });
  const DamagedImage = IDL.Record({
    name: IDL.Opt(IDL.Text),
    transaction_id: IDL.Nat64,
    page: IDL.Nat32,
  });
  const reclaim = resultOf(IDL.Record({ done: IDL.Bool }));
  return {
    db_create_snapshot: updateMethod([IDL.Text, IDL.Text], resultOf(Snapshot)),
    db_list_snapshots: queryMethod([IDL.Text], resultOf(IDL.Vec(Snapshot))),
    db_measure_snapshot: queryMethod([IDL.Text, IDL.Text, IDL.Nat32, IDL.Nat32], resultOf(Measure)),
    db_restore_snapshot: updateMethod([RestoreSnapshot], resultOf(replacementType(IDL))),
    db_delete_snapshot: updateMethod([IDL.Text, IDL.Text], reclaim),
    db_reclaim: updateMethod([IDL.Text, IDL.Nat32], reclaim),
    db_damaged_images: queryMethod([IDL.Text], resultOf(IDL.Vec(DamagedImage))),
  };
}
