import { MemoryId } from '../memory/layout';

/** Who wrote what a slot's virtual memory holds. */
export enum ContentKind {
  /** The virtual memory has no page. */
  Empty = 0,
  /** A page store of ours. */
  Tabularium = 1,
  /** An image of the crate ic-sqlite-vfs. */
  IcSqliteVfs = 2,
  /** A SQLite file from the first byte on, as ic-rusqlite mounts it. */
  SqliteImage = 3,
  Unknown = 4,
}

/** What keeps a content from being used. Values are stable: the binding names them. */
export enum Fault {
  None = 0,
  /** A layout version that is known by name only. */
  Version = 1,
  /** The checksum of the superblock does not hold. */
  SuperblockChecksum = 2,
  /** Fields of the superblock contradict each other. */
  SuperblockFields = 3,
  /** Page table, pages or image reach past the end of the virtual memory. */
  OutOfMemory = 4,
  /** The image does not begin with SQLite's magic. */
  NotSqlite = 5,
  /** The image's header has a page size that SQLite does not know. */
  PageSize = 6,
  /** The image is shorter than its header says. */
  Truncated = 7,
  /** The image is in WAL mode, and the log is not part of it. */
  Wal = 8,
  /** The image has a file format of a later SQLite. */
  Format = 9,
  /** The image is larger than an archive can be. */
  TooLarge = 10,
  Unrecognised = 11,
}

/** What was found in a slot, read from its first bytes. */
@unmanaged
export class SlotContent {
  id: MemoryId;
  kind: ContentKind;
  /** Version of its superblock; 0 where it has none. */
  version: u32;
  fault: Fault;
  /** Bytes of the SQLite image. */
  imageSize: u64;
  /** SQLite's page size in bytes; 0 where the image is empty or its header cannot be read. */
  pageSize: u32;
  importing: bool;
  checksumStale: bool;
  transactionId: u64;
  /** FNV-1a 64 of the image; 0 where none was ever computed. */
  imageChecksum: u64;
  /** XXH64 of the first bytes of the virtual memory: another one means that somebody wrote. */
  fingerprint: u64;

  // Where the image lies.
  imageBase: u64;
  rootTable: u64;
  extents: u64;
}

/** An image of somebody else's that can be adopted. */
export function isAdoptable(content: SlotContent): bool {
  if (content.fault !== Fault.None) return false;
  return content.kind === ContentKind.IcSqliteVfs || content.kind === ContentKind.SqliteImage;
}

/** The image's checksum is known to be that of its present bytes. */
export function hasFreshChecksum(content: SlotContent): bool {
  return content.imageChecksum !== 0 && !content.checksumStale;
}
