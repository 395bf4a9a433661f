/** How a result is ordered before it is compared: as the query gives it, by whole rows, or by single values. */
export type Sorting = 'nosort' | 'rowsort' | 'valuesort';

/** How a column prints: as text, as an integer, or as a real number with three decimals. */
export type ColumnType = 'T' | 'I' | 'R';

/** What a query must answer: its values one by one, or how many there are and their MD5. */
export type Expected =
  | { readonly values: readonly string[] }
  | { readonly count: number; readonly md5: string };

interface Placed {
  /** Line of the record's directive, counted from 1. */
  readonly line: number;
}

export interface StatementRecord extends Placed {
  readonly kind: 'statement';
  readonly sql: string;
  /** A number is how many rows the statement must change. */
  readonly outcome: 'ok' | 'error' | number;
}

export interface QueryRecord extends Placed {
  readonly kind: 'query';
  readonly sql: string;
  readonly types: readonly ColumnType[];
  readonly sorting: Sorting;
  /** Queries with the same label must have the same result. */
  readonly label: string | undefined;
  /** `undefined` when the script expects no result in particular. */
  readonly expected: Expected | undefined;
}

export type ScriptRecord = StatementRecord | QueryRecord;

/** A script as one engine sees it: records for other engines are left out, and so is everything behind its halt. */
export interface Script {
  readonly name: string;
  readonly records: readonly ScriptRecord[];
  /** Records that were left out because they are for others. */
  readonly skipped: number;
}
