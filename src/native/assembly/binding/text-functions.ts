// Module functions between texts and their UTF-8.

import { validPrefix } from '../candid/utf8';
import { HostPointer } from '../externals/addresses';
import { JS_FreeCString, JS_FreeValue, JSContext, JSValue } from '../externals/quickjs';
import { borrowBytes, borrowedByteLength, borrowedBytes, bytesValue, holdsBytes } from '../quickjs/bytes';
import { throwTypeError } from '../quickjs/errors';
import { defineMethod } from '../quickjs/objects';
import { borrowedLength, textValue } from '../quickjs/text';
import { argumentAt, EXCEPTION, isException, TAG_OBJECT, tagOf, UNDEFINED } from '../quickjs/values';
import { textArgument } from './arguments';

export function defineTextFunctions(context: JSContext, module: JSValue): void {
  defineMethod(context, module, 'decodeText', decodeText.index, 1);
  defineMethod(context, module, 'encodeText', encodeText.index, 1);
}

function decodeText(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const bytes = argumentAt(argumentsPointer, 0);
  if (tagOf(bytes) !== TAG_OBJECT || !holdsBytes(bytes)) {
    return throwTypeError(context, 'Expected first argument to be a Uint8Array');
  }
  const held = borrowBytes(context, bytes);
  if (isException(held)) return EXCEPTION;
  const start = borrowedBytes();
  const length = borrowedByteLength();
  const isText = validPrefix(start, length) === length;
  const text = isText ? textValue(context, start, length) : UNDEFINED;
  JS_FreeValue(context, held);
  return text;
}

function encodeText(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const text = textArgument(context, argumentsPointer, 0, 'text');
  if (text === 0) return EXCEPTION;
  const bytes = bytesValue(context, text, borrowedLength());
  JS_FreeCString(context, text);
  return bytes;
}
