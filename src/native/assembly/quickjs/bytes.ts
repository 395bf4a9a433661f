// Binary data between the two hosts.

import { HostPointer } from '../externals/addresses';
import {
  JS_DupValue,
  JS_FreeValue,
  JS_GetArrayBuffer,
  JS_GetOpaque,
  JS_GetTypedArrayBuffer,
  JS_GetTypedArrayType,
  JS_NewArrayBuffer,
  JS_NewTypedArray,
  JSContext,
  JSRuntime,
  JSValue,
  js_free,
  js_malloc,
} from '../externals/quickjs';

import { OUT, outU32, SECOND_OUT, secondOutU32, THIRD_OUT } from './scratch';
import { EXCEPTION, isException, UNDEFINED, VALUE_SIZE } from './values';

const TYPED_ARRAY_UINT8: i32 = 2;
const arrayArguments: HostPointer = <u32>memory.data(24, 8);

/** Number of QuickJS's class ArrayBuffer; self-check.ts proves it. */
const CLASS_ARRAY_BUFFER: u32 = 19;

let pointer: HostPointer = 0;
let length: u32 = 0;

/** True for an object that is a typed array or an ArrayBuffer. */
export function holdsBytes(value: JSValue): bool {
  return JS_GetTypedArrayType(value) >= 0 || JS_GetOpaque(value, CLASS_ARRAY_BUFFER) !== 0;
}

/**
 * Finds the bytes of a value that holds some, and returns the buffer that keeps them in place, to be freed when they
 * are no longer needed; the exception marker when it threw, as for a detached buffer.
 */
export function borrowBytes(context: JSContext, value: JSValue): JSValue {
  if (JS_GetTypedArrayType(value) < 0) return borrowBuffer(context, value, 0);
  const buffer = JS_GetTypedArrayBuffer(context, value, OUT, SECOND_OUT, THIRD_OUT);
  if (isException(buffer)) return EXCEPTION;
  const offset = outU32();
  const byteLength = secondOutU32();
  const held = borrowBuffer(context, buffer, offset);
  length = byteLength;
  JS_FreeValue(context, buffer);
  return held;
}

function borrowBuffer(context: JSContext, buffer: JSValue, offset: u32): JSValue {
  const base = JS_GetArrayBuffer(context, OUT, buffer);
  if (base === 0) return EXCEPTION;
  pointer = base + offset;
  length = outU32();
  return JS_DupValue(context, buffer);
}

/** Where the bytes lie that borrowBytes found last. */
export function borrowedBytes(): HostPointer {
  return pointer;
}

export function borrowedByteLength(): u32 {
  return length;
}

/** A Uint8Array with a copy of the bytes. */
export function bytesValue(context: JSContext, source: HostPointer, byteLength: u32): JSValue {
  return typedArray(context, source, byteLength, TYPED_ARRAY_UINT8);
}

/** A typed array of one of QuickJS's types with a copy of the bytes. */
export function typedArray(context: JSContext, source: HostPointer, byteLength: u32, type: i32): JSValue {
  const copy = js_malloc(context, max<u32>(byteLength, 1));
  if (copy === 0) return EXCEPTION;
  memory.copy(copy, source, byteLength);
  return adopt(context, copy, byteLength, type);
}

/** A Uint8Array over memory from js_malloc, which it takes over. */
export function adoptBytes(context: JSContext, memoryOfQuickJs: HostPointer, byteLength: u32): JSValue {
  return adopt(context, memoryOfQuickJs, byteLength, TYPED_ARRAY_UINT8);
}

function adopt(context: JSContext, memoryOfQuickJs: HostPointer, byteLength: u32, type: i32): JSValue {
  const buffer = JS_NewArrayBuffer(context, memoryOfQuickJs, byteLength, freeBytes.index, context, 0);
  if (isException(buffer)) {
    js_free(context, memoryOfQuickJs);
    return EXCEPTION;
  }
  store<u64>(arrayArguments, buffer);
  store<u64>(arrayArguments + VALUE_SIZE, UNDEFINED);
  store<u64>(arrayArguments + 2 * VALUE_SIZE, UNDEFINED);
  const array = JS_NewTypedArray(context, 3, arrayArguments, type);
  JS_FreeValue(context, buffer);
  return array;
}

function freeBytes(_runtime: JSRuntime, context: JSContext, bytes: HostPointer): void {
  js_free(context, bytes);
}
