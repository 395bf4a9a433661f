import { time } from '../externals/ic0';
import { SCRATCH_LENGTH, scratch } from '../memory/scratch';
import {
  CHECKSUM_MAGIC,
  checksumPosition,
  checksumRecord,
  dropChecksumRecord,
  readChecksumRecord,
  recordedHash,
  writeChecksumRecord,
} from './checksum-record';
import { forgetDamage } from './damage';
import { MAX_IMAGES, nextInState, recordAt } from './image-directory';
import { readBytes } from './image-read';
import { ImageOrigin, ImageState } from './image-record';
import { PAGE_SIZE, pagesOf } from './layout';
import { LIVE, pinImage, unpinImage } from './pin';
import { readPinned } from './pin-read';
import { reservePages } from './reserve';
import { keptImage } from './snapshot-create';
import { discardImages } from './snapshot-delete';
import { StoreStatus } from './status';
import { beginStep, isStepSpent } from './step-end';
import { Store } from './store';
import { writeSuperblock } from './superblock';
import { Xxh64State, xxh64Begin, xxh64End, xxh64Update } from './xxh64';

// The checksum of a whole image is XXH64 of its bytes, computed over as many calls as it takes. The image is pinned
// meanwhile, so the archive may be written as much as it likes: the outcome is that of the transaction at which the
// refresh began, and it comes.

/** Whether the superblock has a checksum. */
export enum ChecksumState {
  Never = 0,
  Known = 1,
}

const NO_EXPIRY: u64 = 0;
const wholeHash: usize = memory.data(80, 8);

/** Pages that are read in one call wherever they lie: 1.7 billion instructions, their tables included. */
const PAGES_AT_ONCE: u32 = 10000;

/**
 * Takes at most `budget` pages into the checksum, fewer where the step ends before. An image that fits one call for certain is
 * read as it is; for another one a pin and a record are made, which later calls go on with, over upgrades too. It is done when no record is left. Refused, with
 * nothing changed: Full, ImagesFull. A damaged record, and DamagedPage, end the refresh.
 */
export function refreshChecksum(slot: Store, budget: u32): StoreStatus {
  if (slot.superblock.checksumRecord !== 0) return continueRefresh(slot, budget);
  const atOnce = min(budget, PAGES_AT_ONCE);
  return pagesOf(slot.live.logicalSize) <= atOnce ? refreshAtOnce(slot) : beginRefresh(slot, budget);
}

/** Gives a refresh up. Does nothing when none is under way. */
export function cancelChecksum(slot: Store, budget: u32): void {
  if (slot.superblock.checksumRecord === 0) return;
  unpinChecked(slot);
  dropChecksumRecord(slot);
  writeSuperblock(slot.id, slot.superblock);
  discardImages(slot, budget);
}

/** Whether the archive has changed since the transaction whose checksum is known, or none is known. */
export function isChecksumStale(slot: Store): bool {
  const superblock = slot.superblock;
  if (superblock.checksumState !== ChecksumState.Known) return true;
  return superblock.checksumTransaction !== superblock.transactionId;
}

function refreshAtOnce(slot: Store): StoreStatus {
  const hash = changetype<Xxh64State>(wholeHash);
  const size = slot.live.logicalSize;
  forgetDamage();
  xxh64Begin(hash, 0);
  for (let offset: u64 = 0; offset < size; offset += SCRATCH_LENGTH) {
    const part = <u32>min<u64>(size - offset, SCRATCH_LENGTH);
    if (!readBytes(slot, slot.live, offset, scratch, part)) return StoreStatus.DamagedPage;
    xxh64Update(hash, scratch, part);
  }
  takeOutcome(slot, hash, slot.superblock.transactionId);
  writeSuperblock(slot.id, slot.superblock);
  return StoreStatus.Ok;
}

function beginRefresh(slot: Store, budget: u32): StoreStatus {
  // The pin may need a page too.
  const room = reservePages(slot, 2);
  if (room !== StoreStatus.Ok) return room;
  const status = pinImage(slot, LIVE, ImageOrigin.Check, NO_EXPIRY);
  if (status !== StoreStatus.Ok) return status;
  const record = checksumRecord();
  record.magic = CHECKSUM_MAGIC;
  record.pin = keptImage();
  record.transactionId = slot.superblock.transactionId;
  record.size = slot.live.logicalSize;
  xxh64Begin(recordedHash(), 0);
  writeChecksumRecord(slot);
  writeSuperblock(slot.id, slot.superblock);
  return continueRefresh(slot, budget);
}

function continueRefresh(slot: Store, budget: u32): StoreStatus {
  if (!readChecksumRecord(slot)) return giveUp(slot, budget, StoreStatus.Damaged);
  const record = checksumRecord();
  beginStep();
  const end = min(record.size, checksumPosition() + <u64>budget * PAGE_SIZE);
  while (checksumPosition() < end) {
    const part = <u32>min<u64>(end - checksumPosition(), SCRATCH_LENGTH);
    const status = readPinned(slot, record.pin, checksumPosition(), scratch, part);
    if (status !== StoreStatus.Ok) return giveUp(slot, budget, status);
    xxh64Update(recordedHash(), scratch, part);
    if (isStepSpent()) break;
  }
  if (checksumPosition() < record.size) {
    writeChecksumRecord(slot);
    return StoreStatus.Ok;
  }
  takeOutcome(slot, recordedHash(), record.transactionId);
  cancelChecksum(slot, budget);
  return StoreStatus.Ok;
}

/** Ends a refresh that cannot go on: it would keep its pin for nothing. */
function giveUp(slot: Store, budget: u32, status: StoreStatus): StoreStatus {
  cancelChecksum(slot, budget);
  return status;
}

/** Ends the pin that a refresh reads, whatever became of its record. */
function unpinChecked(slot: Store): void {
  let position = nextInState(slot, ImageState.Pin, 0);
  while (position < MAX_IMAGES) {
    const pin = recordAt(slot, position);
    if (pin.origin === ImageOrigin.Check) unpinImage(slot, pin.id);
    position = nextInState(slot, ImageState.Pin, position + 1);
  }
}

function takeOutcome(slot: Store, hash: Xxh64State, transactionId: u64): void {
  const superblock = slot.superblock;
  superblock.imageChecksum = xxh64End(hash);
  superblock.checksumTransaction = transactionId;
  superblock.checksumTime = time();
  superblock.checksumState = ChecksumState.Known;
}
