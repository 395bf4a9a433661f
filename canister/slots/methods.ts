import { IDL } from 'azle';
import { type CandidResult, type CandidSlot, type CandidTombstonePage, slotsMethods } from '../../src/candid';
import { answer } from '../service/answer';
import { method } from '../service/method';
import { clearDamagedSlot, listSlots, listTombstones, releaseSlot, reserveSlot } from './slots';

const signatures = slotsMethods(IDL);

/** The slots, and what is kept of the archives that had them. */
export class SlotsMethods {
  @method(signatures.list_slots)
  list_slots(): CandidResult<CandidSlot[]> {
    return answer(listSlots);
  }

  @method(signatures.reserve_slot)
  reserve_slot(slot: number, reason: string): CandidResult<null> {
    return answer(() => reserveSlot(slot, reason));
  }

  @method(signatures.release_slot)
  release_slot(slot: number): CandidResult<null> {
    return answer(() => releaseSlot(slot));
  }

  @method(signatures.clear_damaged_slot)
  clear_damaged_slot(slot: number): CandidResult<boolean> {
    return answer(() => clearDamagedSlot(slot));
  }

  @method(signatures.list_tombstones)
  list_tombstones(from: bigint, limit: number): CandidResult<CandidTombstonePage> {
    return answer(() => listTombstones(from, limit));
  }
}
