import { allocatePage } from './allocation';
import { allocate, allocateZeroed, NO_MEMORY, release } from './heap';
import { ImageRecord, ImageState, RECORD_SIZE } from './image-record';
import { PAGE_SIZE, PageKind } from './layout';
import { readPage, writePage } from './page-access';
import { reservePages } from './reserve';
import { StoreStatus } from './status';
import { Store } from './store';
import { xxh64 } from './xxh64';

// The page with the records of a slot's snapshots and pins. It is made with the first of them and stays. The heap keeps a
// copy, which is changed first and written as a whole.

@unmanaged
class DirectoryHeader {
  magic: u64;
  /** XXH64 with seed 0 of all bytes of the page behind this field. */
  checksum: u64;
  /** Number that the next record gets. */
  nextId: u64;
}

/** "TABIMAGE" */
const DIRECTORY_MAGIC: u64 = ((<u64>0x4547414d) << 32) | 0x49424154;
const CHECKED_FROM: u32 = 16;
const RECORDS_OFFSET: u32 = 128;
const FIRST_ID: u64 = 1;

/** Snapshots and pins that a slot holds at once, those included that are being discarded. */
export const MAX_IMAGES: u32 = (PAGE_SIZE - RECORDS_OFFSET) / RECORD_SIZE;

/** Reads the directory of a slot that is being opened. Damaged when it does not hold, Full without heap for it. */
export function loadDirectory(slot: Store): StoreStatus {
  const page = slot.superblock.imageDirectory;
  if (page === 0) return StoreStatus.Ok;
  if (page >= slot.superblock.highWater) return StoreStatus.Damaged;
  slot.images = allocate(PAGE_SIZE);
  if (slot.images === NO_MEMORY) return StoreStatus.NoMemory;
  readPage(slot.id, page, slot.images);
  const header = headerOf(slot);
  const intact = header.magic === DIRECTORY_MAGIC && header.checksum === checksumOf(slot);
  return intact ? StoreStatus.Ok : StoreStatus.Damaged;
}

/**
 * Makes the directory if the slot has none. Full where there is no room, DamagedPage; nothing is changed then. A record must follow, with
 * {@link writeDirectory} and the superblock: so this is the last thing that may refuse.
 */
export function ensureDirectory(slot: Store): StoreStatus {
  if (slot.images !== NO_MEMORY) return StoreStatus.Ok;
  const images = allocateZeroed(PAGE_SIZE);
  if (images === NO_MEMORY) return StoreStatus.NoMemory;
  const room = reservePages(slot, 1);
  if (room !== StoreStatus.Ok) {
    release(images);
    return room;
  }
  slot.images = images;
  headerOf(slot).magic = DIRECTORY_MAGIC;
  headerOf(slot).nextId = FIRST_ID;
  slot.superblock.imageDirectory = allocatePage(slot, PageKind.ImageDirectory, 0);
  return StoreStatus.Ok;
}

/** Writes the directory. The superblock is to be written behind it, as behind everything. */
export function writeDirectory(slot: Store): void {
  headerOf(slot).checksum = checksumOf(slot);
  writePage(slot.id, slot.superblock.imageDirectory, slot.images);
}

/** A number for a new record. */
export function takeId(slot: Store): u64 {
  return headerOf(slot).nextId++;
}

/** The record at a position below {@link MAX_IMAGES}, free or not. The slot must have a directory. */
export function recordAt(slot: Store, position: u32): ImageRecord {
  return changetype<ImageRecord>(<usize>(slot.images + RECORDS_OFFSET + position * RECORD_SIZE));
}

/** Position of the snapshot or pin with a number, or {@link MAX_IMAGES}. Images that are being discarded have none. */
export function positionOf(slot: Store, id: u64): u32 {
  for (let position: u32 = 0; slot.images !== NO_MEMORY && position < MAX_IMAGES; position++) {
    const record = recordAt(slot, position);
    if (record.id === id && isWanted(record)) return position;
  }
  return MAX_IMAGES;
}

/** Position of a free record, or {@link MAX_IMAGES}. */
export function freePosition(slot: Store): u32 {
  let position: u32 = 0;
  while (position < MAX_IMAGES && recordAt(slot, position).state !== ImageState.Free) position++;
  return position;
}

/** Position of a record in some state, from one on, or {@link MAX_IMAGES}. */
export function nextInState(slot: Store, state: ImageState, from: u32): u32 {
  if (slot.images === NO_MEMORY) return MAX_IMAGES;
  let position = from;
  while (position < MAX_IMAGES && recordAt(slot, position).state !== state) position++;
  return position;
}

/** The latest epoch of any record; 0 without records. */
export function newestEpoch(slot: Store): u64 {
  let newest: u64 = 0;
  for (let position: u32 = 0; slot.images !== NO_MEMORY && position < MAX_IMAGES; position++) {
    newest = max(newest, recordAt(slot, position).epoch);
  }
  return newest;
}

function isWanted(record: ImageRecord): bool {
  return record.state === ImageState.Snapshot || record.state === ImageState.Pin;
}

function headerOf(slot: Store): DirectoryHeader {
  return changetype<DirectoryHeader>(<usize>slot.images);
}

function checksumOf(slot: Store): u64 {
  return xxh64(slot.images + CHECKED_FROM, PAGE_SIZE - CHECKED_FROM, 0);
}
