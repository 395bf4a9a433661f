import type { Principal } from '@dfinity/principal';

/** One SQL value: every storage class of SQLite, 64-bit integers and blobs exact. */
export type CandidValue =
  | { Null: null }
  | { Integer: bigint }
  | { Real: number }
  | { Text: string }
  | { Blob: Uint8Array | number[] };

/**
 * Why a call was refused: a stable code, and a message that says what happened and what to do. SQLite's errors bring
 * their extended result code and, where SQLite knows it, the byte offset of the error in the SQL text.
 */
export interface CandidFailure {
  code: string;
  message: string;
  extended_code: [] | [number];
  offset: [] | [number];
}

/** Either what the method answers or why it was refused; an expected failure is never a trap. */
export type CandidResult<T> = { ok: T } | { err: CandidFailure };

/** An archive as the catalog knows it; `created_at` in nanoseconds since 1970. */
export interface CandidArchive {
  id: string;
  slot: number;
  generation: bigint;
  owner: Principal;
  created_at: bigint;
}

/**
 * An archive and what its slot holds: bytes of the SQLite image, SQLite's page size (0 while there is no page), the
 * transaction id (one more with every published transaction), SQLite's schema cookie, and how far an import has come.
 */
export interface CandidArchiveDescription {
  archive: CandidArchive;
  size: bigint;
  page_size: number;
  transaction_id: bigint;
  schema_version: number;
  import: [] | [{ received: bigint; total: bigint }];
}

/** What a statement answered and did. */
export interface CandidExecution {
  columns: string[];
  rows: CandidValue[][];
  changes: bigint;
  last_insert_rowid: bigint;
}

/**
 * Who owns how much raw stable memory, in pages of 64 KiB. Of the allocated buckets some belong to a memory and the
 * others are free for reuse; spare ones lie behind them, given back; the rest of the layout's was never used.
 */
export interface CandidMemoryReport {
  stable_pages: bigint;
  bucket_size_in_pages: number;
  allocated_buckets: number;
  owned_buckets: number;
  free_buckets: number;
  spare_buckets: number;
  never_used_buckets: number;
  memories: { memory_id: number; pages: bigint; buckets: number }[];
}

/** The room that a slot takes, in storage pages of 4,096 bytes, and the buckets that compaction would return. */
export interface CandidSlotSpace {
  logical_size: bigint;
  pages_used: number;
  pages_free: number;
  pages_held_by_snapshots: number;
  buckets_owned: number;
  buckets_returnable: number;
}

/** What a call of `db_compact` did, and what going on would give back. */
export interface CandidCompaction {
  done: boolean;
  buckets_returned: number;
  buckets_returnable: number;
}

/** Who gets a new archive; the caller when `owner` is absent. */
export interface CandidCreateArchive {
  id: string;
  owner: [] | [Principal];
}

/**
 * What the installer may choose, once: the unit in which archives own raw stable memory, in pages of 64 KiB. Small
 * buckets waste less on small archives; large ones raise the bound of 32,768 buckets. Default 16 pages: 1 MiB a bucket,
 * 32 GiB in all. Upgrades take it from the stable memory, whatever they are given.
 */
export type CandidInstallOptions = [] | [{ bucket_size_in_pages: [] | [number] }];
