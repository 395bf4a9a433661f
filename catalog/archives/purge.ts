import type { Catalog } from '../catalog';
import { CatalogError } from '../error';
import { addTombstone, makeRoomForTombstone } from '../slots/tombstones';
import type { Archive } from './archive';
import { assertRequirement } from './state-gate';

/** What a purge needs of the storage. */
export interface SlotStorage {
  /**
   * Gives back a bounded part of what the slot owns; called again until nothing is left. The storage knows from its own
   * state how far it has come, so a call that was rolled back is simply made again.
   *
   * @returns true when the slot owns nothing any more.
   */
  release(slot: number): boolean;
}

/**
 * The archive is lost from here on.
 *
 * @throws {CatalogError} ARCHIVE_NOT_DELETED, ARCHIVE_PURGING
 */
export function beginPurge(catalog: Catalog, archive: Archive): Archive {
  assertRequirement(archive, 'deleted');
  const { life } = archive;
  const deletedAt = life.state === 'deleted' ? life.deletedAt : 0n;
  return catalog.replace({ ...archive, life: { state: 'purging', deletedAt } });
}

/**
 * An archive whose first import was given up has no data to recover: it is purged at once, and its id is free.
 *
 * @throws {CatalogError} ARCHIVE_STATE
 */
export function abandonFirstImport(catalog: Catalog, archive: Archive, now: bigint): Archive {
  if (archive.life.state !== 'importing') {
    throw new CatalogError('ARCHIVE_STATE', `the archive '${archive.id}' is not waiting for its first image`);
  }
  return catalog.replace({ ...archive, life: { state: 'purging', deletedAt: now } });
}

/**
 * An archive whose adoption was given up goes without a purge: what lies in its slot is somebody else's still. The slot is
 * free, and passed over by allocation as long as its memory is not empty.
 *
 * @throws {CatalogError} ARCHIVE_STATE
 */
export function withdrawAdoption(catalog: Catalog, archive: Archive): void {
  if (archive.life.state !== 'importing') {
    throw new CatalogError('ARCHIVE_STATE', `the archive '${archive.id}' is not being adopted`);
  }
  catalog.put({ kind: 'free', slot: archive.slot, lastGeneration: archive.generation });
}

/**
 * Does one bounded part of a purge. With the last one the slot is free, and a tombstone tells what it held.
 *
 * @returns true when the purge is complete.
 * @throws {CatalogError} ARCHIVE_STATE
 */
export function stepPurge(catalog: Catalog, archive: Archive, storage: SlotStorage, now: bigint): boolean {
  const { life, slot, generation } = archive;
  if (life.state !== 'purging') {
    throw new CatalogError(
      'ARCHIVE_STATE',
      `the archive '${archive.id}' is not being purged: begin the purge first`,
    );
  }
  makeRoomForTombstone(catalog);
  if (!storage.release(slot)) {
    return false;
  }
  addTombstone(catalog, archive, life.deletedAt, now);
  catalog.put({ kind: 'free', slot, lastGeneration: generation });
  return true;
}

/**
 * Purges a deleted archive, or goes on with its purge.
 *
 * @returns true when the purge is complete.
 * @throws {CatalogError} ARCHIVE_NOT_DELETED; what the storage refuses to release, and STABLE_MEMORY_FULL: the archive is as it was
 */
export function purgeArchive(catalog: Catalog, archive: Archive, storage: SlotStorage, now: bigint): boolean {
  if (archive.life.state === 'purging') {
    return stepPurge(catalog, archive, storage, now);
  }
  assertRequirement(archive, 'deleted');
  // What may be refused comes first: a refusal is answered, not trapped, and must not leave an archive that is lost already.
  makeRoomForTombstone(catalog);
  const isEmpty = storage.release(archive.slot);
  const purging = beginPurge(catalog, archive);
  return isEmpty && stepPurge(catalog, purging, storage, now);
}
