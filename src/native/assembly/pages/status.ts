/** Outcome of an operation on a slot's page store. Values are stable: the binding names them in typed errors. */
export enum StoreStatus {
  Ok = 0,
  /** The slot's virtual memory was never written. */
  Empty = 1,
  /** The slot holds bytes that no layout of ours explains. They are untouched. */
  Foreign = 2,
  /** A superblock of a layout version that this code does not read. */
  UnsupportedVersion = 3,
  /** A superblock of ours whose checksum or fields do not hold. */
  Damaged = 4,
  /** The slot holds something already, so that it cannot be formatted. */
  NotEmpty = 5,
  /** Stable memory refused to give more. Nothing was changed. */
  Full = 6,
  /** The operation needs the archive's connection closed. */
  Busy = 7,
  /** An offset or length outside the image. */
  OutOfBounds = 8,
  /** An import is under way, or the last one's pages are still being given back. */
  ImportUnderWay = 9,
  NoImport = 10,
  /** A part of a page in an image so large that only whole pages can be taken there. */
  ImportMisaligned = 11,
  /** Not every byte of the announced size has arrived. */
  ImportIncomplete = 12,
  /** The announced size is 0 or beyond what an archive can hold. */
  ImportSize = 13,
  ImportNotSqlite = 14,
  /** The header's page size is none of SQLite's. */
  ImportPageSize = 15,
  /** The image is shorter than its header says. */
  ImportTruncated = 16,
  /** A WAL-mode image whose size contradicts its header: its log was not checkpointed. */
  ImportWal = 17,
  /** A file format that a later SQLite wrote. */
  ImportFormat = 18,

  // Snapshots, pins and forks.
  /** A snapshot's name that is empty or longer than a record holds. */
  SnapshotName = 20,
  /** Another snapshot of the slot has that name. */
  SnapshotExists = 21,
  /** All records of the slot's snapshots and pins are in use. */
  ImagesFull = 22,
  /** No snapshot or pin has that number. */
  NoImage = 23,
  /** The pin's time is over. */
  PinExpired = 24,
  /** The slot is receiving a copy of another archive's image. */
  ForkUnderWay = 25,
  NoFork = 26,
  /** The image that was being copied is gone, and its archive with it. */
  ForkSourceGone = 27,

  // Space and checks.
  /** The archive is being purged: its pages are going back to the memory manager. */
  Purging = 40,
  /** A page does not match its checksum or cannot be found, or free pages cannot (damage.ts tells which). */
  DamagedPage = 41,
  /** The map of an image that was to be measured or given back does not hold (damage.ts tells where). */
  DamagedImage = 42,

  /** The heap has no room for what the operation would keep there. */
  NoMemory = 43,

  // Imports.
  /** The import under way is another one. */
  ImportSession = 50,
  /** No chunk came for longer than the import allows; its pages are being given back. */
  ImportExpired = 51,
  /** A chunk whose checksum is not the one that was sent with it. */
  ImportChecksum = 52,
  /** The image is being verified or was refused, and takes no more chunks. */
  ImportClosed = 53,
  /** The image's SHA-256 is not the expected one. */
  ImportHash = 54,
  /** SQLite finds the image damaged; the record says how. */
  ImportCorrupt = 55,
  /** One table's check needs more instructions than a call may use. */
  ImportBudget = 56,
  /** The image was not verified yet. */
  ImportUnverified = 57,
  /** The check ran out of the engine's memory, for the image's sake or that of other open archives. */
  ImportMemory = 58,
}
