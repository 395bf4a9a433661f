// Connection methods that define functions of SQL.

import { EnginePointer, HostPointer, toEngine } from '../externals/addresses';
import { sqlite3_create_function_v2, sqlite3_create_window_function } from '../externals/engine-functions';
import { JS_FreeCString, JS_IsFunction, JSContext, JSValue } from '../externals/quickjs';
import { throwTypeErrorMessage } from '../quickjs/errors';
import { beginMessage, putLiteral } from '../quickjs/message';
import { borrowedLength } from '../quickjs/text';
import { argumentAt, EXCEPTION, TAG_UNDEFINED, tagOf, UNDEFINED, VALUE_SIZE } from '../quickjs/values';
import { finalFunction, inverseFunction, stepFunction, valueFunction } from './aggregate-calls';
import { integerArgument, REFUSED, textArgument } from './arguments';
import { engineConnection } from './connection-record';
import { copyToEngine } from './engine-text';
import { destroyFunction, scalarFunction } from './function-calls';
import { Callback, createFunctionRecord } from './function-record';
import { SQLITE_OK } from './result-codes';
import { throwOutOfMemory, throwResultCode } from './sqlite-errors';

const UTF8: i32 = 1;
const DETERMINISTIC: i32 = 0x800;
const DIRECT_ONLY: i32 = 0x80000;
const INNOCUOUS: i32 = 0x200000;

// Traits as TypeScript passes them (src/native/interface/connection.ts).
const TRAIT_DETERMINISTIC: u32 = 1;
const TRAIT_DIRECT_ONLY: u32 = 2;
const TRAIT_INNOCUOUS: u32 = 4;
const ALL_TRAITS: i64 = 15;

/** Arguments come as -1 (any number) to 1,000, and as that plus one. */
const MOST_ARGUMENTS: i64 = 1000;

const callbacks: HostPointer = <u32>memory.data(32, 8);

/** `(name, argumentCount, traits, call)` */
export function defineScalar(
  context: JSContext,
  record: HostPointer,
  argumentsPointer: HostPointer,
): JSValue {
  putCallback(Callback.Call, argumentAt(argumentsPointer, 3));
  for (let which = Callback.Start; which <= Callback.Result; which++) putCallback(which, UNDEFINED);
  return define(context, record, argumentsPointer, false);
}

/** `(name, argumentCount, traits, start, step, inverse, result)` */
export function defineAggregate(
  context: JSContext,
  record: HostPointer,
  argumentsPointer: HostPointer,
): JSValue {
  putCallback(Callback.Start, argumentAt(argumentsPointer, 3));
  putCallback(Callback.Call, argumentAt(argumentsPointer, 4));
  putCallback(Callback.Inverse, argumentAt(argumentsPointer, 5));
  putCallback(Callback.Result, argumentAt(argumentsPointer, 6));
  return define(context, record, argumentsPointer, true);
}

function putCallback(which: Callback, value: JSValue): void {
  store<u64>(callbacks + <u32>which * VALUE_SIZE, value);
}

function callback(which: Callback): JSValue {
  return load<u64>(callbacks + <u32>which * VALUE_SIZE);
}

function define(
  context: JSContext,
  record: HostPointer,
  argumentsPointer: HostPointer,
  isAggregate: bool,
): JSValue {
  if (!requireFunction(context, Callback.Call, false)) return EXCEPTION;
  if (!requireFunction(context, Callback.Inverse, true)) return EXCEPTION;
  if (!requireFunction(context, Callback.Result, true)) return EXCEPTION;
  const argumentCount = integerArgument(context, argumentsPointer, 1, 'countPlusOne', MOST_ARGUMENTS + 1);
  if (argumentCount === REFUSED) return EXCEPTION;
  const traits = integerArgument(context, argumentsPointer, 2, 'traits', ALL_TRAITS);
  if (traits === REFUSED) return EXCEPTION;
  const name = copyName(context, argumentsPointer);
  if (name === 0) return EXCEPTION;
  const made = createFunctionRecord(context, record, name, <u32>traits, callbacks);
  if (made === 0) return throwOutOfMemory(context);
  const handle = engineConnection(record);
  const flags = engineFlags(<u32>traits);
  const count = <i32>argumentCount - 1;
  const code = isAggregate
    ? createAggregate(handle, name, count, flags, toEngine(made))
    : createScalar(handle, name, count, flags, toEngine(made));
  return code === SQLITE_OK ? UNDEFINED : throwResultCode(context, code);
}

function requireFunction(context: JSContext, which: Callback, orUndefined: bool): bool {
  const value = callback(which);
  if (JS_IsFunction(context, value) !== 0) return true;
  if (orUndefined && tagOf(value) === TAG_UNDEFINED) return true;
  beginMessage();
  putLiteral('A callback of a user-defined function must be a function');
  throwTypeErrorMessage(context);
  return false;
}

/** The first argument as a C string of the arena; 0 when it threw. */
function copyName(context: JSContext, argumentsPointer: HostPointer): EnginePointer {
  const text = textArgument(context, argumentsPointer, 0, 'name');
  if (text === 0) return 0;
  const copy = copyToEngine(text, borrowedLength());
  JS_FreeCString(context, text);
  if (copy === 0) throwOutOfMemory(context);
  return copy;
}

function engineFlags(traits: u32): i32 {
  let flags = UTF8;
  if (traits & TRAIT_DETERMINISTIC) flags |= DETERMINISTIC;
  if (traits & TRAIT_DIRECT_ONLY) flags |= DIRECT_ONLY;
  if (traits & TRAIT_INNOCUOUS) flags |= INNOCUOUS;
  return flags;
}

function createScalar(
  handle: EnginePointer,
  name: EnginePointer,
  count: i32,
  flags: i32,
  made: EnginePointer,
): i32 {
  return sqlite3_create_function_v2(
    handle,
    name,
    count,
    flags,
    made,
    scalarFunction(),
    0,
    0,
    destroyFunction(),
  );
}

function createAggregate(
  handle: EnginePointer,
  name: EnginePointer,
  count: i32,
  flags: i32,
  made: EnginePointer,
): i32 {
  const slides = tagOf(callback(Callback.Inverse)) !== TAG_UNDEFINED;
  return sqlite3_create_window_function(
    handle,
    name,
    count,
    flags,
    made,
    stepFunction(),
    finalFunction(),
    slides ? valueFunction() : 0,
    slides ? inverseFunction() : 0,
    destroyFunction(),
  );
}
