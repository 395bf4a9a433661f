import type { ArgumentSlice } from './requests';

/** A range of an image's bytes. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** How far an import is. `refused` gives its space back and stays until it is cancelled or another one begins. */
export interface ImportStatus {
  readonly session: number;
  readonly phase: 'receiving' | 'hashing' | 'checking' | 'verified' | 'refused';
  /** Bytes announced. */
  readonly total: number;
  /** Bytes that have arrived, each counted once. */
  readonly received: number;
  readonly hashed: number;
  /**
   * What is checked next, or was checked last. `whole`: everything by SQLite's quick_check in one call. Where that does not
   * fit, `trees`: the structure of everything by the walk, over several calls; then `tables`: quick_check table by table.
   */
  readonly check: 'whole' | 'trees' | 'tables';
  /** Tables too large for a call, of which the structure was walked, and not that the rows are as declared. */
  readonly checkedInPart: number;
  /** Milliseconds since 1970. */
  readonly began: number;
  /** When it is given up unless a call comes before. Milliseconds since 1970. */
  readonly expires: number;
  /** Of a refused one, the error that verification threw. */
  readonly code?: string;
  readonly reason?: string;
}

/**
 * Staged import of a SQLite image: begin, chunks, verify until verified, switch; or cancel. The live image is read
 * and written all the while. Every call but the first names the session; every call puts the import's expiry off.
 */
export interface ImportCalls {
  /**
   * Begins an import; what an expired or refused one left is given back first. Throws `IMPORT_BUSY` when one is under
   * way, or when more is left than one call gives back ({@link reclaimImport}); `IMPORT_SIZE`; `STABLE_MEMORY_FULL`.
   * @param totalSize bytes of the image, 1 to 64 GiB
   * @param idleSeconds the import is given up when no call comes for so long, up to a year
   * @param sha256 32 bytes that the image's SHA-256 must equal; without them it is not hashed
   * @returns the session, a number that this archive never used before
   */
  beginImport(
    memoryId: number,
    totalSize: number,
    idleSeconds: number,
    sha256?: Uint8Array | ArgumentSlice,
  ): number;
  /**
   * Takes bytes of the image, of any length, in any order, and again: what came last counts. Throws, with nothing changed,
   * `IMPORT_CHECKSUM`, `IMPORT_CLOSED` once verification has begun, `OUT_OF_BOUNDS`, `STABLE_MEMORY_FULL`, and
   * `IMPORT_MISALIGNED` in an image of more than 56 GiB, where chunks must begin and end on multiples of 4,096 bytes.
   * @param checksum XXH64 (seed 0) of the chunk, as 16 lower-case hexadecimal digits
   */
  writeImportChunk(
    memoryId: number,
    session: number,
    offset: number,
    chunk: Uint8Array | ArgumentSlice,
    checksum?: string,
  ): void;
  /** How far the import is; `undefined` when none is under way. Changes nothing, an expired one included. */
  importStatus(memoryId: number): ImportStatus | undefined;
  /**
   * Ranges of bytes that have not arrived, ascending from an offset on.
   * @param limit ranges to list, at most 500
   * @returns `next` is where to go on; absent when the list reaches the image's end
   */
  missingImportRanges(
    memoryId: number,
    session: number,
    from: number,
    limit: number,
  ): { readonly ranges: readonly ByteRange[]; readonly next?: number };
  /**
   * Goes on with verifying: header, SHA-256 of what was sent, SQLite's quick_check on the staged image, or the walk over its
   * trees where that does not fit a call. To be called until the phase is `verified`. An image that does not pass is refused, here and in every later call, with its reason:
   * `IMPORT_NOT_SQLITE`, `IMPORT_PAGE_SIZE`, `IMPORT_FORMAT`, `IMPORT_WAL`, `IMPORT_TRUNCATED`, `IMPORT_HASH`,
   * `IMPORT_CORRUPT`. `IMPORT_INCOMPLETE` changes nothing; nor do `IMPORT_BUDGET`, which asks for a larger budget because
   * SQLite checks a table in one go, and `IMPORT_MEMORY`, where the check ran out of the engine's memory. With a budget of
   * 10 G or more, a table that does not fit is passed by (`checkedInPart`).
   * @param instructionBudget instructions after which the call ends, within a few million (in Node there is no end)
   */
  verifyImport(memoryId: number, session: number, instructionBudget: number): ImportStatus;
  /**
   * Makes a verified image the archive, in one step. Throws `IMPORT_UNVERIFIED`, and `SLOT_BUSY` while the archive is open.
   * @param keepAs name of the snapshot that keeps the replaced image; without one it is given back
   * @returns number of that snapshot
   */
  switchImport(memoryId: number, session: number, keepAs?: string): number | undefined;
  /** Gives an import up, a refused one included. */
  cancelImport(memoryId: number, session: number): void;
  /**
   * Gives an import up whose time is over, and gives back pages of one that ended, was given up or refused. Where the page
   * map of such an image is damaged, what is left of it is set aside, and the call that finds it so throws `SLOT_DAMAGED`.
   * @param pageBudget pages of the image that the call may pass
   * @returns true when nothing is left to give back
   */
  reclaimImport(memoryId: number, pageBudget: number): boolean;
  /** Bytes of the SQLite image, shorter at its end. An offset past it throws `OUT_OF_BOUNDS`. */
  readImage(memoryId: number, offset: number, length: number): Uint8Array;
}
