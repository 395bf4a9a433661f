// Strings between the two hosts. QuickJS lends its UTF-8 without copying when a string is ASCII.

import { HostPointer } from '../externals/addresses';
import { JS_FreeCString, JS_NewStringLen, JS_ToCStringLen2, JSContext, JSValue } from '../externals/quickjs';
import { beginMessage, endMessage, messageLength, putLiteral } from './message';
import { OUT, outU32 } from './scratch';
import { TAG_STRING, tagOf } from './values';

const HIGH_BITS: u64 = ((<u64>0x80808080) << 32) | 0x80808080;
const SURROGATE_LEAD: u32 = 0xed;
const FIRST_SURROGATE_TRAIL: u32 = 0xa0;

let length: u32 = 0;

/**
 * UTF-8 of a string, NUL-terminated, to be given back with JS_FreeCString; 0 when it threw. A lone surrogate, which
 * UTF-8 cannot express, becomes U+FFFD, as in every web API that encodes.
 */
export function borrowText(context: JSContext, value: JSValue): HostPointer {
  const text = JS_ToCStringLen2(context, OUT, value, 0);
  if (text === 0) return 0;
  length = outU32();
  replaceSurrogates(text, length);
  return text;
}

/** Bytes of the text that borrowText returned last. */
export function borrowedLength(): u32 {
  return length;
}

function replaceSurrogates(text: HostPointer, byteLength: u32): void {
  if (byteLength < 8) {
    replaceSurrogatesFrom(text, text + byteLength);
    return;
  }
  const last = text + byteLength - 8;
  let position = text;
  while (position < last && (load<u64>(position) & HIGH_BITS) === 0) position += 8;
  // The last eight bytes may overlap those before, which are ASCII.
  if (position < last || (load<u64>(last) & HIGH_BITS) !== 0)
    replaceSurrogatesFrom(position, text + byteLength);
}

function replaceSurrogatesFrom(start: HostPointer, end: HostPointer): void {
  for (let position = start; position < end; position++) {
    if (load<u8>(position) !== SURROGATE_LEAD) continue;
    if (load<u8>(position + 1) < FIRST_SURROGATE_TRAIL) continue;
    store<u8>(position, 0xef);
    store<u8>(position + 1, 0xbf);
    store<u8>(position + 2, 0xbd);
  }
}

export function textValue(context: JSContext, text: HostPointer, byteLength: u32): JSValue {
  return JS_NewStringLen(context, text, byteLength);
}

export function cStringValue(context: JSContext, text: HostPointer): JSValue {
  let end = text;
  while (load<u8>(end) !== 0) end++;
  return JS_NewStringLen(context, text, end - text);
}

export function literalValue(context: JSContext, text: string): JSValue {
  beginMessage();
  putLiteral(text);
  return JS_NewStringLen(context, endMessage(), messageLength());
}

/** True when the value is a string of exactly these ASCII characters. */
export function isText(context: JSContext, value: JSValue, expected: string): bool {
  if (tagOf(value) !== TAG_STRING) return false;
  const text = borrowText(context, value);
  if (text === 0) return false;
  let same = borrowedLength() === <u32>expected.length;
  for (let index = 0; same && index < expected.length; index++) {
    same = load<u8>(text + <u32>index) === <u32>expected.charCodeAt(index);
  }
  JS_FreeCString(context, text);
  return same;
}
