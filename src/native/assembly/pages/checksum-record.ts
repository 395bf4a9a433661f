import { allocatePage, freePage } from './allocation';
import { PageKind } from './layout';
import { readFromPage, writeToPage } from './page-access';
import { Store } from './store';
import { Xxh64State, xxh64 } from './xxh64';

/** How far a refresh of the image's checksum has come, in a page of its own (docs/LAYOUT.md, section 3.8). */
@unmanaged
export class ChecksumRecord {
  magic: u64;
  /** Token of the pinned image that is read. */
  pin: u64;
  /** Transaction that published it. */
  transactionId: u64;
  /** Bytes of the image. */
  size: u64;
  // The hash of the bytes taken in so far, which `length` counts.
  lane1: u64;
  lane2: u64;
  lane3: u64;
  lane4: u64;
  length: u64;
  seed: u64;
  pending0: u64;
  pending1: u64;
  pending2: u64;
  pending3: u64;
  /** XXH64 with seed 0 of all bytes before. */
  checksum: u64;
}

/** "TABCHECK" */
export const CHECKSUM_MAGIC: u64 = ((<u64>0x4b434548) << 32) | 0x43424154;
const RECORD_SIZE: u32 = <u32>offsetof<ChecksumRecord>();
const CHECKED_LENGTH: u32 = <u32>offsetof<ChecksumRecord>('checksum');
const HASH_OFFSET: u32 = <u32>offsetof<ChecksumRecord>('lane1');
const record: usize = memory.data(120, 8);

/** The record that was read or begun last. */
export function checksumRecord(): ChecksumRecord {
  return changetype<ChecksumRecord>(record);
}

/** The record's hash under way. */
export function recordedHash(): Xxh64State {
  return changetype<Xxh64State>(record + HASH_OFFSET);
}

/** Position of the next byte to read. */
export function checksumPosition(): u64 {
  return checksumRecord().length;
}

/** Takes the slot's record to the heap. False when it is damaged. There must be one. */
export function readChecksumRecord(slot: Store): bool {
  const page = slot.superblock.checksumRecord;
  if (page >= slot.superblock.highWater) return false;
  readFromPage(slot.id, page, 0, <u32>record, RECORD_SIZE);
  const read = checksumRecord();
  return read.magic === CHECKSUM_MAGIC && read.checksum === xxh64(<u32>record, CHECKED_LENGTH, 0);
}

/** Writes the record, into a page that it gets with the first time. One page must be reserved then. */
export function writeChecksumRecord(slot: Store): void {
  const superblock = slot.superblock;
  if (superblock.checksumRecord === 0) {
    superblock.checksumRecord = allocatePage(slot, PageKind.ChecksumRecord, 0);
  }
  checksumRecord().checksum = xxh64(<u32>record, CHECKED_LENGTH, 0);
  writeToPage(slot.id, superblock.checksumRecord, 0, <u32>record, RECORD_SIZE);
}

/** Gives the record's page back. The superblock is left for the caller to write. */
export function dropChecksumRecord(slot: Store): void {
  freePage(slot, slot.superblock.checksumRecord);
  slot.superblock.checksumRecord = 0;
}
