// What the engine calls when SQL calls an aggregate that JavaScript defined. The engine keeps a few bytes for each aggregation:
//
// offset  size  field
//      0     4  state
//      8     8  accumulator

import { EnginePointer, HostPointer, toEngineFunction, toHost } from '../externals/addresses';
import { sqlite3_aggregate_context, sqlite3_result_error_nomem } from '../externals/engine-functions';
import { JS_DupValue, JS_FreeValue, JS_IsFunction, JSContext, JSValue } from '../externals/quickjs';
import { freeAll } from '../quickjs/shapes';
import { EXCEPTION, isException, TAG_UNDEFINED, tagOf, UNDEFINED } from '../quickjs/values';
import { currentContext } from './context';
import { behindAccumulator, callBack, finishCall, recordOfCall, TRAIT_SAFE_INTEGERS } from './function-calls';
import { failCall, hasFunctionError } from './function-errors';
import { argumentBlock, Callback, callbackOf, hasTrait } from './function-record';
import { collectValues, isPromise, refusePromise } from './function-values';
import { throwOutOfMemory } from './sqlite-errors';
import { isEndingStatement } from './statement-end';

const STATE: u32 = 0;
const ACCUMULATOR: u32 = 8;
const SIZE: i32 = 16;

/** Fresh memory is zero. */
const STATE_FRESH: u32 = 0;
const STATE_STARTED: u32 = 1;
/** JavaScript threw: the statement is about to end. */
const STATE_FAILED: u32 = 2;

export function stepFunction(): u32 {
  return toEngineFunction(step.index);
}

export function finalFunction(): u32 {
  return toEngineFunction(final.index);
}

export function valueFunction(): u32 {
  return toEngineFunction(value.index);
}

export function inverseFunction(): u32 {
  return toEngineFunction(inverse.index);
}

function step(call: EnginePointer, count: i32, values: EnginePointer): void {
  advance(call, count, values, Callback.Call);
}

function inverse(call: EnginePointer, count: i32, values: EnginePointer): void {
  advance(call, count, values, Callback.Inverse);
}

/** Lets `step` or `inverse` make the next accumulator out of the present one and a row. */
function advance(call: EnginePointer, count: i32, values: EnginePointer, which: Callback): void {
  const memoryOfEngine = sqlite3_aggregate_context(call, SIZE);
  if (memoryOfEngine === 0) {
    sqlite3_result_error_nomem(call);
    return;
  }
  const aggregation = toHost(memoryOfEngine);
  const context = currentContext();
  const record = recordOfCall(call);
  if (load<u32>(aggregation + STATE) === STATE_FRESH) start(context, record, aggregation);
  if (load<u32>(aggregation + STATE) === STATE_FAILED) {
    failCall(context, call);
    return;
  }
  const next = callWithAccumulator(context, record, aggregation, count, values, which);
  if (tagOf(next) === TAG_UNDEFINED) return;
  keepAccumulator(context, record, aggregation, next);
  if (load<u32>(aggregation + STATE) === STATE_FAILED) failCall(context, call);
}

function start(context: JSContext, record: HostPointer, aggregation: HostPointer): void {
  keepAccumulator(context, record, aggregation, startValue(context, record));
}

function startValue(context: JSContext, record: HostPointer): JSValue {
  const callback = callbackOf(record, Callback.Start);
  if (JS_IsFunction(context, callback) === 0) return JS_DupValue(context, callback);
  return callBack(context, record, callback, 0, 0);
}

/** Takes an accumulator over, or notes that an exception is pending. */
function keepAccumulator(
  context: JSContext,
  record: HostPointer,
  aggregation: HostPointer,
  next: JSValue,
): void {
  const refused = isPromise(context, next) && !refusePromise(context, record);
  if (refused || isException(next)) {
    JS_FreeValue(context, next);
    store<u32>(aggregation + STATE, STATE_FAILED);
    return;
  }
  release(context, aggregation);
  store<u64>(aggregation + ACCUMULATOR, next);
  store<u32>(aggregation + STATE, STATE_STARTED);
}

function release(context: JSContext, aggregation: HostPointer): void {
  if (load<u32>(aggregation + STATE) !== STATE_FRESH)
    JS_FreeValue(context, load<u64>(aggregation + ACCUMULATOR));
  store<u64>(aggregation + ACCUMULATOR, UNDEFINED);
}

/** What the callback returns for the accumulator and the engine's values; the exception marker when something threw. */
function callWithAccumulator(
  context: JSContext,
  record: HostPointer,
  aggregation: HostPointer,
  count: i32,
  values: EnginePointer,
  which: Callback,
): JSValue {
  const block = argumentBlock(record, count + 1);
  if (block === 0) return throwOutOfMemory(context);
  const rest = behindAccumulator(block);
  if (!collectValues(context, rest, count, values, hasTrait(record, TRAIT_SAFE_INTEGERS))) return EXCEPTION;
  store<u64>(block, load<u64>(aggregation + ACCUMULATOR));
  const next = callBack(context, record, callbackOf(record, which), count + 1, block);
  freeAll(context, rest, count);
  return next;
}

/** The present value of a window. */
function value(call: EnginePointer): void {
  const context = currentContext();
  const record = recordOfCall(call);
  const memoryOfEngine = sqlite3_aggregate_context(call, SIZE);
  if (memoryOfEngine === 0) sqlite3_result_error_nomem(call);
  else answer(context, call, record, toHost(memoryOfEngine));
}

/** The end of an aggregation, also of one that had no rows, and of one that the engine gives up. */
function final(call: EnginePointer): void {
  const context = currentContext();
  const record = recordOfCall(call);
  const memoryOfEngine = sqlite3_aggregate_context(call, SIZE);
  if (memoryOfEngine === 0) {
    sqlite3_result_error_nomem(call);
    return;
  }
  const aggregation = toHost(memoryOfEngine);
  // A statement that ends early wants no result, and whoever ends it expects no code to run.
  if (!isEndingStatement() && !hasFunctionError() && load<u32>(aggregation + STATE) !== STATE_FAILED) {
    answer(context, call, record, aggregation);
  }
  release(context, aggregation);
}

function answer(
  context: JSContext,
  call: EnginePointer,
  record: HostPointer,
  aggregation: HostPointer,
): void {
  if (load<u32>(aggregation + STATE) === STATE_FRESH) start(context, record, aggregation);
  if (load<u32>(aggregation + STATE) === STATE_FAILED) {
    failCall(context, call);
    return;
  }
  const accumulator = load<u64>(aggregation + ACCUMULATOR);
  const callback = callbackOf(record, Callback.Result);
  if (tagOf(callback) === TAG_UNDEFINED) {
    finishCall(context, call, record, JS_DupValue(context, accumulator));
    return;
  }
  const block = argumentBlock(record, 1);
  if (block === 0) {
    sqlite3_result_error_nomem(call);
    return;
  }
  store<u64>(block, accumulator);
  finishCall(context, call, record, callBack(context, record, callback, 1, block));
}
