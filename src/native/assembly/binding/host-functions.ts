// Module functions on the module itself.

import { SEED_LENGTH, seedRandomness as seedEngine } from '../engine/random';
import { HostPointer, toHost } from '../externals/addresses';
import { sqlite3_libversion } from '../externals/engine-statements';
import { performance_counter } from '../externals/ic0';
import { JS_FreeValue, JS_GetPropertyStr, JS_IsFunction, JSContext, JSValue } from '../externals/quickjs';
import { borrowBytes, borrowedByteLength, borrowedBytes, holdsBytes } from '../quickjs/bytes';
import { installErrorConstructor, throwRangeError, throwTypeError } from '../quickjs/errors';
import { literal } from '../quickjs/message';
import { defineMethod, defineValue } from '../quickjs/objects';
import { cStringValue } from '../quickjs/text';
import {
  argumentAt,
  EXCEPTION,
  fromF64,
  fromI32,
  isException,
  TAG_OBJECT,
  tagOf,
  UNDEFINED,
} from '../quickjs/values';
import { installStatementPrototype } from './statement-class';

/** Version of src/native/interface. */
const INTERFACE_VERSION: i32 = 1;

export function defineHostFunctions(context: JSContext, module: JSValue): void {
  defineValue(context, module, 'interfaceVersion', fromI32(INTERFACE_VERSION));
  defineValue(context, module, 'engineVersion', cStringValue(context, toHost(sqlite3_libversion())));
  defineMethod(context, module, 'install', install.index, 1);
  defineMethod(context, module, 'seedRandomness', seedRandomness.index, 1);
  defineMethod(context, module, 'nothing', nothing.index, 0);
  defineMethod(context, module, 'instructions', instructions.index, 0);
}

function install(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const classes = argumentAt(argumentsPointer, 0);
  if (tagOf(classes) !== TAG_OBJECT) return throwTypeError(context, 'install expects an object');
  const createError = JS_GetPropertyStr(context, classes, literal('createError'));
  const prototype = JS_GetPropertyStr(context, classes, literal('statementPrototype'));
  if (JS_IsFunction(context, createError) === 0 || tagOf(prototype) !== TAG_OBJECT) {
    JS_FreeValue(context, createError);
    JS_FreeValue(context, prototype);
    return throwTypeError(context, 'install expects createError and statementPrototype');
  }
  installErrorConstructor(context, createError);
  installStatementPrototype(context, prototype);
  return UNDEFINED;
}

function seedRandomness(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const seed = argumentAt(argumentsPointer, 0);
  if (tagOf(seed) !== TAG_OBJECT || !holdsBytes(seed)) {
    return throwTypeError(context, 'seed must be a Uint8Array');
  }
  const held = borrowBytes(context, seed);
  if (isException(held)) return EXCEPTION;
  const suffices = borrowedByteLength() === SEED_LENGTH;
  if (suffices) seedEngine(borrowedBytes());
  JS_FreeValue(context, held);
  return suffices ? UNDEFINED : throwRangeError(context, 'seed must have 32 bytes');
}

function nothing(_context: JSContext, _self: JSValue, _count: i32, _arguments: HostPointer): JSValue {
  return UNDEFINED;
}

function instructions(_context: JSContext, _self: JSValue, _count: i32, _arguments: HostPointer): JSValue {
  return fromF64(<f64>performance_counter(0));
}
