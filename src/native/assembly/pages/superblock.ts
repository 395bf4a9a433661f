import { HostPointer } from '../externals/addresses';
import { MemoryId } from '../memory/layout';
import { readMemory, writeMemory } from '../memory/virtual-memory';
import { PhysicalPage } from './layout';
import { xxh64 } from './xxh64';

/** "TABULARI" */
export const SUPERBLOCK_MAGIC: u64 = ((<u64>0x4952414c) << 32) | 0x55424154;
export const STORE_LAYOUT_VERSION: u32 = 1;
export const SUPERBLOCK_LENGTH: u32 = 256;
const CHECKED_LENGTH: u32 = SUPERBLOCK_LENGTH - 8;

/** States of the staging record. */
export enum StagingState {
  None = 0,
  /** An import is receiving chunks. */
  Receiving = 1,
  /** The image of the record is no longer wanted and its pages are being given back. */
  Discarding = 2,
  /** A copy of another archive's image is being made. */
  Copying = 3,
  /** An import was refused: its pages are being given back, and its record says why. */
  Failed = 4,
}

/** Bits of the superblock's flags. */
export enum StoreFlag {
  /** The slot's buckets are being given back: what is left of the archive is not to be read. */
  Purging = 1,
  /** Data pages get a checksum in their map entry when they are written. */
  PageChecksums = 2,
  /** The live image's map has entries that do not agree with that yet. */
  PageChecksumPass = 4,
}

/** Head of page 0 of a slot: the one record from which everything else is found (docs/LAYOUT.md, section 3.1). */
@unmanaged
export class Superblock {
  magic: u64;
  layoutVersion: u32;
  /** Bytes of this record, its checksum included. */
  length: u32;
  /** Catalog generation for which the slot was formatted. */
  generation: u64;
  /** Grows by one with each write of the superblock. */
  sequence: u64;
  /** Grows by one with each published transaction. */
  transactionId: u64;
  /** Epoch that is the birth of pages allocated now. */
  epoch: u64;

  // The live image.
  logicalSize: u64;
  /** Pages of the live image born in this epoch or before may be shared with a snapshot or pin. */
  sharedEpoch: u64;
  rootBirth: u64;
  rootTable: PhysicalPage;
  /** SQLite's page size in bytes, from the image's header; 0 for an empty image. */
  sqlitePageSize: u32;
  /** SQLite's schema cookie, from the image's header. */
  schemaVersion: u32;
  /** {@link StoreFlag}s. */
  flags: u32;

  // Space. Pages at `highWater` and beyond were never used.
  highWater: PhysicalPage;
  freePages: u32;
  /** No page below this one is free. */
  freeHint: PhysicalPage;
  /** Page with the records of snapshots and pins; 0 for none. */
  imageDirectory: PhysicalPage;

  // Checksum of the image's bytes, and the transaction and time in nanoseconds of its last refresh.
  imageChecksum: u64;
  checksumTransaction: u64;
  checksumTime: u64;
  checksumState: u32;
  /** Page with the state of a refresh under way; 0 for none. */
  checksumRecord: PhysicalPage;

  // Staging: an image beside the live one.
  stagingState: StagingState;
  stagingRoot: PhysicalPage;
  stagingRootBirth: u64;
  stagingSharedEpoch: u64;
  /** Bytes announced, or of the image that is being discarded. */
  stagingSize: u64;
  /** Bytes of an import that have arrived, wherever they lie. */
  stagingReceived: u64;
  /** Time of the staging's begin in nanoseconds. */
  stagingTime: u64;
  /** Page with further facts of the import; 0 for none. */
  stagingRecord: PhysicalPage;
  /** MemoryId, pin and generation of the archive that is being copied into this slot. */
  forkSource: MemoryId;
  forkPin: u64;
  forkGeneration: u64;
  /** Logical page that the pass over page checksums goes on with. */
  checksumCursor: u64;
  reserved0: u64;
  reserved1: u64;
  reserved2: u64;
  reserved3: u64;
  /** XXH64 with seed 0 of all bytes before. */
  checksum: u64;
}

export function readSuperblock(id: MemoryId, superblock: Superblock): void {
  readMemory(id, 0, addressOf(superblock), SUPERBLOCK_LENGTH);
}

export function isIntact(superblock: Superblock): bool {
  return superblock.length === SUPERBLOCK_LENGTH && superblock.checksum === checksumOf(superblock);
}

/** The last write of everything that changes a slot: what it does not yet point to does not exist. */
export function writeSuperblock(id: MemoryId, superblock: Superblock): void {
  superblock.sequence++;
  superblock.checksum = checksumOf(superblock);
  writeMemory(id, 0, addressOf(superblock), SUPERBLOCK_LENGTH);
}

function checksumOf(superblock: Superblock): u64 {
  return xxh64(addressOf(superblock), CHECKED_LENGTH, 0);
}

function addressOf(superblock: Superblock): HostPointer {
  return <u32>changetype<usize>(superblock);
}
