import type { BindableValue, SqlValue } from '../../src/database';

/** Values by position, for `?` and `?NNN`, or by name without its prefix. */
export type StatementParameters = readonly BindableValue[] | Readonly<Record<string, BindableValue>>;

export interface GeneratedStatement {
  readonly sql: string;
  readonly parameters: StatementParameters;
}

/** What a statement answered: rows with INTEGER values as `bigint`, or how it failed. */
export type Answer =
  | { readonly columns: readonly string[]; readonly rows: readonly (readonly SqlValue[])[] }
  | { readonly error: string; readonly code: number; readonly offset: number | undefined };

/** What a connection knows after a statement. */
export interface ConnectionFacts {
  readonly changes: bigint;
  readonly totalChanges: bigint;
  readonly lastInsertRowid: bigint;
  readonly inTransaction: boolean;
}
