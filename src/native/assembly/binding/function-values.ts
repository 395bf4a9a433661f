// Values between the engine and a function that JavaScript defined.

import { EnginePointer, HostPointer, toHost } from '../externals/addresses';
import {
  sqlite3_result_blob,
  sqlite3_result_double,
  sqlite3_result_error_nomem,
  sqlite3_result_int64,
  sqlite3_result_null,
  sqlite3_result_text,
  sqlite3_result_zeroblob,
} from '../externals/engine-functions';
import {
  JS_FreeCString,
  JS_FreeValue,
  JS_GetException,
  JS_GetPropertyStr,
  JS_IsFunction,
  JSContext,
  JSValue,
} from '../externals/quickjs';
import { borrowBytes, borrowedByteLength, borrowedBytes, holdsBytes } from '../quickjs/bytes';
import { throwRangeErrorMessage, throwTypeErrorMessage } from '../quickjs/errors';
import { beginMessage, literal, putCString, putLiteral } from '../quickjs/message';
import { freeAll } from '../quickjs/shapes';
import { borrowedLength, borrowText } from '../quickjs/text';
import {
  isDouble,
  isExactInteger,
  isException,
  TAG_BIG_INT,
  TAG_BOOL,
  TAG_INT,
  TAG_NULL,
  TAG_OBJECT,
  TAG_STRING,
  TAG_UNDEFINED,
  tagOf,
  toF64,
  toI32,
  VALUE_SIZE,
} from '../quickjs/values';
import { engineValue } from './column-value';
import { parsedInteger, parseInteger } from './decimal';
import { lendToEngine, returnText } from './engine-text';
import { functionName } from './function-record';

/** The engine copies what it is given. */
const TRANSIENT: u32 = <u32>-1;
const POINTER_SIZE: u32 = 4;

/** Puts the engine's `count` values at `target`; false when it threw, and then none is left. */
export function collectValues(
  context: JSContext,
  target: HostPointer,
  count: i32,
  values: EnginePointer,
  safeIntegers: bool,
): bool {
  for (let index = 0; index < count; index++) {
    const source = load<u32>(toHost(values) + <u32>index * POINTER_SIZE);
    const value = engineValue(context, source, safeIntegers);
    if (isException(value)) {
      freeAll(context, target, index);
      return false;
    }
    store<u64>(target + <u32>index * VALUE_SIZE, value);
  }
  return true;
}

/** Makes a JavaScript value the result of the engine's call; false when it threw, for a value that is none of SQLite's. */
export function giveResult(
  context: JSContext,
  call: EnginePointer,
  record: HostPointer,
  value: JSValue,
): bool {
  const tag = tagOf(value);
  if (tag === TAG_STRING) return giveText(context, call, value);
  if (tag === TAG_INT || tag === TAG_BOOL) sqlite3_result_int64(call, toI32(value));
  else if (isDouble(tag)) giveNumber(call, toF64(value));
  else if (tag === TAG_NULL || tag === TAG_UNDEFINED) sqlite3_result_null(call);
  else if (tag === TAG_BIG_INT) return giveBigInt(context, call, record, value);
  else if (tag === TAG_OBJECT && holdsBytes(value)) return giveBytes(context, call, value);
  else return refuse(context, record, value);
  return true;
}

function giveNumber(call: EnginePointer, value: f64): void {
  if (isExactInteger(value)) sqlite3_result_int64(call, <i64>value);
  else sqlite3_result_double(call, value);
}

function giveText(context: JSContext, call: EnginePointer, value: JSValue): bool {
  const text = borrowText(context, value);
  if (text === 0) return false;
  const lent = lendToEngine(text, borrowedLength());
  if (lent === 0) {
    sqlite3_result_error_nomem(call);
  } else {
    sqlite3_result_text(call, lent, borrowedLength(), TRANSIENT);
    returnText(text, lent);
  }
  JS_FreeCString(context, text);
  return true;
}

function giveBytes(context: JSContext, call: EnginePointer, value: JSValue): bool {
  const held = borrowBytes(context, value);
  if (isException(held)) return false;
  const length = borrowedByteLength();
  const lent = length === 0 ? 0 : lendToEngine(borrowedBytes(), length);
  if (length === 0) {
    sqlite3_result_zeroblob(call, 0);
  } else if (lent === 0) {
    sqlite3_result_error_nomem(call);
  } else {
    sqlite3_result_blob(call, lent, length, TRANSIENT);
    returnText(borrowedBytes(), lent);
  }
  JS_FreeValue(context, held);
  return true;
}

function giveBigInt(context: JSContext, call: EnginePointer, record: HostPointer, value: JSValue): bool {
  const text = borrowText(context, value);
  if (text === 0) return false;
  const fits = parseInteger(text, borrowedLength());
  JS_FreeCString(context, text);
  if (fits) {
    sqlite3_result_int64(call, parsedInteger());
    return true;
  }
  beginRefusal(record);
  putLiteral('a bigint outside of what 64 bits hold');
  throwRangeErrorMessage(context);
  return false;
}

function refuse(context: JSContext, record: HostPointer, value: JSValue): bool {
  if (isPromise(context, value)) return refusePromise(context, record);
  beginRefusal(record);
  if (tagOf(value) !== TAG_OBJECT) putLiteral('a symbol');
  else putLiteral(JS_IsFunction(context, value) !== 0 ? 'a function' : 'an object');
  putLiteral(
    '; only null, numbers, bigints, booleans, strings, typed arrays and ArrayBuffers can be returned',
  );
  throwTypeErrorMessage(context);
  return false;
}

function beginRefusal(record: HostPointer): void {
  beginMessage();
  putLiteral('User-defined function ');
  putCString(functionName(record));
  putLiteral('() returned ');
}

export function refusePromise(context: JSContext, record: HostPointer): bool {
  beginRefusal(record);
  putLiteral('a promise; SQLite needs its values at once');
  throwTypeErrorMessage(context);
  return false;
}

/** True for an object with a method `then`. A getter that throws makes it none. */
export function isPromise(context: JSContext, value: JSValue): bool {
  if (tagOf(value) !== TAG_OBJECT) return false;
  const then = JS_GetPropertyStr(context, value, literal('then'));
  const isMethod = !isException(then) && JS_IsFunction(context, then) !== 0;
  JS_FreeValue(context, isException(then) ? JS_GetException(context) : then);
  return isMethod;
}
