// Binds one JavaScript value to one parameter.

import {
  EnginePointer,
  engineBase,
  HostPointer,
  toEngine,
  toEngineFunction,
  toHost,
} from '../externals/addresses';
import { sqlite3_free, sqlite3_malloc64 } from '../externals/engine';
import {
  sqlite3_bind_blob,
  sqlite3_bind_double,
  sqlite3_bind_int64,
  sqlite3_bind_null,
  sqlite3_bind_parameter_name,
  sqlite3_bind_text,
  sqlite3_bind_zeroblob,
} from '../externals/engine-statements';
import { JS_FreeCString, JS_FreeValue, JS_IsFunction, JSContext, JSValue } from '../externals/quickjs';
import { borrowBytes, borrowedByteLength, borrowedBytes, holdsBytes } from '../quickjs/bytes';
import { throwRangeErrorMessage, throwTypeErrorMessage } from '../quickjs/errors';
import { beginMessage, putCString, putInteger, putLiteral } from '../quickjs/message';
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
} from '../quickjs/values';
import { engineConnection } from './connection-record';
import { parsedInteger, parseInteger } from './decimal';
import { SQLITE_OK } from './result-codes';
import { throwConnectionError, throwOutOfMemory } from './sqlite-errors';
import { connectionOf, statementOf } from './statement-record';
import { lend } from './statement-texts';

/** Bytes that stay in place until the next reset. */
const STATIC: u32 = 0;

/** Binds; false when it threw. `index` counts from 1. */
export function bindValue(context: JSContext, record: HostPointer, index: i32, value: JSValue): bool {
  const statement = statementOf(record);
  const tag = tagOf(value);
  if (tag === TAG_STRING) return bindText(context, record, statement, index, value);
  if (tag === TAG_INT || tag === TAG_BOOL) {
    return check(context, record, sqlite3_bind_int64(statement, index, toI32(value)));
  }
  if (isDouble(tag)) return check(context, record, bindNumber(statement, index, toF64(value)));
  if (tag === TAG_NULL) return check(context, record, sqlite3_bind_null(statement, index));
  if (tag === TAG_BIG_INT) return bindBigInt(context, record, statement, index, value);
  if (tag === TAG_OBJECT && holdsBytes(value)) return bindBytes(context, record, statement, index, value);
  return refuse(context, statement, index, value);
}

function check(context: JSContext, record: HostPointer, code: i32): bool {
  if (code === SQLITE_OK) return true;
  throwConnectionError(context, engineConnection(connectionOf(record)));
  return false;
}

/** Integers that JavaScript holds exactly become INTEGER. */
function bindNumber(statement: EnginePointer, index: i32, value: f64): i32 {
  if (isExactInteger(value)) return sqlite3_bind_int64(statement, index, <i64>value);
  return sqlite3_bind_double(statement, index, value);
}

/**
 * The engine reads the string where QuickJS keeps it, for as long as the statement has it bound. Strings that lie below
 * the arena (QuickJS's first allocations) have no engine address and are copied.
 */
function bindText(
  context: JSContext,
  record: HostPointer,
  statement: EnginePointer,
  index: i32,
  value: JSValue,
): bool {
  const text = borrowText(context, value);
  if (text === 0) return false;
  const byteLength = borrowedLength();
  if (text >= engineBase) {
    lend(record, text);
    return check(context, record, sqlite3_bind_text(statement, index, toEngine(text), byteLength, STATIC));
  }
  const copy = copyToEngine(text, byteLength);
  JS_FreeCString(context, text);
  if (copy === 0) return outOfArena(context);
  return check(context, record, sqlite3_bind_text(statement, index, copy, byteLength, freeCopyFunction()));
}

/** Bytes are copied: JavaScript may change or detach them while the statement still runs. */
function bindBytes(
  context: JSContext,
  record: HostPointer,
  statement: EnginePointer,
  index: i32,
  value: JSValue,
): bool {
  const held = borrowBytes(context, value);
  if (isException(held)) return false;
  const byteLength = borrowedByteLength();
  // The engine takes a blob without address for NULL, so that an empty one is bound as zero zeros.
  const copy = byteLength === 0 ? 0 : copyToEngine(borrowedBytes(), byteLength);
  JS_FreeValue(context, held);
  if (byteLength === 0) return check(context, record, sqlite3_bind_zeroblob(statement, index, 0));
  if (copy === 0) return outOfArena(context);
  return check(context, record, sqlite3_bind_blob(statement, index, copy, byteLength, freeCopyFunction()));
}

function copyToEngine(source: HostPointer, byteLength: u32): EnginePointer {
  const copy = sqlite3_malloc64(max<u32>(byteLength, 1));
  if (copy !== 0) memory.copy(toHost(copy), source, byteLength);
  return copy;
}

function freeCopyFunction(): u32 {
  return toEngineFunction(freeCopy.index);
}

function freeCopy(copy: EnginePointer): void {
  sqlite3_free(copy);
}

function outOfArena(context: JSContext): bool {
  throwOutOfMemory(context);
  return false;
}

function bindBigInt(
  context: JSContext,
  record: HostPointer,
  statement: EnginePointer,
  index: i32,
  value: JSValue,
): bool {
  const text = borrowText(context, value);
  if (text === 0) return false;
  const fits = parseInteger(text, borrowedLength());
  JS_FreeCString(context, text);
  if (fits) return check(context, record, sqlite3_bind_int64(statement, index, parsedInteger()));
  beginMessage();
  putParameter(statement, index);
  putLiteral(' is a bigint outside of what 64 bits hold');
  throwRangeErrorMessage(context);
  return false;
}

function refuse(context: JSContext, statement: EnginePointer, index: i32, value: JSValue): bool {
  const tag = tagOf(value);
  beginMessage();
  putParameter(statement, index);
  if (tag === TAG_UNDEFINED) {
    putLiteral(' is undefined; pass null for NULL');
  } else {
    putLiteral(
      tag === TAG_OBJECT
        ? JS_IsFunction(context, value) !== 0
          ? ' is a function'
          : ' is an object'
        : ' is a symbol',
    );
    putLiteral(
      '; only null, numbers, bigints, booleans, strings, typed arrays and ArrayBuffers can be bound',
    );
  }
  throwTypeErrorMessage(context);
  return false;
}

/** `Parameter 2`, or `Parameter ":name"`. */
export function putParameter(statement: EnginePointer, index: i32): void {
  const name = sqlite3_bind_parameter_name(statement, index);
  putLiteral('Parameter ');
  if (name === 0) {
    putInteger(index);
    return;
  }
  putLiteral('"');
  putCString(toHost(name));
  putLiteral('"');
}
