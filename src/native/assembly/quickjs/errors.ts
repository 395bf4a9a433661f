// Errors that native code throws. Misuse is a TypeError or RangeError of the host; everything else is built by the
// callback that TypeScript installed, so that its class lives in src/database.

import { HostPointer } from '../externals/addresses';
import {
  JS_Call,
  JS_FreeValue,
  JS_Throw,
  JS_ThrowRangeError,
  JS_ThrowTypeError,
  JSContext,
  JSValue,
} from '../externals/quickjs';
import { beginMessage, endMessage, putLiteral } from './message';
import { cStringValue, literalValue } from './text';
import { EXCEPTION, fromI32, isException, UNDEFINED, VALUE_SIZE } from './values';

/** "%s": messages are passed as an argument, so that their own percent signs mean nothing. */
const format: HostPointer = <u32>memory.data<u8>([0x25, 0x73, 0]);
const variadics: HostPointer = <u32>memory.data(4, 4);
const errorArguments: HostPointer = <u32>memory.data(32, 8);
const ARGUMENTS: i32 = 4;

/** Stands for "there is none" where an error has an extended result code or an offset. */
export const NONE: i32 = -1;

let createError: JSValue = 0;

/** Takes over the callback. */
export function installErrorConstructor(context: JSContext, callback: JSValue): void {
  JS_FreeValue(context, createError);
  createError = callback;
}

/** Throws a TypeError with the message that is being built. */
export function throwTypeErrorMessage(context: JSContext): JSValue {
  store<u32>(variadics, endMessage());
  return JS_ThrowTypeError(context, format, variadics);
}

/** Throws a RangeError with the message that is being built. */
export function throwRangeErrorMessage(context: JSContext): JSValue {
  store<u32>(variadics, endMessage());
  return JS_ThrowRangeError(context, format, variadics);
}

export function throwTypeError(context: JSContext, message: string): JSValue {
  beginMessage();
  putLiteral(message);
  return throwTypeErrorMessage(context);
}

export function throwRangeError(context: JSContext, message: string): JSValue {
  beginMessage();
  putLiteral(message);
  return throwRangeErrorMessage(context);
}

/** Throws an error with a code; `extendedCode` and `offset` are NONE where there is none. */
export function throwCoded(
  context: JSContext,
  code: string,
  message: HostPointer,
  extendedCode: i32,
  offset: i32,
): JSValue {
  // The message first: it may lie in the buffer that the code's literal is about to use.
  const messageText = cStringValue(context, message);
  if (isException(messageText)) return EXCEPTION;
  const codeText = literalValue(context, code);
  if (isException(codeText)) {
    JS_FreeValue(context, messageText);
    return EXCEPTION;
  }
  store<u64>(errorArguments, codeText);
  store<u64>(errorArguments + VALUE_SIZE, messageText);
  store<u64>(errorArguments + 2 * VALUE_SIZE, extendedCode === NONE ? UNDEFINED : fromI32(extendedCode));
  store<u64>(errorArguments + 3 * VALUE_SIZE, offset === NONE ? UNDEFINED : fromI32(offset));
  const error = JS_Call(context, createError, UNDEFINED, ARGUMENTS, errorArguments);
  JS_FreeValue(context, codeText);
  JS_FreeValue(context, messageText);
  return isException(error) ? EXCEPTION : JS_Throw(context, error);
}

/** Throws an error with a code and the message that is being built. */
export function throwCodedMessage(context: JSContext, code: string): JSValue {
  return throwCoded(context, code, endMessage(), NONE, NONE);
}
