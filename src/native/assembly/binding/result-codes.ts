// Names of SQLite's result codes, extended ones included (https://www.sqlite.org/rescode.html).

export const SQLITE_OK: i32 = 0;
export const SQLITE_ERROR: i32 = 1;
export const SQLITE_NOMEM: i32 = 7;
export const SQLITE_INTERRUPT: i32 = 9;
export const SQLITE_FULL: i32 = 13;
export const SQLITE_AUTH: i32 = 23;
/** SQLITE_IOERR_DATA: a page does not match its checksum. */
export const SQLITE_IOERR_DATA: i32 = 8202;
export const SQLITE_ROW: i32 = 100;
export const SQLITE_DONE: i32 = 101;

const PRIMARY_MASK: i32 = 0xff;
const SQLITE_IOERR_NOMEM: i32 = 3082;
/** SQLITE_CONSTRAINT_COMMITHOOK: the archive's schema is too large. */
export const SQLITE_CONSTRAINT_COMMITHOOK: i32 = 531;

/** Whether a code says that the engine, or the VFS, was refused memory. */
export function isOutOfMemory(code: i32): bool {
  return code === SQLITE_NOMEM || code === SQLITE_IOERR_NOMEM;
}

/** `SQLITE_CONSTRAINT_UNIQUE` for 2067; a code without a name of its own has its primary code's. */
export function resultCodeName(code: i32): string {
  const name = extendedName(code);
  return name.length !== 0 ? name : primaryName(code & PRIMARY_MASK);
}

function primaryName(code: i32): string {
  switch (code) {
    case 0:
      return 'SQLITE_OK';
    case 2:
      return 'SQLITE_INTERNAL';
    case 3:
      return 'SQLITE_PERM';
    case 4:
      return 'SQLITE_ABORT';
    case 5:
      return 'SQLITE_BUSY';
    case 6:
      return 'SQLITE_LOCKED';
    case 7:
      return 'SQLITE_NOMEM';
    case 8:
      return 'SQLITE_READONLY';
    case 9:
      return 'SQLITE_INTERRUPT';
    case 10:
      return 'SQLITE_IOERR';
    case 11:
      return 'SQLITE_CORRUPT';
    case 12:
      return 'SQLITE_NOTFOUND';
    case 13:
      return 'SQLITE_FULL';
    case 14:
      return 'SQLITE_CANTOPEN';
    case 15:
      return 'SQLITE_PROTOCOL';
    case 17:
      return 'SQLITE_SCHEMA';
    case 18:
      return 'SQLITE_TOOBIG';
    case 19:
      return 'SQLITE_CONSTRAINT';
    case 20:
      return 'SQLITE_MISMATCH';
    case 21:
      return 'SQLITE_MISUSE';
    case 22:
      return 'SQLITE_NOLFS';
    case 23:
      return 'SQLITE_AUTH';
    case 25:
      return 'SQLITE_RANGE';
    case 26:
      return 'SQLITE_NOTADB';
    case 100:
      return 'SQLITE_ROW';
    case 101:
      return 'SQLITE_DONE';
    default:
      return 'SQLITE_ERROR';
  }
}

function extendedName(code: i32): string {
  switch (code & PRIMARY_MASK) {
    case 1:
      return errorName(code >> 8);
    case 5:
      return busyName(code >> 8);
    case 8:
      return readonlyName(code >> 8);
    case 10:
      return ioName(code >> 8);
    case 11:
      return corruptName(code >> 8);
    case 19:
      return constraintName(code >> 8);
    default:
      return code === 516 ? 'SQLITE_ABORT_ROLLBACK' : '';
  }
}

function errorName(detail: i32): string {
  switch (detail) {
    case 1:
      return 'SQLITE_ERROR_MISSING_COLLSEQ';
    case 2:
      return 'SQLITE_ERROR_RETRY';
    case 3:
      return 'SQLITE_ERROR_SNAPSHOT';
    default:
      return '';
  }
}

function busyName(detail: i32): string {
  switch (detail) {
    case 1:
      return 'SQLITE_BUSY_RECOVERY';
    case 2:
      return 'SQLITE_BUSY_SNAPSHOT';
    case 3:
      return 'SQLITE_BUSY_TIMEOUT';
    default:
      return '';
  }
}

function readonlyName(detail: i32): string {
  switch (detail) {
    case 1:
      return 'SQLITE_READONLY_RECOVERY';
    case 2:
      return 'SQLITE_READONLY_CANTLOCK';
    case 3:
      return 'SQLITE_READONLY_ROLLBACK';
    case 4:
      return 'SQLITE_READONLY_DBMOVED';
    case 5:
      return 'SQLITE_READONLY_CANTINIT';
    case 6:
      return 'SQLITE_READONLY_DIRECTORY';
    default:
      return '';
  }
}

/** Those that a store without files can meet. */
function ioName(detail: i32): string {
  switch (detail) {
    case 1:
      return 'SQLITE_IOERR_READ';
    case 2:
      return 'SQLITE_IOERR_SHORT_READ';
    case 3:
      return 'SQLITE_IOERR_WRITE';
    case 4:
      return 'SQLITE_IOERR_FSYNC';
    case 6:
      return 'SQLITE_IOERR_TRUNCATE';
    case 7:
      return 'SQLITE_IOERR_FSTAT';
    case 12:
      return 'SQLITE_IOERR_NOMEM';
    case 32:
      return 'SQLITE_IOERR_DATA';
    case 33:
      return 'SQLITE_IOERR_CORRUPTFS';
    default:
      return '';
  }
}

function corruptName(detail: i32): string {
  switch (detail) {
    case 1:
      return 'SQLITE_CORRUPT_VTAB';
    case 2:
      return 'SQLITE_CORRUPT_SEQUENCE';
    case 3:
      return 'SQLITE_CORRUPT_INDEX';
    default:
      return '';
  }
}

function constraintName(detail: i32): string {
  switch (detail) {
    case 1:
      return 'SQLITE_CONSTRAINT_CHECK';
    case 2:
      return 'SQLITE_CONSTRAINT_COMMITHOOK';
    case 3:
      return 'SQLITE_CONSTRAINT_FOREIGNKEY';
    case 4:
      return 'SQLITE_CONSTRAINT_FUNCTION';
    case 5:
      return 'SQLITE_CONSTRAINT_NOTNULL';
    case 6:
      return 'SQLITE_CONSTRAINT_PRIMARYKEY';
    case 7:
      return 'SQLITE_CONSTRAINT_TRIGGER';
    case 8:
      return 'SQLITE_CONSTRAINT_UNIQUE';
    case 9:
      return 'SQLITE_CONSTRAINT_VTAB';
    case 10:
      return 'SQLITE_CONSTRAINT_ROWID';
    case 11:
      return 'SQLITE_CONSTRAINT_PINNED';
    case 12:
      return 'SQLITE_CONSTRAINT_DATATYPE';
    default:
      return '';
  }
}
