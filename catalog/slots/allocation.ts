import { CatalogError } from '../error';
import type { SlotEntry } from './slot-entry';
import { assertSlot, type SlotPlan, slotCount } from './slot-plan';

/** What allocation asks of the catalog and of the storage. */
export interface SlotChoice {
  readonly plan: SlotPlan;
  readonly entryAt: (slot: number) => SlotEntry;
  /** False when the slot's MemoryId owns memory that the catalog knows nothing of. */
  readonly isVacant: (slot: number) => boolean;
}

/**
 * The slot for a new archive: the anchor when it is free, else the lowest free one. A slot whose memory is not empty is
 * passed over, since what lies there is somebody's.
 *
 * @throws {CatalogError} CATALOG_FULL
 */
export function chooseSlot({ plan, entryAt, isVacant }: SlotChoice): number {
  const suits = (slot: number) => entryAt(slot).kind === 'free' && isVacant(slot);
  if (suits(plan.anchor)) {
    return plan.anchor;
  }
  for (let slot = plan.first; slot <= plan.last; slot++) {
    if (suits(slot)) {
      return slot;
    }
  }
  throw new CatalogError(
    'CATALOG_FULL',
    `all ${slotCount(plan)} slots are taken; archives are never moved to make room: purge a deleted one, release a reserved slot, or install another canister`,
  );
}

/**
 * Checks a slot that the caller names. Naming a reserved slot is what it was reserved for.
 *
 * @param adopt what lies in the slot becomes the archive's: its memory need not be empty, nor its record sound.
 * @throws {CatalogError} SLOT_OUT_OF_RANGE, SLOT_TAKEN, SLOT_OCCUPIED
 */
export function assertSlotSuits({ plan, entryAt, isVacant }: SlotChoice, slot: number, adopt: boolean): void {
  assertSlot(plan, slot);
  const { kind } = entryAt(slot);
  if (kind === 'archive' || kind === 'clearing' || (kind === 'damaged' && !adopt)) {
    throw new CatalogError(
      'SLOT_TAKEN',
      `slot ${slot} is ${kind === 'archive' ? "another archive's" : kind}: name a free slot, or none`,
    );
  }
  if (!adopt && !isVacant(slot)) {
    throw new CatalogError(
      'SLOT_OCCUPIED',
      `the memory of slot ${slot} holds data that the catalog does not know: claim or adopt it, or name another slot`,
    );
  }
}
