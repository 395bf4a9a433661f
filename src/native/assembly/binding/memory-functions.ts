// Module functions on a virtual memory as raw storage, for the catalog.

import { HostPointer } from '../externals/addresses';
import { JS_FreeCString, JSContext, JSValue, js_free, js_malloc } from '../externals/quickjs';
import { limitRegions } from '../heap/regions';
import { growMemory as growVirtualMemory, MEMORY_FULL } from '../memory/grow';
import { memorySize as pagesOfMemory } from '../memory/header';
import { WASM_PAGE_SIZE } from '../memory/layout';
import { SCRATCH_LENGTH, scratch } from '../memory/scratch';
import { isInside, readMemory, writeMemory } from '../memory/virtual-memory';
import { Xxh64State, xxh64, xxh64Begin, xxh64End, xxh64Update } from '../pages/xxh64';
import { throwCodedMessage, throwRangeErrorMessage } from '../quickjs/errors';
import { beginMessage, putInteger, putLiteral } from '../quickjs/message';
import { defineMethod } from '../quickjs/objects';
import { borrowedLength, textValue } from '../quickjs/text';
import { EXCEPTION, fromF64, UNDEFINED } from '../quickjs/values';
import { lengthArgument, memoryIdArgument, REFUSED, sizeArgument, textArgument } from './arguments';
import { hexValue } from './hexadecimal';

const checksumState: usize = memory.data(80, 8);

export function defineMemoryFunctions(context: JSContext, module: JSValue): void {
  defineMethod(context, module, 'limitHeap', limitHeap.index, 1);
  defineMethod(context, module, 'memorySize', memorySize.index, 1);
  defineMethod(context, module, 'growMemory', growMemory.index, 2);
  defineMethod(context, module, 'readText', readText.index, 3);
  defineMethod(context, module, 'writeText', writeText.index, 3);
  defineMethod(context, module, 'checksumText', checksumText.index, 1);
  defineMethod(context, module, 'checksumMemory', checksumMemory.index, 3);
}

function limitHeap(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const bytes = sizeArgument(context, argumentsPointer, 0, 'bytes');
  if (bytes === REFUSED) return EXCEPTION;
  limitRegions(bytes);
  return UNDEFINED;
}

function memorySize(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const id = memoryIdArgument(context, argumentsPointer, 0);
  return id === REFUSED ? EXCEPTION : fromF64(<f64>(pagesOfMemory(<u32>id) * WASM_PAGE_SIZE));
}

function growMemory(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const id = memoryIdArgument(context, argumentsPointer, 0);
  if (id === REFUSED) return EXCEPTION;
  const pages = lengthArgument(context, argumentsPointer, 1, 'pages');
  if (pages === REFUSED) return EXCEPTION;
  const before = growVirtualMemory(<u32>id, pages);
  if (before !== MEMORY_FULL) return fromF64(<f64>before);
  beginMessage();
  putLiteral('Stable memory cannot give memory ');
  putInteger(id);
  putLiteral(' another ');
  putInteger(pages);
  putLiteral(' pages');
  return throwCodedMessage(context, 'STABLE_MEMORY_FULL');
}

/** Throws a RangeError for a range past the memory's end. */
function requireInside(context: JSContext, id: u32, offset: u64, length: u64): bool {
  if (isInside(id, offset, length)) return true;
  beginMessage();
  putLiteral('The range of ');
  putInteger(length);
  putLiteral(' bytes from ');
  putInteger(offset);
  putLiteral(' ends past memory ');
  putInteger(id);
  throwRangeErrorMessage(context);
  return false;
}

function readText(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const id = memoryIdArgument(context, argumentsPointer, 0);
  if (id === REFUSED) return EXCEPTION;
  const offset = sizeArgument(context, argumentsPointer, 1, 'offset');
  if (offset === REFUSED) return EXCEPTION;
  const length = lengthArgument(context, argumentsPointer, 2, 'byteLength');
  if (length === REFUSED || !requireInside(context, <u32>id, offset, length)) return EXCEPTION;
  const copy = js_malloc(context, max<i32>(<i32>length, 1));
  if (copy === 0) return EXCEPTION;
  readMemory(<u32>id, offset, copy, length);
  const text = textValue(context, copy, <u32>length);
  js_free(context, copy);
  return text;
}

function writeText(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const id = memoryIdArgument(context, argumentsPointer, 0);
  if (id === REFUSED) return EXCEPTION;
  const offset = sizeArgument(context, argumentsPointer, 1, 'offset');
  if (offset === REFUSED) return EXCEPTION;
  const text = textArgument(context, argumentsPointer, 2, 'text');
  if (text === 0) return EXCEPTION;
  const length = borrowedLength();
  const inside = requireInside(context, <u32>id, offset, length);
  if (inside) writeMemory(<u32>id, offset, text, length);
  JS_FreeCString(context, text);
  return inside ? fromF64(<f64>length) : EXCEPTION;
}

function checksumText(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const text = textArgument(context, argumentsPointer, 0, 'text');
  if (text === 0) return EXCEPTION;
  const checksum = xxh64(text, borrowedLength(), 0);
  JS_FreeCString(context, text);
  return hexValue(context, checksum);
}

function checksumMemory(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const id = memoryIdArgument(context, argumentsPointer, 0);
  if (id === REFUSED) return EXCEPTION;
  const offset = sizeArgument(context, argumentsPointer, 1, 'offset');
  if (offset === REFUSED) return EXCEPTION;
  const length = sizeArgument(context, argumentsPointer, 2, 'byteLength');
  if (length === REFUSED || !requireInside(context, <u32>id, offset, length)) return EXCEPTION;
  const state = changetype<Xxh64State>(checksumState);
  xxh64Begin(state, 0);
  for (let done: i64 = 0; done < length; done += SCRATCH_LENGTH) {
    const part = min<i64>(length - done, SCRATCH_LENGTH);
    readMemory(<u32>id, offset + done, scratch, part);
    xxh64Update(state, scratch, <u32>part);
  }
  return hexValue(context, xxh64End(state));
}
