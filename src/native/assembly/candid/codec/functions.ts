// Module functions of the codec: compile a plan, decode and encode by it.

import { throwOutOfMemory } from '../../binding/sqlite-errors';
import { HostPointer } from '../../externals/addresses';
import {
  JS_FreeValue,
  JS_GetException,
  JS_GetPropertyStr,
  JSContext,
  JSValue,
  js_free,
  js_malloc,
} from '../../externals/quickjs';
import { borrowBytes, borrowedByteLength, borrowedBytes, bytesValue, holdsBytes } from '../../quickjs/bytes';
import { throwTypeError } from '../../quickjs/errors';
import {
  beginMessage,
  endMessage,
  literal,
  messageLength,
  putInteger,
  putLiteral,
} from '../../quickjs/message';
import { defineMethod } from '../../quickjs/objects';
import { arrayElement, arrayLength, release } from '../../quickjs/reading';
import { adoptArray, arrayOf, freeAll } from '../../quickjs/shapes';
import { textValue } from '../../quickjs/text';
import {
  argumentAt,
  EXCEPTION,
  FALSE,
  isException,
  TAG_OBJECT,
  TRUE,
  tagOf,
  UNDEFINED,
  VALUE_SIZE,
} from '../../quickjs/values';
import {
  finishArguments,
  hasArgument,
  nextArgument,
  openArguments,
  receiveMessage,
  rewindArguments,
} from '../message';
import { failed, failedAt, failureText, remaining } from '../reader';
import { allowWork } from '../work';
import {
  beginReply,
  Loss,
  replyAt,
  replyLength,
  replyLoss,
  sendReply,
  trimReply,
  writeBytes,
} from '../writer';
import { build, buildMissing } from './build';
import { beginCheck, differs, fits, mismatchAt, mismatchText, missingField, releaseVerdicts } from './check';
import { putLabel, putType } from './describe';
import { encode } from './encode';
import { makeHead } from './head';
import {
  freePlan,
  makePlan,
  mayBeMissing,
  measure,
  Plan,
  planOf,
  preparePlans,
  typeOf,
  Words,
  wrapPlan,
} from './plan';
import { installPrincipals } from './principals';
import { releasePairs } from './subtype';

const WORD: u32 = 4;
/** More than the IC takes in any message: what does not fit into memory is lost before. */
const LONGEST: u32 = 1 << 30;

const words = changetype<Words>(memory.data(offsetof<Words>(), 4));
/** While values are written, the JavaScript that is called may want to encode something as well. */
let isEncoding: bool = false;

export function defineCandidFunctions(context: JSContext, module: JSValue): void {
  preparePlans(context);
  defineMethod(context, module, 'installCandid', installCandid.index, 1);
  defineMethod(context, module, 'candidPlan', candidPlan.index, 2);
  defineMethod(context, module, 'candidArguments', candidArguments.index, 1);
  defineMethod(context, module, 'candidDecode', candidDecode.index, 2);
  defineMethod(context, module, 'candidEncode', candidEncode.index, 2);
  defineMethod(context, module, 'candidReply', candidReply.index, 2);
}

function installCandid(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const principals = argumentAt(argumentsPointer, 0);
  const make = JS_GetPropertyStr(context, principals, literal('make'));
  if (isException(make)) return EXCEPTION;
  const read = JS_GetPropertyStr(context, principals, literal('read'));
  if (isException(read)) {
    JS_FreeValue(context, make);
    return EXCEPTION;
  }
  installPrincipals(context, make, read);
  return UNDEFINED;
}

function candidPlan(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const compiled = argumentAt(argumentsPointer, 0);
  const labels = argumentAt(argumentsPointer, 1);
  if (tagOf(compiled) !== TAG_OBJECT || !holdsBytes(compiled) || tagOf(labels) !== TAG_OBJECT) {
    return throwTypeError(context, 'Expected an Int32Array and a list of labels');
  }
  const held = borrowBytes(context, compiled);
  if (isException(held)) return EXCEPTION;
  words.at = borrowedBytes();
  words.count = borrowedByteLength() / WORD;
  const plan = measure(words) ? makePlan(context, words, labels) : changetype<Plan>(0);
  const isWhole = changetype<usize>(plan) !== 0 && makeHead(context, plan, words, labels);
  JS_FreeValue(context, held);
  if (isWhole) return wrapPlan(context, plan);
  if (changetype<usize>(plan) !== 0) freePlan(context, plan);
  JS_FreeValue(context, JS_GetException(context));
  return UNDEFINED;
}

/** Decodes the argument of the message under way. */
function candidArguments(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const plan = planOf(argumentAt(argumentsPointer, 0));
  if (changetype<usize>(plan) === 0) return throwNoPlan(context);
  if (!receiveMessage()) return throwOutOfMemory(context);
  return decodeOpened(context, plan);
}

function candidDecode(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const plan = planOf(argumentAt(argumentsPointer, 0));
  const bytes = argumentAt(argumentsPointer, 1);
  if (changetype<usize>(plan) === 0) return throwNoPlan(context);
  if (tagOf(bytes) !== TAG_OBJECT || !holdsBytes(bytes))
    return throwTypeError(context, 'Expected bytes to decode');
  const held = borrowBytes(context, bytes);
  if (isException(held)) return EXCEPTION;
  openArguments(borrowedBytes(), borrowedByteLength());
  const values = decodeOpened(context, plan);
  JS_FreeValue(context, held);
  return values;
}

function throwNoPlan(context: JSContext): JSValue {
  return throwTypeError(context, 'Expected first argument to be a plan of candidPlan');
}

/** The values as an array, or a text that says why there are none. */
function decodeOpened(context: JSContext, plan: Plan): JSValue {
  const size = remaining();
  beginCheck(context);
  const refused = checkArguments(plan);
  const result =
    failed() || refused < plan.count ? refusal(context, plan, refused) : buildArguments(context, plan, size);
  releaseVerdicts();
  releasePairs();
  return result;
}

/**
 * Whether the message under way, of which arguments may have been read, has the plan's arguments. Nothing is made of them.
 * Where it has not, {@link putRefusal} says why.
 */
export function argumentsFit(context: JSContext, plan: Plan): bool {
  rewindArguments();
  beginCheck(context);
  lastChecked = checkArguments(plan);
  releaseVerdicts();
  releasePairs();
  return !failed() && lastChecked === plan.count;
}

/** Index of the argument that did not fit. */
let lastChecked: u32 = 0;

/** Adds to the message that is being built why the arguments did not fit; the offset where that was. */
export function putRefusal(context: JSContext, plan: Plan): u32 {
  return describeRefusal(context, plan, lastChecked);
}

/** Index of the first argument that does not fit; the number of arguments when all do. */
function checkArguments(plan: Plan): u32 {
  if (failed()) return plan.count;
  for (let index: u32 = 0; index < plan.count; index++) {
    const node = typeOf(plan, index);
    if (hasArgument()) {
      if (!fits(node, nextArgument(), 0)) return index;
    } else if (!mayBeMissing(node)) {
      differs('it is missing');
      return index;
    }
  }
  finishArguments();
  return plan.count;
}

function buildArguments(context: JSContext, plan: Plan, size: u32): JSValue {
  if (plan.count === 0) return arrayOf(context, 0, 0);
  rewindArguments();
  allowWork(size);
  const values = js_malloc(context, plan.count * VALUE_SIZE);
  if (values === 0) return EXCEPTION;
  for (let index: u32 = 0; index < plan.count; index++) {
    const node = typeOf(plan, index);
    const value = hasArgument() ? build(context, node, nextArgument()) : buildMissing(context, node, false);
    if (isException(value)) {
      freeAll(context, values, index);
      js_free(context, values);
      return EXCEPTION;
    }
    store<u64>(values + index * VALUE_SIZE, value);
  }
  return adoptArray(context, values, plan.count);
}

function refusal(context: JSContext, plan: Plan, index: u32): JSValue {
  beginMessage();
  const at = describeRefusal(context, plan, index);
  putLiteral(' (at byte ');
  putInteger(at);
  putLiteral(')');
  return textValue(context, endMessage(), messageLength());
}

function describeRefusal(context: JSContext, plan: Plan, index: u32): u32 {
  if (index < plan.count) {
    putLiteral('argument ');
    putInteger(index + 1);
    putLiteral(' is not of type ');
    putType(context, typeOf(plan, index));
  } else putLiteral('the arguments are not Candid');
  putLiteral(': ');
  if (failed()) {
    putLiteral(failureText());
    return failedAt();
  }
  putLiteral(mismatchText());
  if (changetype<usize>(missingField()) !== 0) {
    putLiteral(', ');
    putLabel(context, missingField());
  }
  return mismatchAt();
}

/** Encodes an array of values, one for every type; undefined when JavaScript has to do it. */
function candidEncode(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const plan = planOf(argumentAt(argumentsPointer, 0));
  if (changetype<usize>(plan) === 0) return throwNoPlan(context);
  if (isEncoding) return UNDEFINED;
  isEncoding = true;
  const isWritten = encodeAll(context, plan, argumentAt(argumentsPointer, 1));
  isEncoding = false;
  const bytes = isWritten ? bytesValue(context, replyAt(0), replyLength()) : UNDEFINED;
  trimReply();
  return bytes;
}

function encodeAll(context: JSContext, plan: Plan, values: JSValue): bool {
  if (arrayLength(context, values) !== <i32>plan.count) return false;
  beginReply(LONGEST);
  writeBytes(plan.head, plan.headLength);
  for (let index: u32 = 0; index < plan.count; index++) {
    const value = arrayElement(context, values, index);
    const isWritten = !isException(value) && encode(context, typeOf(plan, index), value, 0);
    release(context, values, value);
    if (!isWritten) return false;
  }
  return replyLoss() === Loss.None;
}

/** Replies with a value of the plan's one type, or with none; false when JavaScript has to do it. */
function candidReply(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const plan = planOf(argumentAt(argumentsPointer, 0));
  if (changetype<usize>(plan) === 0) return throwNoPlan(context);
  const value = argumentAt(argumentsPointer, 1);
  if (isEncoding || plan.count > 1 || (plan.count === 0 && value !== UNDEFINED)) return FALSE;
  isEncoding = true;
  beginReply(LONGEST);
  writeBytes(plan.head, plan.headLength);
  const isWritten =
    (plan.count === 0 || encode(context, typeOf(plan, 0), value, 0)) && replyLoss() === Loss.None;
  isEncoding = false;
  if (isWritten) sendReply();
  else trimReply();
  return isWritten ? TRUE : FALSE;
}
