import type { Catalog } from '../catalog';
import { CatalogError } from '../error';
import { makeRoomForTombstone } from '../slots/tombstones';
import type { Archive, ArchiveLife } from './archive';
import { assertIdIsFree } from './creation';
import { assertReason } from './reason';
import { referenceTo } from './reference';
import { assertRequirement } from './state-gate';

const NANOSECONDS = 1_000_000_000n;

/**
 * Gives the archive another id. References to the old one become stale, since it may name another archive tomorrow.
 *
 * @throws {CatalogError} INVALID_ARCHIVE_ID, ARCHIVE_EXISTS, ARCHIVE_DELETED, ARCHIVE_PURGING
 */
export function renameArchive(catalog: Catalog, archive: Archive, id: string): Archive {
  assertRequirement(archive, 'named');
  assertIdIsFree(catalog, id);
  return catalog.replace({ ...archive, id });
}

/**
 * Frees the id. The data stays, and can be recovered until the archive's window closes. An archive without an image
 * has none: its import is cancelled instead.
 *
 * @param now nanoseconds since 1970
 * @throws {CatalogError} ARCHIVE_PROTECTED, ARCHIVE_IMPORTING, ARCHIVE_DELETED, ARCHIVE_PURGING
 */
export function deleteArchive(catalog: Catalog, archive: Archive, now: bigint): Archive {
  assertRequirement(archive, 'stored');
  if (archive.settings.deleteProtection) {
    throw new CatalogError(
      'ARCHIVE_PROTECTED',
      `the archive '${archive.id}' is protected: switch its delete protection off first`,
    );
  }
  const window = archive.settings.recoveryWindowSeconds ?? catalog.settings.recoveryWindowSeconds;
  const recoverableUntil = now + BigInt(window) * NANOSECONDS;
  const damage = archive.life.state === 'damaged' ? archive.life.reason : undefined;
  // Now, so that a purge that is refused has mostly changed nothing.
  makeRoomForTombstone(catalog);
  return enter(catalog, archive, { state: 'deleted', deletedAt: now, recoverableUntil, damage });
}

/**
 * Brings a deleted archive back, under its old id or another.
 *
 * @throws {CatalogError} ARCHIVE_NOT_DELETED, ARCHIVE_PURGING, RECOVERY_EXPIRED, ARCHIVE_EXISTS, INVALID_ARCHIVE_ID
 */
export function recoverArchive(catalog: Catalog, archive: Archive, id: string, now: bigint): Archive {
  assertRequirement(archive, 'deleted');
  if (recoveryIsOver(archive, now)) {
    throw new CatalogError(
      'RECOVERY_EXPIRED',
      `the time to recover '${referenceTo(archive)}' is over: restore a backup into a new archive`,
    );
  }
  assertIdIsFree(catalog, id);
  const damage = archive.life.state === 'deleted' ? archive.life.damage : undefined;
  const life: ArchiveLife = damage === undefined ? { state: 'active' } : { state: 'damaged', reason: damage };
  return catalog.replace({ ...archive, id, life });
}

/** True for a deleted archive that nobody can recover any more, so that it can be purged. */
export function recoveryIsOver({ life }: Archive, now: bigint): boolean {
  return life.state === 'deleted' && now >= life.recoverableUntil;
}

/**
 * The first image is in place: the archive opens.
 *
 * @throws {CatalogError} ARCHIVE_STATE
 */
export function finishFirstImport(catalog: Catalog, archive: Archive): Archive {
  assertState(archive, 'importing', 'no first image of it is being imported');
  return enter(catalog, archive, { state: 'active' });
}

/**
 * Closes the archive to everybody while a migration is in parts of it.
 *
 * @throws {CatalogError} ARCHIVE_*, *_BLOCKED
 */
export function startMigrating(catalog: Catalog, archive: Archive, version: number): Archive {
  assertRequirement(archive, 'migratable');
  return enter(catalog, archive, { state: 'migrating', version });
}

/**
 * The migration is in the archive as a whole, or not at all: the archive opens.
 *
 * @throws {CatalogError} ARCHIVE_STATE
 */
export function finishMigrating(catalog: Catalog, archive: Archive): Archive {
  assertState(archive, 'migrating', 'no migration of it is under way');
  return enter(catalog, archive, { state: 'active' });
}

/**
 * Takes the archive out of service while its storage is in doubt. It keeps id, slot and data. Without an image, or with
 * part of a migration in it, lifting the quarantine would serve what never was whole: that is finished or cancelled first.
 *
 * @throws {CatalogError} ARCHIVE_IMPORTING, ARCHIVE_MIGRATING, ARCHIVE_DELETED, ARCHIVE_PURGING, INVALID_SETTING
 */
export function quarantineArchive(catalog: Catalog, archive: Archive, reason: string): Archive {
  assertReason(reason);
  assertRequirement(archive, 'stored');
  return enter(catalog, archive, { state: 'damaged', reason });
}

/**
 * Quarantines an archive whose slot does not hold it, with the migration that was in it, if one was. A deleted one is
 * quarantined when it comes back; others are out of use already.
 */
export function quarantineLost(catalog: Catalog, archive: Archive, reason: string): Archive {
  assertReason(reason);
  const { life } = archive;
  switch (life.state) {
    case 'active':
    case 'migrating':
      return enter(catalog, archive, { state: 'damaged', reason });
    case 'deleted':
      return life.damage === undefined ? enter(catalog, archive, { ...life, damage: reason }) : archive;
    default:
      return archive;
  }
}

/**
 * Serves a quarantined archive again, once it was checked or its image replaced.
 *
 * @param doubt why its slot does not hold the archive; undefined when it does
 * @throws {CatalogError} ARCHIVE_STATE, ARCHIVE_DAMAGED
 */
export function liftQuarantine(catalog: Catalog, archive: Archive, doubt: string | undefined): Archive {
  assertState(archive, 'damaged', 'it is not quarantined');
  if (doubt !== undefined) {
    throw new CatalogError(
      'ARCHIVE_DAMAGED',
      `the archive '${archive.id}' stays quarantined: ${doubt}; clear the slot unless it is empty, and import a backup first`,
    );
  }
  return enter(catalog, archive, { state: 'active' });
}

function assertState(archive: Archive, state: ArchiveLife['state'], otherwise: string): void {
  if (archive.life.state !== state) {
    throw new CatalogError(
      'ARCHIVE_STATE',
      `the archive '${archive.id}' is ${archive.life.state}: ${otherwise}; describe it to see what it needs`,
    );
  }
}

function enter(catalog: Catalog, archive: Archive, life: ArchiveLife): Archive {
  return catalog.replace({ ...archive, life });
}
