import { HostPointer } from '../externals/addresses';
import { time } from '../externals/ic0';
import { forgetTables, Image } from './image';
import {
  ensureDirectory,
  freePosition,
  MAX_IMAGES,
  nextInState,
  recordAt,
  takeId,
  writeDirectory,
} from './image-directory';
import { hasName, ImageOrigin, ImageRecord, ImageState, NAME_CAPACITY, setName } from './image-record';
import { restartPass } from './page-checksum-pass';
import { publishLive } from './publish';
import { StoreStatus } from './status';
import { Store } from './store';
import { writeSuperblock } from './superblock';

// Keeping an image costs the same whatever its size: a record remembers its root, and from then on the live image's pages
// are copied before they change.

/**
 * Keeps the last published image under a name of 1 to 48 bytes. The new snapshot's number is {@link keptImage} then.
 * Refused, with nothing changed: SnapshotName, SnapshotExists, ImagesFull, Full.
 */
export function createSnapshot(
  slot: Store,
  name: HostPointer,
  nameLength: u32,
  origin: ImageOrigin,
): StoreStatus {
  const status = examineSnapshot(slot, name, nameLength);
  if (status !== StoreStatus.Ok) return status;
  const record = recordLive(slot, ImageState.Snapshot, origin);
  setName(record, name, nameLength);
  shareLive(slot, record);
  writeDirectory(slot);
  writeSuperblock(slot.id, slot.superblock);
  return StoreStatus.Ok;
}

/**
 * Whether the live image can be kept under a name, with the refusals of {@link createSnapshot}. Makes the directory if
 * there is none yet, so that keeping must follow: it is the last thing to ask.
 */
export function examineSnapshot(slot: Store, name: HostPointer, nameLength: u32): StoreStatus {
  if (nameLength === 0 || nameLength > NAME_CAPACITY) return StoreStatus.SnapshotName;
  if (isNameTaken(slot, name, nameLength)) return StoreStatus.SnapshotExists;
  return examineRoom(slot);
}

/** Whether there is room for one more record; makes the directory if there is none. */
export function examineRoom(slot: Store): StoreStatus {
  const status = ensureDirectory(slot);
  if (status !== StoreStatus.Ok) return status;
  return freePosition(slot) === MAX_IMAGES ? StoreStatus.ImagesFull : StoreStatus.Ok;
}

/**
 * Makes another image the live one and keeps the replaced one as a snapshot, whose number is {@link keptImage} then, in
 * one write of the superblock. {@link examineSnapshot} must have agreed to the name in the same message. What the
 * superblock says of staging is the caller's to set before.
 * @param sqlitePageSize SQLite's page size in the replacement, in bytes
 * @param schemaVersion SQLite's schema cookie in the replacement
 */
export function keepReplacedImage(
  slot: Store,
  replacement: Image,
  sqlitePageSize: u32,
  schemaVersion: u32,
  name: HostPointer,
  nameLength: u32,
  origin: ImageOrigin,
): void {
  const record = recordLive(slot, ImageState.Snapshot, origin);
  setName(record, name, nameLength);
  shareLive(slot, record);
  slot.superblock.sqlitePageSize = sqlitePageSize;
  slot.superblock.schemaVersion = schemaVersion;
  const live = slot.live;
  live.logicalSize = replacement.logicalSize;
  live.sharedEpoch = replacement.sharedEpoch;
  live.rootTable = replacement.rootTable;
  live.rootBirth = replacement.rootBirth;
  restartPass(slot);
  writeDirectory(slot);
  publishLive(slot);
}

/** A new record of the published image. There must be room for it. */
export function recordLive(slot: Store, state: ImageState, origin: ImageOrigin): ImageRecord {
  const superblock = slot.superblock;
  const record = newRecord(slot, state, origin);
  record.schemaVersion = superblock.schemaVersion;
  record.epoch = superblock.epoch;
  record.rootBirth = slot.live.rootBirth;
  record.rootTable = slot.live.rootTable;
  record.sqlitePageSize = superblock.sqlitePageSize;
  record.logicalSize = slot.live.logicalSize;
  record.transactionId = superblock.transactionId;
  const known = superblock.checksumState !== 0 && superblock.checksumTransaction === superblock.transactionId;
  record.checksumKnown = known ? 1 : 0;
  record.checksum = known ? superblock.imageChecksum : 0;
  return record;
}

/** A new record with number and time. There must be room for it. */
export function newRecord(slot: Store, state: ImageState, origin: ImageOrigin): ImageRecord {
  const record = recordAt(slot, freePosition(slot));
  record.state = <u8>state;
  record.origin = <u8>origin;
  record.id = takeId(slot);
  record.time = time();
  kept = record.id;
  return record;
}

/** From here on, what the live image has so far belongs to a record too. */
export function shareLive(slot: Store, record: ImageRecord): void {
  const superblock = slot.superblock;
  slot.live.sharedEpoch = record.epoch;
  superblock.sharedEpoch = record.epoch;
  superblock.epoch++;
  forgetTables(slot.live);
}

/** Number of the record that was made last. */
export function keptImage(): u64 {
  return kept;
}

let kept: u64 = 0;

function isNameTaken(slot: Store, name: HostPointer, nameLength: u32): bool {
  let position = nextInState(slot, ImageState.Snapshot, 0);
  while (position < MAX_IMAGES) {
    if (hasName(recordAt(slot, position), name, nameLength)) return true;
    position = nextInState(slot, ImageState.Snapshot, position + 1);
  }
  return false;
}
