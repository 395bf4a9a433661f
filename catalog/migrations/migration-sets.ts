import { encodeRecord, Fields, type RecordKind } from '../encoding/fields';
import { CatalogError } from '../error';
import { CELL_CAPACITY, type RecordStore } from '../record-store';
import { assertSetName, type MigrationSetHead, type StoredMigration } from './migration-set';

/*
 * Cell 0 holds the heads. Each set has an area of its own, into which its JSON text is written cell by cell. A set that
 * replaces another is written beside it, into the area that is always free: the header's one cell switches, so that growth
 * refused midway leaves the old set whole.
 */
const HEADER_CELL = 0;
const FIRST_AREA_CELL = 1;
const CELLS_PER_AREA = 64;
const MOST_SETS = 8;
const AREAS = MOST_SETS + 1;
const LONGEST_TEXT = CELLS_PER_AREA * CELL_CAPACITY;

const FORMAT = 'tabularium-migrations';
const MIGRATIONS_RECORD: RecordKind = {
  what: 'the migrations',
  version: 1,
  damaged: 'MIGRATIONS_DAMAGED',
  unsupported: 'MIGRATIONS_VERSION_UNSUPPORTED',
};

interface SetRecord extends MigrationSetHead {
  readonly area: number;
  /** Characters of its text. */
  readonly length: number;
}

/** Sets of migrations that were uploaded to be applied to many archives, up to 8 of 1 MB. */
export class MigrationSets {
  readonly #store: RecordStore;

  /** Nothing is read before it is asked for: sets that cannot be read keep nobody from using archives. */
  constructor(store: RecordStore) {
    this.#store = store;
  }

  /** @throws {CatalogError} MIGRATIONS_DAMAGED, MIGRATIONS_VERSION_UNSUPPORTED */
  list(): readonly MigrationSetHead[] {
    return this.#records();
  }

  /**
   * The migrations of a set, as they were uploaded.
   *
   * @throws {CatalogError} MIGRATION_SET_NOT_FOUND, MIGRATIONS_DAMAGED, MIGRATIONS_VERSION_UNSUPPORTED
   */
  get(name: string): StoredMigration[] {
    const { area, length } = this.#record(name);
    const cells = Array.from({ length: Math.ceil(length / CELL_CAPACITY) }, (_, index) =>
      this.#store.read(cellOf(area, index)),
    );
    const fields = Fields.parse(MIGRATIONS_RECORD, `the set '${name}'`, cells.join(''));
    return fields.objects('migrations').map((migration) => ({
      version: migration.natural('version'),
      name: migration.text('name'),
      sql: migration.text('sql'),
      checkForeignKeys: migration.flag('checkForeignKeys'),
    }));
  }

  /**
   * Stores a set, in place of one with the same name. Whatever refuses leaves that one as it was.
   *
   * @param migrations in the order of their versions
   * @throws {CatalogError} INVALID_MIGRATION_SET, MIGRATION_SETS_FULL
   */
  put(
    name: string,
    migrations: readonly StoredMigration[],
    uploadedBy: string,
    uploadedAt: bigint,
  ): MigrationSetHead {
    assertSetName(name);
    const text = encodeRecord(MIGRATIONS_RECORD, { migrations });
    if (text.length > LONGEST_TEXT) {
      throw new CatalogError(
        'INVALID_MIGRATION_SET',
        `the set takes ${text.length} bytes of ${LONGEST_TEXT}: bring large data as an import instead`,
      );
    }
    const records = this.#records();
    const others = records.filter((record) => record.name !== name);
    if (others.length === MOST_SETS) {
      throw new CatalogError(
        'MIGRATION_SETS_FULL',
        `a canister keeps ${MOST_SETS} sets of migrations: delete one first`,
      );
    }
    const area = freeArea(records);
    for (let start = 0, index = 0; start < text.length; start += CELL_CAPACITY, index++) {
      this.#store.write(cellOf(area, index), text.slice(start, start + CELL_CAPACITY));
    }
    const newest = migrations.at(-1)?.version ?? 0;
    const record = {
      name,
      migrations: migrations.length,
      newest,
      uploadedBy,
      uploadedAt,
      area,
      length: text.length,
    };
    this.#write([...others, record]);
    return record;
  }

  /** @throws {CatalogError} MIGRATION_SET_NOT_FOUND */
  delete(name: string): void {
    const record = this.#record(name);
    this.#write(this.#records().filter(({ area }) => area !== record.area));
  }

  #record(name: string): SetRecord {
    const record = this.#records().find((one) => one.name === name);
    if (record === undefined) {
      throw new CatalogError(
        'MIGRATION_SET_NOT_FOUND',
        `there is no set of migrations '${name}': upload it, or list those that there are`,
      );
    }
    return record;
  }

  #write(records: readonly SetRecord[]): void {
    const sets = records.map((record) => ({ ...record, uploadedAt: String(record.uploadedAt) }));
    this.#store.write(HEADER_CELL, encodeRecord(MIGRATIONS_RECORD, { format: FORMAT, sets }));
  }

  #records(): SetRecord[] {
    const text = this.#store.read(HEADER_CELL);
    return text === undefined ? [] : decodeHeader(text);
  }
}

function decodeHeader(text: string): SetRecord[] {
  const fields = Fields.parse(MIGRATIONS_RECORD, 'the header', text);
  if (fields.optionalText('format') !== FORMAT) {
    throw fields.damaged('it does not begin with a header');
  }
  return fields.objects('sets').map((set) => ({
    name: set.text('name'),
    migrations: set.natural('migrations'),
    newest: set.natural('newest'),
    uploadedBy: set.text('uploadedBy'),
    uploadedAt: set.time('uploadedAt'),
    area: set.natural('area'),
    length: set.natural('length'),
  }));
}

/** Of all areas one is free at least. */
function freeArea(records: readonly SetRecord[]): number {
  const taken = new Set(records.map(({ area }) => area));
  return Array.from({ length: AREAS }, (_, area) => area).find((area) => !taken.has(area))!;
}

function cellOf(area: number, index: number): number {
  return FIRST_AREA_CELL + area * CELLS_PER_AREA + index;
}
