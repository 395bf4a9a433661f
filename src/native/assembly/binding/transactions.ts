// BEGIN, COMMIT, ROLLBACK and query_only of a connection, through statements that are compiled once.

import { HostPointer } from '../externals/addresses';
import { sqlite3_free } from '../externals/engine';
import {
  sqlite3_finalize,
  sqlite3_get_autocommit,
  sqlite3_prepare_v3,
  sqlite3_reset,
  sqlite3_step,
} from '../externals/engine-statements';
import { JSContext } from '../externals/quickjs';
import { Author, setAuthor } from './authorizer';
import {
  engineConnection,
  memoryIdOf,
  OwnStatement,
  ownStatement,
  setOwnStatement,
} from './connection-record';
import { engineOut, engineResult } from './engine-out';
import { engineLiteral } from './engine-text';
import { markUsed } from './places';
import { SQLITE_NOMEM, SQLITE_OK } from './result-codes';
import { throwConnectionError } from './sqlite-errors';

const PREPARE_PERSISTENT: u32 = 1;

function ownSql(which: OwnStatement): string {
  switch (which) {
    case OwnStatement.BeginDeferred:
      return 'BEGIN DEFERRED';
    case OwnStatement.BeginImmediate:
      return 'BEGIN IMMEDIATE';
    case OwnStatement.BeginExclusive:
      return 'BEGIN EXCLUSIVE';
    case OwnStatement.Commit:
      return 'COMMIT';
    case OwnStatement.Rollback:
      return 'ROLLBACK';
    case OwnStatement.QueryOnlyOn:
      return 'PRAGMA query_only = ON';
    default:
      return 'PRAGMA query_only = OFF';
  }
}

function prepareOwn(record: HostPointer, which: OwnStatement): i32 {
  const sql = engineLiteral(ownSql(which));
  if (sql === 0) return SQLITE_NOMEM;
  const author = setAuthor(Author.Binding);
  const connection = engineConnection(record);
  const code = sqlite3_prepare_v3(connection, sql, -1, PREPARE_PERSISTENT, engineOut(), 0);
  setAuthor(author);
  sqlite3_free(sql);
  if (code === SQLITE_OK) setOwnStatement(record, which, engineResult());
  return code;
}

/** Runs one of the connection's own statements; the engine's result code. */
export function stepOwn(record: HostPointer, which: OwnStatement): i32 {
  markUsed(memoryIdOf(record));
  if (ownStatement(record, which) === 0) {
    const code = prepareOwn(record, which);
    if (code !== SQLITE_OK) return code;
  }
  const statement = ownStatement(record, which);
  sqlite3_step(statement);
  return sqlite3_reset(statement);
}

/** Runs one of the connection's own statements; false when it threw. */
export function runOwnStatement(context: JSContext, record: HostPointer, which: OwnStatement): bool {
  const code = stepOwn(record, which);
  if (code === SQLITE_OK) return true;
  throwConnectionError(context, engineConnection(record));
  return false;
}

/** Rolls back what is open; after an error, on which SQLite may have rolled back itself. Keeps a pending exception. */
export function rollBackQuietly(record: HostPointer): void {
  if (inTransaction(record)) stepOwn(record, OwnStatement.Rollback);
}

/** The same where an error of the rollback itself is to be thrown; false when it was. */
export function rollBack(context: JSContext, record: HostPointer): bool {
  return inTransaction(record) ? runOwnStatement(context, record, OwnStatement.Rollback) : true;
}

export function inTransaction(record: HostPointer): bool {
  return sqlite3_get_autocommit(engineConnection(record)) === 0;
}

export function finalizeOwnStatements(record: HostPointer): void {
  for (let which = 0; which < OwnStatement.Count; which++) {
    sqlite3_finalize(ownStatement(record, which));
    setOwnStatement(record, which, 0);
  }
}
