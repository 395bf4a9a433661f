import { HostPointer } from '../externals/addresses';
import { freePage } from './allocation';
import {
  DATABASE_HEADER_LENGTH,
  databasePages,
  FORMAT_ROLLBACK_JOURNAL,
  FORMAT_WAL,
  formatVersion,
  hasSqliteMagic,
  schemaCookie,
  setFormatVersion,
  sqlitePageSize,
} from './database-header';
import { forgetTables } from './image';
import { readBytes } from './image-read';
import { ImageOrigin } from './image-record';
import {
  abandonImport,
  enterImport,
  exchangeImages,
  expireImport,
  startDiscarding,
  writeStaging,
} from './import';
import { stagingExtent } from './import-coverage';
import { ImportPhase, importRecord, readRecord } from './import-record';
import { PAGE_SIZE, pagesOf } from './layout';
import { cutImage, pagesToCut } from './map-cut';
import { writeImagePage } from './map-write';
import { pageBuffer } from './page-buffers';
import { publishLive, takeDatabaseHeader } from './publish';
import { reservePages } from './reserve';
import { examineSnapshot, keepReplacedImage } from './snapshot-create';
import { StoreStatus } from './status';
import { Store } from './store';
import { StagingState } from './superblock';

/**
 * Makes a verified image the live one in one superblock write. The replaced image is given back by
 * {@link discardStaging} afterwards.
 */
export function switchImport(slot: Store, session: u64): StoreStatus {
  const status = examineSwitch(slot, session);
  if (status !== StoreStatus.Ok) return status;
  prepareImage(slot);
  takeDatabaseHeader(slot, pageBuffer);
  exchangeImages(slot);
  startDiscarding(slot);
  slot.superblock.stagingRoot = slot.staging.rootTable;
  slot.superblock.stagingRootBirth = slot.staging.rootBirth;
  slot.superblock.stagingSharedEpoch = slot.staging.sharedEpoch;
  publishLive(slot);
  return StoreStatus.Ok;
}

/**
 * The same, but keeps the replaced image as a snapshot of that name, whose number is keptImage then. Refused as a
 * snapshot is, with nothing changed.
 */
export function switchImportKeeping(
  slot: Store,
  session: u64,
  name: HostPointer,
  nameLength: u32,
): StoreStatus {
  let status = examineSwitch(slot, session);
  if (status === StoreStatus.Ok) status = examineSnapshot(slot, name, nameLength);
  if (status !== StoreStatus.Ok) return status;
  if (!readBytes(slot, slot.staging, 0, pageBuffer, PAGE_SIZE)) return StoreStatus.Damaged;
  keepReplaced(slot, name, nameLength);
  return StoreStatus.Ok;
}

/** Whether the import may be switched in. Leaves the image's first page in the page buffer. */
function examineSwitch(slot: Store, session: u64): StoreStatus {
  const status = enterImport(slot, session);
  if (status !== StoreStatus.Ok) return status;
  if (importRecord().phase !== ImportPhase.Verified) return StoreStatus.ImportUnverified;
  if (slot.openFiles > 0) return StoreStatus.Busy;
  return readBytes(slot, slot.staging, 0, pageBuffer, PAGE_SIZE) ? StoreStatus.Ok : StoreStatus.Damaged;
}

/**
 * Gives back at most `budget` pages of an image that is no longer wanted, as after a switch, a cancelled or a refused
 * import. True when nothing is left to give back.
 */
export function discardStaging(slot: Store, budget: u32): bool {
  const superblock = slot.superblock;
  const isRefused = superblock.stagingState === StagingState.Failed;
  if (superblock.stagingState !== StagingState.Discarding && !isRefused) return true;
  const pages = pagesOf(slot.staging.logicalSize);
  if (isRefused && pages === 0) return true;
  const kept = budget < pages ? pages - budget : 0;
  if (!reservePages(slot, pagesToCut(slot.staging, kept))) return false;
  cutImage(slot, slot.staging, kept, pages);
  slot.staging.logicalSize = <u64>kept * PAGE_SIZE;
  superblock.stagingSize = slot.staging.logicalSize;
  if (kept === 0 && !isRefused) endStaging(slot);
  writeStaging(slot);
  return kept === 0;
}

/**
 * Makes way for another import, as far as `budget` pages allow: gives back what a finished, expired or refused one left.
 * True when nothing is in the way.
 */
export function clearStaging(slot: Store, budget: u32): bool {
  expireImport(slot);
  if (slot.superblock.stagingState === StagingState.Failed) {
    readRecord(slot);
    abandonImport(slot);
  }
  return discardStaging(slot, budget) && slot.superblock.stagingState === StagingState.None;
}

function endStaging(slot: Store): void {
  const superblock = slot.superblock;
  superblock.stagingState = StagingState.None;
  superblock.stagingTime = 0;
  slot.staging.sharedEpoch = 0;
  freeRecord(slot);
}

/** Moves the staging image over into the live one, so that nothing is left of staging. */
function keepReplaced(slot: Store, name: HostPointer, nameLength: u32): void {
  const superblock = slot.superblock;
  const staging = slot.staging;
  prepareImage(slot);
  superblock.stagingState = StagingState.None;
  superblock.stagingTime = 0;
  superblock.stagingSize = 0;
  superblock.stagingReceived = 0;
  superblock.stagingRoot = 0;
  superblock.stagingRootBirth = 0;
  superblock.stagingSharedEpoch = 0;
  const pageSize = sqlitePageSize(pageBuffer);
  keepReplacedImage(slot, staging, pageSize, schemaCookie(pageBuffer), name, nameLength, ImageOrigin.Import);
  forgetTables(staging);
  staging.logicalSize = 0;
  staging.rootTable = 0;
  staging.rootBirth = 0;
}

function freeRecord(slot: Store): void {
  const superblock = slot.superblock;
  if (superblock.stagingRecord !== 0) freePage(slot, superblock.stagingRecord);
  superblock.stagingRecord = 0;
}

/** What, if anything, the header of the received image has wrong. Notes the database's size in the record in use. */
export function examineHeader(slot: Store): StoreStatus {
  const received = slot.superblock.stagingSize;
  if (received < DATABASE_HEADER_LENGTH) return StoreStatus.ImportNotSqlite;
  if (!readBytes(slot, slot.staging, 0, pageBuffer, PAGE_SIZE)) return StoreStatus.Damaged;
  if (!hasSqliteMagic(pageBuffer)) return StoreStatus.ImportNotSqlite;
  if (sqlitePageSize(pageBuffer) === 0) return StoreStatus.ImportPageSize;
  const version = formatVersion(pageBuffer);
  if (version < FORMAT_ROLLBACK_JOURNAL || version > FORMAT_WAL) return StoreStatus.ImportFormat;
  const size = imageSize(received);
  if (version === FORMAT_WAL && size !== received) return StoreStatus.ImportWal;
  if (size > received || size === 0) return StoreStatus.ImportTruncated;
  importRecord().imageSize = size;
  return StoreStatus.Ok;
}

/** Bytes that the header in the page buffer gives the database, from the file's size where it does not say. */
function imageSize(received: u64): u64 {
  const pageSize = sqlitePageSize(pageBuffer);
  const stated = <u64>databasePages(pageBuffer) * pageSize;
  return stated === 0 ? (received / pageSize) * pageSize : stated;
}

/**
 * Makes the staging image what the archive is to be. Bytes behind the database's last page, as raw mounts leave them, are
 * not taken over. A log that is written back is given up by two bytes of the header, only now: the hash is that of what
 * was sent.
 */
function prepareImage(slot: Store): void {
  const staging = slot.staging;
  const size = importRecord().imageSize;
  cutImage(slot, staging, pagesOf(size), stagingExtent(slot));
  staging.logicalSize = size;
  if (formatVersion(pageBuffer) === FORMAT_WAL) {
    setFormatVersion(pageBuffer, FORMAT_ROLLBACK_JOURNAL);
    writeImagePage(slot, staging, 0, pageBuffer);
  }
  freeRecord(slot);
}
