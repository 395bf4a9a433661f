/**
 * SQLite refused, or the archive behind it did.
 *
 * Misuse of this API is not among it: wrong types, closed databases and finalized statements throw `TypeError`, values
 * out of range `RangeError`.
 */
export class SqliteError extends Error {
  override readonly name = 'SqliteError';

  /**
   * @param code `SQLITE_CONSTRAINT_UNIQUE` and the like (https://www.sqlite.org/rescode.html), or one of the archive's
   *   own: `SLOT_…`, `IMPORT_…`, `STABLE_MEMORY_FULL`, `OUT_OF_BOUNDS`, `CANDID_MALFORMED`
   * @param extendedCode SQLite's extended result code; `undefined` for a code of the archive's own
   * @param offset byte offset of the error in the SQL text, or in the Candid message; `undefined` where it is not known
   */
  constructor(
    message: string,
    readonly code: string,
    readonly extendedCode?: number,
    readonly offset?: number,
  ) {
    super(message);
  }
}

/** `one()` found another number of rows than one. */
export class RowCountError extends RangeError {
  override readonly name = 'RowCountError';

  /** @param code `NO_ROW`, or `MORE_THAN_ONE_ROW` */
  constructor(
    message: string,
    readonly code: 'NO_ROW' | 'MORE_THAN_ONE_ROW',
  ) {
    super(message);
  }
}
