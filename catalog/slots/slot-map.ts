import { type Archive, type ArchiveLife, type SlotState, stateOf } from '../archives/archive';
import type { SlotStorage } from '../archives/purge';
import { assertReason } from '../archives/reason';
import type { Catalog } from '../catalog';
import { CatalogError } from '../error';
import type { SlotEntry } from './slot-entry';
import { assertSlot } from './slot-plan';

/** What clearing a slot needs of the storage. Its `release` gives up whatever the slot holds, somebody else's bytes too. */
export interface ClearedStorage extends SlotStorage {
  /** Whether the slot holds the archive of that generation, or what is being adopted as it. */
  holds(slot: number, generation: number): boolean;
}

/** States of an archive that nobody reads, whose slot may be cleared when it does not hold the archive. */
const OUT_OF_USE: readonly ArchiveLife['state'][] = ['importing', 'damaged', 'deleted', 'purging'];

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
 * Empties a slot whose record or memory cannot be trusted, a bounded part a call. One without a sound record is free
 * afterwards; the way to keep its data is to adopt them instead. The archive of one that has, and that nobody reads, keeps its
 * record: an image is imported into the empty slot, or the archive is purged.
 *
 * @returns true when the slot is empty.
 * @throws {CatalogError} SLOT_OUT_OF_RANGE, SLOT_NOT_DAMAGED
 */
export function clearDamagedSlot(catalog: Catalog, slot: number, storage: ClearedStorage): boolean {
  assertSlot(catalog.plan, slot);
  const entry = catalog.entryAt(slot);
  if (entry.kind === 'archive') {
    assertLost(entry.archive, storage);
    return storage.release(slot);
  }
  if (entry.kind !== 'damaged' && entry.kind !== 'clearing') {
    throw new CatalogError(
      'SLOT_NOT_DAMAGED',
      `slot ${slot} is ${describeSlot(catalog, entry).state}, not damaged`,
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

/** @throws {CatalogError} SLOT_NOT_DAMAGED */
function assertLost(archive: Archive, storage: ClearedStorage): void {
  const { id, slot, generation, life } = archive;
  if (!OUT_OF_USE.includes(life.state)) {
    throw new CatalogError(
      'SLOT_NOT_DAMAGED',
      `slot ${slot} has the archive '${id}', which is ${life.state}: quarantine or delete it first`,
    );
  }
  if (storage.holds(slot, generation)) {
    throw new CatalogError(
      'SLOT_NOT_DAMAGED',
      `slot ${slot} holds its archive '${id}' in a state to be read: import a backup into it, or delete and purge it`,
    );
  }
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
