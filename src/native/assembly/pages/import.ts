import { HostPointer } from '../externals/addresses';
import { time } from '../externals/ic0';
import { SHA256_LENGTH } from '../hash/sha256';
import { allocatePage } from './allocation';
import { stagingExtent } from './import-coverage';
import { releaseImportHeap } from './import-heap';
import { expectedDigest, importRecord, newRecord, readRecord, writeRecord } from './import-record';
import { MAX_IMAGE_SIZE, PAGE_SIZE, PageKind } from './layout';
import { restartPass } from './page-checksum-pass';
import { reservePages } from './reserve';
import { StoreStatus } from './status';
import { Store } from './store';
import { StagingState, writeSuperblock } from './superblock';

// A staged import builds an image of its own beside the live one, which is read and written meanwhile as if nothing
// happened. Its root lies in the superblock's staging record and what else it knows in a page of its own, so it goes on
// after an upgrade. This file is the import's life; chunks are taken by import-receive.ts.

/** No digest is expected. */
export const NO_DIGEST: HostPointer = 0;

/**
 * Begins an import of that many bytes, which is given up when `idleLimit` nanoseconds pass without a call. Its session is
 * in the record in use.
 * @param digest the image's expected SHA-256, or {@link NO_DIGEST}
 */
export function beginImport(slot: Store, totalSize: u64, digest: HostPointer, idleLimit: u64): StoreStatus {
  const superblock = slot.superblock;
  if (superblock.stagingState !== StagingState.None) return StoreStatus.ImportUnderWay;
  if (totalSize === 0 || totalSize > MAX_IMAGE_SIZE) return StoreStatus.ImportSize;
  const room = reservePages(slot, 1);
  if (room !== StoreStatus.Ok) return room;
  // The superblock's next sequence number was never a session of this archive before.
  newRecord(superblock.sequence + 1);
  const record = importRecord();
  record.totalSize = totalSize;
  record.idleLimit = idleLimit;
  record.lastActivity = time();
  record.hasDigest = digest === NO_DIGEST ? 0 : 1;
  if (digest !== NO_DIGEST) memory.copy(expectedDigest(), digest, SHA256_LENGTH);
  superblock.stagingState = StagingState.Receiving;
  superblock.stagingSize = totalSize;
  superblock.stagingReceived = 0;
  superblock.stagingTime = record.lastActivity;
  superblock.stagingRecord = allocatePage(slot, PageKind.ImportRecord, 0);
  slot.staging.logicalSize = totalSize;
  writeRecord(slot);
  writeStaging(slot);
  return StoreStatus.Ok;
}

/**
 * Takes the record of the import into use for a call that belongs to it. An import whose time is over is given up; one
 * that was refused answers why.
 */
export function enterImport(slot: Store, session: u64): StoreStatus {
  const state = slot.superblock.stagingState;
  if (state !== StagingState.Receiving && state !== StagingState.Failed) return StoreStatus.NoImport;
  if (!readRecord(slot)) return StoreStatus.Damaged;
  const record = importRecord();
  if (record.session !== session) return StoreStatus.ImportSession;
  if (state === StagingState.Failed) return record.failure;
  if (expireImport(slot)) return StoreStatus.ImportExpired;
  record.lastActivity = time();
  return StoreStatus.Ok;
}

/** Whether an import takes bytes: nothing is changed by asking. */
export function isReceiving(slot: Store, session: u64): bool {
  if (slot.superblock.stagingState !== StagingState.Receiving || !readRecord(slot)) return false;
  return importRecord().session === session && !isExpired();
}

/** Whether the import of the record in use waited too long. */
export function isExpired(): bool {
  const record = importRecord();
  return time() > record.lastActivity + record.idleLimit;
}

/** Gives an import up whose time is over. True when it did. */
export function expireImport(slot: Store): bool {
  if (slot.superblock.stagingState !== StagingState.Receiving) return false;
  if (!readRecord(slot) || !isExpired()) return false;
  abandonImport(slot);
  return true;
}

/** Gives up an import, whatever became of it. Its pages are given back by discardStaging afterwards. */
export function cancelImport(slot: Store, session: u64): StoreStatus {
  const state = slot.superblock.stagingState;
  if (state !== StagingState.Receiving && state !== StagingState.Failed) return StoreStatus.NoImport;
  if (!readRecord(slot)) {
    // Without its record the import can only be given up, and nothing says that there are no bits to give back.
    importRecord().hasCoverage = 1;
  } else if (importRecord().session !== session) return StoreStatus.ImportSession;
  abandonImport(slot);
  return StoreStatus.Ok;
}

/** Refuses the image: its pages go back, the record stays until the import is cancelled or another begins. */
export function failImport(slot: Store, reason: StoreStatus): StoreStatus {
  importRecord().failure = reason;
  writeRecord(slot);
  spendStaging(slot, StagingState.Failed);
  return reason;
}

/** Turns an import into an order to give its pages and its record back. */
export function abandonImport(slot: Store): void {
  spendStaging(slot, StagingState.Discarding);
}

function spendStaging(slot: Store, state: StagingState): void {
  releaseImportHeap(slot.id);
  // An image that was refused may have been given back in part or whole already.
  if (slot.superblock.stagingState === StagingState.Receiving) {
    slot.staging.logicalSize = <u64>stagingExtent(slot) * PAGE_SIZE;
  }
  startDiscarding(slot);
  slot.superblock.stagingState = state;
  writeStaging(slot);
}

/** Writes what changed of the staging image into the superblock. */
export function writeStaging(slot: Store): void {
  const superblock = slot.superblock;
  superblock.stagingRoot = slot.staging.rootTable;
  superblock.stagingRootBirth = slot.staging.rootBirth;
  superblock.stagingSharedEpoch = slot.staging.sharedEpoch;
  writeSuperblock(slot.id, superblock);
}

/** Turns the staging record into an order to give the staging image's pages back. */
export function startDiscarding(slot: Store): void {
  const superblock = slot.superblock;
  superblock.stagingState = StagingState.Discarding;
  superblock.stagingSize = slot.staging.logicalSize;
  superblock.stagingReceived = 0;
}

/** Makes the staging image the live one, and the replaced one the staging image. */
export function exchangeImages(slot: Store): void {
  const replaced = slot.live;
  slot.live = slot.staging;
  slot.staging = replaced;
  restartPass(slot);
}
