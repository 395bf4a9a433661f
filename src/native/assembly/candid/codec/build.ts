// Makes JavaScript's values of a message that was checked: the same ones as @dfinity/candid makes. Only JavaScript itself
// can refuse now, for want of memory or because a number is too large for it; then everything made so far is freed.

import { HostPointer } from '../../externals/addresses';
import {
  JS_FreeValue,
  JS_NewBigInt64,
  JS_NewBigUint64,
  JS_NewObject,
  JSContext,
  JSValue,
  js_free,
  js_malloc,
} from '../../externals/quickjs';
import { NO_BLOCK, resizeShared } from '../../heap/heaps';
import { signedValue, unsignedValue } from '../../quickjs/big-integers';
import { typedArray } from '../../quickjs/bytes';
import { throwRangeError } from '../../quickjs/errors';
import { defineAtom } from '../../quickjs/objects';
import { adoptArray, arrayOf, freeAll, NO_SHAPE, objectOfShape, shapeOf } from '../../quickjs/shapes';
import { textValue } from '../../quickjs/text';
import { EXCEPTION, fromBool, fromF64, fromI32, isException, NULL, VALUE_SIZE } from '../../quickjs/values';
import {
  CandidType,
  fixedSize,
  TYPE_BOOL,
  TYPE_FLOAT32,
  TYPE_FLOAT64,
  TYPE_FUNC,
  TYPE_INT,
  TYPE_INT8,
  TYPE_INT16,
  TYPE_INT32,
  TYPE_INT64,
  TYPE_NAT,
  TYPE_NAT8,
  TYPE_NAT16,
  TYPE_NAT32,
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
  bytesAt,
  offset,
  readByte,
  readNat32,
  readNat64,
  readUnsigned,
  seek,
  skipNumber,
  take,
} from '../reader';
import { chosenCase, readPresence, skipValue, takeElements, variantCase } from '../skip';
import { elementType, kindOf, partId, partsOf, partType } from '../type-table';
import { caseOf, nextVerdict } from './check';
import { Node, Part, partOf, TYPE_TUPLE } from './plan';
import { principalValue } from './principals';

// Values of records under way: a record's values lie here one behind another until its object is made.
let stack: HostPointer = 0;
let stackCapacity: u32 = 0;
let top: u32 = 0;
const LEAST_STACK: u32 = 256;

/** JavaScript's value of a type on the wire, which fits the node; the exception marker when it threw. */
export function build(context: JSContext, node: Node, wire: CandidType): JSValue {
  switch (node.kind) {
    case TYPE_TEXT:
      return buildText(context);
    case TYPE_NAT:
    case TYPE_INT:
      return buildNumber(context, kindOf(wire));
    case TYPE_RECORD:
    case TYPE_TUPLE:
      return buildRecord(context, node, wire);
    case TYPE_OPT:
      return buildOption(context, node, wire);
    case TYPE_VEC:
      return buildVector(context, node, wire);
    case TYPE_VARIANT:
      return buildVariant(context, node, wire);
    case TYPE_BOOL:
      return fromBool(readByte() !== 0);
    case TYPE_NAT8:
      return fromI32(readByte());
    case TYPE_INT8:
      return fromI32(<i8>readByte());
    case TYPE_NAT16:
      return fromI32(load<u16>(take(2)));
    case TYPE_INT16:
      return fromI32(load<i16>(take(2)));
    case TYPE_NAT32:
      return numberOf(readNat32());
    case TYPE_INT32:
      return fromI32(readNat32());
    case TYPE_NAT64:
      return JS_NewBigUint64(context, readNat64());
    case TYPE_INT64:
      return JS_NewBigInt64(context, readNat64());
    case TYPE_FLOAT32:
      return floatOf(reinterpret<f32>(readNat32()));
    case TYPE_FLOAT64:
      return floatOf(reinterpret<f64>(readNat64()));
    case TYPE_PRINCIPAL:
    case TYPE_SERVICE:
      return buildPrincipal(context);
    case TYPE_FUNC:
      return buildFunction(context);
    case TYPE_RESERVED:
      skipValue(wire);
      return NULL;
    default:
      return NULL;
  }
}

/** What stands for a value that is missing. Of a record's reserved field that is none, as @dfinity/candid has it. */
export function buildMissing(context: JSContext, node: Node, inRecord: bool): JSValue {
  const isNone = node.kind === TYPE_OPT || (inRecord && node.kind === TYPE_RESERVED);
  return isNone ? arrayOf(context, 0, 0) : NULL;
}

function numberOf(value: u32): JSValue {
  return value <= <u32>i32.MAX_VALUE ? fromI32(value) : fromF64(value);
}

/** QuickJS keeps integers apart from other numbers, and compares what was not kept so more slowly. */
function floatOf(value: f64): JSValue {
  const integer = <i32>value;
  return reinterpret<u64>(<f64>integer) === reinterpret<u64>(value) ? fromI32(integer) : fromF64(value);
}

/** A mark of the byte order at a text's beginning is no part of it: so it is in every TextDecoder. */
function buildText(context: JSContext): JSValue {
  let length = <u32>readUnsigned();
  let text = take(length);
  if (length >= 3 && load<u16>(text) === 0xbbef && load<u8>(text + 2) === 0xbf) {
    text += 3;
    length -= 3;
  }
  return textValue(context, text, length);
}

function buildNumber(context: JSContext, wireKind: CandidType): JSValue {
  const start = offset();
  skipNumber();
  const at = bytesAt(start);
  const length = offset() - start;
  return wireKind === TYPE_NAT ? unsignedValue(context, at, length) : signedValue(context, at, length);
}

function buildPrincipal(context: JSContext): JSValue {
  readByte();
  const length = <u32>readUnsigned();
  return principalValue(context, take(length), length);
}

/** `[canister, method]`. */
function buildFunction(context: JSContext): JSValue {
  readByte();
  if (!reserve(context, 2)) return EXCEPTION;
  const first = top;
  top += 2;
  const canister = buildPrincipal(context);
  if (isException(canister)) return abandon(context, first, 0);
  put(first, canister);
  const method = buildText(context);
  if (isException(method)) return abandon(context, first, 1);
  put(first + 1, method);
  top = first;
  return arrayOf(context, at(first), 2);
}

function buildOption(context: JSContext, node: Node, wire: CandidType): JSValue {
  const kind = kindOf(wire);
  if (kind === TYPE_NULL || kind === TYPE_RESERVED) return arrayOf(context, 0, 0);
  let content = wire;
  if (kind === TYPE_OPT) {
    if (!readPresence()) return arrayOf(context, 0, 0);
    content = elementType(wire);
  }
  const end = nextVerdict();
  if (end !== 0) {
    seek(end);
    return arrayOf(context, 0, 0);
  }
  const value = build(context, node.element, content);
  return putFirst(context, value) ? arrayOf(context, at(top), 1) : EXCEPTION;
}

function buildVector(context: JSContext, node: Node, wire: CandidType): JSValue {
  const element = elementType(wire);
  const count = <u32>readUnsigned();
  if (node.isTyped) return buildTyped(context, node.element.kind, count);
  if (count === 0) return arrayOf(context, 0, 0);
  const values = js_malloc(context, count * VALUE_SIZE);
  if (values === 0) return EXCEPTION;
  for (let index: u32 = 0; index < count; index++) {
    const value = build(context, node.element, element);
    if (isException(value)) {
      freeAll(context, values, index);
      js_free(context, values);
      return EXCEPTION;
    }
    store<u64>(values + index * VALUE_SIZE, value);
  }
  return adoptArray(context, values, count);
}

function buildTyped(context: JSContext, kind: CandidType, count: u32): JSValue {
  const size = <u32>fixedSize(kind);
  return typedArray(context, takeElements(count, size), count * size, arrayType(kind));
}

/** QuickJS's number of the typed array for an integer type. */
function arrayType(kind: CandidType): i32 {
  switch (kind) {
    case TYPE_INT8:
      return 1;
    case TYPE_NAT8:
      return 2;
    case TYPE_INT16:
      return 3;
    case TYPE_NAT16:
      return 4;
    case TYPE_INT32:
      return 5;
    case TYPE_NAT32:
      return 6;
    case TYPE_INT64:
      return 7;
    default:
      return 8;
  }
}

/** An object with the fields in the order of their ids, or an array of them. */
function buildRecord(context: JSContext, node: Node, wire: CandidType): JSValue {
  if (!reserve(context, node.count)) return EXCEPTION;
  const first = top;
  top += node.count;
  const onWire = partsOf(wire);
  let expected: u32 = 0;
  for (let index: u32 = 0; index < onWire; index++) {
    const id = partId(wire, index);
    while (expected < node.count && partOf(node, expected).id < id) {
      put(first + expected, missingPart(context, node, expected));
      expected++;
    }
    if (expected === node.count || partOf(node, expected).id !== id) {
      skipValue(partType(wire, index));
      continue;
    }
    const value = build(context, partOf(node, expected).node, partType(wire, index));
    if (isException(value)) return abandon(context, first, expected);
    put(first + expected, value);
    expected++;
  }
  for (; expected < node.count; expected++) put(first + expected, missingPart(context, node, expected));
  top = first;
  if (node.kind === TYPE_TUPLE) return arrayOf(context, at(first), node.count);
  const shape = shapeOf(node.template);
  if (shape !== NO_SHAPE) return objectOfShape(context, shape, at(first), node.count);
  return defineAll(context, node, at(first));
}

function missingPart(context: JSContext, node: Node, index: u32): JSValue {
  return buildMissing(context, partOf(node, index).node, node.kind === TYPE_RECORD);
}

/** Defines the properties one by one, where there are no shapes. */
function defineAll(context: JSContext, node: Node, values: HostPointer): JSValue {
  const object = JS_NewObject(context);
  for (let index: u32 = 0; index < node.count; index++) {
    defineAtom(context, object, partOf(node, index).atom, load<u64>(values + index * VALUE_SIZE));
  }
  return object;
}

function buildVariant(context: JSContext, node: Node, wire: CandidType): JSValue {
  const payload = variantCase(wire, readUnsigned());
  const part = caseOf(node, chosenCase());
  const value = build(context, part.node, payload);
  if (!putFirst(context, value)) return EXCEPTION;
  const shape = shapeOf(part.template);
  return shape === NO_SHAPE ? defineCase(context, part, value) : objectOfShape(context, shape, at(top), 1);
}

function defineCase(context: JSContext, part: Part, value: JSValue): JSValue {
  const object = JS_NewObject(context);
  defineAtom(context, object, part.atom, value);
  return object;
}

function reserve(context: JSContext, count: u32): bool {
  if (top + count <= stackCapacity) return true;
  const larger = max<u32>(max<u32>(top + count, stackCapacity * 2), LEAST_STACK);
  const grown = resizeShared(stack, larger * VALUE_SIZE);
  if (grown === NO_BLOCK) {
    throwRangeError(context, 'The values of a message do not fit into memory');
    return false;
  }
  stack = grown;
  stackCapacity = larger;
  return true;
}

function at(index: u32): HostPointer {
  return stack + index * VALUE_SIZE;
}

function put(index: u32, value: JSValue): void {
  store<u64>(at(index), value);
}

/** Puts a value, which it takes over, where the next one goes; false when it is none, or memory is short. */
function putFirst(context: JSContext, value: JSValue): bool {
  if (isException(value)) return false;
  if (reserve(context, 1)) {
    put(top, value);
    return true;
  }
  JS_FreeValue(context, value);
  return false;
}

/** Frees the values of a record that could not be finished. */
function abandon(context: JSContext, first: u32, count: u32): JSValue {
  freeAll(context, at(first), count);
  top = first;
  return EXCEPTION;
}
