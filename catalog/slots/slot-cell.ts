import { MOST_SLOTS, type SlotPlan } from './slot-plan';

/** Cell of the header. Slots follow in their order, then tombstones. */
export const HEADER_CELL = 0;
const FIRST_SLOT_CELL = 1;
export const FIRST_TOMBSTONE_CELL = FIRST_SLOT_CELL + MOST_SLOTS;

export function cellOfSlot(plan: SlotPlan, slot: number): number {
  return FIRST_SLOT_CELL + slot - plan.first;
}
