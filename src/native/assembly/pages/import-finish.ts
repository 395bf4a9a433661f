import { HostPointer } from '../externals/addresses';
import { freePage } from './allocation';
import { forgetDamage, noteDamagedImage } from './damage';
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
import { STAGING_IMAGE } from './holders';
import { forgetTables } from './image';
import { writeDirectory } from './image-directory';
import { lostPage, metDamage, passImage } from './image-discard';
import { readBytes } from './image-read';
import { ImageOrigin, ImageState } from './image-record';
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
import { LogicalPage, PAGE_SIZE, pagesOf } from './layout';
import { cutImage } from './map-cut';
import { writeImagePage } from './map-write';
import { pageBuffer } from './page-buffers';
import { publishLive, takeDatabaseHeader } from './publish';
import {
  examineRoom,
  examineSnapshot,
  keepReplacedImage,
  newRecord as newImageRecord,
} from './snapshot-create';
import { noteFewerSharers } from './snapshot-delete';
import { StoreStatus } from './status';
import { beginStep } from './step-end';
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
  if (!readBytes(slot, slot.staging, 0, pageBuffer, PAGE_SIZE)) return StoreStatus.DamagedPage;
  keepReplaced(slot, name, nameLength);
  return StoreStatus.Ok;
}

/** Whether the import may be switched in. Leaves the image's first page in the page buffer. */
function examineSwitch(slot: Store, session: u64): StoreStatus {
  const status = enterImport(slot, session);
  if (status !== StoreStatus.Ok) return status;
  if (importRecord().phase !== ImportPhase.Verified) return StoreStatus.ImportUnverified;
  if (slot.openFiles > 0) return StoreStatus.Busy;
  return readBytes(slot, slot.staging, 0, pageBuffer, PAGE_SIZE) ? StoreStatus.Ok : StoreStatus.DamagedPage;
}

/** Whether an image is being given back, as after a switch, a cancelled or a refused import. */
export function isDiscardingStaging(slot: Store): bool {
  const state = slot.superblock.stagingState;
  return state === StagingState.Discarding || (state === StagingState.Failed && slot.staging.logicalSize > 0);
}

/**
 * Passes at most `budget` pages of such an image; nothing is left to do when {@link isDiscardingStaging} says no.
 * DamagedImage where its map does not hold: what is left of it is set aside, as a record of the image directory. If there is
 * no room for one, it stays where it is, in the way of other imports.
 */
export function discardStaging(slot: Store, budget: u32): StoreStatus {
  if (!isDiscardingStaging(slot)) return StoreStatus.Ok;
  beginStep();
  const staging = slot.staging;
  const pages = pagesOf(staging.logicalSize);
  forgetDamage();
  const left = passImage(slot, STAGING_IMAGE, staging.rootTable, staging.rootBirth, pages, budget);
  forgetTables(staging);
  staging.logicalSize = <u64>left * PAGE_SIZE;
  const damaged = metDamage();
  if (damaged) noteDamagedImage(slot, 0, 0, lostPage());
  if (left === 0 || (damaged && setStagingAside(slot, lostPage()))) emptyStaging(slot);
  slot.superblock.stagingSize = staging.logicalSize;
  writeStaging(slot);
  return damaged ? StoreStatus.DamagedImage : StoreStatus.Ok;
}

/** Makes what is left of the staging image a record that keeps it. False where there is no room for one. */
function setStagingAside(slot: Store, lost: LogicalPage): bool {
  if (examineRoom(slot) !== StoreStatus.Ok) return false;
  const superblock = slot.superblock;
  const record = newImageRecord(slot, ImageState.SetAside, ImageOrigin.Import);
  record.epoch = superblock.epoch;
  record.rootBirth = slot.staging.rootBirth;
  record.rootTable = slot.staging.rootTable;
  record.logicalSize = slot.staging.logicalSize;
  record.transactionId = superblock.transactionId;
  record.expires = lost;
  superblock.epoch++;
  writeDirectory(slot);
  return true;
}

/** Nothing is left of the staging image. The record of a refused import stays. */
function emptyStaging(slot: Store): void {
  slot.staging.logicalSize = 0;
  slot.staging.rootTable = 0;
  slot.staging.rootBirth = 0;
  if (slot.superblock.stagingState === StagingState.Discarding) endStaging(slot);
}

/**
 * Makes way for another import, as far as `budget` pages allow: gives back what a finished, expired or refused one left.
 */
export function clearStaging(slot: Store, budget: u32): void {
  expireImport(slot);
  if (slot.superblock.stagingState === StagingState.Failed) {
    readRecord(slot);
    abandonImport(slot);
  }
  discardStaging(slot, budget);
}

function endStaging(slot: Store): void {
  const superblock = slot.superblock;
  superblock.stagingState = StagingState.None;
  superblock.stagingTime = 0;
  slot.staging.sharedEpoch = 0;
  freeRecord(slot);
  noteFewerSharers(slot);
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
  if (!readBytes(slot, slot.staging, 0, pageBuffer, PAGE_SIZE)) return StoreStatus.DamagedPage;
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
