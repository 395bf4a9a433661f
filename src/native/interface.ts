/**
 * What the native module offers TypeScript, as `globalThis._tabularium` in the canister (QuickJS) and from
 * `instantiateNative` in Node. Both hosts run the same WebAssembly, so behaviour differs in nothing but speed.
 *
 * Errors. A function throws `TypeError` or `RangeError` for misuse, and otherwise the error that the installed
 * {@link NativeClasses.createError} builds. Damage that no caller can handle (foreign stable memory, an engine that
 * aborts) traps the message instead, which the IC rolls back whole.
 */

/** A SQLite value as TypeScript sees it. Integers outside ±(2^53 - 1) are `bigint`, the others `number`. */
export type SqlValue = null | number | bigint | string | Uint8Array;

/** What can be bound: a {@link SqlValue}, a boolean (as 0 or 1), or other bytes (as a BLOB). */
export type BindableValue = SqlValue | boolean | ArrayBuffer | ArrayBufferView;

/** Named parameters. A key is the parameter's name without its `:`, `@` or `$`, or the number of a `?NNN`. */
export type NamedParameters = Readonly<Record<string, BindableValue>>;

/**
 * Arguments of `run`, `get`, `all`, `iterate`: positional values, one array of them, and at most one object of names. What an
 * array holds is looked at when it is bound: query builders hand over arrays of `unknown`.
 */
export type BindParameters = readonly (BindableValue | readonly unknown[] | NamedParameters)[];

/** What a write did. `lastInsertRowid` is 0 before the connection's first insert. */
export interface RunResult {
  readonly changes: number;
  readonly lastInsertRowid: number | bigint;
}

/**
 * The methods that native code puts on the installed prototype of statements. They run without any TypeScript between
 * caller and engine, since an interpreted call costs as much as a native one does work.
 */
export interface NativeStatementCalls<Row = unknown, Parameters extends BindParameters = BindParameters> {
  /** Binds, runs to the end, resets. Throws `TypeError` when the statement returns rows. */
  run(...parameters: Parameters): RunResult;
  /**
   * Runs once for every element (an array of values or an object of names), in one native loop. It is one transaction,
   * or part of the one that is open already; `changes` is the sum.
   */
  runMany(rows: readonly (readonly BindableValue[] | NamedParameters)[]): RunResult;
  /** The first row, or `undefined` when there is none. */
  get(...parameters: Parameters): Row | undefined;
  /** All rows. */
  all(...parameters: Parameters): Row[];
  /** All rows, with every parameter NULL: for EXPLAIN, which does not look at their values. */
  allUnbound(): Row[];
  /** Binds for iteration and marks the statement busy; {@link step} and {@link reset} follow. */
  start(...parameters: Parameters): void;
  /** The next row of a started statement, or `undefined` at the end (which resets it). */
  step(): Row | undefined;
  /** Ends an iteration. Does nothing on a statement that is not iterating. */
  reset(): void;
  /** All integers of this statement's rows become `bigint`. */
  safeIntegers(enabled?: boolean): this;
  /**
   * Makes an idle statement what it was when it was prepared, with all modes off but the given one. False, with nothing
   * changed, for one that is busy, bound or finalized.
   */
  renew(safeIntegers: boolean): boolean;
  /** Names of the result columns, in order. Throws `TypeError` when the statement returns no rows. */
  columnNames(): string[];
  /** Releases the engine's statement. Later calls throw `TypeError`; finalizing twice does nothing. */
  finalize(): void;
  /** The SQL text with values in place of its parameters. Nothing is run. */
  expandedSql(...parameters: Parameters): string;
  /** True while an iteration is under way. */
  isBusy(): boolean;
  /** True after {@link finalize}, or after the connection was closed. */
  isFinalized(): boolean;
  /** True when the statement returns columns. */
  isReader(): boolean;
  /** True when the statement cannot change the archive (`sqlite3_stmt_readonly`). */
  isReadonly(): boolean;
  /** The SQL text it was prepared from. */
  sourceText(): string;
}

/** All of a statement's methods. These change what its rows or parameters are taken for, which the facade's types follow. */
export interface NativeStatementMethods<Row = unknown, Parameters extends BindParameters = BindParameters>
  extends NativeStatementCalls<Row, Parameters> {
  /** Rows become arrays. Excludes {@link pluck}. */
  raw(enabled?: boolean): this;
  /** Rows become the value of their first column. Excludes {@link raw}. */
  pluck(enabled?: boolean): this;
  /** Binds for good: values are kept, and later calls take none. Throws `TypeError` the second time. */
  bind(...parameters: Parameters): this;
}

/** What SQLite may know of a function that JavaScript defines; to be added up. */
export const FunctionTrait = {
  /** Equal arguments give equal results, so that it may be evaluated once for many rows, and be part of an index. */
  deterministic: 1,
  /** Not to be called from views, triggers, indexes and the like. */
  directOnly: 2,
  /** To be called from them, although an archive's schema is not trusted. */
  innocuous: 4,
  /** Its arguments' integers are all bigints. */
  safeIntegers: 8,
} as const;

/** What a function of SQL may return; `undefined` is NULL. */
export type FunctionResult = BindableValue | undefined;

/** How a transaction takes its lock, as in SQLite's BEGIN. */
export type TransactionMode = 'deferred' | 'immediate' | 'exclusive';

/** An open archive: one engine connection on one slot. */
export interface NativeConnection {
  /**
   * Compiles one statement into an object of the installed prototype. Further statements in the text are
   * refused with `RangeError`, and so is a text without any.
   */
  prepare(sql: string): NativeStatementMethods;
  /** The same for SQL of a message that is to be explained: what that may not contain is refused, and what acts when it is compiled. */
  prepareToExplain(sql: string): NativeStatementMethods;
  /** Runs every statement of the text; rows are discarded. Not atomic by itself. */
  exec(sql: string): void;
  /**
   * Runs statements of a script until so many instructions are used up, at least one; rows are discarded. What a message's
   * SQL may not contain (BEGIN, COMMIT, settings that outlive the message) is refused, so that the caller's transaction
   * stays whole.
   * @param from where to begin: the `position` of the call before, in bytes of the script's UTF-8; 0 at first
   */
  execPart(sql: string, from: number, instructions: number): ScriptProgress;
  /** Starts, ends and abandons a transaction through statements that stay prepared. */
  begin(mode: TransactionMode): void;
  commit(): void;
  /** Does nothing when no transaction is open, as after an error on which SQLite itself rolled back. */
  rollback(): void;
  inTransaction(): boolean;
  /** Refuses whatever would change the archive, until it is switched off again (`PRAGMA query_only`). */
  setQueryOnly(enabled: boolean): void;
  /**
   * Lets statements run for that many instructions from now on (`SQLITE_INTERRUPT` then), or with `undefined` without an
   * end again. Valid within one message: whoever sets it lifts it before the message ends.
   */
  setInstructionBudget(instructions: number | undefined): void;
  /**
   * Makes a function of SQL, or replaces the one with the same name and number of arguments. While SQL waits for it, the
   * connection takes no other calls (`TypeError`). What it throws, the statement throws.
   * @param countPlusOne its arguments, at most 1,000, plus 1; 0 for any number
   * @param traits sum of {@link FunctionTrait}s
   */
  defineFunction<Parameters extends SqlValue[]>(
    name: string,
    countPlusOne: number,
    traits: number,
    call: (...values: Parameters) => FunctionResult,
  ): void;
  /**
   * The same for an aggregate: `step` makes an accumulator out of the one before, at first `start` or what it returns, and a
   * row; `result` makes its value. With `inverse`, which takes a row out again, it can be used as a window function.
   */
  defineAggregate<Accumulator, Parameters extends SqlValue[]>(
    name: string,
    countPlusOne: number,
    traits: number,
    start: Accumulator | (() => Accumulator) | null,
    step: (accumulator: Accumulator, ...values: Parameters) => unknown,
    inverse: ((accumulator: Accumulator, ...values: Parameters) => unknown) | undefined,
    result: ((accumulator: Accumulator) => FunctionResult) | undefined,
  ): void;
  /** Finalizes all statements, rolls back an open transaction, releases the handle. Closing twice does nothing. */
  close(): void;
  isOpen(): boolean;
  /** MemoryId of the slot. */
  memoryId(): number;
}

/** How far a script has been run. Bytes of its UTF-8. */
export interface ScriptProgress {
  /** Where the next statement begins; `length` when there is none. */
  readonly position: number;
  readonly length: number;
  /** Statements that this call ran. */
  readonly statements: number;
}

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

/** A snapshot, or an image that is pinned for an export. */
export interface KeptImage {
  /** Number within the slot, never used again. An export's token. */
  readonly id: number;
  /** A snapshot's name; exports have none. */
  readonly name?: string;
  /**
   * Why it is kept: asked for, taken by a schedule, replaced by a restore or an import; or for whom: an export, a fork, a
   * check.
   */
  readonly origin: 'request' | 'schedule' | 'restore' | 'import' | 'export' | 'fork' | 'check';
  /** Bytes of the SQLite image. */
  readonly logicalSize: number;
  /** SQLite's page size in bytes; 0 for an empty image. */
  readonly pageSize: number;
  /** The transaction that published the image. */
  readonly transactionId: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Milliseconds since 1970, for what does not last until it is ended. */
  readonly expiresAt?: number;
  /** XXH64 (seed 0) of the image's bytes as 16 lower-case hexadecimal digits, where it is known. */
  readonly checksum?: string;
}

/**
 * An image that could not be given back, because its page map was found damaged on the way: what is left of it stays until
 * the archive is purged.
 */
export interface DamagedImage extends KeptImage {
  /** SQLite's number of the page that the map does not lead to. */
  readonly damagedPage: number;
}

/** A count of pages, or a part of one. */
export interface ImageMeasure {
  /** Storage pages of 4,096 bytes, tables of the map included. */
  readonly pages: number;
  /** Where the next part begins; absent when the count is complete. */
  readonly nextSegment?: number;
}

/** How far a fork has come, in bytes of the image. */
export interface ForkProgress {
  readonly copied: number;
  readonly total: number;
  /** The slot holds the archive and can be opened. */
  readonly done: boolean;
}

/** What a slot's virtual memory holds, whoever wrote it. */
export interface SlotContent {
  /**
   * `sqlite` is a plain SQLite file from the first byte on, as ic-rusqlite mounts it. Whatever does not begin with the mark of
   * one of the others is `unknown`; a damaged image keeps its kind and has a `fault`.
   */
  readonly kind: 'empty' | 'tabularium' | 'ic-sqlite-vfs' | 'sqlite' | 'unknown';
  /** Version of the superblock (ic-sqlite-vfs: 6 for 0.1.2 to 1.0, 8 for 2.x); 0 where there is none. */
  readonly layoutVersion: number;
  /** True for an image of somebody else's that {@link NativeModule.beginAdoption} takes. */
  readonly adoptable: boolean;
  /** What is wrong with it, in words; empty when nothing is. */
  readonly fault: string;
  /** Bytes that the virtual memory spans. */
  readonly memoryBytes: number;
  /** Bytes of the SQLite image; 0 where it cannot be said. */
  readonly imageSize: number;
  /** SQLite's page size in bytes; 0 for an empty image. */
  readonly pageSize: number;
  /** The writer's count of transactions; 0 for one that keeps none. */
  readonly transactionId: number;
  /** Whether the writer's FNV-1a checksum of the image is that of its present bytes. */
  readonly checksum: 'none' | 'stale' | 'fresh';
  /** An import into the image was under way. It does not count: the image that was committed before does. */
  readonly importing: boolean;
}

/** How far the verification of an image has come. */
export interface SlotVerification {
  /** Bytes read so far; to be handed to the next call. */
  readonly verified: number;
  readonly total: number;
  /** FNV-1a 64 of them where the image has a fresh checksum; to be handed to the next call. */
  readonly hash: string;
  readonly complete: boolean;
  /** On completion, where there is a fresh checksum: whether it holds. */
  readonly matches?: boolean;
}

/** How far an adoption has come, in bytes of the image. */
export interface AdoptionProgress {
  readonly memoryId: number;
  readonly copied: number;
  readonly total: number;
  /** The slot holds the archive. */
  readonly complete: boolean;
}

/** A virtual memory that owns at least one bucket or page. */
export interface MemoryUse {
  readonly memoryId: number;
  /** 64 KiB pages that the virtual memory spans. */
  readonly pages: number;
  /** Buckets of raw stable memory that it owns. */
  readonly buckets: number;
}

/** How much room a slot takes, and what for. Pages are storage pages of 4,096 bytes. */
export interface SlotSpace {
  /** Bytes of the SQLite image. */
  readonly logicalSize: number;
  /** Pages in use: the images of the slot, their maps, and the store's own pages. */
  readonly pagesUsed: number;
  /** Pages that were used and are free now. They are reused before the slot grows. */
  readonly pagesFree: number;
  /** Of the used pages, those that only snapshots reach. */
  readonly pagesHeldBySnapshots: number;
  /** Buckets of raw stable memory that the slot owns. */
  readonly bucketsOwned: number;
  /** Of those, how many a complete compaction would return now. */
  readonly bucketsReturnable: number;
}

/** What a call of {@link NativeModule.compact} did. */
export interface CompactionProgress {
  /** True when no page is free, so that there is nothing left to move. */
  readonly done: boolean;
  /** Buckets that this call gave back. */
  readonly bucketsReturned: number;
  /** Buckets that going on would give back. */
  readonly bucketsReturnable: number;
}

/** What the runs of one text of SQL took, all of them together. */
export interface QueryInsight {
  /** In normal form: values are `?`. */
  readonly sql: string;
  /** The text is longer than what is kept of it, a kilobyte. */
  readonly cut: boolean;
  readonly runs: number;
  /** Runs that ended with an error. */
  readonly failures: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly rowsReturned: number;
  readonly instructions: number;
  /** Of the run that took most. */
  readonly worstInstructions: number;
  /** The first run and the last one. Milliseconds since 1970. */
  readonly since: number;
  readonly last: number;
}

/** Checksum of a whole SQLite image, as of its last refresh. */
export interface SlotChecksum {
  /** XXH64 (seed 0) of the image's bytes, as 16 lower-case hexadecimal digits. */
  readonly checksum: string;
  /** Transaction that published the image. */
  readonly transactionId: number;
  /** When the refresh was finished, in milliseconds since 1970. */
  readonly refreshedAt: number;
  /** True when the archive has changed since. */
  readonly stale: boolean;
}

/** Whether an archive keeps checksums of its pages; `switching-…` while a pass over what it holds already is under way. */
export type PageChecksumState = 'off' | 'on' | 'switching-on' | 'switching-off';

/** What a call of {@link NativeModule.verifyPages} found. */
export interface PageVerification {
  /** Where to go on; `undefined` at the end. */
  readonly next: number | undefined;
  /** SQLite's numbers of the pages that do not match their checksums; 64 at most. */
  readonly damaged: number[];
}

/** How far a refresh of the checksum has come. */
export interface ChecksumProgress {
  readonly done: boolean;
  /** Bytes of the image that are taken in. */
  readonly position: number;
  /** Bytes of the image. */
  readonly total: number;
}

/** Who owns how much of the raw stable memory. */
export interface MemoryReport {
  /** 64 KiB pages of raw stable memory in use by the canister. */
  readonly stablePages: number;
  /** 64 KiB pages of Wasm memory. */
  readonly heapPages: number;
  readonly bucketSizeInPages: number;
  /** Buckets handed out at least once. */
  readonly allocatedBuckets: number;
  /** Of those, the ones that belong to a memory. */
  readonly ownedBuckets: number;
  /** Of those, the ones that belong to no memory now and will be reused. */
  readonly freeBuckets: number;
  /** Buckets of raw stable memory behind the allocated ones, given back and ready for any memory. */
  readonly spareBuckets: number;
  /** Buckets that the layout can address and raw stable memory does not hold yet. */
  readonly neverUsedBuckets: number;
  /** Ascending by MemoryId. */
  readonly memories: MemoryUse[];
}

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

/** What a request of SQL did. */
export interface RequestOutcome {
  /** The refusal's code; undefined where the request was answered. */
  readonly code: string | undefined;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  /** Of the message so far. */
  readonly instructions: number;
}

/** Candid types that {@link NativeModule.receive} understands. */
export type ArgumentType = 'text' | 'opt text' | 'nat64' | 'nat32' | 'bool' | 'blob' | 'principal';

/** A blob argument that stays in native memory: only its place is known to TypeScript. */
export interface ArgumentSlice {
  readonly offset: number;
  readonly length: number;
}

/** What {@link NativeModule.receive} gives for each {@link ArgumentType}; a principal arrives in its textual form. */
export type ArgumentValue = string | number | boolean | ArgumentSlice | undefined;

/** Builds the error that native code throws. `offset` is the byte offset in the SQL text or the Candid message. */
export type CreateError = (
  code: string,
  message: string,
  extendedCode: number | undefined,
  offset: number | undefined,
) => Error;

/** TypeScript's part of the binding, installed once before anything is opened. */
export interface NativeClasses {
  readonly createError: CreateError;
  /** Receives {@link NativeStatementMethods}; every prepared statement has it as its prototype. */
  readonly statementPrototype: object;
}

/** Most that one call may take: instructions of the message, rows, bytes, parameters, storage pages of 4,096 bytes. */
export interface RequestBudgets {
  readonly instructions?: number | undefined;
  readonly rows?: number | undefined;
  readonly resultBytes?: number | undefined;
  readonly sqlBytes?: number | undefined;
  readonly parameters?: number | undefined;
  readonly dirtyPages?: number | undefined;
}

/** The native module. */
export interface NativeModule {
  /** Version of this interface, checked by the facade. */
  readonly interfaceVersion: number;
  /** The engine's version, for example `3.53.0`. */
  readonly engineVersion: string;

  install(classes: NativeClasses): void;

  // Archives.

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

  // Wire path. One message at a time: receive*, decide in TypeScript, then exactly one execute*, query* or reply*.

  /**
   * Decodes `(text archive, text sql, vec Parameter, opt Budgets)` from the message and keeps it natively. Returns the
   * archive. A malformed argument throws with code `CANDID_MALFORMED` and the offset at fault.
   */
  receiveRequest(): string;
  /** The same for `(text archive, text sql, vec Parameter, opt blob cursor, nat32 rows, opt Budgets)`. */
  receivePageRequest(): string;
  /** The same for `(text archive, vec record { sql : text; parameters : vec Parameter }, opt Budgets)`. */
  receiveBatchRequest(): string;
  /** Bytes of the message's argument. */
  argumentSize(): number;
  /**
   * The archive that the message's first argument names: a text, or the field `archive` of a record. `undefined` where it
   * is neither, or lies behind the first 16 KiB. Never throws, so that it can be asked before anything is known.
   */
  receiveReference(): string | undefined;
  /** Decodes the message's arguments by their types. Blobs stay native, valid until the next receive. */
  receive(...types: readonly ArgumentType[]): ArgumentValue[];
  /**
   * Runs the received statement or batch in one transaction, commits, and replies `variant { ok; err }` with a result, or
   * with a result for each statement of the batch.
   * @param budgets the archive's own; what is absent is the default. The call can only ask for less.
   */
  executeRequest(connection: NativeConnection, budgets?: RequestBudgets): void;
  /**
   * The same for a statement, or a page of one, that only reads; anything else is answered with `err`, code `READ_ONLY`.
   */
  queryRequest(connection: NativeConnection, budgets?: RequestBudgets): void;
  /** The same as a query that ends with its first row. */
  firstRequest(connection: NativeConnection, budgets?: RequestBudgets): void;
  /**
   * What the last of these did, for whoever keeps count: the refusal's code if it was refused, and rows as its meta has
   * them. `undefined` in a query that one node answers, whose counting would be discarded.
   */
  requestOutcome(): RequestOutcome | undefined;
  /** Replies `variant { err : record { code; extended_code; message; offset } }`, a subtype of every reply. */
  replyError(code: string, message: string, extendedCode?: number, offset?: number): void;
  /** Replies `variant { ok }`. */
  replyNull(): void;

  /** The caller's principal in textual form. */
  callerText(): string;
  callerIsController(): boolean;

  // Staged import of a SQLite image: begin, chunks, verify until verified, switch; or cancel. The live image is read and
  // written all the while. Every call but the first names the session; every call puts the import's expiry off.

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

  // Snapshots. A slot holds at most 31 images: snapshots, exports, forks under way, and those being given back.

  /**
   * Keeps the last published image under a name of 1 to 48 bytes and returns its number. Costs the same at any size; pages
   * are copied when they change afterwards. Throws `SNAPSHOT_NAME`, `SNAPSHOT_EXISTS`, `IMAGES_FULL`, `STABLE_MEMORY_FULL`.
   */
  createSnapshot(memoryId: number, name: string, origin?: 'request' | 'schedule'): number;
  /** In no particular order. */
  listSnapshots(memoryId: number): KeptImage[];
  /** Deleted snapshots, ended exports and former imports that were found damaged when their pages were to be given back. */
  listDamagedImages(memoryId: number): DamagedImage[];
  /**
   * Counts what only one snapshot or export holds, so what deleting it would free, over `segmentBudget` segments of 1 MiB
   * from `firstSegment` (0 at first). Changes nothing, so it works in queries too. Throws `IMAGE_NONE`, `SLOT_DAMAGED`.
   */
  measureImage(memoryId: number, image: number, firstSegment: number, segmentBudget: number): ImageMeasure;
  /**
   * Makes a snapshot's image the live one. The snapshot stays, and the replaced image becomes a snapshot of the name
   * `keepAs`, whose number is returned: restoring that one undoes it. Costs the same at any size. The archive must be closed
   * (`SLOT_BUSY`). Throws `IMAGE_NONE` and what {@link createSnapshot} throws.
   */
  restoreSnapshot(memoryId: number, snapshot: number, keepAs: string): number;
  /** Gives a snapshot up. Its pages are given back by {@link reclaimImages}, and a few by each commit. Throws `IMAGE_NONE`. */
  deleteSnapshot(memoryId: number, snapshot: number): void;
  /**
   * Passes at most `pageBudget` pages of deleted snapshots and ended exports, and frees what no other image holds. True when
   * nothing is left to give back. At most about 1,200 instructions a page, with a hundred more for each other image. One
   * whose page map is damaged is set aside ({@link listDamagedImages}); the call that finds it so throws `SLOT_DAMAGED`, and
   * the next one goes on with the others.
   */
  reclaimImages(memoryId: number, pageBudget: number): boolean;

  // Export of a pinned image: begin, read chunks in any order and in queries, end. Writes go on and do not disturb it.

  /**
   * Pins the live image, or that of a snapshot, for a number of seconds. Its number is the token that the functions below
   * want. Throws `IMAGES_FULL`, `STABLE_MEMORY_FULL`, and `IMAGE_NONE` for a snapshot that is not there.
   */
  beginExport(memoryId: number, lifetimeSeconds: number, snapshot?: number): KeptImage;
  /** All pins of the slot, those of forks and checks included. Expired ones are listed until an update drops them. */
  listExports(memoryId: number): KeptImage[];
  /**
   * Bytes of the pinned image, shorter at its end. An offset past it throws `OUT_OF_BOUNDS`, a token that is none `IMAGE_NONE`,
   * one whose time is over `EXPORT_EXPIRED`.
   */
  readExport(memoryId: number, token: number, offset: number, length: number): Uint8Array;
  /** The same as a reply `variant { ok : blob }`, copied from slot to reply. Throws `RESULT_TOO_LARGE` for more than it holds. */
  replyExportChunk(memoryId: number, token: number, offset: number, length: number): void;
  /** Ends an export. Its pages are given back as a deleted snapshot's are. Throws `IMAGE_NONE`. */
  endExport(memoryId: number, token: number): void;

  // Fork: a copy of an image in the slot of a new archive, made some pages a call, also after an upgrade.

  /**
   * Formats a slot that was never written (`SLOT_NOT_EMPTY`) and begins to copy the live image, or that of a snapshot, into
   * it. The image is pinned meanwhile. Throws `IMAGE_NONE`, `IMAGES_FULL`, `STABLE_MEMORY_FULL`.
   * @param generation the catalog's generation of the new archive
   */
  beginFork(sourceMemoryId: number, targetMemoryId: number, generation: number, snapshot?: number): void;
  /**
   * Copies at most `pageBudget` pages of 4,096 bytes, about 12,000 instructions each. Until it is done, opening the slot is
   * `FORK_BUSY`. Throws `FORK_NONE`, `STABLE_MEMORY_FULL` with nothing changed, and `FORK_SOURCE_GONE` when the copied archive
   * was purged: cancel then.
   */
  continueFork(targetMemoryId: number, pageBudget: number): ForkProgress;
  /** `undefined` when no fork is under way there. */
  forkProgress(targetMemoryId: number): ForkProgress | undefined;
  /** Gives a fork up and unpins its image. The slot is to be purged then. Throws `FORK_NONE`. */
  cancelFork(targetMemoryId: number): void;

  // Space.

  /**
   * What a slot may grow to, from now until the canister is upgraded: bytes of the image, which a transaction may leave
   * larger only if it shrinks it (`SIZE_LIMIT_EXCEEDED`), and buckets of raw stable memory, whatever asks for them
   * (`BUCKET_BUDGET_EXCEEDED`). 0 stands for no limit. A refused transaction is rolled back with nothing written.
   */
  limitSlot(memoryId: number, size: number, buckets: number): void;

  /** Room that the slot takes, or `undefined` when nothing was ever written there. The dry run of {@link compact}. */
  slotSpace(memoryId: number): SlotSpace | undefined;
  /**
   * Moves at most `pageBudget` pages from the end of the slot to its first free ones, and gives whole buckets back. May be
   * called beside everything else, given up after any call, and taken up again at any time; about 12,000 instructions a page.
   */
  compact(memoryId: number, pageBudget: number): CompactionProgress;
  /**
   * Gives back at most `bucketBudget` buckets of the slot, and returns true when it owns none any more. The archive is lost
   * with the first call, `SLOT_PURGING` to whoever opens it. It must be closed (`SLOT_BUSY`). Bytes that are no archive
   * (`SLOT_FOREIGN`) are purged only if `evenForeign`.
   */
  purgeSlot(memoryId: number, bucketBudget: number, evenForeign?: boolean): boolean;

  // Adoption of images that others wrote. A slot whose content was not recognised is never changed.

  /** Says what a slot holds. Reads its first bytes only, and changes nothing. */
  inspectSlot(memoryId: number): SlotContent;
  /**
   * Reads up to `pages` pages of 4,096 bytes of an adoptable image and hashes them. Keeps no state, so that it also works in
   * query calls: begin with 0 and `undefined`, then hand back what the call before returned. Throws `ADOPTION_REFUSED` for
   * what cannot be adopted, `ADOPTION_DAMAGED` where a page table leads nowhere.
   */
  verifySlot(memoryId: number, verified: number, hash: string | undefined, pages: number): SlotVerification;
  /**
   * Begins to adopt an adoptable slot, one at a time a canister (`ADOPTION_BUSY`). The archive grows in MemoryId 117, which
   * must be empty (`ADOPTION_WORKSPACE`), so the slot stays byte for byte as it is until the last step.
   * @param generation the catalog's generation of the archive, kept in the superblock
   */
  beginAdoption(memoryId: number, generation: number): void;
  /**
   * Copies up to `pages` pages of 4,096 bytes; the last call puts the archive into the slot and frees the old image's
   * buckets. Goes on after an upgrade. Throws `ADOPTION_CHANGED` when somebody wrote to the slot since the begin,
   * `ADOPTION_DAMAGED`, `ADOPTION_CHECKSUM` when a fresh checksum does not hold, `STABLE_MEMORY_FULL`: the slot is as it was
   * then, and the adoption can be cancelled.
   */
  continueAdoption(memoryId: number, pages: number): AdoptionProgress;
  /** Gives the copy's buckets back. Throws `ADOPTION_NONE` when the slot is not being adopted. */
  cancelAdoption(memoryId: number): void;
  /** The adoption under way in the canister, or `undefined`. */
  adoptionProgress(): AdoptionProgress | undefined;

  // Checksums of whole images.

  /** The last refresh's outcome, or `undefined` before the first one. */
  slotChecksum(memoryId: number): SlotChecksum | undefined;
  /**
   * Takes at most `pageBudget` pages of 4,096 bytes into the checksum; called until it is done, over upgrades too. It
   * reads the image that was live at the first call, so that writes do not hold it up. A damaged page (`SLOT_DAMAGED`)
   * ends it. About 11,500 instructions a page.
   */
  refreshChecksum(memoryId: number, pageBudget: number): ChecksumProgress;
  /** Gives a refresh up, and gives back at most `pageBudget` pages that it had kept. Without one it does nothing. */
  cancelChecksum(memoryId: number, pageBudget: number): void;

  // Checksums of single pages, kept in the page map and verified on every read. A page that does not match is refused with
  // `SQLITE_IOERR_DATA` by SQL, with `SLOT_DAMAGED` by exports; slot and page are named.

  pageChecksums(memoryId: number): PageChecksumState;
  /**
   * Switches page checksums for what is written from now on, and begins a pass over the rest. They cost a transaction about
   * 7,000 instructions for each page, and a write to the map table of each; and a read about 7,000 for each page that SQLite
   * does not have in its cache.
   */
  setPageChecksums(memoryId: number, enabled: boolean): void;
  /** Passes at most `pageBudget` pages; true when no pass is under way any more. */
  continuePageChecksums(memoryId: number, pageBudget: number): boolean;
  /**
   * Compares at most `pageBudget` storage pages of 4,096 bytes with their checksums, beginning with the `from`-th: 0, and
   * then what the call before returned. Changes nothing, so it also works in query calls. About 12,000 instructions a page.
   */
  verifyPages(memoryId: number, from: number, pageBudget: number): PageVerification;

  // Raw virtual memory, for the catalog (MemoryId 119).

  /** Bytes that the virtual memory spans, a multiple of 65,536. */
  memorySize(memoryId: number): number;
  /** Grows by 64 KiB pages and returns the previous page count. Throws `STABLE_MEMORY_FULL` when refused. */
  growMemory(memoryId: number, pages: number): number;
  /** UTF-8 bytes as a string. */
  readText(memoryId: number, offset: number, byteLength: number): string;
  /** Writes a string as UTF-8 and returns its byte length. Throws `RangeError` past the end of the memory. */
  writeText(memoryId: number, offset: number, text: string): number;
  /** A string of UTF-8 bytes; `undefined` when they are none. */
  decodeText(bytes: Uint8Array): string | undefined;
  /** A string's UTF-8 bytes; a lone surrogate becomes U+FFFD. */
  encodeText(text: string): Uint8Array<ArrayBuffer>;
  /** XXH64 (seed 0) of a string's UTF-8 bytes, as 16 lower-case hexadecimal digits. */
  checksumText(text: string): string;
  /** XXH64 (seed 0) of a range of a virtual memory. */
  checksumMemory(memoryId: number, offset: number, byteLength: number): string;
  /** SHA-256 of a string's UTF-8 bytes, as 64 lower-case hexadecimal digits. */
  sha256Text(text: string): string;
  /** SQL without what differs from call to call: values are `?`, lists of them `?, *`; no layout, small letters. */
  normalizeSql(sql: string): string;
  /** SQL without its layout: comments, white space, letter case of words, quotes around plain names. */
  foldSql(sql: string): string;

  // Insights: what the SQL of requests cost, by archive and normal form. Kept in the heap, so that an upgrade forgets them; of
  // query calls nothing is kept.

  /** At most 200, the one that ran last first. */
  queryInsights(memoryId: number): QueryInsight[];
  /** Forgets what is known of an archive; its purge does too. */
  resetInsights(memoryId: number): void;

  // Host.

  memoryReport(): MemoryReport;
  /** Seeds the engine's `random()` and `randomblob()` with 32 bytes of entropy, once per installation or upgrade. */
  seedRandomness(seed: Uint8Array): void;
  /** Does nothing: for measuring what a call from JavaScript into native code costs by itself. */
  nothing(): void;
  /** Instructions of this message so far (`ic0.performance_counter(0)`); 0 in Node. */
  instructions(): number;
}

/** The version that {@link NativeModule.interfaceVersion} must have. */
export const INTERFACE_VERSION = 1;
