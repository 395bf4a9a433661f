// Statement methods that write: run and runMany.

import { EnginePointer, HostPointer } from '../externals/addresses';
import {
  sqlite3_changes64,
  sqlite3_column_count,
  sqlite3_get_autocommit,
  sqlite3_step,
  sqlite3_total_changes64,
} from '../externals/engine-statements';
import {
  JS_FreeValue,
  JS_GetPropertyInt64,
  JS_IsArray,
  JSContext,
  JSValue,
  js_get_length32,
} from '../externals/quickjs';
import { throwTypeError } from '../quickjs/errors';
import { OUT, outU32 } from '../quickjs/scratch';
import { argumentAt, EXCEPTION, isException, TAG_OBJECT, tagOf } from '../quickjs/values';
import { OwnStatement } from './connection-record';
import {
  connectionHandle,
  enterStatement,
  leaveStatement,
  leaveUnstepped,
  resetStatement,
  throwIfFailed,
} from './execution';
import { bindArguments, bindRow } from './parameters';
import { SQLITE_ROW } from './result-codes';
import { runResult } from './run-result';
import { connectionOf, MODE_SAFE_INTEGERS, modesOf, statementOf } from './statement-record';
import { rollBackQuietly, runOwnStatement } from './transactions';

function refuseReader(context: JSContext, record: HostPointer): bool {
  if (sqlite3_column_count(statementOf(record)) === 0) return false;
  throwTypeError(context, 'This statement returns data. Use get(), all(), or iterate() instead');
  return true;
}

export function run(
  context: JSContext,
  self: JSValue,
  argumentCount: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const record = enterStatement(context, self);
  if (record === 0) return EXCEPTION;
  const connection = connectionHandle(record);
  const before = sqlite3_total_changes64(connection);
  if (refuseReader(context, record) || !bindArguments(context, record, argumentCount, argumentsPointer)) {
    leaveUnstepped(context, record);
    return EXCEPTION;
  }
  const code = stepToEnd(context, record);
  leaveStatement(record);
  if (throwIfFailed(context, record, code)) return EXCEPTION;
  return runResult(context, connection, changesSince(connection, before), safeIntegers(record));
}

function stepToEnd(context: JSContext, record: HostPointer): i32 {
  while (sqlite3_step(statementOf(record)) === SQLITE_ROW);
  return resetStatement(context, record);
}

/** Rows that the last statement changed itself; 0 when it was none that changes rows. */
function changesSince(connection: EnginePointer, before: i64): i64 {
  return sqlite3_total_changes64(connection) === before ? 0 : sqlite3_changes64(connection);
}

function safeIntegers(record: HostPointer): bool {
  return (modesOf(record) & MODE_SAFE_INTEGERS) !== 0;
}

/** Runs once for each row; in a transaction of its own unless one is open, so that a failure leaves nothing behind. */
export function runMany(
  context: JSContext,
  self: JSValue,
  _argumentCount: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const rows = argumentAt(argumentsPointer, 0);
  if (tagOf(rows) !== TAG_OBJECT || JS_IsArray(context, rows) <= 0) {
    return throwTypeError(context, 'runMany expects an array of rows');
  }
  const record = enterStatement(context, self);
  if (record === 0) return EXCEPTION;
  const changes = refuseReader(context, record) ? FAILED : runRows(context, record, rows);
  leaveUnstepped(context, record);
  if (changes === FAILED) return EXCEPTION;
  return runResult(context, connectionHandle(record), changes, safeIntegers(record));
}

/** In place of a number of changes: an exception is pending. */
const FAILED: i64 = -1;

function runRows(context: JSContext, record: HostPointer, rows: JSValue): i64 {
  if (js_get_length32(context, OUT, rows) < 0) return FAILED;
  const count = outU32();
  const ownTransaction = sqlite3_get_autocommit(connectionHandle(record)) !== 0;
  const connection = connectionOf(record);
  if (ownTransaction && !runOwnStatement(context, connection, OwnStatement.BeginImmediate)) return FAILED;
  let changes: i64 = 0;
  for (let index: u32 = 0; index < count && changes !== FAILED; index++) {
    const row = JS_GetPropertyInt64(context, rows, index);
    const changed = isException(row) ? FAILED : runRow(context, record, row);
    JS_FreeValue(context, row);
    changes = changed === FAILED ? FAILED : changes + changed;
  }
  if (!ownTransaction) return changes;
  if (changes !== FAILED && runOwnStatement(context, connection, OwnStatement.Commit)) return changes;
  rollBackQuietly(connection);
  return FAILED;
}

function runRow(context: JSContext, record: HostPointer, row: JSValue): i64 {
  if (!bindRow(context, record, row)) return FAILED;
  const connection = connectionHandle(record);
  const before = sqlite3_total_changes64(connection);
  const code = stepToEnd(context, record);
  if (throwIfFailed(context, record, code)) return FAILED;
  return changesSince(connection, before);
}
