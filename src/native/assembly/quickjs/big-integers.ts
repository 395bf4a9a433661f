// Integers of any size between Candid's LEB128 and JavaScript's bigints. QuickJS makes bigints of 64 bits and gives those
// away through text only; what is larger goes through hexadecimal text, which takes time in proportion to its length.
//
// JSBigInt: 8 sign, 12 exponent, 16 limbs, 20 address of the limbs (32 bits each, the highest bit of the last one set):
// the number is 0.limbs * 2^exponent. self-check.ts proves it at boot.

import { HostPointer } from '../externals/addresses';
import {
  JS_Call,
  JS_FreeCString,
  JS_FreeValue,
  JS_GetException,
  JS_GetGlobalObject,
  JS_GetPropertyStr,
  JS_NewBigInt64,
  JS_NewBigUint64,
  JSContext,
  JSValue,
} from '../externals/quickjs';
import { NOBODY } from '../heap/budget';
import { allocateFor, NO_BLOCK, releaseBlock } from '../heap/heaps';
import { throwRangeError } from './errors';
import { literal } from './message';
import { borrowedLength, borrowText, textValue } from './text';
import { fromI32, isException, UNDEFINED, VALUE_SIZE } from './values';

const SIGN: u32 = 8;
const EXPONENT: u32 = 12;
const LIMBS: u32 = 16;
const LIMB_ADDRESS: u32 = 20;
const LIMB_SIZE: u32 = 4;
const LIMB_BITS: u32 = 32;

/** LEB128 of so many bytes has at most 63 bits, and fits a 64-bit integer whatever its sign. */
export const LONGEST_SMALL: u32 = 9;
const GROUP: u32 = 7;
const PAYLOAD: u32 = 0x7f;
const CONTINUES: u32 = 0x80;
const LEB_SIGN: u32 = 0x40;
const HEXADECIMAL: i32 = 16;
const NIBBLE: u32 = 4;
const MINUS: u32 = 0x2d;

/** No object of QuickJS lies in the first page; a host without objects in memory hands out small numbers. */
const LEAST_ADDRESS: u32 = 65536;

let bigInt: JSValue = 0;
let asSigned: JSValue = 0;
let toText: JSValue = 0;
const callArguments: HostPointer = <u32>memory.data(16, 8);

/** Looks the functions of BigInt up, before any JavaScript can change them. */
export function prepareBigIntegers(context: JSContext): void {
  const global = JS_GetGlobalObject(context);
  bigInt = JS_GetPropertyStr(context, global, literal('BigInt'));
  asSigned = JS_GetPropertyStr(context, bigInt, literal('asIntN'));
  const prototype = JS_GetPropertyStr(context, bigInt, literal('prototype'));
  toText = JS_GetPropertyStr(context, prototype, literal('toString'));
  JS_FreeValue(context, prototype);
  JS_FreeValue(context, global);
}

/** The bigint of an unsigned LEB128 number that was checked before. */
export function unsignedValue(context: JSContext, at: HostPointer, length: u32): JSValue {
  return length <= LONGEST_SMALL
    ? JS_NewBigUint64(context, lebBits(at, length))
    : largeValue(context, at, length);
}

/** The bigint of a signed LEB128 number that was checked before. */
export function signedValue(context: JSContext, at: HostPointer, length: u32): JSValue {
  const bits = length * GROUP;
  if (length <= LONGEST_SMALL) {
    const shift = 64 - bits;
    return JS_NewBigInt64(context, <i64>(lebBits(at, length) << shift) >> shift);
  }
  const value = largeValue(context, at, length);
  if (isException(value) || (<u32>load<u8>(at + length - 1) & LEB_SIGN) === 0) return value;
  store<u64>(callArguments, fromI32(bits));
  store<u64>(callArguments + VALUE_SIZE, value);
  const signed = JS_Call(context, asSigned, UNDEFINED, 2, callArguments);
  JS_FreeValue(context, value);
  return signed;
}

function lebBits(at: HostPointer, length: u32): u64 {
  let bits: u64 = 0;
  for (let index = length; index > 0; index--) {
    bits = (bits << GROUP) | (load<u8>(at + index - 1) & PAYLOAD);
  }
  return bits;
}

/** The bits of a LEB128 number as a bigint that is not negative. */
function largeValue(context: JSContext, at: HostPointer, length: u32): JSValue {
  const digits = (length * GROUP + NIBBLE - 1) / NIBBLE;
  const text = allocateFor(NOBODY, digits + 2);
  if (text === NO_BLOCK) return throwRangeError(context, 'A number does not fit into memory');
  store<u16>(text, 0x7830); // 0x
  for (let index: u32 = 0; index < digits; index++) {
    store<u8>(text + 1 + digits - index, hexadecimalDigit(lebNibble(at, length, index)));
  }
  store<u64>(callArguments, textValue(context, text, digits + 2));
  releaseBlock(text);
  const value = JS_Call(context, bigInt, UNDEFINED, 1, callArguments);
  JS_FreeValue(context, load<u64>(callArguments));
  return value;
}

/** Four bits of a LEB128 number, counted from the lowest. */
function lebNibble(at: HostPointer, length: u32, index: u32): u32 {
  const bit = index * NIBBLE;
  const byte = bit / GROUP;
  const shift = bit % GROUP;
  const low = <u32>load<u8>(at + byte) & PAYLOAD;
  const high = byte + 1 < length ? <u32>load<u8>(at + byte + 1) & PAYLOAD : 0;
  return (((high << GROUP) | low) >> shift) & 0xf;
}

function hexadecimalDigit(value: u32): u32 {
  return value < 10 ? 0x30 + value : 0x61 + value - 10;
}

/** A bigint as sign and digits in memory, for as long as it is not closed. */
@unmanaged
export class BigDigits {
  /** Text to be given back, or 0. */
  text: HostPointer;
  /** Hexadecimal digits without sign. */
  digits: HostPointer;
  count: u32;
  negative: bool;
  /** The absolute value where it has at most 64 bits. */
  small: u64;
  isSmall: bool;
}

/** Reads a bigint; false when it cannot be. */
export function openBigInt(context: JSContext, value: JSValue, into: BigDigits): bool {
  into.text = 0;
  const address = <u32>value;
  if (address >= LEAST_ADDRESS && load<i32>(address + EXPONENT) <= 64) {
    into.negative = load<u32>(address + SIGN) !== 0;
    into.small = absolute(address);
    into.isSmall = true;
    return true;
  }
  store<u64>(callArguments, fromI32(HEXADECIMAL));
  const text = JS_Call(context, toText, value, 1, callArguments);
  into.text = isException(text) ? 0 : borrowText(context, text);
  JS_FreeValue(context, text);
  if (into.text === 0) {
    JS_FreeValue(context, JS_GetException(context));
    return false;
  }
  into.negative = load<u8>(into.text) === MINUS;
  into.digits = into.text + <u32>into.negative;
  into.count = borrowedLength() - <u32>into.negative;
  into.isSmall = into.count <= 64 / NIBBLE;
  into.small = 0;
  for (let index: u32 = 0; into.isSmall && index < into.count; index++) {
    into.small = (into.small << NIBBLE) | digitValue(load<u8>(into.digits + index));
  }
  return true;
}

export function closeBigInt(context: JSContext, digits: BigDigits): void {
  if (digits.text !== 0) JS_FreeCString(context, digits.text);
}

/** The absolute value of a bigint of at most 64 bits, from its two highest limbs. */
function absolute(bigInteger: HostPointer): u64 {
  const exponent = load<i32>(bigInteger + EXPONENT);
  const limbs = load<u32>(bigInteger + LIMBS);
  if (exponent <= 0 || limbs === 0) return 0;
  const last = load<u32>(bigInteger + LIMB_ADDRESS) + (limbs - 1) * LIMB_SIZE;
  const low = limbs > 1 ? <u64>load<u32>(last - LIMB_SIZE) : 0;
  return (((<u64>load<u32>(last)) << LIMB_BITS) | low) >> (64 - exponent);
}

function digitValue(digit: u32): u32 {
  return digit < 0x3a ? digit - 0x30 : digit - 0x61 + 10;
}

/** Bytes of its LEB128 with room for the sign. */
export function lebLength(digits: BigDigits): u32 {
  return (digits.count * NIBBLE) / GROUP + 1;
}

/**
 * Writes a bigint of more than 64 bits as LEB128 of {@link lebLength} bytes at most, with a sign bit when `isSigned`.
 * Returns how many bytes that took.
 */
export function putLeb(digits: BigDigits, isSigned: bool, at: HostPointer): u32 {
  // Two's complement of a negative number: what it lacks to zero, minus one, with every bit turned.
  let borrow: u32 = digits.negative ? 1 : 0;
  const turn: u32 = digits.negative ? PAYLOAD : 0;
  const groups = lebLength(digits);
  let length: u32 = 0;
  for (let group: u32 = 0; group < groups; group++) {
    const bits = groupOf(digits, group);
    const lower = bits - borrow;
    borrow = bits < borrow ? 1 : 0;
    store<u8>(at + group, ((lower & PAYLOAD) ^ turn) | CONTINUES);
  }
  // Groups that say nothing more than the sign does.
  length = groups;
  while (length > 1 && isRedundant(at, length, isSigned, turn)) length--;
  store<u8>(at + length - 1, load<u8>(at + length - 1) & PAYLOAD);
  return length;
}

function isRedundant(at: HostPointer, length: u32, isSigned: bool, fill: u32): bool {
  if ((<u32>load<u8>(at + length - 1) & PAYLOAD) !== fill) return false;
  return !isSigned || ((<u32>load<u8>(at + length - 2) ^ fill) & LEB_SIGN) === 0;
}

/** Seven bits, counted in sevens from the lowest. */
function groupOf(digits: BigDigits, group: u32): u32 {
  const bit = group * GROUP;
  const index = bit / NIBBLE;
  const bits = digitAt(digits, index) | (digitAt(digits, index + 1) << 4) | (digitAt(digits, index + 2) << 8);
  return (bits >> (bit % NIBBLE)) & PAYLOAD;
}

/** A digit, counted from the lowest. */
function digitAt(digits: BigDigits, index: u32): u32 {
  return index < digits.count ? digitValue(load<u8>(digits.digits + digits.count - 1 - index)) : 0;
}
