// Checks of the arguments that TypeScript passes to the module's functions.

import { HostPointer } from '../externals/addresses';
import { JSContext } from '../externals/quickjs';
import { throwRangeErrorMessage, throwTypeErrorMessage } from '../quickjs/errors';
import { beginMessage, putInteger, putLiteral } from '../quickjs/message';
import { borrowText } from '../quickjs/text';
import {
  argumentAt,
  isDouble,
  MAX_SAFE_INTEGER,
  TAG_INT,
  TAG_STRING,
  tagOf,
  toF64,
  toI32,
} from '../quickjs/values';

/** In place of an integer argument: an exception is pending. */
export const REFUSED: i64 = -1;
/** The last MemoryId; 255 marks unallocated buckets. */
const LAST_MEMORY_ID: i64 = 254;

/** A non-negative integer up to `limit`; REFUSED when it threw. */
export function integerArgument(
  context: JSContext,
  argumentsPointer: HostPointer,
  index: i32,
  name: string,
  limit: i64,
): i64 {
  const value = argumentAt(argumentsPointer, index);
  const tag = tagOf(value);
  if (tag !== TAG_INT && !isDouble(tag)) {
    beginMessage();
    putLiteral(name);
    putLiteral(' must be a number');
    throwTypeErrorMessage(context);
    return REFUSED;
  }
  const number = tag === TAG_INT ? <f64>toI32(value) : toF64(value);
  if (number === Math.trunc(number) && number >= 0 && number <= <f64>limit) return <i64>number;
  beginMessage();
  putLiteral(name);
  putLiteral(' must be an integer from 0 to ');
  putInteger(limit);
  throwRangeErrorMessage(context);
  return REFUSED;
}

export function memoryIdArgument(context: JSContext, argumentsPointer: HostPointer, index: i32): i64 {
  return integerArgument(context, argumentsPointer, index, 'memoryId', LAST_MEMORY_ID);
}

/** A byte offset or count. */
export function sizeArgument(
  context: JSContext,
  argumentsPointer: HostPointer,
  index: i32,
  name: string,
): i64 {
  return integerArgument(context, argumentsPointer, index, name, MAX_SAFE_INTEGER);
}

/** A count of bytes that must fit the heap. */
export function lengthArgument(
  context: JSContext,
  argumentsPointer: HostPointer,
  index: i32,
  name: string,
): i64 {
  return integerArgument(context, argumentsPointer, index, name, <i64>i32.MAX_VALUE);
}

/** UTF-8 of a string argument, to be given back with JS_FreeCString; 0 when it threw. Its length is borrowedLength(). */
export function textArgument(
  context: JSContext,
  argumentsPointer: HostPointer,
  index: i32,
  name: string,
): HostPointer {
  const value = argumentAt(argumentsPointer, index);
  if (tagOf(value) === TAG_STRING) return borrowText(context, value);
  beginMessage();
  putLiteral(name);
  putLiteral(' must be a string');
  throwTypeErrorMessage(context);
  return 0;
}
