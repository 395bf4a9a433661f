// Bytes that TypeScript passes either as such or by their place in the message that is being answered.

import { isInMessage, messageAt } from '../candid/message';
import { HostPointer } from '../externals/addresses';
import { JS_FreeValue, JS_GetPropertyStr, JSContext, JSValue } from '../externals/quickjs';
import { borrowBytes, borrowedByteLength, borrowedBytes, holdsBytes } from '../quickjs/bytes';
import { throwTypeErrorMessage } from '../quickjs/errors';
import { beginMessage, literal, putLiteral } from '../quickjs/message';
import { isException, TAG_INT, TAG_OBJECT, tagOf, toI32, UNDEFINED } from '../quickjs/values';

let start: HostPointer = 0;
let length: u32 = 0;
let held: JSValue = 0;

/** Takes the bytes of an argument, to be given back with returnChunk; false when it threw. */
export function takeChunk(context: JSContext, value: JSValue, name: string): bool {
  held = UNDEFINED;
  if (tagOf(value) === TAG_OBJECT && holdsBytes(value)) return borrowChunk(context, value);
  const at = property(context, value, 'offset');
  const size = property(context, value, 'length');
  if (at >= 0 && size >= 0 && isInMessage(at, size)) {
    start = messageAt(at);
    length = size;
    return true;
  }
  beginMessage();
  putLiteral(name);
  putLiteral(' must be a Uint8Array, or a blob that receive returned for this message');
  throwTypeErrorMessage(context);
  return false;
}

export function chunkStart(): HostPointer {
  return start;
}

export function chunkLength(): u32 {
  return length;
}

export function returnChunk(context: JSContext): void {
  JS_FreeValue(context, held);
}

function borrowChunk(context: JSContext, value: JSValue): bool {
  held = borrowBytes(context, value);
  if (isException(held)) return false;
  start = borrowedBytes();
  length = borrowedByteLength();
  return true;
}

/** A small integer property; negative for anything else. */
function property(context: JSContext, object: JSValue, name: string): i32 {
  if (tagOf(object) !== TAG_OBJECT) return -1;
  const value = JS_GetPropertyStr(context, object, literal(name));
  const result = tagOf(value) === TAG_INT ? toI32(value) : -1;
  JS_FreeValue(context, value);
  return result;
}
