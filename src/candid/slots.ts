import type { Principal } from '@dfinity/principal';
import type { CandidArchiveState } from './archive-types';
import { archiveStates } from './archive-types';
import type { IdlModule } from './idl';
import { queryMethod, updateMethod } from './method';
import { type CandidResult, resultTypes } from './result';

/** What a slot holds: an archive in one of its states, nothing, or nothing and kept from allocation. */
export type CandidSlotState = CandidArchiveState | { Free: null } | { Reserved: null };

/**
 * A slot as operators see it. `id` and `generation` are its archive's; a free slot has the generation of its last one, 0
 * for none. `reason` says why it is reserved or damaged.
 */
export interface CandidSlot {
  slot: number;
  state: CandidSlotState;
  is_anchor: boolean;
  id: [] | [string];
  generation: bigint;
  reason: [] | [string];
}

/** What remains of a purged archive. Times in nanoseconds since 1970. */
export interface CandidTombstone {
  id: string;
  generation: bigint;
  slot: number;
  owner: Principal;
  created_at: bigint;
  deleted_at: bigint;
  purged_at: bigint;
}

/** Tombstones in the order of the purges; `next` is where the next page begins. */
export interface CandidTombstonePage {
  tombstones: CandidTombstone[];
  next: [] | [bigint];
}

/** Slots: who has which, and what is kept free. */
export interface SlotsService {
  list_slots(): Promise<CandidResult<CandidSlot[]>>;
  /** Keeps a free slot from allocation, until it is released or named in a creation. */
  reserve_slot(slot: number, reason: string): Promise<CandidResult<null>>;
  release_slot(slot: number): Promise<CandidResult<null>>;
  /**
   * Empties a slot whose record in the catalog cannot be trusted, or whose archive is out of use and cannot be
   * read; what lies there is lost. The archive stays, for a backup to be imported or to be purged. `true` when the slot is
   * empty; call again otherwise.
   */
  clear_damaged_slot(slot: number): Promise<CandidResult<boolean>>;
  /** Up to 1,000 tombstones from a place on. */
  list_tombstones(from: bigint, limit: number): Promise<CandidResult<CandidTombstonePage>>;
}

export function slotsMethods(IDL: IdlModule) {
  const resultOf = resultTypes(IDL);
  const Slot = IDL.Record({
    slot: IDL.Nat16,
    state: IDL.Variant({ ...archiveStates(IDL), Free: IDL.Null, Reserved: IDL.Null }),
    is_anchor: IDL.Bool,
    id: IDL.Opt(IDL.Text),
    generation: IDL.Nat64,
    reason: IDL.Opt(IDL.Text),
  });
  const Tombstone = IDL.Record({
    id: IDL.Text,
    generation: IDL.Nat64,
    slot: IDL.Nat16,
    owner: IDL.Principal,
    created_at: IDL.Nat64,
    deleted_at: IDL.Nat64,
    purged_at: IDL.Nat64,
  });
  const TombstonePage = IDL.Record({ tombstones: IDL.Vec(Tombstone), next: IDL.Opt(IDL.Nat64) });
  const done = resultOf(IDL.Null);
  return {
    list_slots: queryMethod([], resultOf(IDL.Vec(Slot))),
    reserve_slot: updateMethod([IDL.Nat16, IDL.Text], done),
    release_slot: updateMethod([IDL.Nat16], done),
    clear_damaged_slot: updateMethod([IDL.Nat16], resultOf(IDL.Bool)),
    list_tombstones: queryMethod([IDL.Nat64, IDL.Nat32], resultOf(TombstonePage)),
  };
}
