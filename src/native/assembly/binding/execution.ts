// Entering and leaving a statement. While JavaScript can run inside a call (a getter of a parameter object, the error
// constructor), the record's state keeps that code from running, ending or closing what the call is about to use.

import { allowMemory } from '../engine/allocation';
import { EnginePointer, HostPointer } from '../externals/addresses';
import { JS_GetOpaque, JSContext, JSValue } from '../externals/quickjs';
import { chargeMemoryTo } from '../heap/heaps';
import { throwTypeError } from '../quickjs/errors';
import {
  engineConnection,
  enterIterating,
  enterRunning,
  isInFunction,
  isIterating,
  leaveIterating,
  leaveRunning,
  memoryIdOf,
} from './connection-record';
import { SQLITE_OK } from './result-codes';
import { throwConnectionError } from './sqlite-errors';
import { endExecution } from './statement-end';
import {
  connectionOf,
  IDLE,
  ITERATING,
  isReadonly,
  RUNNING,
  setState,
  statementOf,
  stateOf,
} from './statement-record';
import { releaseLent } from './statement-texts';

let statementClass: u32 = 0;

export function setStatementClass(classId: u32): void {
  statementClass = classId;
}

/** The record behind a statement object; 0 for anything else. */
export function recordBehind(value: JSValue): HostPointer {
  return JS_GetOpaque(value, statementClass);
}

/** The record behind `this`, whatever its state; 0 when it threw. */
export function recordOf(context: JSContext, self: JSValue): HostPointer {
  const record = recordBehind(self);
  if (record === 0) throwTypeError(context, 'Illegal invocation: this is not a prepared statement');
  return record;
}

/** The record behind `this` when its statement is still there, whose archive memory is charged to; 0 when it threw. */
export function liveRecord(context: JSContext, self: JSValue): HostPointer {
  const record = recordOf(context, self);
  if (record === 0) return 0;
  if (statementOf(record) !== 0) {
    chargeMemoryTo(memoryIdOf(connectionOf(record)));
    return record;
  }
  throwTypeError(
    context,
    connectionOf(record) === 0 ? 'The database connection is not open' : 'This statement is finalized',
  );
  return 0;
}

/** Makes the statement behind `this` run; 0 when it threw. */
export function enterStatement(context: JSContext, self: JSValue): HostPointer {
  const record = liveRecord(context, self);
  if (record === 0 || !requireIdle(context, record)) return 0;
  const connection = connectionOf(record);
  if (isInFunction(connection) || (isIterating(connection) && !isReadonly(record))) {
    throwConnectionBusy(context);
    return 0;
  }
  setState(record, RUNNING);
  enterRunning(connection);
  allowMemory();
  return record;
}

export function throwConnectionBusy(context: JSContext): JSValue {
  return throwTypeError(context, 'This database connection is busy executing a query');
}

export function requireIdle(context: JSContext, record: HostPointer): bool {
  if (stateOf(record) === IDLE) return true;
  throwTypeError(context, 'This statement is busy executing a query');
  return false;
}

/** Resets the statement and gives back what it had borrowed. The engine's result code of the whole execution. */
export function resetStatement(context: JSContext, record: HostPointer): i32 {
  const code = endExecution(statementOf(record));
  releaseLent(context, record);
  return code;
}

/** Ends a call that never reached its first step. */
export function leaveUnstepped(context: JSContext, record: HostPointer): void {
  releaseLent(context, record);
  leaveStatement(record);
}

export function leaveStatement(record: HostPointer): void {
  leaveRunning(connectionOf(record));
  setState(record, IDLE);
}

/** Turns a call that runs into an iteration that waits. */
export function pauseIteration(record: HostPointer): void {
  const connection = connectionOf(record);
  leaveRunning(connection);
  enterIterating(connection);
  setState(record, ITERATING);
}

/** Turns a waiting iteration into a call that runs. */
export function resumeIteration(record: HostPointer): void {
  const connection = connectionOf(record);
  leaveIterating(connection);
  enterRunning(connection);
  setState(record, RUNNING);
}

/** Throws the connection's last error when the code is one. */
export function throwIfFailed(context: JSContext, record: HostPointer, code: i32): bool {
  if (code === SQLITE_OK) return false;
  throwConnectionError(context, connectionHandle(record));
  return true;
}

export function connectionHandle(record: HostPointer): EnginePointer {
  return engineConnection(connectionOf(record));
}
