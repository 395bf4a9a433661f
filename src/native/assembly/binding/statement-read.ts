// Statement methods that return rows: get, all, and the three steps of an iteration.

import { HostPointer, toEngine, toHost } from '../externals/addresses';
import { sqlite3_free } from '../externals/engine';
import {
  sqlite3_clear_bindings,
  sqlite3_column_count,
  sqlite3_realloc64,
  sqlite3_step,
} from '../externals/engine-statements';
import { JS_FreeValue, JSContext, JSValue } from '../externals/quickjs';
import { throwTypeError } from '../quickjs/errors';
import { arrayOf, freeAll } from '../quickjs/shapes';
import { EXCEPTION, isException, UNDEFINED, VALUE_SIZE } from '../quickjs/values';
import { isInFunction } from './connection-record';
import {
  enterStatement,
  leaveStatement,
  leaveUnstepped,
  liveRecord,
  pauseIteration,
  recordOf,
  resetStatement,
  resumeIteration,
  throwConnectionBusy,
  throwIfFailed,
} from './execution';
import { bindArguments } from './parameters';
import { SQLITE_ROW } from './result-codes';
import { rowValue } from './rows';
import { throwOutOfMemory } from './sqlite-errors';
import { connectionOf, ITERATING, statementOf, stateOf } from './statement-record';

const FIRST_CAPACITY: u32 = 32;

/** Enters the statement behind `this` and binds; 0 when it threw. */
function enterReader(
  context: JSContext,
  self: JSValue,
  argumentCount: i32,
  argumentsPointer: HostPointer,
): HostPointer {
  const record = enterStatement(context, self);
  if (record === 0) return 0;
  if (!refuseWriter(context, record) && bindArguments(context, record, argumentCount, argumentsPointer)) {
    return record;
  }
  leaveUnstepped(context, record);
  return 0;
}

function refuseWriter(context: JSContext, record: HostPointer): bool {
  if (sqlite3_column_count(statementOf(record)) !== 0) return false;
  throwTypeError(context, 'This statement does not return data. Use run() instead');
  return true;
}

export function get(
  context: JSContext,
  self: JSValue,
  argumentCount: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const record = enterReader(context, self, argumentCount, argumentsPointer);
  if (record === 0) return EXCEPTION;
  const found = sqlite3_step(statementOf(record)) === SQLITE_ROW;
  const row = found ? rowValue(context, record) : UNDEFINED;
  return finish(context, record, row);
}

/** Ends a call that stepped. The result gives way to the engine's error. */
function finish(context: JSContext, record: HostPointer, result: JSValue): JSValue {
  const code = resetStatement(context, record);
  leaveStatement(record);
  if (isException(result) || !throwIfFailed(context, record, code)) return result;
  JS_FreeValue(context, result);
  return EXCEPTION;
}

export function all(
  context: JSContext,
  self: JSValue,
  argumentCount: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const record = enterReader(context, self, argumentCount, argumentsPointer);
  if (record === 0) return EXCEPTION;
  return finish(context, record, collectRows(context, record));
}

export function allUnbound(
  context: JSContext,
  self: JSValue,
  _argumentCount: i32,
  _argumentsPointer: HostPointer,
): JSValue {
  const record = enterStatement(context, self);
  if (record === 0) return EXCEPTION;
  if (refuseWriter(context, record)) {
    leaveUnstepped(context, record);
    return EXCEPTION;
  }
  sqlite3_clear_bindings(statementOf(record));
  return finish(context, record, collectRows(context, record));
}

function collectRows(context: JSContext, record: HostPointer): JSValue {
  let capacity: u32 = 0;
  let rows: HostPointer = 0;
  let count: u32 = 0;
  let failed = false;
  while (sqlite3_step(statementOf(record)) === SQLITE_ROW) {
    if (count === capacity) {
      capacity = max<u32>(FIRST_CAPACITY, capacity * 2);
      const grown = sqlite3_realloc64(rows === 0 ? 0 : toEngine(rows), <u64>capacity * VALUE_SIZE);
      if (grown === 0) {
        throwOutOfMemory(context);
        failed = true;
        break;
      }
      rows = toHost(grown);
    }
    const row = rowValue(context, record);
    if (isException(row)) {
      failed = true;
      break;
    }
    store<u64>(rows + count * VALUE_SIZE, row);
    count++;
  }
  if (failed) freeAll(context, rows, count);
  const result = failed ? EXCEPTION : arrayOf(context, rows, count);
  if (rows !== 0) sqlite3_free(toEngine(rows));
  return result;
}

export function start(
  context: JSContext,
  self: JSValue,
  argumentCount: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const record = enterReader(context, self, argumentCount, argumentsPointer);
  if (record === 0) return EXCEPTION;
  pauseIteration(record);
  return UNDEFINED;
}

export function step(context: JSContext, self: JSValue, _count: i32, _arguments: HostPointer): JSValue {
  const record = liveRecord(context, self);
  if (record === 0) return EXCEPTION;
  if (stateOf(record) !== ITERATING) return throwTypeError(context, 'This statement is not iterating');
  if (isInFunction(connectionOf(record))) return throwConnectionBusy(context);
  resumeIteration(record);
  if (sqlite3_step(statementOf(record)) !== SQLITE_ROW) return finish(context, record, UNDEFINED);
  const row = rowValue(context, record);
  if (isException(row)) return finish(context, record, row);
  pauseIteration(record);
  return row;
}

/** Early end of an iteration: what the statement would still have reported is of no interest. */
export function reset(context: JSContext, self: JSValue, _count: i32, _arguments: HostPointer): JSValue {
  const record = recordOf(context, self);
  if (record === 0) return EXCEPTION;
  if (stateOf(record) !== ITERATING) return UNDEFINED;
  resumeIteration(record);
  resetStatement(context, record);
  leaveStatement(record);
  return UNDEFINED;
}
