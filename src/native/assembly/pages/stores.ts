import { HostPointer } from '../externals/addresses';
import { growUncleared, MEMORY_FULL } from '../memory/grow';
import { bucketSizeInPages, memorySize } from '../memory/header';
import { MemoryId } from '../memory/layout';
import { beginGroup, writeEntry } from './allocation';
import { loadDirectory } from './image-directory';
import { KIND_SHIFT, PageKind, SUPERBLOCK_PAGE, TABLE_IN_GROUP } from './layout';
import { capacityInPages, writePage } from './page-access';
import { zeroPage } from './page-buffers';
import { StoreStatus } from './status';
import { deleteStore, newStore, Store } from './store';
import {
  isIntact,
  readSuperblock,
  STORE_LAYOUT_VERSION,
  StagingState,
  StoreFlag,
  SUPERBLOCK_LENGTH,
  SUPERBLOCK_MAGIC,
  Superblock,
  writeSuperblock,
} from './superblock';

// The open stores by MemoryId. A store is opened once, however many look at it, and stays open until it is closed.

const openStores: HostPointer = <u32>memory.data(1020, 4);
const FIRST_EPOCH: u64 = 1;

/** The open store of a slot, or null. */
export function storeAt(id: MemoryId): Store | null {
  const address = load<u32>(openStores + (id << 2));
  return address === 0 ? null : changetype<Store>(<usize>address);
}

/**
 * Opens the store that a slot holds; does nothing when it is open. Bytes that it does not recognise are refused
 * (Foreign, UnsupportedVersion, Damaged) and untouched; a slot that was never written is Empty.
 */
export function openStore(id: MemoryId): StoreStatus {
  if (storeAt(id) !== null) return StoreStatus.Ok;
  if (memorySize(id) === 0) return StoreStatus.Empty;
  const slot = newStore(id);
  if (slot === null) return StoreStatus.NoMemory;
  readSuperblock(id, slot.superblock);
  let status = examine(slot);
  if (status === StoreStatus.Ok) status = loadDirectory(slot);
  if (status !== StoreStatus.Ok) {
    deleteStore(slot);
    return status;
  }
  takeImages(slot);
  register(slot);
  return StoreStatus.Ok;
}

/** Writes an empty store into a slot that was never written, and opens it. */
export function formatStore(id: MemoryId, generation: u64): StoreStatus {
  if (memorySize(id) !== 0) return StoreStatus.NotEmpty;
  const slot = newStore(id);
  if (slot === null) return StoreStatus.NoMemory;
  if (growUncleared(id, bucketSizeInPages()) === MEMORY_FULL) {
    deleteStore(slot);
    return StoreStatus.Full;
  }
  writePage(id, SUPERBLOCK_PAGE, zeroPage);
  beginGroup(id, 0);
  writeEntry(id, SUPERBLOCK_PAGE, PageKind.Superblock << KIND_SHIFT);
  prepareSuperblock(slot.superblock, generation);
  writeSuperblock(id, slot.superblock);
  register(slot);
  return StoreStatus.Ok;
}

/** Closes a slot's store. Busy while the VFS has a file open on it. */
export function closeStore(id: MemoryId): StoreStatus {
  const slot = storeAt(id);
  if (slot === null) return StoreStatus.Ok;
  if (slot.openFiles > 0) return StoreStatus.Busy;
  store<u32>(openStores + (id << 2), 0);
  deleteStore(slot);
  return StoreStatus.Ok;
}

function register(slot: Store): void {
  store<u32>(openStores + (slot.id << 2), <u32>changetype<usize>(slot));
}

function examine(slot: Store): StoreStatus {
  const superblock = slot.superblock;
  if (superblock.magic !== SUPERBLOCK_MAGIC) return StoreStatus.Foreign;
  if (superblock.layoutVersion !== STORE_LAYOUT_VERSION) return StoreStatus.UnsupportedVersion;
  if (!isIntact(superblock)) return StoreStatus.Damaged;
  if ((superblock.flags & StoreFlag.Purging) !== 0) return StoreStatus.Purging;
  if (superblock.highWater > capacityInPages(slot.id)) return StoreStatus.Damaged;
  return StoreStatus.Ok;
}

function takeImages(slot: Store): void {
  const superblock = slot.superblock;
  slot.live.logicalSize = superblock.logicalSize;
  slot.live.sharedEpoch = superblock.sharedEpoch;
  slot.live.rootTable = superblock.rootTable;
  slot.live.rootBirth = superblock.rootBirth;
  if (superblock.stagingState === StagingState.None) return;
  slot.staging.logicalSize = superblock.stagingSize;
  slot.staging.sharedEpoch = superblock.stagingSharedEpoch;
  slot.staging.rootTable = superblock.stagingRoot;
  slot.staging.rootBirth = superblock.stagingRootBirth;
}

function prepareSuperblock(superblock: Superblock, generation: u64): void {
  superblock.magic = SUPERBLOCK_MAGIC;
  superblock.layoutVersion = STORE_LAYOUT_VERSION;
  superblock.length = SUPERBLOCK_LENGTH;
  superblock.generation = generation;
  superblock.epoch = FIRST_EPOCH;
  superblock.highWater = TABLE_IN_GROUP + 1;
  superblock.freeHint = superblock.highWater;
}
