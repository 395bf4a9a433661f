// SQLite's result codes that a VFS answers (https://www.sqlite.org/rescode.html).

export const SQLITE_OK: i32 = 0;
export const SQLITE_ERROR: i32 = 1;
export const SQLITE_READONLY: i32 = 8;
export const SQLITE_CORRUPT: i32 = 11;
export const SQLITE_NOTFOUND: i32 = 12;
export const SQLITE_FULL: i32 = 13;
export const SQLITE_CANTOPEN: i32 = 14;
export const SQLITE_IOERR_SHORT_READ: i32 = 522;
export const SQLITE_IOERR_WRITE: i32 = 778;
export const SQLITE_IOERR_NOMEM: i32 = 3082;
/** A page does not match its checksum. */
export const SQLITE_IOERR_DATA: i32 = 8202;
export const SQLITE_IOERR_DELETE_NOENT: i32 = 5898;
