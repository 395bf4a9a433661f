import { type Archive, holdsItsId } from '../archives/archive';
import { referenceTo } from '../archives/reference';
import { decodeArchiveBody, decodeSlotHead } from '../encoding/slot-record';
import { CatalogError } from '../error';
import type { RecordStore } from '../record-store';
import { type ArchiveCell, type ArchiveHead, cellWith } from './archive-cell';
import { cellOfSlot } from './slot-cell';
import type { SlotEntry } from './slot-entry';
import type { SlotPlan } from './slot-plan';

type SlotContent = ArchiveCell | Exclude<SlotEntry, { kind: 'archive' }>;

/**
 * What every slot holds, and which archive a name means. Kept in the heap; a look-up is a Map's, with texts for keys:
 * the engine's Map takes ten times as long for whole numbers in a row.
 */
export class SlotTable {
  /** By `id` where the archive holds its id, by `id@generation`, and by `@generation`. */
  readonly names: ReadonlyMap<string, ArchiveCell>;
  readonly #names = new Map<string, ArchiveCell>();
  /** By slot. */
  readonly #contents: (SlotContent | undefined)[] = [];
  #highestClaim = 0;
  #changed: (entry: SlotEntry) => void = () => {};

  constructor() {
    this.names = this.#names;
  }

  /**
   * Reads every slot's record. A slot whose record cannot be trusted is quarantined, and the others are served.
   *
   * @throws {CatalogError} CATALOG_VERSION_UNSUPPORTED
   */
  static read(store: RecordStore, plan: SlotPlan, nextGeneration: number): SlotTable {
    const table = new SlotTable();
    for (let slot = plan.first; slot <= plan.last; slot++) {
      const content = readSlot(store, plan, slot);
      if (content?.kind === 'archive') {
        table.#admit(content, nextGeneration);
      } else {
        table.#contents[slot] = content;
      }
    }
    return table;
  }

  /** Tells what every slot holds, and from now on every change. */
  observe(changed: (entry: SlotEntry) => void): void {
    this.#changed = changed;
    for (const archive of this.archives()) {
      changed({ kind: 'archive', slot: archive.slot, archive });
    }
  }

  /** The highest generation in any record, sound or not: none up to it may be given out again. */
  get highestClaim(): number {
    return this.#highestClaim;
  }

  ofGeneration(generation: number): Archive | undefined {
    const cell = this.#names.get(generationName(generation));
    return cell && this.archiveIn(cell);
  }

  at(slot: number): SlotEntry {
    const content = this.#contents[slot] ?? { kind: 'free', slot, lastGeneration: 0 };
    if (content.kind !== 'archive') {
      return content;
    }
    const archive = this.archiveIn(content);
    return archive === undefined ? this.at(slot) : { kind: 'archive', slot, archive };
  }

  /** Every archive, deleted ones too, by slot. */
  archives(): Archive[] {
    return this.#contents
      .map((content) => (content?.kind === 'archive' ? this.archiveIn(content) : undefined))
      .filter((archive) => archive !== undefined);
  }

  heads(): ArchiveHead[] {
    return this.#contents.filter((content) => content?.kind === 'archive');
  }

  /** @returns undefined when the record's body cannot be trusted: the slot is quarantined. */
  archiveIn(cell: ArchiveCell): Archive | undefined {
    try {
      cell.archive ??= decodeArchiveBody(cell);
      return cell.archive;
    } catch (error) {
      this.#quarantine(cell.slot, damageIn(error));
      return undefined;
    }
  }

  set(entry: SlotEntry): void {
    const before = this.#contents[entry.slot];
    if (before?.kind === 'archive') {
      this.#forget(before);
    }
    if (entry.kind === 'archive') {
      this.#place(cellWith(entry.archive));
    } else {
      this.#contents[entry.slot] = entry;
    }
    this.#changed(entry);
  }

  #place(cell: ArchiveCell): void {
    this.#contents[cell.slot] = cell;
    this.#names.set(generationName(cell.generation), cell);
    this.#names.set(referenceTo(cell), cell);
    if (holdsItsId(cell.state)) {
      this.#names.set(cell.id, cell);
    }
  }

  #forget(cell: ArchiveCell): void {
    this.#names.delete(generationName(cell.generation));
    this.#names.delete(referenceTo(cell));
    if (this.#names.get(cell.id) === cell) {
      this.#names.delete(cell.id);
    }
  }

  #admit(cell: ArchiveCell, nextGeneration: number): void {
    const doubt = this.#doubt(cell, nextGeneration);
    if (cell.generation > this.#highestClaim) {
      this.#highestClaim = cell.generation;
    }
    if (doubt === undefined) {
      this.#place(cell);
    } else {
      this.#quarantine(cell.slot, doubt);
    }
  }

  /** Why the archive contradicts what was read before it. Of two that claim the same, neither is trusted. */
  #doubt(cell: ArchiveCell, nextGeneration: number): string | undefined {
    const { generation } = cell;
    if (generation < 1 || generation >= nextGeneration) {
      return `its generation ${generation} was never given out`;
    }
    const twin =
      this.#names.get(generationName(generation)) ??
      (holdsItsId(cell.state) ? this.#names.get(cell.id) : undefined);
    if (twin === undefined) {
      return undefined;
    }
    const claim = `slots ${twin.slot} and ${cell.slot} both claim archive '${cell.id}', generation ${generation}`;
    this.#quarantine(twin.slot, claim);
    return claim;
  }

  #quarantine(slot: number, reason: string): void {
    this.set({ kind: 'damaged', slot, reason });
  }
}

/** @returns undefined for a slot that was never written. */
function readSlot(store: RecordStore, plan: SlotPlan, slot: number): SlotContent | undefined {
  try {
    const text = store.read(cellOfSlot(plan, slot));
    return text === undefined ? undefined : decodeSlotHead(text, slot);
  } catch (error) {
    return { kind: 'damaged', slot, reason: damageIn(error) };
  }
}

function generationName(generation: number): string {
  return `@${generation}`;
}

/** @throws whatever is no damage to a record. */
function damageIn(error: unknown): string {
  if (error instanceof CatalogError && error.code === 'CATALOG_DAMAGED') {
    return error.message;
  }
  throw error;
}
