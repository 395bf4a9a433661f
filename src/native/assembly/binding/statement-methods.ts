// Statement methods that ask something or end it, and the table of all of them.

import { HostPointer, toHost } from '../externals/addresses';
import { sqlite3_free } from '../externals/engine';
import { sqlite3_column_count, sqlite3_expanded_sql, sqlite3_sql } from '../externals/engine-statements';
import { JSContext, JSRuntime, JSValue } from '../externals/quickjs';
import { throwTypeError } from '../quickjs/errors';
import { defineClass, defineMethod } from '../quickjs/objects';
import { cStringValue } from '../quickjs/text';
import { EXCEPTION, fromBool, UNDEFINED } from '../quickjs/values';
import { leaveIterating, unlinkStatement } from './connection-record';
import { currentContext } from './context';
import {
  enterStatement,
  leaveUnstepped,
  liveRecord,
  recordBehind,
  recordOf,
  setStatementClass,
} from './execution';
import { bindArguments } from './parameters';
import { columnNamesValue } from './rows';
import { throwOutOfMemory } from './sqlite-errors';
import { bind, pluck, raw, refuseWithoutRows, renew, safeIntegers } from './statement-modes';
import { all, allUnbound, get, reset, start, step } from './statement-read';
import {
  connectionOf,
  finalizeStatement,
  freeStatementRecord,
  IDLE,
  ITERATING,
  isReadonly,
  RUNNING,
  statementOf,
  stateOf,
} from './statement-record';
import { run, runMany } from './statement-run';

/** Makes the class of statement objects and returns its id. */
export function defineStatementClass(context: JSContext): u32 {
  const classId = defineClass(context, 'Statement', collect.index);
  setStatementClass(classId);
  return classId;
}

/** Puts all statement methods on a prototype. */
export function defineStatementMethods(context: JSContext, prototype: JSValue): void {
  defineMethod(context, prototype, 'run', run.index, 0);
  defineMethod(context, prototype, 'runMany', runMany.index, 1);
  defineMethod(context, prototype, 'get', get.index, 0);
  defineMethod(context, prototype, 'all', all.index, 0);
  defineMethod(context, prototype, 'allUnbound', allUnbound.index, 0);
  defineMethod(context, prototype, 'start', start.index, 0);
  defineMethod(context, prototype, 'step', step.index, 0);
  defineMethod(context, prototype, 'reset', reset.index, 0);
  defineMethod(context, prototype, 'raw', raw.index, 1);
  defineMethod(context, prototype, 'pluck', pluck.index, 1);
  defineMethod(context, prototype, 'safeIntegers', safeIntegers.index, 1);
  defineMethod(context, prototype, 'bind', bind.index, 0);
  defineMethod(context, prototype, 'renew', renew.index, 1);
  defineMethod(context, prototype, 'columnNames', columnNames.index, 0);
  defineMethod(context, prototype, 'finalize', finalize.index, 0);
  defineMethod(context, prototype, 'expandedSql', expandedSql.index, 0);
  defineMethod(context, prototype, 'isBusy', isBusy.index, 0);
  defineMethod(context, prototype, 'isFinalized', isFinalized.index, 0);
  defineMethod(context, prototype, 'isReader', isReader.index, 0);
  defineMethod(context, prototype, 'isReadonly', isReadonlyStatement.index, 0);
  defineMethod(context, prototype, 'sourceText', sourceText.index, 0);
}

/** The host collects a statement object: nothing can reach its record any more. */
function collect(_runtime: JSRuntime, value: JSValue): void {
  const record = recordBehind(value);
  if (record === 0) return;
  detach(record);
  finalizeStatement(currentContext(), record);
  freeStatementRecord(record);
}

/** Takes a statement out of its connection's books. */
function detach(record: HostPointer): void {
  const connection = connectionOf(record);
  if (connection === 0) return;
  if (stateOf(record) === ITERATING) leaveIterating(connection);
  unlinkStatement(connection, record);
}

function finalize(context: JSContext, self: JSValue, _count: i32, _arguments: HostPointer): JSValue {
  const record = recordOf(context, self);
  if (record === 0) return EXCEPTION;
  if (stateOf(record) === RUNNING) return throwTypeError(context, 'This statement is busy executing a query');
  if (statementOf(record) === 0) return UNDEFINED;
  if (stateOf(record) === ITERATING) leaveIterating(connectionOf(record));
  finalizeStatement(context, record);
  return UNDEFINED;
}

function columnNames(context: JSContext, self: JSValue, _count: i32, _arguments: HostPointer): JSValue {
  if (refuseWithoutRows(context, self)) return EXCEPTION;
  return columnNamesValue(context, statementOf(liveRecord(context, self)));
}

function expandedSql(context: JSContext, self: JSValue, count: i32, argumentsPointer: HostPointer): JSValue {
  const record = enterStatement(context, self);
  if (record === 0) return EXCEPTION;
  let result = EXCEPTION;
  if (bindArguments(context, record, count, argumentsPointer)) {
    const text = sqlite3_expanded_sql(statementOf(record));
    result = text === 0 ? throwOutOfMemory(context) : cStringValue(context, toHost(text));
    sqlite3_free(text);
  }
  leaveUnstepped(context, record);
  return result;
}

function isBusy(context: JSContext, self: JSValue, _count: i32, _arguments: HostPointer): JSValue {
  const record = recordOf(context, self);
  return record === 0 ? EXCEPTION : fromBool(stateOf(record) !== IDLE);
}

function isFinalized(context: JSContext, self: JSValue, _count: i32, _arguments: HostPointer): JSValue {
  const record = recordOf(context, self);
  return record === 0 ? EXCEPTION : fromBool(statementOf(record) === 0);
}

function isReader(context: JSContext, self: JSValue, _count: i32, _arguments: HostPointer): JSValue {
  const record = liveRecord(context, self);
  return record === 0 ? EXCEPTION : fromBool(sqlite3_column_count(statementOf(record)) !== 0);
}

function isReadonlyStatement(
  context: JSContext,
  self: JSValue,
  _count: i32,
  _arguments: HostPointer,
): JSValue {
  const record = liveRecord(context, self);
  return record === 0 ? EXCEPTION : fromBool(isReadonly(record));
}

function sourceText(context: JSContext, self: JSValue, _count: i32, _arguments: HostPointer): JSValue {
  const record = liveRecord(context, self);
  return record === 0 ? EXCEPTION : cStringValue(context, toHost(sqlite3_sql(statementOf(record))));
}
