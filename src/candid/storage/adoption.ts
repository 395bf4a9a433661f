import type { Principal } from '@dfinity/principal';
import type { IdlModule } from '../idl';
import { queryMethod, updateMethod } from '../method';
import { type CandidResult, resultTypes } from '../result';

/** Whoever wrote a slot; `Sqlite` is a plain SQLite file from the first byte on, as ic-rusqlite mounts it. */
export type CandidSlotKind =
  | { Empty: null }
  | { Tabularium: null }
  | { IcSqliteVfs: null }
  | { Sqlite: null }
  | { Unknown: null };

/** What a slot's memory holds, by its first bytes. */
export interface CandidSlotContent {
  kind: CandidSlotKind;
  /** Version of the superblock (ic-sqlite-vfs: 6 for 0.1.2 to 1.0, 8 for 2.x); 0 where there is none. */
  layout_version: number;
  /** True for what `adopt_slot` takes. */
  adoptable: boolean;
  /** What is wrong with it. */
  fault: [] | [string];
  /** Bytes that the slot's memory spans. */
  memory_bytes: bigint;
  /** Bytes of the SQLite image; 0 where it cannot be said. */
  image_size: bigint;
  page_size: number;
  /** The writer's count of transactions; 0 for one that keeps none. */
  transaction_id: bigint;
  /** Whether the writer's checksum is that of the image's present bytes. */
  checksum: { None: null } | { Stale: null } | { Fresh: null };
  /** An import was under way; the image that was committed before it counts. */
  importing: boolean;
}

/** How far the reading of an image is; handed to the next call as it is. */
export interface CandidVerification {
  verified: bigint;
  total: bigint;
  /** FNV-1a 64 of what was read, where the image has a fresh checksum. */
  hash: string;
  complete: boolean;
  /** On completion, where there is a fresh checksum: whether it holds. */
  matches: [] | [boolean];
}

/** Which slot becomes an archive. */
export interface CandidAdoptSlot {
  slot: number;
  /** Id of the new archive. */
  id: string;
  /** The caller when absent. */
  owner: [] | [Principal];
}

/** How far an adoption is, in bytes of the image. */
export interface CandidAdoptionProgress {
  /** `id@generation` of the archive. */
  archive: string;
  copied: bigint;
  total: bigint;
  /** The archive is open. */
  done: boolean;
}

/** Images that other software wrote, made archives where they lie. Nothing is overwritten until the copy is complete. */
export interface AdoptionService {
  inspect_slot(slot: number): Promise<CandidResult<CandidSlotContent>>;
  /** Reads up to `pageBudget` pages of 4,096 bytes of an adoptable image; begins without a verification. */
  verify_slot(
    slot: number,
    before: [] | [CandidVerification],
    pageBudget: number,
  ): Promise<CandidResult<CandidVerification>>;
  /** Creates the archive, in state `Importing`, and begins to copy the image. One at a time a canister. */
  adopt_slot(request: CandidAdoptSlot): Promise<CandidResult<CandidAdoptionProgress>>;
  /** Copies up to `pageBudget` pages of 4,096 bytes; the last call puts the archive into its slot. */
  db_continue_adoption(archive: string, pageBudget: number): Promise<CandidResult<CandidAdoptionProgress>>;
  /** Absent when the archive is not being adopted. */
  db_adoption_progress(archive: string): Promise<CandidResult<[] | [CandidAdoptionProgress]>>;
  /** Gives the adoption up: the slot is as it was, and the archive is gone. */
  db_cancel_adoption(archive: string): Promise<CandidResult<null>>;
}

export function adoptionMethods(IDL: IdlModule) {
  const resultOf = resultTypes(IDL);
  const SlotContent = IDL.Record({
    kind: IDL.Variant({
      Empty: IDL.Null,
      Tabularium: IDL.Null,
      IcSqliteVfs: IDL.Null,
      Sqlite: IDL.Null,
      Unknown: IDL.Null,
    }),
    layout_version: IDL.Nat32,
    adoptable: IDL.Bool,
    fault: IDL.Opt(IDL.Text),
    memory_bytes: IDL.Nat64,
    image_size: IDL.Nat64,
    page_size: IDL.Nat32,
    transaction_id: IDL.Nat64,
    checksum: IDL.Variant({ None: IDL.Null, Stale: IDL.Null, Fresh: IDL.Null }),
    importing: IDL.Bool,
  });
  const Verification = IDL.Record({
    verified: IDL.Nat64,
    total: IDL.Nat64,
    hash: IDL.Text,
    complete: IDL.Bool,
    matches: IDL.Opt(IDL.Bool),
  });
  const AdoptSlot = IDL.Record({ slot: IDL.Nat16, id: IDL.Text, owner: IDL.Opt(IDL.Principal) });
  const Progress = IDL.Record({
    archive: IDL.Text,
    copied: IDL.Nat64,
    total: IDL.Nat64,
    done: IDL.Bool,
  });
  return {
    inspect_slot: queryMethod([IDL.Nat16], resultOf(SlotContent)),
    verify_slot: queryMethod([IDL.Nat16, IDL.Opt(Verification), IDL.Nat32], resultOf(Verification)),
    adopt_slot: updateMethod([AdoptSlot], resultOf(Progress)),
    db_continue_adoption: updateMethod([IDL.Text, IDL.Nat32], resultOf(Progress)),
    db_adoption_progress: queryMethod([IDL.Text], resultOf(IDL.Opt(Progress))),
    db_cancel_adoption: updateMethod([IDL.Text], resultOf(IDL.Null)),
  };
}
