// Proves at boot that this QuickJS packs values as values.ts says. One that was built otherwise, or a later version with
// other tags, must stop here rather than hand out wrong numbers.

import { trapWithBytes } from '../engine/trap';
import { HostPointer } from '../externals/addresses';
import {
  JS_FreeAtom,
  JS_FreeValue,
  JS_GetGlobalObject,
  JS_GetPropertyInt64,
  JS_GetPropertyStr,
  JS_IsArray,
  JS_NewBigInt64,
  JS_NewObject,
  JSContext,
  JSValue,
  js_get_length32,
} from '../externals/quickjs';
import { BigDigits, closeBigInt, openBigInt } from './big-integers';
import { bytesValue, holdsBytes } from './bytes';
import { literal } from './message';
import { atomOf, defineValue } from './objects';
import { arrayElement, arrayLength, ownProperty, soleProperty, UNREADABLE } from './reading';
import { OUT, outU32 } from './scratch';
import { arrayOf, NO_SHAPE, objectOfShape, Shape, shapeOf } from './shapes';
import { isText, literalValue } from './text';
import {
  FALSE,
  fromF64,
  fromI32,
  isDouble,
  TAG_BIG_INT,
  TAG_INT,
  TAG_OBJECT,
  TAG_STRING,
  TAG_UNDEFINED,
  TRUE,
  tagOf,
  toF64,
  toI32,
  VALUE_SIZE,
} from './values';

const BEYOND_NUMBERS: i64 = (<i64>1) << 62;
const digits = changetype<BigDigits>(memory.data(offsetof<BigDigits>(), 8));
const BYTE_COUNT: u32 = 4;

/** Traps when the host's values are not what native code takes them for. */
export function checkHost(context: JSContext): void {
  checkTag(context, literalValue(context, 'text'), TAG_STRING, 'strings');
  checkTag(context, JS_NewBigInt64(context, BEYOND_NUMBERS), TAG_BIG_INT, 'bigints');
  checkTag(context, JS_NewObject(context), TAG_OBJECT, 'objects');
  const global = JS_GetGlobalObject(context);
  checkTag(context, JS_GetPropertyStr(context, global, literal('undefined')), TAG_UNDEFINED, 'undefined');
  checkNumbers(context, global);
  JS_FreeValue(context, global);
  checkBytes(context);
  checkArrays(context);
  checkObjects(context);
  checkBigInts(context);
}

function checkTag(context: JSContext, value: JSValue, tag: i32, what: string): void {
  require(tagOf(value) === tag, what);
  JS_FreeValue(context, value);
}

/** Math.PI is a double in every engine, and a function's length a small integer. */
function checkNumbers(context: JSContext, global: JSValue): void {
  const math = JS_GetPropertyStr(context, global, literal('Math'));
  const pi = JS_GetPropertyStr(context, math, literal('PI'));
  require(isDouble(tagOf(pi)) && toF64(pi) === Math.PI && fromF64(Math.PI) === pi, 'doubles');
  const max = JS_GetPropertyStr(context, math, literal('max'));
  const length = JS_GetPropertyStr(context, max, literal('length'));
  require(tagOf(length) === TAG_INT && toI32(length) === 2, 'integers');
  JS_FreeValue(context, max);
  JS_FreeValue(context, math);
}

function checkBytes(context: JSContext): void {
  const array = bytesValue(context, OUT, BYTE_COUNT);
  require(tagOf(array) === TAG_OBJECT && holdsBytes(array), 'typed arrays');
  const buffer = JS_GetPropertyStr(context, array, literal('buffer'));
  require(tagOf(buffer) === TAG_OBJECT && holdsBytes(buffer), 'array buffers');
  JS_FreeValue(context, buffer);
  const length = JS_GetPropertyStr(context, array, literal('byteLength'));
  require(tagOf(length) === TAG_INT && <u32>toI32(length) === BYTE_COUNT, 'the length of typed arrays');
  JS_FreeValue(context, array);
}

const samples: HostPointer = <u32>memory.data(16, 8);

function storeSamples(context: JSContext): void {
  store<u64>(samples, fromI32(7));
  store<u64>(samples + VALUE_SIZE, literalValue(context, 'seven'));
}

function checkArrays(context: JSContext): void {
  storeSamples(context);
  const array = arrayOf(context, samples, 2);
  require(tagOf(array) === TAG_OBJECT && JS_IsArray(context, array) > 0, 'arrays');
  require(js_get_length32(context, OUT, array) === 0 && outU32() === 2, 'the length of arrays');
  require(JS_GetPropertyInt64(context, array, 0) === fromI32(7), 'the elements of arrays');
  const last = JS_GetPropertyInt64(context, array, 1);
  require(isText(context, last, 'seven'), 'the elements of arrays');
  JS_FreeValue(context, last);
  require(arrayLength(context, array) === 2, 'arrays that are read in place');
  require(arrayElement(context, array, 0) === fromI32(7), 'arrays that are read in place');
  JS_FreeValue(context, array);
}

function checkObjects(context: JSContext): void {
  const template = JS_NewObject(context);
  defineValue(context, template, 'first', FALSE);
  defineValue(context, template, 'second', FALSE);
  const shape = shapeOf(template);
  if (shape !== NO_SHAPE) checkObjectOfShape(context, shape);
  JS_FreeValue(context, template);
  checkSoleProperty(context);
}

function checkSoleProperty(context: JSContext): void {
  const object = JS_NewObject(context);
  const name = atomOf(context, 'first');
  require(soleProperty(context, object) === 0, 'objects without properties');
  defineValue(context, object, 'first', TRUE);
  require(soleProperty(context, object) === name, 'objects with one property');
  require(ownProperty(context, object, name) === TRUE, 'properties that are read in place');
  const other = atomOf(context, 'toString');
  require(ownProperty(context, object, other) === UNREADABLE, 'properties of prototypes');
  defineValue(context, object, 'second', TRUE);
  require(soleProperty(context, object) === 0, 'objects with two properties');
  JS_FreeAtom(context, other);
  JS_FreeAtom(context, name);
  JS_FreeValue(context, object);
}

/** 2^62 is one limb, and 2^32 + 1 two. */
function checkBigInts(context: JSContext): void {
  checkBigInt(context, BEYOND_NUMBERS);
  checkBigInt(context, -BEYOND_NUMBERS);
  checkBigInt(context, ((<i64>1) << 32) + 1);
  checkBigInt(context, 0);
}

function checkBigInt(context: JSContext, value: i64): void {
  const big = JS_NewBigInt64(context, value);
  const isRead = openBigInt(context, big, digits);
  const absolute = value < 0 ? <u64>-value : <u64>value;
  require(isRead &&
    digits.isSmall &&
    digits.small === absolute &&
    digits.negative === value < 0, 'the limbs of bigints');
  closeBigInt(context, digits);
  JS_FreeValue(context, big);
}

function checkObjectOfShape(context: JSContext, shape: Shape): void {
  storeSamples(context);
  const object = objectOfShape(context, shape, samples, 2);
  require(JS_GetPropertyStr(context, object, literal('first')) === fromI32(7), 'the properties of objects');
  const second = JS_GetPropertyStr(context, object, literal('second'));
  require(isText(context, second, 'seven'), 'the properties of objects');
  JS_FreeValue(context, second);
  JS_FreeValue(context, object);
}

function require(holds: bool, what: string): void {
  if (holds) return;
  trapWithBytes(
    'Tabularium: this QuickJS is not the audited one (quickjs-ng of Azle 0.33); it differs in ',
    literal(what),
  );
}
