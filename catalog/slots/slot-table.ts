import { type Archive, holdsItsId } from '../archives/archive';
import { decodeSlot } from '../encoding/slot-record';
import { CatalogError } from '../error';
import type { RecordStore } from '../record-store';
import { cellOfSlot } from './slot-cell';
import type { SlotEntry } from './slot-entry';
import type { SlotPlan } from './slot-plan';

/** What every slot holds, and which archive an id or a generation names. Kept in the heap; a look-up is a Map's. */
export class SlotTable {
  readonly #bySlot = new Map<number, SlotEntry>();
  readonly #byId = new Map<string, Archive>();
  readonly #byGeneration = new Map<number, Archive>();
  #highestClaim = 0;

  /**
   * Reads every slot's record. A slot whose record cannot be trusted is quarantined, and the others are served.
   *
   * @throws {CatalogError} CATALOG_VERSION_UNSUPPORTED
   */
  static read(store: RecordStore, plan: SlotPlan, nextGeneration: number): SlotTable {
    const table = new SlotTable();
    for (let slot = plan.first; slot <= plan.last; slot++) {
      table.#admit(readSlot(store, plan, slot), nextGeneration);
    }
    return table;
  }

  /** The highest generation in any record, sound or not: none up to it may be given out again. */
  get highestClaim(): number {
    return this.#highestClaim;
  }

  /** How many archives have an id. */
  get size(): number {
    return this.#byId.size;
  }

  named(id: string): Archive | undefined {
    return this.#byId.get(id);
  }

  ofGeneration(generation: number): Archive | undefined {
    return this.#byGeneration.get(generation);
  }

  at(slot: number): SlotEntry {
    return this.#bySlot.get(slot) ?? { kind: 'free', slot, lastGeneration: 0 };
  }

  /** Every archive, deleted ones too, by slot. */
  archives(): Archive[] {
    return [...this.#byGeneration.values()].sort((a, b) => a.slot - b.slot);
  }

  set(entry: SlotEntry): void {
    const before = this.#bySlot.get(entry.slot);
    if (before?.kind === 'archive') {
      this.#forget(before.archive);
    }
    this.#bySlot.set(entry.slot, entry);
    if (entry.kind === 'archive') {
      this.#byGeneration.set(entry.archive.generation, entry.archive);
      if (holdsItsId(entry.archive)) {
        this.#byId.set(entry.archive.id, entry.archive);
      }
    }
  }

  #admit(entry: SlotEntry, nextGeneration: number): void {
    const doubt = entry.kind === 'archive' ? this.#doubt(entry.archive, nextGeneration) : undefined;
    if (entry.kind === 'archive') {
      this.#highestClaim = Math.max(this.#highestClaim, entry.archive.generation);
    }
    this.set(doubt === undefined ? entry : { kind: 'damaged', slot: entry.slot, reason: doubt });
  }

  /** Why the archive contradicts what was read before it. Of two that claim the same, neither is trusted. */
  #doubt(archive: Archive, nextGeneration: number): string | undefined {
    if (archive.generation < 1 || archive.generation >= nextGeneration) {
      return `its generation ${archive.generation} was never given out`;
    }
    const twin =
      this.#byGeneration.get(archive.generation) ??
      (holdsItsId(archive) ? this.#byId.get(archive.id) : undefined);
    if (twin === undefined) {
      return undefined;
    }
    const claim = `slots ${twin.slot} and ${archive.slot} both claim archive '${archive.id}', generation ${archive.generation}`;
    this.set({ kind: 'damaged', slot: twin.slot, reason: claim });
    return claim;
  }

  #forget(archive: Archive): void {
    this.#byGeneration.delete(archive.generation);
    if (this.#byId.get(archive.id) === archive) {
      this.#byId.delete(archive.id);
    }
  }
}

function readSlot(store: RecordStore, plan: SlotPlan, slot: number): SlotEntry {
  try {
    const text = store.read(cellOfSlot(plan, slot));
    return text === undefined ? { kind: 'free', slot, lastGeneration: 0 } : decodeSlot(text, slot);
  } catch (error) {
    if (error instanceof CatalogError && error.code === 'CATALOG_DAMAGED') {
      return { kind: 'damaged', slot, reason: error.message };
    }
    throw error;
  }
}
