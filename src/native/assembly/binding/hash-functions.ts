// Module functions that hash texts cryptographically.

import { HostPointer } from '../externals/addresses';
import { JS_FreeCString, JSContext, JSValue } from '../externals/quickjs';
import { SHA256_LENGTH, Sha256State, sha256Begin, sha256End, sha256Update } from '../hash/sha256';
import { defineMethod } from '../quickjs/objects';
import { borrowedLength, textValue } from '../quickjs/text';
import { EXCEPTION } from '../quickjs/values';
import { textArgument } from './arguments';
import { hexDigit } from './hexadecimal';

const state: usize = memory.data(offsetof<Sha256State>(), 8);
const digest: HostPointer = <u32>memory.data(32, 8);
const digits: HostPointer = <u32>memory.data(64);

export function defineHashFunctions(context: JSContext, module: JSValue): void {
  defineMethod(context, module, 'sha256Text', sha256Text.index, 1);
}

function sha256Text(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const text = textArgument(context, argumentsPointer, 0, 'text');
  if (text === 0) return EXCEPTION;
  const hash = changetype<Sha256State>(state);
  sha256Begin(hash);
  sha256Update(hash, text, borrowedLength());
  sha256End(hash, digest);
  JS_FreeCString(context, text);
  for (let at: u32 = 0; at < SHA256_LENGTH; at++) {
    const byte = <u32>load<u8>(digest + at);
    store<u8>(digits + 2 * at, hexDigit(byte >> 4));
    store<u8>(digits + 2 * at + 1, hexDigit(byte & 0xf));
  }
  return textValue(context, digits, 2 * SHA256_LENGTH);
}
