// Reads objects and arrays in place. A property that is looked up through QuickJS is duplicated and freed again, which
// writes to the value; here it is found in the object's shape and borrowed. Only plain data can be read so: an own
// property that is no getter, an array without holes. Whatever else there is (proxies, getters, sparse arrays) is not
// readable, and the caller has JavaScript read it.
//
// JSObject: 6 class (2 bytes), 16 shape, 20 properties; of an array also 36 elements, 40 how many of them there are.
// JSShape:  24 mask of the hash table, which ends where the shape begins: a bucket holds a property's number, counted
//           from 1; 32 properties, 36 those of them that were deleted, 48 the properties: 4 bytes with the next number
//           in its bucket (26 bits) and the flags above (the two highest tell a getter from a value), 4 bytes with the atom.
// self-check.ts proves at boot that this holds. In Node objects do not lie in memory, and JavaScript reads them.

import { HostPointer } from '../externals/addresses';
import {
  JS_FreeAtom,
  JS_FreeValue,
  JS_GetException,
  JS_GetOwnPropertyInternal,
  JS_GetOwnPropertyNames,
  JS_GetPropertyInt64,
  JS_IsArray,
  JSContext,
  JSValue,
  js_free,
  js_get_length32,
} from '../externals/quickjs';
import { OUT, outU32, SECOND_OUT, secondOutU32 } from './scratch';
import { NO_SHAPE, Shape, shapeOf } from './shapes';
import { EXCEPTION, TAG_OBJECT, TAG_UNDEFINED, tagOf, VALUE_SIZE } from './values';

const CLASS_ARRAY: u32 = 2;
const OBJECT_CLASS: u32 = 6;
const OBJECT_PROPERTIES: u32 = 20;
const ARRAY_ELEMENTS: u32 = 36;
const ARRAY_COUNT: u32 = 40;

const SHAPE_HASH_MASK: u32 = 24;
const SHAPE_COUNT: u32 = 32;
const SHAPE_DELETED: u32 = 36;
const SHAPE_PROPERTIES: u32 = 48;
const BUCKET_SIZE: u32 = 4;
const PROPERTY_SIZE: u32 = 8;
const PROPERTY_ATOM: u32 = 4;
const NEXT_IN_BUCKET: u32 = (1 << 26) - 1;
const PROPERTY_ENUMERABLE: u32 = 1 << 28;
const PROPERTY_KIND_SHIFT: u32 = 30;
const NONE: i32 = -1;

// JSPropertyDescriptor.
const DESCRIPTOR_SIZE: i32 = 32;
const DESCRIPTOR_VALUE: u32 = 8;
const DESCRIPTOR_GETTER: u32 = 16;
const DESCRIPTOR_SETTER: u32 = 24;
const FLAG_GETTER: u32 = 1 << 4;
const descriptor: HostPointer = <u32>memory.data(DESCRIPTOR_SIZE, 8);

const NAMES_STRING: i32 = 1;
const NAMES_ENUMERABLE: i32 = 1 << 4;
const NAME_SIZE: u32 = 8;
const NAME_ATOM: u32 = 4;

/** Stands for a property or an element that cannot be read in place. */
export const UNREADABLE: JSValue = EXCEPTION;

/** An own property of an object, to be given back with {@link release}; UNREADABLE when there is none that is plain. */
export function ownProperty(context: JSContext, object: JSValue, atom: u32): JSValue {
  const shape = shapeOf(object);
  if (shape === NO_SHAPE) return ownPropertyOutside(context, object, atom);
  const number = propertyNumber(shape, atom);
  return number === NONE ? UNREADABLE : propertyAt(object, number);
}

/** How many properties objects of a shape have; more than there are when some were deleted. */
export function propertyCount(shape: Shape): u32 {
  return load<u32>(shape + SHAPE_COUNT);
}

/** The position of a plain property in objects of a shape; -1 when there is none. */
export function propertyNumber(shape: Shape, atom: u32): i32 {
  const bucket = shape + ~(load<u32>(shape + SHAPE_HASH_MASK) & atom) * BUCKET_SIZE;
  let number = load<u32>(bucket);
  while (number !== 0) {
    const property = shape + SHAPE_PROPERTIES + (number - 1) * PROPERTY_SIZE;
    const word = load<u32>(property);
    if (load<u32>(property + PROPERTY_ATOM) === atom) {
      return word >> PROPERTY_KIND_SHIFT === 0 ? <i32>(number - 1) : NONE;
    }
    number = word & NEXT_IN_BUCKET;
  }
  return NONE;
}

/** The value of a plain property by its position in the object's shape, borrowed. */
export function propertyAt(object: JSValue, number: i32): JSValue {
  return load<u64>(load<u32>(<u32>object + OBJECT_PROPERTIES) + <u32>number * VALUE_SIZE);
}

function ownPropertyOutside(context: JSContext, object: JSValue, atom: u32): JSValue {
  const found = JS_GetOwnPropertyInternal(context, descriptor, <u32>object, atom);
  if (found < 0) JS_FreeValue(context, JS_GetException(context));
  if (found <= 0) return UNREADABLE;
  const value = load<u64>(descriptor + DESCRIPTOR_VALUE);
  if ((load<u32>(descriptor) & FLAG_GETTER) === 0) return value;
  JS_FreeValue(context, value);
  JS_FreeValue(context, load<u64>(descriptor + DESCRIPTOR_GETTER));
  JS_FreeValue(context, load<u64>(descriptor + DESCRIPTOR_SETTER));
  return UNREADABLE;
}

/** The atom of an object's only property; 0 when it has none, several, or one that is not enumerable. */
export function soleProperty(context: JSContext, object: JSValue): u32 {
  const shape = shapeOf(object);
  if (shape === NO_SHAPE) return solePropertyOutside(context, object);
  if (load<u32>(shape + SHAPE_COUNT) !== 1 || load<u32>(shape + SHAPE_DELETED) !== 0) return 0;
  const property = shape + SHAPE_PROPERTIES;
  return (load<u32>(property) & PROPERTY_ENUMERABLE) === 0 ? 0 : load<u32>(property + PROPERTY_ATOM);
}

function solePropertyOutside(context: JSContext, object: JSValue): u32 {
  if (JS_GetOwnPropertyNames(context, OUT, SECOND_OUT, object, NAMES_STRING | NAMES_ENUMERABLE) < 0) {
    JS_FreeValue(context, JS_GetException(context));
    return 0;
  }
  const names = outU32();
  const count = secondOutU32();
  // The caller has atoms of its own for every name that it knows, so that this one's number stays good.
  const sole = count === 1 ? load<u32>(names + NAME_ATOM) : 0;
  for (let index: u32 = 0; index < count; index++) {
    JS_FreeAtom(context, load<u32>(names + index * NAME_SIZE + NAME_ATOM));
  }
  js_free(context, names);
  return sole;
}

/** Elements of an array without holes; -1 for anything else. */
export function arrayLength(context: JSContext, value: JSValue): i32 {
  if (tagOf(value) !== TAG_OBJECT) return NONE;
  if (shapeOf(value) !== NO_SHAPE) return lengthInPlace(<u32>value);
  if (JS_IsArray(context, value) <= 0 || js_get_length32(context, OUT, value) < 0) return NONE;
  return <i32>outU32();
}

/** Of an array that is not kept element by element the count is zero. */
function lengthInPlace(object: HostPointer): i32 {
  if (<u32>load<u16>(object + OBJECT_CLASS) !== CLASS_ARRAY) return NONE;
  const count = load<i32>(object + ARRAY_COUNT);
  const length = load<u64>(load<u32>(object + OBJECT_PROPERTIES));
  return length === <u64>count ? count : NONE;
}

/** An element of an array whose length was asked for, to be given back with {@link release}. */
export function arrayElement(context: JSContext, array: JSValue, index: u32): JSValue {
  if (shapeOf(array) === NO_SHAPE) return JS_GetPropertyInt64(context, array, index);
  return load<u64>(load<u32>(<u32>array + ARRAY_ELEMENTS) + index * VALUE_SIZE);
}

/** Gives back what was read: nothing was taken where objects lie in memory. */
export function release(context: JSContext, holder: JSValue, value: JSValue): void {
  if (shapeOf(holder) === NO_SHAPE && tagOf(value) !== TAG_UNDEFINED) JS_FreeValue(context, value);
}
