import { type Archive, holdsItsId } from './archives/archive';
import { type CreationOptions, newArchive } from './archives/creation';
import { type CanisterSettings, DEFAULT_CANISTER_SETTINGS } from './canister-settings';
import { type CatalogHeader, decodeHeader, encodeHeader } from './encoding/header';
import { encodeSlot } from './encoding/slot-record';
import { CatalogError } from './error';
import type { RecordStore } from './record-store';
import type { ArchiveHead } from './slots/archive-cell';
import { cellOfSlot, HEADER_CELL } from './slots/slot-cell';
import type { SlotEntry, StoredSlotEntry } from './slots/slot-entry';
import { assertSlotPlan, DEFAULT_SLOT_PLAN, type SlotPlan } from './slots/slot-plan';
import { SlotTable } from './slots/slot-table';

/** How a catalog is opened. */
export interface CatalogOptions {
  /** The slots of a new catalog; one that exists keeps its own. */
  readonly plan?: SlotPlan;
  /** MemoryIds that the CDK's runtime opens for itself, which no slot may be. */
  readonly runtimeIds?: readonly number[];
  /** Told of everything that is in the catalog, and of every change. */
  readonly observer?: CatalogObserver;
}

/** What keeps a copy of the catalog. It is told last, when a change can no longer be refused, and must not fail. */
export interface CatalogObserver {
  slotChanged(entry: SlotEntry): void;
  canisterChanged(operators: readonly string[], settings: CanisterSettings): void;
}

/**
 * archive id -> slot -> MemoryId, with the generation, roles and settings of each archive.
 *
 * The slots are read once, when the catalog opens; a look-up is a Map's. A change is written before it is seen, and
 * the IC undoes both when the message traps, so memory and record store cannot disagree. Where a change takes two
 * records, they are written in the order in which the first alone does no harm.
 */
export class Catalog {
  readonly store: RecordStore;
  #header: CatalogHeader;
  readonly #slots: SlotTable;
  readonly #observer: CatalogObserver | undefined;

  private constructor(
    store: RecordStore,
    header: CatalogHeader,
    slots: SlotTable,
    observer: CatalogObserver | undefined,
  ) {
    this.store = store;
    this.#header = header;
    this.#slots = slots;
    this.#observer = observer;
    if (observer !== undefined) {
      observer.canisterChanged(header.operators, header.settings);
      slots.observe((entry) => observer.slotChanged(entry));
    }
  }

  /**
   * Opens the catalog that `store` holds; an empty store becomes a new catalog. A slot whose record cannot be trusted
   * is quarantined.
   *
   * @throws {CatalogError} CATALOG_DAMAGED, CATALOG_VERSION_UNSUPPORTED, INVALID_SLOT_PLAN; the store is left as it is.
   */
  static open(store: RecordStore, options: CatalogOptions = {}): Catalog {
    const { runtimeIds = [], observer } = options;
    const text = store.read(HEADER_CELL);
    if (text !== undefined) {
      const header = decodeHeader(text);
      assertSlotPlan(header.plan, runtimeIds);
      const slots = SlotTable.read(store, header.plan, header.nextGeneration);
      const nextGeneration = Math.max(header.nextGeneration, slots.highestClaim + 1);
      return new Catalog(store, { ...header, nextGeneration }, slots, observer);
    }
    const plan = options.plan ?? DEFAULT_SLOT_PLAN;
    assertSlotPlan(plan, runtimeIds);
    const header: CatalogHeader = {
      plan,
      nextGeneration: 1,
      tombstones: 0,
      operators: [],
      settings: DEFAULT_CANISTER_SETTINGS,
    };
    store.write(HEADER_CELL, encodeHeader(header));
    return new Catalog(store, header, new SlotTable(), observer);
  }

  get plan(): SlotPlan {
    return this.#header.plan;
  }

  get nextGeneration(): number {
    return this.#header.nextGeneration;
  }

  get tombstones(): number {
    return this.#header.tombstones;
  }

  get operators(): readonly string[] {
    return this.#header.operators;
  }

  get settings(): CanisterSettings {
    return this.#header.settings;
  }

  /** The archive that a reference means: `id`, the one that has the id now, or `id@generation`, deleted or not. */
  find(reference: string): Archive | undefined {
    const cell = this.#slots.names.get(reference);
    return cell === undefined ? undefined : (cell.archive ?? this.#slots.archiveIn(cell));
  }

  /** @throws {CatalogError} ARCHIVE_NOT_FOUND */
  get(id: string): Archive {
    const archive = this.find(id);
    if (archive === undefined) {
      throw new CatalogError(
        'ARCHIVE_NOT_FOUND',
        `there is no archive '${id}'; list the archives. One that was deleted is named by id@generation`,
      );
    }
    return archive;
  }

  /** The archive of a generation, whether or not it has been deleted; undefined once it is purged. */
  ofGeneration(generation: number): Archive | undefined {
    return this.#slots.ofGeneration(generation);
  }

  entryAt(slot: number): SlotEntry {
    return this.#slots.at(slot);
  }

  /** What is known of every archive without decoding its record, by slot. */
  heads(): ArchiveHead[] {
    return this.#slots.heads();
  }

  /** How many archives have an id, without decoding their records. */
  countArchives(): number {
    return this.heads().filter(({ state }) => holdsItsId(state)).length;
  }

  /** The archives that have an id, by slot. */
  list(): Archive[] {
    return this.archives().filter(({ life }) => holdsItsId(life.state));
  }

  /** All archives, deleted ones too, by slot. */
  archives(): Archive[] {
    return this.#slots.archives();
  }

  /**
   * The archive that `add` would accept, with the next generation; nothing is stored yet, so that the caller can
   * prepare the slot's storage first and give up without a trace.
   *
   * @throws {CatalogError} ARCHIVE_EXISTS, CATALOG_FULL, SLOT_*, INVALID_*
   */
  propose(id: string, owner: string, createdAt: bigint, options: CreationOptions = {}): Archive {
    return newArchive(this, id, owner, createdAt, options);
  }

  /** Stores an archive that {@link propose} returned. */
  add(archive: Archive): void {
    this.changeHeader({ nextGeneration: archive.generation + 1 });
    this.put({ kind: 'archive', slot: archive.slot, archive });
  }

  /** Stores a new version of an archive. What identifies it cannot change. */
  replace(archive: Archive): Archive {
    const before = this.ofGeneration(archive.generation);
    if (before?.slot !== archive.slot) {
      throw new RangeError(`generation ${archive.generation} is not in slot ${archive.slot}`);
    }
    this.put({ kind: 'archive', slot: archive.slot, archive });
    return archive;
  }

  /** Stores what a slot holds. */
  put(entry: StoredSlotEntry): void {
    this.store.write(cellOfSlot(this.plan, entry.slot), encodeSlot(entry));
    this.#slots.set(entry);
  }

  /** Stores changed fields of the header. The plan is fixed for the canister's life. */
  changeHeader(change: Partial<Omit<CatalogHeader, 'plan'>>): void {
    const header = { ...this.#header, ...change };
    this.store.write(HEADER_CELL, encodeHeader(header));
    this.#header = header;
    if (change.operators !== undefined || change.settings !== undefined) {
      this.#observer?.canisterChanged(header.operators, header.settings);
    }
  }
}
