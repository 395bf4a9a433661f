import type { BindableValue, BindParameters, NamedParameters } from './values';

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
