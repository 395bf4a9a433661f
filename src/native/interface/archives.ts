import type { NativeConnection } from './connection';

/** What a slot holds, read from its superblock without opening a connection. */
export interface SlotDescription {
  /** Bytes of the SQLite image. */
  readonly logicalSize: number;
  /** SQLite's page size in bytes; 0 while the archive has no page. */
  readonly pageSize: number;
  /** Grows by one with every published transaction. */
  readonly transactionId: number;
  /** SQLite's schema cookie. */
  readonly schemaVersion: number;
  /** Catalog generation for which the slot was formatted. */
  readonly generation: number;
}

/** Archives, each in the slot of a MemoryId. */
export interface ArchiveCalls {
  /**
   * Opens the archive in the slot of a MemoryId (0 to 110, 120 to 254). A connection is not shared: opening a slot twice is an
   * error, `SLOT_BUSY`; a slot without an archive is `SLOT_EMPTY`, one with foreign bytes `SLOT_FOREIGN`.
   */
  open(memoryId: number): NativeConnection;
  /**
   * Formats a slot that was never written (`SLOT_NOT_EMPTY` otherwise) and opens it.
   * @param generation the catalog's generation of the archive, kept in the superblock
   */
  create(memoryId: number, generation: number): NativeConnection;
  /**
   * Opens an empty database in the engine's memory: to try out what is not meant for an archive. It is gone when it is
   * closed, and its MemoryId is 255, which is none.
   */
  openScratch(): NativeConnection;
  /** Gives the archive that a slot holds another generation: the catalog has taken in one that it did not know. */
  claimSlot(memoryId: number, generation: number): void;
  /** What the slot holds, or `undefined` when nothing was ever written there. Foreign bytes throw `SLOT_FOREIGN`. */
  describeSlot(memoryId: number): SlotDescription | undefined;
}
