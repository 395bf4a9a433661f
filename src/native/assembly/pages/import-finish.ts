import {
  DATABASE_HEADER_LENGTH,
  databasePages,
  FORMAT_ROLLBACK_JOURNAL,
  FORMAT_WAL,
  formatVersion,
  hasSqliteMagic,
  setFormatVersion,
  sqlitePageSize,
} from './database-header';
import { readBytes } from './image-read';
import { exchangeImages, startDiscarding, writeStaging } from './import';
import { PAGE_SIZE, pagesOf } from './layout';
import { cutImage, pagesToCut } from './map-cut';
import { writeImagePage } from './map-write';
import { pageBuffer } from './page-buffers';
import { publishLive, takeDatabaseHeader } from './publish';
import { reservePages } from './reserve';
import { StoreStatus } from './status';
import { Store } from './store';
import { StagingState } from './superblock';

/**
 * Checks that the received image is a SQLite database, whole, and makes it the live one in one superblock write. The
 * replaced image is given back by {@link discardStaging} afterwards. A refused image stays staged, the live one as it is.
 */
export function finishImport(slot: Store): StoreStatus {
  const superblock = slot.superblock;
  if (superblock.stagingState !== StagingState.Receiving) return StoreStatus.NoImport;
  if (slot.openFiles > 0) return StoreStatus.Busy;
  if (superblock.stagingReceived < superblock.stagingSize) return StoreStatus.ImportIncomplete;
  const status = examineImage(slot);
  if (status !== StoreStatus.Ok) return status;
  switchImages(slot);
  return StoreStatus.Ok;
}

/** Gives up an import. Its pages are given back by {@link discardStaging} afterwards. */
export function cancelImport(slot: Store): StoreStatus {
  if (slot.superblock.stagingState !== StagingState.Receiving) return StoreStatus.NoImport;
  startDiscarding(slot);
  writeStaging(slot);
  return StoreStatus.Ok;
}

/** Gives back at most `budget` pages of an image that is no longer wanted. True when nothing is left to give back. */
export function discardStaging(slot: Store, budget: u32): bool {
  const superblock = slot.superblock;
  if (superblock.stagingState !== StagingState.Discarding) return true;
  const pages = pagesOf(slot.staging.logicalSize);
  const kept = budget < pages ? pages - budget : 0;
  if (!reservePages(slot, pagesToCut(slot.staging, kept))) return false;
  cutImage(slot, slot.staging, kept, pages);
  slot.staging.logicalSize = <u64>kept * PAGE_SIZE;
  superblock.stagingSize = slot.staging.logicalSize;
  if (kept === 0) {
    superblock.stagingState = StagingState.None;
    superblock.stagingTime = 0;
    slot.staging.sharedEpoch = 0;
  }
  writeStaging(slot);
  return kept === 0;
}

/** What, if anything, is wrong with the received image. Leaves its first page in the page buffer. */
function examineImage(slot: Store): StoreStatus {
  const received = slot.superblock.stagingSize;
  if (received < DATABASE_HEADER_LENGTH) return StoreStatus.ImportNotSqlite;
  if (!readBytes(slot, slot.staging, 0, pageBuffer, PAGE_SIZE)) return StoreStatus.Damaged;
  if (!hasSqliteMagic(pageBuffer)) return StoreStatus.ImportNotSqlite;
  if (sqlitePageSize(pageBuffer) === 0) return StoreStatus.ImportPageSize;
  const version = formatVersion(pageBuffer);
  if (version < FORMAT_ROLLBACK_JOURNAL || version > FORMAT_WAL) return StoreStatus.ImportFormat;
  const size = imageSize(received);
  if (version === FORMAT_WAL && size !== received) return StoreStatus.ImportWal;
  return size > received || size === 0 ? StoreStatus.ImportTruncated : StoreStatus.Ok;
}

/** Bytes that the header in the page buffer gives the database, from the file's size where it does not say. */
function imageSize(received: u64): u64 {
  const pageSize = sqlitePageSize(pageBuffer);
  const stated = <u64>databasePages(pageBuffer) * pageSize;
  return stated === 0 ? (received / pageSize) * pageSize : stated;
}

/** Bytes behind the database's last page, as raw mounts leave them, are not taken over. */
function switchImages(slot: Store): void {
  const staging = slot.staging;
  const size = imageSize(slot.superblock.stagingSize);
  cutImage(slot, staging, pagesOf(size), pagesOf(staging.logicalSize));
  staging.logicalSize = size;
  if (formatVersion(pageBuffer) === FORMAT_WAL) {
    setFormatVersion(pageBuffer, FORMAT_ROLLBACK_JOURNAL);
    writeImagePage(slot, staging, 0, pageBuffer);
  }
  takeDatabaseHeader(slot, pageBuffer);
  exchangeImages(slot);
  startDiscarding(slot);
  slot.superblock.stagingRoot = slot.staging.rootTable;
  slot.superblock.stagingRootBirth = slot.staging.rootBirth;
  slot.superblock.stagingSharedEpoch = slot.staging.sharedEpoch;
  publishLive(slot);
}
