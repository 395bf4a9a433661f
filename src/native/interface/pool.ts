import type { NativeConnection } from './connection';

/** An archive that the pool keeps open. */
export interface PooledArchive {
  readonly memoryId: number;
  /** How often it was asked for since it was opened. */
  readonly uses: number;
  /** Number of the last time, counted over all archives: the lowest gives way first. */
  readonly lastUse: number;
  /** Bytes of memory that it holds: connection, schema, statements, page cache and work, in whole pages of 64 KiB. */
  readonly memoryBytes: number;
}

/**
 * Connections that stay open from one message to the next. All slots may be open at once; what they hold has a budget of
 * 96 MiB together. Beyond it the archives that were used longest ago give way, at the end of a message or before another
 * one is opened: first their page caches and statements, then their connections. One that is in a transaction or being
 * read stays as it is.
 */
export interface PoolCalls {
  /** The archive's connection, opened if need be: the same object as long as it is open. Refusals are those of `open`. */
  openPooled(memoryId: number): NativeConnection;
  /** Formats a slot as `create` does, and opens it in the pool. */
  createPooled(memoryId: number, generation: number): NativeConnection;
  /** Closes the archive's connection; does nothing when the pool has none. */
  closePooled(memoryId: number): void;
  /** What is open in the pool, by MemoryId. */
  pooledArchives(): PooledArchive[];
}
