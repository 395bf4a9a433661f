// Writes JavaScript's values as the plan's types: the same bytes as @dfinity/candid writes. Values that cannot be read in
// place (getters, proxies, sparse arrays), and those that are not of their type, are left to @dfinity/candid, which finds
// the words for what is wrong with them.

import {
  JS_FreeCString,
  JS_FreeValue,
  JS_GetException,
  JS_GetTypedArrayType,
  JSContext,
  JSValue,
} from '../../externals/quickjs';
import { BigDigits, closeBigInt, lebLength, openBigInt, putLeb } from '../../quickjs/big-integers';
import { borrowBytes, borrowedByteLength, borrowedBytes } from '../../quickjs/bytes';
import {
  arrayElement,
  arrayLength,
  ownProperty,
  release,
  soleProperty,
  UNREADABLE,
} from '../../quickjs/reading';
import { borrowedLength, borrowText } from '../../quickjs/text';
import {
  isDouble,
  isException,
  NULL,
  TAG_BIG_INT,
  TAG_BOOL,
  TAG_INT,
  TAG_OBJECT,
  TAG_STRING,
  tagOf,
  toF64,
  toI32,
} from '../../quickjs/values';
import {
  CandidType,
  fixedSize,
  TYPE_BOOL,
  TYPE_FLOAT32,
  TYPE_FLOAT64,
  TYPE_FUNC,
  TYPE_INT,
  TYPE_NAT,
  TYPE_NAT8,
  TYPE_NAT64,
  TYPE_NULL,
  TYPE_OPT,
  TYPE_PRINCIPAL,
  TYPE_RECORD,
  TYPE_RESERVED,
  TYPE_SERVICE,
  TYPE_TEXT,
  TYPE_VARIANT,
  TYPE_VEC,
} from '../opcodes';
import {
  claim,
  replyLength,
  rewind,
  writeByte,
  writeBytes,
  writeLong,
  writeSigned,
  writeUnsigned,
  writeWord,
} from '../writer';
import { Node, partOf, TYPE_TUPLE } from './plan';
import { writePrincipal } from './principals';

/** Values nest no deeper. */
const DEEPEST: u32 = 512;
// Powers of two, which doubles hold exactly.
const TWO_32: f64 = 4294967296;
const TWO_64: f64 = TWO_32 * TWO_32;
const TWO_63: f64 = TWO_64 / 2;

const digits = changetype<BigDigits>(memory.data(offsetof<BigDigits>(), 8));

/** Writes a value; false when it has to be left to @dfinity/candid. */
export function encode(context: JSContext, node: Node, value: JSValue, depth: u32): bool {
  if (depth > DEEPEST) return false;
  const tag = tagOf(value);
  switch (node.kind) {
    case TYPE_TEXT:
      return tag === TAG_STRING && encodeText(context, value);
    case TYPE_NAT:
      return encodeNat(context, tag, value);
    case TYPE_INT:
      return encodeInt(context, tag, value);
    case TYPE_RECORD:
      return tag === TAG_OBJECT && encodeRecord(context, node, value, depth);
    case TYPE_TUPLE:
      return encodeTuple(context, node, value, depth);
    case TYPE_OPT:
      return encodeOption(context, node, value, depth);
    case TYPE_VEC:
      return encodeVector(context, node, value, depth);
    case TYPE_VARIANT:
      return tag === TAG_OBJECT && encodeVariant(context, node, value, depth);
    case TYPE_BOOL:
      if (tag !== TAG_BOOL) return false;
      writeByte(toI32(value));
      return true;
    case TYPE_NULL:
      return value === NULL;
    case TYPE_RESERVED:
      return true;
    case TYPE_FLOAT32:
    case TYPE_FLOAT64:
      return encodeFloat(node.kind, tag, value);
    case TYPE_PRINCIPAL:
    case TYPE_SERVICE:
      writeByte(1);
      return writePrincipal(context, value);
    case TYPE_FUNC:
      return encodeFunction(context, value);
    default:
      return fixedSize(node.kind) > 0 && encodeFixed(context, node.kind, tag, value);
  }
}

function encodeText(context: JSContext, value: JSValue): bool {
  const text = borrowText(context, value);
  if (text === 0) {
    JS_FreeValue(context, JS_GetException(context));
    return false;
  }
  const length = borrowedLength();
  writeUnsigned(length);
  writeBytes(text, length);
  JS_FreeCString(context, text);
  return true;
}

function encodeNat(context: JSContext, tag: i32, value: JSValue): bool {
  if (tag === TAG_INT) {
    if (toI32(value) < 0) return false;
    writeUnsigned(toI32(value));
    return true;
  }
  if (isDouble(tag)) {
    const number = toF64(value);
    if (Math.trunc(number) !== number || number < 0 || number >= TWO_64) return false;
    writeUnsigned(<u64>number);
    return true;
  }
  if (tag !== TAG_BIG_INT || !openBigInt(context, value, digits)) return false;
  const isNatural = !digits.negative || (digits.isSmall && digits.small === 0);
  if (isNatural && digits.isSmall) writeUnsigned(digits.small);
  else if (isNatural) writeLarge(false);
  closeBigInt(context, digits);
  return isNatural;
}

function encodeInt(context: JSContext, tag: i32, value: JSValue): bool {
  if (tag === TAG_INT) {
    writeSigned(toI32(value));
    return true;
  }
  if (isDouble(tag)) {
    const number = toF64(value);
    if (Math.trunc(number) !== number || number < -TWO_63 || number >= TWO_63) return false;
    writeSigned(<i64>number);
    return true;
  }
  if (tag !== TAG_BIG_INT || !openBigInt(context, value, digits)) return false;
  if (digits.isSmall && digits.small <= <u64>i64.MAX_VALUE) {
    writeSigned(digits.negative ? -(<i64>digits.small) : <i64>digits.small);
  } else writeLarge(true);
  closeBigInt(context, digits);
  return true;
}

function writeLarge(isSigned: bool): void {
  const start = replyLength();
  const at = claim(lebLength(digits));
  if (at !== 0) rewind(start + putLeb(digits, isSigned, at));
}

function encodeFloat(kind: CandidType, tag: i32, value: JSValue): bool {
  if (tag !== TAG_INT && !isDouble(tag)) return false;
  const number = tag === TAG_INT ? <f64>toI32(value) : toF64(value);
  if (kind === TYPE_FLOAT32) writeWord(reinterpret<u32>(<f32>number));
  else writeLong(reinterpret<u64>(number));
  return true;
}

function encodeFixed(context: JSContext, kind: CandidType, tag: i32, value: JSValue): bool {
  const size = <u32>fixedSize(kind);
  const isSigned = kind < TYPE_NAT64;
  let bits: u64 = 0;
  let isNegative = false;
  if (tag === TAG_INT) {
    bits = <u64>(<i64>toI32(value));
    isNegative = toI32(value) < 0;
  } else if (isDouble(tag)) {
    const number = toF64(value);
    if (Math.trunc(number) !== number || number < -TWO_63 || number >= TWO_64) return false;
    isNegative = number < 0;
    bits = isNegative ? <u64>(<i64>number) : <u64>number;
  } else if (tag === TAG_BIG_INT) {
    if (!openBigInt(context, value, digits)) return false;
    const isSmall = digits.isSmall && (!digits.negative || digits.small <= (<u64>1) << 63);
    isNegative = digits.negative && digits.small !== 0;
    bits = isNegative ? 0 - digits.small : digits.small;
    closeBigInt(context, digits);
    if (!isSmall) return false;
  } else return false;
  if (!isInRange(bits, isNegative, size * 8, isSigned)) return false;
  const at = claim(size);
  if (at === 0) return true;
  if (size === 1) store<u8>(at, <u8>bits);
  else if (size === 2) store<u16>(at, <u16>bits);
  else if (size === 4) store<u32>(at, <u32>bits);
  else store<u64>(at, bits);
  return true;
}

/** Whether a number, given in 64 bits and a sign, has a place in fewer bits. */
function isInRange(bits: u64, isNegative: bool, width: u32, isSigned: bool): bool {
  if (!isSigned) return !isNegative && (width === 64 || bits >> width === 0);
  if (isNegative) return <i64>bits >= (<i64>-1) << (width - 1);
  return bits >> (width - 1) === 0;
}

function encodeRecord(context: JSContext, node: Node, value: JSValue, depth: u32): bool {
  for (let index: u32 = 0; index < node.count; index++) {
    const part = partOf(node, index);
    const field = ownProperty(context, value, part.atom);
    if (field === UNREADABLE) return false;
    const isWritten = encode(context, part.node, field, depth + 1);
    release(context, value, field);
    if (!isWritten) return false;
  }
  return true;
}

function encodeTuple(context: JSContext, node: Node, value: JSValue, depth: u32): bool {
  if (arrayLength(context, value) < <i32>node.count) return false;
  for (let index: u32 = 0; index < node.count; index++) {
    if (!encodeElement(context, partOf(node, index).node, value, index, depth)) return false;
  }
  return true;
}

function encodeElement(context: JSContext, node: Node, array: JSValue, index: u32, depth: u32): bool {
  const element = arrayElement(context, array, index);
  if (isException(element)) {
    JS_FreeValue(context, JS_GetException(context));
    return false;
  }
  const isWritten = encode(context, node, element, depth + 1);
  release(context, array, element);
  return isWritten;
}

function encodeOption(context: JSContext, node: Node, value: JSValue, depth: u32): bool {
  const length = arrayLength(context, value);
  if (length !== 0 && length !== 1) return false;
  writeByte(length);
  return length === 0 || encodeElement(context, node.element, value, 0, depth);
}

function encodeVector(context: JSContext, node: Node, value: JSValue, depth: u32): bool {
  const length = arrayLength(context, value);
  if (length < 0) return node.isTyped && encodeTyped(context, fixedSize(node.element.kind), value);
  writeUnsigned(length);
  const isBlob = node.isTyped && node.element.kind === TYPE_NAT8;
  for (let index: u32 = 0; index < <u32>length; index++) {
    if (isBlob && !holdsNumber(context, value, index)) return false;
    if (!encodeElement(context, node.element, value, index, depth)) return false;
  }
  return true;
}

/** Of an array for a blob @dfinity/candid makes a Uint8Array, which takes no bigints. */
function holdsNumber(context: JSContext, array: JSValue, index: u32): bool {
  const element = arrayElement(context, array, index);
  const isBigInt = tagOf(element) === TAG_BIG_INT;
  release(context, array, element);
  return !isBigInt;
}

/** A typed array with elements of the right size, whatever they are: its bytes as they lie. */
function encodeTyped(context: JSContext, size: u32, value: JSValue): bool {
  if (tagOf(value) !== TAG_OBJECT || elementSize(JS_GetTypedArrayType(value)) !== size) return false;
  const held = borrowBytes(context, value);
  if (isException(held)) {
    JS_FreeValue(context, JS_GetException(context));
    return false;
  }
  const byteLength = borrowedByteLength();
  writeUnsigned(byteLength / size);
  writeBytes(borrowedBytes(), byteLength);
  JS_FreeValue(context, held);
  return true;
}

/** Bytes of an element by QuickJS's number of the typed array; 0 for what is none, or has floats. */
function elementSize(type: i32): u32 {
  if (type < 0 || type > LAST_INTEGER_ARRAY) return 0;
  return type < 3 ? 1 : type < 5 ? 2 : type < 7 ? 4 : 8;
}

const LAST_INTEGER_ARRAY: i32 = 8;

/** The one property chooses the case. */
function encodeVariant(context: JSContext, node: Node, value: JSValue, depth: u32): bool {
  const atom = soleProperty(context, value);
  if (atom === 0) return false;
  for (let index: u32 = 0; index < node.count; index++) {
    const part = partOf(node, index);
    if (part.atom !== atom) continue;
    const payload = ownProperty(context, value, atom);
    if (payload === UNREADABLE) return false;
    writeUnsigned(index);
    const isWritten = encode(context, part.node, payload, depth + 1);
    release(context, value, payload);
    return isWritten;
  }
  return false;
}

/** `[canister, method]`. */
function encodeFunction(context: JSContext, value: JSValue): bool {
  if (arrayLength(context, value) !== 2) return false;
  writeByte(1);
  writeByte(1);
  const canister = arrayElement(context, value, 0);
  const isCanister = writePrincipal(context, canister);
  release(context, value, canister);
  if (!isCanister) return false;
  const method = arrayElement(context, value, 1);
  const isMethod = tagOf(method) === TAG_STRING && encodeText(context, method);
  release(context, value, method);
  return isMethod;
}
