import type { Archive } from '../archives/archive';
import type { Catalog } from '../catalog';
import { CATALOG_RECORD } from '../encoding/catalog-kind';
import { Fields, toAscii } from '../encoding/fields';
import { FIRST_TOMBSTONE_CELL } from './slot-cell';

/** What remains of a purged archive. */
export interface Tombstone {
  readonly id: string;
  readonly generation: number;
  readonly slot: number;
  readonly owner: string;
  readonly createdAt: bigint;
  readonly deletedAt: bigint;
  readonly purgedAt: bigint;
}

/** Tombstones in their order, and where the next page begins. */
export interface TombstonePage {
  readonly tombstones: Tombstone[];
  readonly next: number | undefined;
}

/*
 * A cell holds up to 48 tombstones, one JSON text a line. Nothing reads them when the catalog opens: that a purged
 * archive's generation never fits again is the doing of the counter, tombstones say what it was.
 */
const TOMBSTONES_PER_CELL = 48;
const LINE_END = '\n';

/** Takes the memory that the next tombstone needs: what it tells of must not be lost before it can be told. */
export function makeRoomForTombstone(catalog: Catalog): void {
  const cell = cellOf(catalog.tombstones);
  if (catalog.store.read(cell) === undefined) {
    catalog.store.write(cell, '');
  }
}

/** Adds a tombstone. One that is there already, since the purge was cut off right after, is not added twice. */
export function addTombstone(catalog: Catalog, archive: Archive, deletedAt: bigint, purgedAt: bigint): void {
  const index = catalog.tombstones;
  if (index > 0 && listTombstones(catalog, index - 1, 1).tombstones[0]?.generation === archive.generation) {
    return;
  }
  const line = encode(archive, deletedAt, purgedAt);
  const lines = index % TOMBSTONES_PER_CELL === 0 ? [] : readLines(catalog, index);
  lines[index % TOMBSTONES_PER_CELL] = line;
  catalog.store.write(cellOf(index), lines.join(LINE_END));
  catalog.changeHeader({ tombstones: index + 1 });
}

/**
 * Up to `limit` tombstones from the `from`-th on, in the order of the purges.
 *
 * @throws {CatalogError} CATALOG_DAMAGED
 */
export function listTombstones(catalog: Catalog, from: number, limit: number): TombstonePage {
  const end = Math.min(catalog.tombstones, from + limit);
  const tombstones: Tombstone[] = [];
  let index = from;
  while (index < end) {
    const within = index % TOMBSTONES_PER_CELL;
    const lines = readLines(catalog, index).slice(within, within + end - index);
    tombstones.push(...lines.map(decode));
    index += TOMBSTONES_PER_CELL - within;
  }
  return { tombstones, next: end < catalog.tombstones ? end : undefined };
}

function readLines(catalog: Catalog, index: number): string[] {
  return (catalog.store.read(cellOf(index)) ?? '').split(LINE_END);
}

function encode(archive: Archive, deletedAt: bigint, purgedAt: bigint): string {
  const { id, generation, slot, owner, createdAt } = archive;
  const times = { createdAt: String(createdAt), deletedAt: String(deletedAt), purgedAt: String(purgedAt) };
  return toAscii(JSON.stringify({ version: CATALOG_RECORD.version, id, generation, slot, owner, ...times }));
}

function decode(line: string): Tombstone {
  const fields = Fields.parse(CATALOG_RECORD, 'a tombstone', line);
  return {
    id: fields.text('id'),
    generation: fields.natural('generation'),
    slot: fields.natural('slot'),
    owner: fields.text('owner'),
    createdAt: fields.time('createdAt'),
    deletedAt: fields.time('deletedAt'),
    purgedAt: fields.time('purgedAt'),
  };
}

function cellOf(index: number): number {
  return FIRST_TOMBSTONE_CELL + Math.floor(index / TOMBSTONES_PER_CELL);
}
