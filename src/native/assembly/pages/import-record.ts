import { HostPointer } from '../externals/addresses';
import { SHA256_LENGTH, Sha256State } from '../hash/sha256';
import { readFromPage, writeToPage } from './page-access';
import { StoreStatus } from './status';
import { Store } from './store';
import { xxh64 } from './xxh64';

// What an import knows besides its image, in a page of its own that the superblock names (docs/LAYOUT.md, section 3.5).
// One record is in use at a time: the one that was read or begun last.

/** How far an import has come. */
export enum ImportPhase {
  /** Chunks are taken. */
  Receiving = 1,
  /** Everything has arrived and is being hashed. */
  Hashing = 2,
  /** SQLite checks the image. */
  Checking = 3,
  /** The image may be switched in. */
  Verified = 4,
}

/** What of an image is checked next. */
export enum CheckPosition {
  /** All of it, by SQLite in one go. */
  Whole = 0,
  /** The structure of all of it, by the walk over its trees. */
  Trees = 1,
  /** The schema's table, by SQLite. */
  Schema = 2,
  /** The first table, by SQLite; others follow in the schema's order. */
  FirstTable = 3,
}

/** "TABIMPOR" */
const RECORD_MAGIC: u64 = ((<u64>0x524f504d) << 32) | 0x49424154;
const RECORD_VERSION: u32 = 1;

/** The record's numbers. The expected digest, the hash under way, a text and a checksum follow. */
@unmanaged
export class ImportRecord {
  magic: u64;
  version: u32;
  phase: ImportPhase;
  session: u64;
  /** Nanoseconds without a call after which the import is given up. */
  idleLimit: u64;
  /** Time of the last call, nanoseconds since 1970. */
  lastActivity: u64;
  /** Bytes of the database by its header; 0 before that was examined. */
  imageSize: u64;
  hashed: u64;
  /** Whether a digest is expected. */
  hasDigest: u32;
  /** Whether bits were ever kept for a page that had arrived in part. */
  hasCoverage: u32;
  checkPosition: CheckPosition;
  /** Why the image was refused. */
  failure: StoreStatus;
  /** Bytes of the text that says more about it. */
  textLength: u32;
  /** Tables of which the structure was walked, and the rows were not checked. */
  checkedInPart: u32;
  /** Bytes announced. */
  totalSize: u64;
}

const DIGEST: u32 = <u32>offsetof<ImportRecord>();
const HASH: u32 = DIGEST + SHA256_LENGTH;
const TEXT: u32 = HASH + <u32>offsetof<Sha256State>();
export const TEXT_CAPACITY: u32 = 248;
const CHECKED_LENGTH: u32 = TEXT + TEXT_CAPACITY;
const RECORD_LENGTH: u32 = CHECKED_LENGTH + 8;

const buffer: HostPointer = <u32>memory.data(512, 8);

/** The record in use. */
export function importRecord(): ImportRecord {
  return changetype<ImportRecord>(<usize>buffer);
}

/** Digest that the image is expected to have. */
export function expectedDigest(): HostPointer {
  return buffer + DIGEST;
}

/** The hash under way, which goes on after an upgrade. */
export function imageHash(): Sha256State {
  return changetype<Sha256State>(<usize>(buffer + HASH));
}

/** Text that says more about a failure. */
export function failureText(): HostPointer {
  return buffer + TEXT;
}

/** Keeps the beginning of a zero-terminated text. */
export function setFailureText(text: HostPointer): void {
  let length: u32 = 0;
  for (; length < TEXT_CAPACITY && load<u8>(text + length) !== 0; length++) {
    store<u8>(buffer + TEXT + length, load<u8>(text + length));
  }
  importRecord().textLength = length;
}

/** Starts a record from nothing. */
export function newRecord(session: u64): void {
  memory.fill(buffer, 0, RECORD_LENGTH);
  const record = importRecord();
  record.magic = RECORD_MAGIC;
  record.version = RECORD_VERSION;
  record.phase = ImportPhase.Receiving;
  record.session = session;
}

/** Takes the slot's record into use. False where it is damaged. */
export function readRecord(slot: Store): bool {
  const page = slot.superblock.stagingRecord;
  if (page === 0 || page >= slot.superblock.highWater) return false;
  readFromPage(slot.id, page, 0, buffer, RECORD_LENGTH);
  const record = importRecord();
  return (
    record.magic === RECORD_MAGIC &&
    record.version === RECORD_VERSION &&
    load<u64>(buffer + CHECKED_LENGTH) === xxh64(buffer, CHECKED_LENGTH, 0)
  );
}

export function writeRecord(slot: Store): void {
  store<u64>(buffer + CHECKED_LENGTH, xxh64(buffer, CHECKED_LENGTH, 0));
  writeToPage(slot.id, slot.superblock.stagingRecord, 0, buffer, RECORD_LENGTH);
}
