// Errors that JavaScript throws while the engine calls it. The engine knows codes and words only, so the error waits here until
// the statement has ended, and is thrown again as it was.

import { EnginePointer } from '../externals/addresses';
import {
  sqlite3_result_error,
  sqlite3_result_error_code,
  sqlite3_result_error_nomem,
} from '../externals/engine-functions';
import {
  JS_FreeCString,
  JS_FreeValue,
  JS_GetException,
  JS_GetPropertyStr,
  JS_Throw,
  JSContext,
  JSValue,
} from '../externals/quickjs';
import { literal } from '../quickjs/message';
import { borrowedLength, borrowText, literalValue } from '../quickjs/text';
import { isException, TAG_OBJECT, TAG_STRING, tagOf, UNDEFINED } from '../quickjs/values';
import { lendToEngine, returnText } from './engine-text';

/** Extended code of SQLITE_ERROR that SQLite itself does not use: the statement failed because JavaScript threw. */
export const SQLITE_ERROR_FUNCTION: i32 = 1 | (255 << 8);

let waiting: JSValue = UNDEFINED;

/** Ends a call of the engine with the exception that is pending, which is no longer so afterwards. */
export function failCall(context: JSContext, call: EnginePointer): void {
  dropFunctionError(context);
  waiting = JS_GetException(context);
  const message = messageOf(context, waiting);
  const text = borrowText(context, message);
  const lent = text === 0 ? 0 : lendToEngine(text, borrowedLength());
  if (lent === 0) {
    sqlite3_result_error_nomem(call);
  } else {
    sqlite3_result_error(call, lent, borrowedLength());
    sqlite3_result_error_code(call, SQLITE_ERROR_FUNCTION);
    returnText(text, lent);
  }
  if (text !== 0) JS_FreeCString(context, text);
  JS_FreeValue(context, message);
}

/** For those who see the engine's error only. A string; looking for it throws nothing. */
function messageOf(context: JSContext, error: JSValue): JSValue {
  const isObject = tagOf(error) === TAG_OBJECT;
  const message = isObject ? JS_GetPropertyStr(context, error, literal('message')) : UNDEFINED;
  if (tagOf(message) === TAG_STRING) return message;
  JS_FreeValue(context, isException(message) ? JS_GetException(context) : message);
  return literalValue(context, 'a user-defined function threw');
}

/** Throws the error that waits if the engine's code says that it ended the statement; forgets it otherwise. */
export function throwFunctionError(context: JSContext, code: i32): bool {
  if (code !== SQLITE_ERROR_FUNCTION) {
    dropFunctionError(context);
    return false;
  }
  JS_Throw(context, waiting);
  waiting = UNDEFINED;
  return true;
}

/** Whether an error waits for the end of its statement. */
export function hasFunctionError(): bool {
  return waiting !== UNDEFINED;
}

/** Forgets an error that nobody will hear of. */
export function dropFunctionError(context: JSContext): void {
  JS_FreeValue(context, waiting);
  waiting = UNDEFINED;
}
