// Statement methods that set how its rows look, and what it is given for good.

import { HostPointer } from '../externals/addresses';
import { sqlite3_column_count } from '../externals/engine-statements';
import { JS_DupValue, JSContext, JSValue } from '../externals/quickjs';
import { throwTypeError } from '../quickjs/errors';
import { argumentAt, EXCEPTION, FALSE, TAG_BOOL, TRUE, tagOf } from '../quickjs/values';
import {
  enterStatement,
  leaveStatement,
  leaveUnstepped,
  liveRecord,
  recordOf,
  requireIdle,
} from './execution';
import { bindArguments } from './parameters';
import {
  IDLE,
  MODE_BOUND,
  MODE_PLUCK,
  MODE_RAW,
  MODE_SAFE_INTEGERS,
  modesOf,
  setModes,
  statementOf,
  stateOf,
} from './statement-record';
import { keepLent } from './statement-texts';

/** Sets or clears modes by the first argument (true when there is none), clears others, and returns the statement. */
function changeModes(
  context: JSContext,
  self: JSValue,
  count: i32,
  argumentsPointer: HostPointer,
  affected: u32,
  excluded: u32,
): JSValue {
  const record = liveRecord(context, self);
  if (record === 0 || !requireIdle(context, record)) return EXCEPTION;
  const enabled = count === 0 ? TRUE : argumentAt(argumentsPointer, 0);
  if (tagOf(enabled) !== TAG_BOOL) return throwTypeError(context, 'Expected first argument to be a boolean');
  const modes = modesOf(record);
  setModes(record, enabled === TRUE ? (modes & ~excluded) | affected : modes & ~affected);
  return JS_DupValue(context, self);
}

export function refuseWithoutRows(context: JSContext, self: JSValue): bool {
  const record = liveRecord(context, self);
  if (record === 0) return true;
  if (sqlite3_column_count(statementOf(record)) !== 0) return false;
  throwTypeError(context, 'This statement does not return data');
  return true;
}

export function raw(context: JSContext, self: JSValue, count: i32, argumentsPointer: HostPointer): JSValue {
  if (refuseWithoutRows(context, self)) return EXCEPTION;
  return changeModes(context, self, count, argumentsPointer, MODE_RAW, MODE_PLUCK);
}

export function pluck(context: JSContext, self: JSValue, count: i32, argumentsPointer: HostPointer): JSValue {
  if (refuseWithoutRows(context, self)) return EXCEPTION;
  return changeModes(context, self, count, argumentsPointer, MODE_PLUCK, MODE_RAW);
}

export function safeIntegers(
  context: JSContext,
  self: JSValue,
  count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  return changeModes(context, self, count, argumentsPointer, MODE_SAFE_INTEGERS, 0);
}

export function bind(context: JSContext, self: JSValue, count: i32, argumentsPointer: HostPointer): JSValue {
  const record = enterStatement(context, self);
  if (record === 0) return EXCEPTION;
  const again = (modesOf(record) & MODE_BOUND) !== 0;
  if (again) throwTypeError(context, 'The bind() method can only be invoked once per statement object');
  if (again || !bindArguments(context, record, count, argumentsPointer)) {
    leaveUnstepped(context, record);
    return EXCEPTION;
  }
  keepLent(record);
  setModes(record, modesOf(record) | MODE_BOUND);
  leaveStatement(record);
  return JS_DupValue(context, self);
}

/** What is bound for good cannot be undone, because the statement is somebody's. */
export function renew(
  context: JSContext,
  self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const record = recordOf(context, self);
  if (record === 0) return EXCEPTION;
  if (statementOf(record) === 0 || stateOf(record) !== IDLE) return FALSE;
  if (modesOf(record) & MODE_BOUND) return FALSE;
  setModes(record, argumentAt(argumentsPointer, 0) === TRUE ? MODE_SAFE_INTEGERS : 0);
  return TRUE;
}
