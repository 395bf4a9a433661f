// How quickjs-ng packs a JSValue into 64 bits on a 32-bit host: tag in the upper half, payload in the lower. Tags below
// zero mark values with a reference count. A double is stored as its bits minus an addend that moves every double out
// of the tags' range; so any upper half that is no tag is a double. self-check.ts proves at boot that this holds.

import { JS_NewBigInt64, JSContext, JSValue } from '../externals/quickjs';

export const TAG_BIG_INT: i32 = -9;
export const TAG_STRING: i32 = -7;
export const TAG_OBJECT: i32 = -1;
export const TAG_INT: i32 = 0;
export const TAG_BOOL: i32 = 1;
export const TAG_NULL: i32 = 2;
export const TAG_UNDEFINED: i32 = 3;
export const TAG_EXCEPTION: i32 = 6;

const TAG_FIRST: i32 = -9;
const TAG_FLOAT64: i32 = 7;
const FLOAT64_ADDEND: u64 = (<u64>(0x7ff80000 - TAG_FIRST + 1)) << 32;
const CANONICAL_NAN: u64 = 0x7ff8000000000000;
const NEGATIVE_ZERO: u64 = 0x8000000000000000;

export const UNDEFINED: JSValue = (<u64>TAG_UNDEFINED) << 32;
export const NULL: JSValue = (<u64>TAG_NULL) << 32;
export const EXCEPTION: JSValue = (<u64>TAG_EXCEPTION) << 32;
export const FALSE: JSValue = (<u64>TAG_BOOL) << 32;
export const TRUE: JSValue = FALSE | 1;

/** Number.MAX_SAFE_INTEGER. */
export const MAX_SAFE_INTEGER: i64 = 9007199254740991;

/** True for an integer that a double holds exactly. -0 is none: as an integer it would lose its sign. */
export function isExactInteger(value: f64): bool {
  if (value !== Math.trunc(value) || Math.abs(value) > <f64>MAX_SAFE_INTEGER) return false;
  return reinterpret<u64>(value) !== NEGATIVE_ZERO;
}

/** Bytes of a JSValue in an argument vector. */
export const VALUE_SIZE: u32 = 8;

export function tagOf(value: JSValue): i32 {
  return <i32>(value >> 32);
}

/** True for a double; false for an integer that QuickJS keeps as such. */
export function isDouble(tag: i32): bool {
  return <u32>(tag - TAG_FIRST) >= <u32>(TAG_FLOAT64 - TAG_FIRST);
}

export function isException(value: JSValue): bool {
  return tagOf(value) === TAG_EXCEPTION;
}

export function toI32(value: JSValue): i32 {
  return <i32>value;
}

export function toF64(value: JSValue): f64 {
  return reinterpret<f64>(value + FLOAT64_ADDEND);
}

export function fromBool(value: bool): JSValue {
  return value ? TRUE : FALSE;
}

export function fromI32(value: i32): JSValue {
  return <u64>(<u32>value);
}

export function fromF64(value: f64): JSValue {
  const bits = F64.isNaN(value) ? CANONICAL_NAN : reinterpret<u64>(value);
  return bits - FLOAT64_ADDEND;
}

/** A number when JavaScript can hold the integer exactly, otherwise a BigInt. */
export function fromI64(context: JSContext, value: i64): JSValue {
  if (value === <i64>(<i32>value)) return fromI32(<i32>value);
  if (value >= -MAX_SAFE_INTEGER && value <= MAX_SAFE_INTEGER) return fromF64(<f64>value);
  return JS_NewBigInt64(context, value);
}

/** The `index`-th argument; the caller knows that there are as many. */
export function argumentAt(argumentsPointer: u32, index: i32): JSValue {
  return load<u64>(argumentsPointer + <u32>index * VALUE_SIZE);
}
