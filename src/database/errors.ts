/**
 * SQLite refused, or the archive behind it did.
 *
 * Misuse of this API is not among it: wrong types, closed databases and finalized statements throw `TypeError`, values
 * out of range `RangeError`.
 */
export class SqliteError extends Error {
  override readonly name = 'SqliteError';
  /**
   * `SQLITE_CONSTRAINT_UNIQUE` and the like (https://www.sqlite.org/rescode.html), or one of the archive's own: `SLOT_…`, `IMPORT_…`,
   * `STABLE_MEMORY_FULL`, `OUT_OF_BOUNDS`, `CANDID_MALFORMED`.
   */
  readonly code: string;
  /** SQLite's extended result code; `undefined` for a code of the archive's own. */
  readonly extendedCode: number | undefined;
  /** Byte offset of the error in the SQL text, or in the Candid message; `undefined` where it is not known. */
  readonly offset: number | undefined;

  constructor(message: string, code: string, extendedCode?: number, offset?: number) {
    super(message);
    this.code = code;
    this.extendedCode = extendedCode;
    this.offset = offset;
  }
}

/** `one()` found another number of rows than one. */
export class RowCountError extends RangeError {
  override readonly name = 'RowCountError';
  readonly code: 'NO_ROW' | 'MORE_THAN_ONE_ROW';

  constructor(message: string, code: 'NO_ROW' | 'MORE_THAN_ONE_ROW') {
    super(message);
    this.code = code;
  }
}
