import type { NativeStatementMethods } from './statement';
import type { BindableValue, SqlValue } from './values';

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
