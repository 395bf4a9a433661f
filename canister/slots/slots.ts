import { Principal } from '@dfinity/principal';
import {
  clearDamagedSlot as clear,
  describeSlots,
  releaseSlot as release,
  reserveSlot as reserve,
  type SlotDescription,
} from '../../catalog/slots/slot-map';
import { listTombstones as list, type Tombstone } from '../../catalog/slots/tombstones';
import {
  type CandidSlot,
  type CandidTombstone,
  type CandidTombstonePage,
  optional,
  optionalNat,
} from '../../src/candid';
import { authoriseCanister, onCanister } from '../service/governed';
import type { Implementations } from '../service/methods';
import { toVariant } from '../service/names';
import { running } from '../service/service';
import { damagedStorage } from '../storage/purge';

export const slotsMethods = {
  list_slots: listSlots,
  reserve_slot: reserveSlot,
  release_slot: releaseSlot,
  clear_damaged_slot: clearDamagedSlot,
  list_tombstones: listTombstones,
} satisfies Implementations;

const MOST_TOMBSTONES = 1_000;

function listSlots(): CandidSlot[] {
  authoriseCanister('list_slots');
  return describeSlots(running().catalog).map(slotToCandid);
}

function reserveSlot(slot: number, reason: string): null {
  return onCanister('reserve_slot', `slot ${slot}: ${reason}`, () => {
    reserve(running().catalog, slot, reason);
    return null;
  });
}

function releaseSlot(slot: number): null {
  return onCanister('release_slot', `slot ${slot}`, () => {
    release(running().catalog, slot);
    return null;
  });
}

function clearDamagedSlot(slot: number): boolean {
  return onCanister('clear_damaged_slot', `slot ${slot}`, () =>
    clear(running().catalog, slot, damagedStorage),
  );
}

function listTombstones(from: bigint, limit: number): CandidTombstonePage {
  authoriseCanister('list_tombstones');
  const page = list(running().catalog, Number(from), Math.min(limit, MOST_TOMBSTONES));
  return {
    tombstones: page.tombstones.map(tombstoneToCandid),
    next: optionalNat(page.next),
  };
}

function slotToCandid({ slot, state, isAnchor, id, generation, reason }: SlotDescription): CandidSlot {
  return {
    slot,
    state: toVariant(state),
    is_anchor: isAnchor,
    id: optional(id),
    generation: BigInt(generation),
    reason: optional(reason),
  };
}

function tombstoneToCandid(tombstone: Tombstone): CandidTombstone {
  const { id, generation, slot, owner, createdAt, deletedAt, purgedAt } = tombstone;
  return {
    id,
    generation: BigInt(generation),
    slot,
    owner: Principal.fromText(owner),
    created_at: createdAt,
    deleted_at: deletedAt,
    purged_at: purgedAt,
  };
}
