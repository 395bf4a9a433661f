// What the engine calls when SQL calls a function that JavaScript defined. Meanwhile its connection takes no other calls.

import { EnginePointer, HostPointer, toEngineFunction, toHost } from '../externals/addresses';
import { sqlite3_result_error_nomem, sqlite3_user_data } from '../externals/engine-functions';
import { JS_Call, JS_FreeValue, JSContext, JSValue } from '../externals/quickjs';
import { chargeMemoryTo } from '../heap/heaps';
import { throwTypeError } from '../quickjs/errors';
import { freeAll } from '../quickjs/shapes';
import { isException, UNDEFINED, VALUE_SIZE } from '../quickjs/values';
import { enterFunction, leaveFunction, memoryIdOf } from './connection-record';
import { currentContext } from './context';
import { failCall } from './function-errors';
import {
  argumentBlock,
  Callback,
  callbackOf,
  connectionOfFunction,
  freeFunctionRecord,
  hasTrait,
} from './function-record';
import { collectValues, giveResult } from './function-values';

/** Its arguments' integers are all bigints. */
export const TRAIT_SAFE_INTEGERS: u32 = 8;

let depth: u32 = 0;

/** Whether the engine waits for a JavaScript function. */
export function isCallingFunction(): bool {
  return depth !== 0;
}

/** The message that a function is called in may be in the middle of its answer. */
export function throwInFunction(context: JSContext): JSValue {
  return throwTypeError(
    context,
    'A function of SQL cannot receive a message: call this before the statement',
  );
}

export function scalarFunction(): u32 {
  return toEngineFunction(callScalar.index);
}

export function destroyFunction(): u32 {
  return toEngineFunction(destroy.index);
}

function destroy(argument: EnginePointer): void {
  freeFunctionRecord(currentContext(), toHost(argument));
}

export function recordOfCall(call: EnginePointer): HostPointer {
  return toHost(sqlite3_user_data(call));
}

function callScalar(call: EnginePointer, count: i32, values: EnginePointer): void {
  const record = recordOfCall(call);
  const context = currentContext();
  const block = argumentBlock(record, count);
  if (block === 0) {
    sqlite3_result_error_nomem(call);
    return;
  }
  if (!collectValues(context, block, count, values, hasTrait(record, TRAIT_SAFE_INTEGERS))) {
    failCall(context, call);
    return;
  }
  const result = callBack(context, record, callbackOf(record, Callback.Call), count, block);
  freeAll(context, block, count);
  finishCall(context, call, record, result);
}

/** Calls into JavaScript. Owned by the caller; the exception marker when it threw. */
export function callBack(
  context: JSContext,
  record: HostPointer,
  callback: JSValue,
  count: u32,
  block: HostPointer,
): JSValue {
  const connection = connectionOfFunction(record);
  enterFunction(connection);
  depth++;
  const result = JS_Call(context, callback, UNDEFINED, count, block);
  depth--;
  // It may have used other archives.
  chargeMemoryTo(memoryIdOf(connection));
  leaveFunction(connection);
  return result;
}

/** Answers the engine, and frees the value. */
export function finishCall(
  context: JSContext,
  call: EnginePointer,
  record: HostPointer,
  value: JSValue,
): void {
  if (isException(value) || !giveResult(context, call, record, value)) failCall(context, call);
  JS_FreeValue(context, value);
}

/** Behind the accumulator, which an aggregate's arguments begin with. */
export function behindAccumulator(block: HostPointer): HostPointer {
  return block + VALUE_SIZE;
}
