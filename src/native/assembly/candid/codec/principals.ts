// Principals are objects of the class in the application's own bundle. JavaScript makes the first one, which shows what its
// objects look like; where they look as expected, further ones are made and read in place.

import { HostPointer } from '../../externals/addresses';
import {
  JS_Call,
  JS_FreeAtom,
  JS_FreeValue,
  JS_GetException,
  JSContext,
  JSValue,
} from '../../externals/quickjs';
import { borrowBytes, borrowedByteLength, borrowedBytes, bytesValue, holdsBytes } from '../../quickjs/bytes';
import { atomOf } from '../../quickjs/objects';
import { propertyAt, propertyCount, propertyNumber } from '../../quickjs/reading';
import { NO_SHAPE, objectOfShape, Shape, shapeOf } from '../../quickjs/shapes';
import { EXCEPTION, isException, TAG_OBJECT, TRUE, tagOf, UNDEFINED, VALUE_SIZE } from '../../quickjs/values';
import { writeBytes, writeUnsigned } from '../writer';

/** `_arr` and `_isPrincipal`. */
const PROPERTIES: u32 = 2;

let makePrincipal: JSValue = UNDEFINED;
let readPrincipal: JSValue = UNDEFINED;
/** A principal that keeps its shape alive, and which of its properties has the bytes. */
let sample: JSValue = UNDEFINED;
let bytesNumber: i32 = 0;
let shape: Shape = NO_SHAPE;

const callArguments: HostPointer = <u32>memory.data(8, 8);
const values: HostPointer = <u32>memory.data(16, 8);

/**
 * Takes over two functions: one makes a principal of bytes, one gives the bytes of a principal or undefined for anything
 * else.
 */
export function installPrincipals(context: JSContext, make: JSValue, read: JSValue): void {
  JS_FreeValue(context, makePrincipal);
  JS_FreeValue(context, readPrincipal);
  JS_FreeValue(context, sample);
  makePrincipal = make;
  readPrincipal = read;
  shape = NO_SHAPE;
  sample = makeByCall(context, 0, 0);
  if (isException(sample)) {
    JS_FreeValue(context, JS_GetException(context));
    sample = UNDEFINED;
  } else learnShape(context);
}

function learnShape(context: JSContext): void {
  const found = tagOf(sample) === TAG_OBJECT ? shapeOf(sample) : NO_SHAPE;
  if (found === NO_SHAPE || propertyCount(found) !== PROPERTIES) return;
  bytesNumber = numberOf(context, found, '_arr');
  const flagNumber = numberOf(context, found, '_isPrincipal');
  if (bytesNumber < 0 || flagNumber < 0 || propertyAt(sample, flagNumber) !== TRUE) return;
  shape = found;
}

function numberOf(context: JSContext, objects: Shape, name: string): i32 {
  const atom = atomOf(context, name);
  const number = propertyNumber(objects, atom);
  JS_FreeAtom(context, atom);
  return number;
}

/** A principal of bytes; the exception marker when it threw. */
export function principalValue(context: JSContext, bytes: HostPointer, length: u32): JSValue {
  if (shape === NO_SHAPE) return makeByCall(context, bytes, length);
  const array = bytesValue(context, bytes, length);
  if (isException(array)) return EXCEPTION;
  store<u64>(values + <u32>bytesNumber * VALUE_SIZE, array);
  store<u64>(values + (1 - <u32>bytesNumber) * VALUE_SIZE, TRUE);
  return objectOfShape(context, shape, values, PROPERTIES);
}

function makeByCall(context: JSContext, bytes: HostPointer, length: u32): JSValue {
  const array = bytesValue(context, bytes, length);
  if (isException(array)) return EXCEPTION;
  store<u64>(callArguments, array);
  const principal = JS_Call(context, makePrincipal, UNDEFINED, 1, callArguments);
  JS_FreeValue(context, array);
  return principal;
}

/** Writes a principal's length and bytes; false when the value is none. */
export function writePrincipal(context: JSContext, value: JSValue): bool {
  if (tagOf(value) !== TAG_OBJECT) return false;
  if (shape !== NO_SHAPE && shapeOf(value) === shape)
    return writeHeld(context, propertyAt(value, bytesNumber));
  store<u64>(callArguments, value);
  const bytes = JS_Call(context, readPrincipal, UNDEFINED, 1, callArguments);
  if (isException(bytes)) {
    JS_FreeValue(context, JS_GetException(context));
    return false;
  }
  const written = writeHeld(context, bytes);
  JS_FreeValue(context, bytes);
  return written;
}

function writeHeld(context: JSContext, bytes: JSValue): bool {
  if (tagOf(bytes) !== TAG_OBJECT || !holdsBytes(bytes)) return false;
  const held = borrowBytes(context, bytes);
  if (isException(held)) {
    JS_FreeValue(context, JS_GetException(context));
    return false;
  }
  const length = borrowedByteLength();
  writeUnsigned(length);
  writeBytes(borrowedBytes(), length);
  JS_FreeValue(context, held);
  return true;
}
