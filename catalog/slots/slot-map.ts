import { type SlotState, stateOf } from '../archives/archive';
import type { SlotStorage } from '../archives/purge';
import { assertReason } from '../archives/reason';
import type { Catalog } from '../catalog';
import { CatalogError } from '../error';
import type { SlotEntry } from './slot-entry';
import { assertSlot } from './slot-plan';

/** A slot as an operator sees it. */
export interface SlotDescription {
  readonly slot: number;
  readonly state: SlotState;
  readonly isAnchor: boolean;
  /** The archive's id and generation; for a free slot the generation of the last one, 0 for none. */
  readonly id: string | undefined;
  readonly generation: number;
  /** Why it is reserved or damaged. */
  readonly reason: string | undefined;
}

/** Every slot of the plan, in order. */
export function describeSlots(catalog: Catalog): SlotDescription[] {
  const { first, last } = catalog.plan;
  return Array.from({ length: last - first + 1 }, (_, index) =>
    describeSlot(catalog, catalog.entryAt(first + index)),
  );
}

/**
 * Keeps a free slot from being allocated, until it is released or named in a creation.
 *
 * @throws {CatalogError} SLOT_OUT_OF_RANGE, SLOT_TAKEN, INVALID_SETTING
 */
export function reserveSlot(catalog: Catalog, slot: number, reason: string): void {
  assertSlot(catalog.plan, slot);
  assertReason(reason);
  const entry = catalog.entryAt(slot);
  if (entry.kind !== 'free' && entry.kind !== 'reserved') {
    throw new CatalogError(
      'SLOT_TAKEN',
      `slot ${slot} is ${describeSlot(catalog, entry).state}: reserve a free one`,
    );
  }
  catalog.put({ kind: 'reserved', slot, reason, lastGeneration: entry.lastGeneration });
}

/** @throws {CatalogError} SLOT_OUT_OF_RANGE, SLOT_NOT_RESERVED */
export function releaseSlot(catalog: Catalog, slot: number): void {
  assertSlot(catalog.plan, slot);
  const entry = catalog.entryAt(slot);
  if (entry.kind !== 'reserved') {
    throw new CatalogError(
      'SLOT_NOT_RESERVED',
      `slot ${slot} is ${describeSlot(catalog, entry).state}, not reserved`,
    );
  }
  catalog.put({ kind: 'free', slot, lastGeneration: entry.lastGeneration });
}

/**
 * Empties a slot whose record cannot be trusted, a bounded part a call; afterwards it is free. The way to keep its data
 * is to adopt them instead.
 *
 * @returns true when the slot is free.
 * @throws {CatalogError} SLOT_OUT_OF_RANGE, SLOT_NOT_DAMAGED
 */
export function clearDamagedSlot(catalog: Catalog, slot: number, storage: SlotStorage): boolean {
  assertSlot(catalog.plan, slot);
  const entry = catalog.entryAt(slot);
  if (entry.kind !== 'damaged' && entry.kind !== 'clearing') {
    throw new CatalogError(
      'SLOT_NOT_DAMAGED',
      `slot ${slot} is ${describeSlot(catalog, entry).state}, not damaged: delete and purge its archive instead`,
    );
  }
  if (entry.kind === 'damaged') {
    catalog.put({ kind: 'clearing', slot });
  }
  if (!storage.release(slot)) {
    return false;
  }
  // Which archive it was is unknown; every generation so far is older than what comes next.
  catalog.put({ kind: 'free', slot, lastGeneration: catalog.nextGeneration - 1 });
  return true;
}

function describeSlot(catalog: Catalog, entry: SlotEntry): SlotDescription {
  const { slot } = entry;
  const common = { slot, isAnchor: slot === catalog.plan.anchor };
  switch (entry.kind) {
    case 'archive': {
      const { archive } = entry;
      const reason = archive.life.state === 'damaged' ? archive.life.reason : undefined;
      return { ...common, state: stateOf(archive), id: archive.id, generation: archive.generation, reason };
    }
    case 'free':
      return { ...common, state: 'free', id: undefined, generation: entry.lastGeneration, reason: undefined };
    case 'reserved':
      return {
        ...common,
        state: 'reserved',
        id: undefined,
        generation: entry.lastGeneration,
        reason: entry.reason,
      };
    case 'damaged':
      return { ...common, state: 'damaged', id: undefined, generation: 0, reason: entry.reason };
    case 'clearing':
      return { ...common, state: 'purging', id: undefined, generation: 0, reason: undefined };
  }
}
