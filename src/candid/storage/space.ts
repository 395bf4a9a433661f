import type { IdlModule } from '../idl';
import { queryMethod, updateMethod } from '../method';
import { type CandidResult, resultTypes } from '../result';

/** The room that a slot takes, in storage pages of 4,096 bytes, and the buckets that compaction would return. */
export interface CandidSlotSpace {
  logical_size: bigint;
  pages_used: number;
  pages_free: number;
  pages_held_by_snapshots: number;
  buckets_owned: number;
  buckets_returnable: number;
}

/** The room of an archive, named by `id@generation`. */
export interface CandidArchiveSpace {
  archive: string;
  slot: number;
  space: CandidSlotSpace;
}

/** What a call of `db_compact` did, and what going on would give back. */
export interface CandidCompaction {
  done: boolean;
  buckets_returned: number;
  buckets_returnable: number;
}

/** The room that archives take. */
export interface SpaceService {
  /** What the archive's slot takes; `buckets_returnable` is the dry run of `db_compact`. */
  db_space(archive: string): Promise<CandidResult<CandidSlotSpace>>;
  /** The same for all archives, deleted ones too; those whose slot cannot be read are left out. */
  report_space(): Promise<CandidResult<CandidArchiveSpace[]>>;
  /** Bounded, to be called until it is done; may be given up after any call. */
  db_compact(archive: string, pageBudget: number): Promise<CandidResult<CandidCompaction>>;
}

export function spaceMethods(IDL: IdlModule) {
  const resultOf = resultTypes(IDL);
  const SlotSpace = IDL.Record({
    logical_size: IDL.Nat64,
    pages_used: IDL.Nat32,
    pages_free: IDL.Nat32,
    pages_held_by_snapshots: IDL.Nat32,
    buckets_owned: IDL.Nat32,
    buckets_returnable: IDL.Nat32,
  });
  const ArchiveSpace = IDL.Record({ archive: IDL.Text, slot: IDL.Nat16, space: SlotSpace });
  const Compaction = IDL.Record({
    done: IDL.Bool,
    buckets_returned: IDL.Nat32,
    buckets_returnable: IDL.Nat32,
  });
  return {
    db_space: queryMethod([IDL.Text], resultOf(SlotSpace)),
    report_space: queryMethod([], resultOf(IDL.Vec(ArchiveSpace))),
    db_compact: updateMethod([IDL.Text, IDL.Nat32], resultOf(Compaction)),
  };
}
