import type { Archive } from './archive';
import { assertArchiveId } from './archive-id';
import { decodeArchive, decodeHeader, encodeArchive, encodeHeader } from './encoding';
import { CatalogError } from './error';
import type { RecordStore } from './record-store';
import { FIRST_SLOT, LAST_SLOT, SLOT_COUNT } from './slot-plan';

const HEADER_CELL = 0;

/**
 * archive id -> slot -> MemoryId, with the generation and owner of each archive.
 *
 * Everything is read once, when the catalog opens; a look-up is a Map's. A change is written before it is seen, and
 * the IC undoes both when the message traps, so memory and record store cannot disagree.
 */
export class Catalog {
  readonly #store: RecordStore;
  readonly #byId = new Map<string, Archive>();
  readonly #bySlot = new Map<number, Archive>();
  #nextGeneration: number;

  private constructor(store: RecordStore, nextGeneration: number) {
    this.#store = store;
    this.#nextGeneration = nextGeneration;
  }

  /**
   * Opens the catalog that `store` holds; an empty store is a new catalog, and nothing is written until the first
   * archive is added.
   *
   * @throws {CatalogError} CATALOG_DAMAGED, CATALOG_VERSION_UNSUPPORTED; the store is left as it is.
   */
  static open(store: RecordStore): Catalog {
    const header = store.read(HEADER_CELL);
    if (header === undefined) {
      return new Catalog(store, 1);
    }
    const catalog = new Catalog(store, decodeHeader(header).nextGeneration);
    for (let slot = FIRST_SLOT; slot <= LAST_SLOT; slot++) {
      const record = store.read(cellOf(slot));
      if (record !== undefined) {
        catalog.#admit(decodeArchive(record, slot));
      }
    }
    return catalog;
  }

  /** How many archives there are. */
  get size(): number {
    return this.#byId.size;
  }

  find(id: string): Archive | undefined {
    return this.#byId.get(id);
  }

  /** @throws {CatalogError} ARCHIVE_NOT_FOUND */
  get(id: string): Archive {
    const archive = this.find(id);
    if (archive === undefined) {
      throw new CatalogError('ARCHIVE_NOT_FOUND', `there is no archive '${id}'`);
    }
    return archive;
  }

  /** All archives, by slot. */
  list(): Archive[] {
    return [...this.#bySlot.values()].sort((a, b) => a.slot - b.slot);
  }

  /**
   * The archive that `add` would accept for this id, with the lowest free slot and the next generation; nothing is
   * stored yet, so that the caller can prepare the slot's storage first and give up without a trace.
   *
   * @throws {CatalogError} INVALID_ARCHIVE_ID, ARCHIVE_EXISTS, CATALOG_FULL
   */
  propose(id: string, owner: string, createdAt: bigint): Archive {
    assertArchiveId(id);
    if (this.#byId.has(id)) {
      throw new CatalogError('ARCHIVE_EXISTS', `there is already an archive '${id}'`);
    }
    return { id, slot: this.#lowestFreeSlot(), generation: this.#nextGeneration, owner, createdAt };
  }

  /** Stores an archive that {@link propose} returned. */
  add(archive: Archive): void {
    this.#store.write(cellOf(archive.slot), encodeArchive(archive));
    this.#store.write(HEADER_CELL, encodeHeader({ nextGeneration: archive.generation + 1 }));
    this.#nextGeneration = archive.generation + 1;
    this.#admit(archive);
  }

  #lowestFreeSlot(): number {
    for (let slot = FIRST_SLOT; slot <= LAST_SLOT; slot++) {
      if (!this.#bySlot.has(slot)) {
        return slot;
      }
    }
    throw new CatalogError(
      'CATALOG_FULL',
      `all ${SLOT_COUNT} slots are taken; archives are never moved to make room: delete one, or install another canister`,
    );
  }

  #admit(archive: Archive): void {
    const twin = this.#byId.get(archive.id);
    if (twin !== undefined) {
      throw new CatalogError(
        'CATALOG_DAMAGED',
        `slots ${twin.slot} and ${archive.slot} of the catalog both name the archive '${archive.id}'`,
      );
    }
    if (archive.generation >= this.#nextGeneration) {
      throw new CatalogError(
        'CATALOG_DAMAGED',
        `slot ${archive.slot} of the catalog has generation ${archive.generation}, which was never given out`,
      );
    }
    this.#byId.set(archive.id, archive);
    this.#bySlot.set(archive.slot, archive);
  }
}

function cellOf(slot: number): number {
  return 1 + slot - FIRST_SLOT;
}
