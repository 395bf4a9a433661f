// Objects and arrays made in one step. Defining properties one by one costs QuickJS a look-up, a check and often a new shape
// each; a row or a run's result always has the shape that one before it had. So a template object is built by the book once,
// and the later ones are allocated with its shape and filled in place.
//
// That relies on how quickjs-ng lays out an object, which self-check.ts proves at boot. Node has no such objects: there
// shapes do not exist, and callers go by the book every time.
//
// JSObject: 16 shape, 20 properties; of an array also 32 capacity, 36 elements, 40 length. A property has 8 bytes.

import { HostPointer } from '../externals/addresses';
import {
  JS_FreeValue,
  JS_NewObjectFromShape,
  JSContext,
  JSValue,
  js_create_array,
  js_free,
  js_malloc,
} from '../externals/quickjs';
import { EXCEPTION, fromI32, isException, VALUE_SIZE } from './values';

const CLASS_OBJECT: u32 = 1;
const CLASS_ARRAY: u32 = 2;

const OBJECT_SHAPE: u32 = 16;
const OBJECT_PROPERTIES: u32 = 20;
const ARRAY_CAPACITY: u32 = 32;
const ARRAY_ELEMENTS: u32 = 36;
const ARRAY_LENGTH: u32 = 40;
const PROPERTY_SIZE: u32 = 8;

/** No object of QuickJS lies in the first page; a host without objects in memory hands out small numbers. */
const LEAST_ADDRESS: u32 = 65536;

/** A shape, and none. The first word of a shape is its reference count. */
export type Shape = HostPointer;
export const NO_SHAPE: Shape = 0;

let arrayTemplate: JSValue = 0;
let arrayShape: Shape = NO_SHAPE;

/** Makes the template of arrays. Called once, before anything else here. */
export function prepareShapes(context: JSContext): void {
  arrayTemplate = js_create_array(context, 0, 0);
  arrayShape = shapeOf(arrayTemplate);
}

/** The shape of an object, which lives as long as the object does; NO_SHAPE where the host has none. */
export function shapeOf(object: JSValue): Shape {
  const address = <u32>object;
  return address < LEAST_ADDRESS ? NO_SHAPE : load<u32>(address + OBJECT_SHAPE);
}

/**
 * A plain object of a template's shape with `count` values, in the order in which the template's properties were
 * defined. Takes the values over. The exception marker when memory is short.
 */
export function objectOfShape(context: JSContext, shape: Shape, values: HostPointer, count: u32): JSValue {
  const object = allocate(context, shape, CLASS_OBJECT);
  if (isException(object)) {
    freeAll(context, values, count);
    return EXCEPTION;
  }
  const properties = load<u32>(<u32>object + OBJECT_PROPERTIES);
  for (let index: u32 = 0; index < count; index++) {
    store<u64>(properties + index * PROPERTY_SIZE, load<u64>(values + index * VALUE_SIZE));
  }
  return object;
}

/** An array of values, which it takes over. The exception marker when memory is short. */
export function arrayOf(context: JSContext, values: HostPointer, count: u32): JSValue {
  if (arrayShape === NO_SHAPE || count === 0) return arrayByTheBook(context, values, count);
  const elements = js_malloc(context, count * VALUE_SIZE);
  if (elements === 0) {
    freeAll(context, values, count);
    return EXCEPTION;
  }
  memory.copy(elements, values, count * VALUE_SIZE);
  return adoptArray(context, elements, count);
}

/** An array over memory from js_malloc with at least one value, which it takes over. */
export function adoptArray(context: JSContext, elements: HostPointer, count: u32): JSValue {
  const array =
    arrayShape === NO_SHAPE
      ? js_create_array(context, count, elements)
      : allocate(context, arrayShape, CLASS_ARRAY);
  if (arrayShape === NO_SHAPE || isException(array)) {
    freeAll(context, elements, count);
    js_free(context, elements);
    return array;
  }
  const address = <u32>array;
  store<u32>(address + ARRAY_CAPACITY, count);
  store<u32>(address + ARRAY_ELEMENTS, elements);
  store<u32>(address + ARRAY_LENGTH, count);
  store<u64>(load<u32>(address + OBJECT_PROPERTIES), fromI32(count));
  return array;
}

/** JS_NewObjectFromShape takes a reference to the shape over. */
function allocate(context: JSContext, shape: Shape, classId: u32): JSValue {
  store<u32>(shape, load<u32>(shape) + 1);
  return JS_NewObjectFromShape(context, shape, classId);
}

function arrayByTheBook(context: JSContext, values: HostPointer, count: u32): JSValue {
  const array = js_create_array(context, count, values);
  freeAll(context, values, count);
  return array;
}

/** Frees values that lie one behind the other. */
export function freeAll(context: JSContext, values: HostPointer, count: u32): void {
  const end = values + count * VALUE_SIZE;
  for (let value = values; value < end; value += VALUE_SIZE) JS_FreeValue(context, load<u64>(value));
}
