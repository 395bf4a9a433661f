import { HostPointer } from '../externals/addresses';
import { PhysicalPage } from './layout';

/** What an image record stands for. Values are stored. */
export enum ImageState {
  Free = 0,
  /** A named image that stays until it is deleted. */
  Snapshot = 1,
  /** An image that is kept for a reader, who knows its number as a token. */
  Pin = 2,
  /** An image that nobody wants any more, and whose pages are being given back. */
  Discarding = 3,
  /** One whose map was found damaged meanwhile: what is left of it stays, until the archive is purged. */
  SetAside = 4,
}

/** Why an image is kept. Values are stored, and part of the native interface. */
export enum ImageOrigin {
  Request = 0,
  Schedule = 1,
  /** It was live until a snapshot was restored. */
  Restore = 2,
  /** It was live until an import was finished. */
  Import = 3,
  Export = 4,
  /** Another slot is copying it. */
  Fork = 5,
  /** A check or a checksum reads it. */
  Check = 6,
}

/** Record of a snapshot or pin; its name follows behind (docs/LAYOUT.md, section 3.5). */
@unmanaged
export class ImageRecord {
  state: u8;
  origin: u8;
  /** Bytes of the name. */
  nameLength: u8;
  /** 1 where `checksum` is known, otherwise 0. */
  checksumKnown: u8;
  schemaVersion: u32;
  /** Number within the slot, never used again. A pin's token. */
  id: u64;
  /** The last epoch of pages that the image may reach. */
  epoch: u64;
  rootBirth: u64;
  rootTable: PhysicalPage;
  sqlitePageSize: u32;
  /** Bytes of the image; while it is discarded, of what is left of it. */
  logicalSize: u64;
  /** Transaction that published the image. */
  transactionId: u64;
  /** When the record was made, in nanoseconds since 1970. */
  time: u64;
  /**
   * When a pin's time is over, in nanoseconds since 1970; 0 for never. Of an image that is set aside, the logical page that
   * its map does not lead to.
   */
  expires: u64;
  /** XXH64 of the image's bytes. */
  checksum: u64;
}

export const RECORD_SIZE: u32 = 128;
/** Bytes of the longest name, in UTF-8. */
export const NAME_CAPACITY: u32 = 48;

/** Where a record's name lies. */
export function nameOf(record: ImageRecord): HostPointer {
  return <u32>changetype<usize>(record) + <u32>offsetof<ImageRecord>();
}

export function setName(record: ImageRecord, name: HostPointer, length: u32): void {
  record.nameLength = <u8>length;
  memory.copy(nameOf(record), name, length);
}

export function hasName(record: ImageRecord, name: HostPointer, length: u32): bool {
  return <u32>record.nameLength === length && memory.compare(nameOf(record), name, length) === 0;
}

export function clearRecord(record: ImageRecord): void {
  memory.fill(changetype<usize>(record), 0, RECORD_SIZE);
}
