// Runs the SQL of a received request as one transaction and answers it. Nothing is sent before everything is decided: an
// error, or a result that is too large, is written first, then rolled back, then sent.

import { beginExecution, endExecution, sendExecution, writeRow } from '../candid/execution-reply';
import { bindRequestValues, requestSql, requestSqlLength, requestValueCount } from '../candid/request';
import { Loss, replyLoss, sendReply } from '../candid/writer';
import { EnginePointer, HostPointer, toEngine } from '../externals/addresses';
import {
  sqlite3_bind_parameter_count,
  sqlite3_changes64,
  sqlite3_column_count,
  sqlite3_finalize,
  sqlite3_last_insert_rowid,
  sqlite3_reset,
  sqlite3_set_last_insert_rowid,
  sqlite3_step,
  sqlite3_stmt_readonly,
  sqlite3_total_changes64,
} from '../externals/engine-statements';
import { Author } from './authorizer';
import { engineConnection, OwnStatement } from './connection-record';
import { engineResult, secondEngineResult } from './engine-out';
import { compile, PREPARE_ONCE } from './prepare';
import { writeConnectionFailure, writeLoss, writeParameterCount, writeRefusal } from './request-failure';
import { SQLITE_OK, SQLITE_ROW } from './result-codes';
import { beginsWithVacuum } from './sql-keyword';
import { rollBackQuietly, stepOwn } from './transactions';

/** What one message may do. */
export enum Purpose {
  Execute = 0,
  Query = 1,
}

// One request is run at a time: while SQL waits for a JavaScript function, no other is taken.
let handle: EnginePointer = 0;
let purpose: Purpose;
let replyLimit: u32 = 0;
let changes: i64 = 0;
/** The last statement that returned rows, kept for the names of its columns. */
let answering: EnginePointer = 0;
/** Offset in the request's SQL of the statement that is being compiled or run. */
let position: u32 = 0;

/** Runs the request and replies, whatever comes of it. */
export function runRequest(connection: HostPointer, what: Purpose, limit: u32): void {
  handle = engineConnection(connection);
  purpose = what;
  replyLimit = limit;
  changes = 0;
  answering = 0;
  sqlite3_set_last_insert_rowid(handle, 0);
  const done = what === Purpose.Query ? answer() : executeInTransaction(connection);
  if (done) sendExecution();
  else sendReply();
}

function executeInTransaction(connection: HostPointer): bool {
  // VACUUM is a transaction of its own, and SQLite runs it in no other.
  if (beginsWithVacuum(requestSql(), requestSqlLength())) return isAlone() && answer();
  if (stepOwn(connection, OwnStatement.BeginImmediate) !== SQLITE_OK) return failWithEngine();
  if (answer()) {
    if (stepOwn(connection, OwnStatement.Commit) === SQLITE_OK) return true;
    failWithEngine();
  }
  rollBackQuietly(connection);
  return false;
}

/** Whether the request has no second statement, whose failure could not undo the first. */
function isAlone(): bool {
  const sql = toEngine(requestSql());
  const length = requestSqlLength();
  let statements = 0;
  for (position = 0; position < length; ) {
    if (compile(handle, sql + position, length - position, PREPARE_ONCE, Author.Message) !== SQLITE_OK) {
      return failWithEngine();
    }
    if (engineResult() !== 0) statements++;
    position = secondEngineResult() - sql;
    sqlite3_finalize(engineResult());
  }
  return statements < 2 || refuse('MULTIPLE_STATEMENTS', 'VACUUM must be the only statement of its message');
}

/** Runs all statements and writes the reply; false when what it wrote is a failure. */
function answer(): bool {
  beginExecution(replyLimit);
  const done = runStatements() && finishReply();
  sqlite3_finalize(answering);
  return done;
}

function finishReply(): bool {
  endExecution(answering, changes, sqlite3_last_insert_rowid(handle));
  return replyLoss() === Loss.None || failWithLoss();
}

function runStatements(): bool {
  const sql = toEngine(requestSql());
  const length = requestSqlLength();
  let statements = 0;
  for (position = 0; position < length; ) {
    if (compile(handle, sql + position, length - position, PREPARE_ONCE, Author.Message) !== SQLITE_OK) {
      return failWithEngine();
    }
    const statement = engineResult();
    const next = secondEngineResult() - sql;
    if (statement !== 0) {
      const values = statements === 0 ? requestValueCount() : 0;
      if (!runStatement(statement, statements, values)) return false;
      statements++;
    }
    position = next;
  }
  return statements !== 0 || refuse('NO_STATEMENT', 'The SQL text contains no statement');
}

/** Runs one statement and finalizes it, unless it is kept for its columns. */
function runStatement(statement: EnginePointer, index: i32, values: u32): bool {
  const done = isAllowed(statement, index, values) && bindAndStep(statement, values);
  if (answering !== statement) sqlite3_finalize(statement);
  return done;
}

function isAllowed(statement: EnginePointer, index: i32, values: u32): bool {
  if (purpose === Purpose.Query && sqlite3_stmt_readonly(statement) === 0) {
    return refuse('READ_ONLY', 'A query can only read; send statements that write as an update');
  }
  if (index > 0 && requestValueCount() !== 0) {
    return refuse('MULTIPLE_STATEMENTS', 'Values can only be sent for a single statement');
  }
  const expected = sqlite3_bind_parameter_count(statement);
  if (<u32>expected === values) return true;
  writeParameterCount(expected, values);
  return false;
}

function bindAndStep(statement: EnginePointer, values: u32): bool {
  if (values !== 0 && bindRequestValues(statement) !== SQLITE_OK) return failWithEngine();
  const before = sqlite3_total_changes64(handle);
  if (sqlite3_column_count(statement) !== 0) keepForColumns(statement);
  while (sqlite3_step(statement) === SQLITE_ROW) {
    if (!writeRow(statement)) return failWithLoss();
  }
  if (sqlite3_reset(statement) !== SQLITE_OK) return failWithEngine();
  if (sqlite3_total_changes64(handle) !== before) changes += sqlite3_changes64(handle);
  return true;
}

/** Rows of an earlier statement give way to those of this one. */
function keepForColumns(statement: EnginePointer): void {
  sqlite3_finalize(answering);
  answering = statement;
  beginExecution(replyLimit);
}

function failWithEngine(): bool {
  writeConnectionFailure(handle, position);
  return false;
}

function failWithLoss(): bool {
  writeLoss(replyLimit);
  return false;
}

function refuse(code: string, message: string): bool {
  writeRefusal(code, message);
  return false;
}
