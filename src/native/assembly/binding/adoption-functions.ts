// Module functions on what others wrote into a slot: saying what it is, verifying it, adopting it.

import {
  beginAdoption as begin,
  cancelAdoption as cancel,
  continueAdoption as proceed,
} from '../adoption/adopt';
import { hasFreshChecksum, isAdoptable, SlotContent } from '../adoption/content';
import { FNV_START } from '../adoption/fnv';
import { recognise } from '../adoption/recognise';
import { AdoptionStatus } from '../adoption/status';
import { metDamage, verifiedHash, verifyPages } from '../adoption/verify';
import { adoptionRecord, openWorkspace } from '../adoption/workspace';
import { HostPointer } from '../externals/addresses';
import { JS_FreeCString, JS_NewObject, JSContext, JSValue } from '../externals/quickjs';
import { memorySize } from '../memory/header';
import { MemoryId, WASM_PAGE_SIZE } from '../memory/layout';
import { PAGE_SIZE } from '../pages/layout';
import { throwRangeError, throwTypeError } from '../quickjs/errors';
import { defineMethod, defineValue } from '../quickjs/objects';
import { borrowedLength, borrowText, literalValue } from '../quickjs/text';
import {
  argumentAt,
  EXCEPTION,
  fromBool,
  fromI32,
  MAX_SAFE_INTEGER,
  TAG_STRING,
  TAG_UNDEFINED,
  tagOf,
  UNDEFINED,
} from '../quickjs/values';
import { checksumName, faultMessage, kindName, throwAdoptionStatus } from './adoption-names';
import { defineNumber, slotArgument } from './archive-functions';
import { integerArgument, REFUSED, sizeArgument } from './arguments';
import { HEX_DIGITS, hexValue, parsedHex, parseHex } from './hexadecimal';

export function defineAdoptionFunctions(context: JSContext, module: JSValue): void {
  defineMethod(context, module, 'inspectSlot', inspectSlot.index, 1);
  defineMethod(context, module, 'verifySlot', verifySlot.index, 4);
  defineMethod(context, module, 'beginAdoption', beginAdoption.index, 2);
  defineMethod(context, module, 'continueAdoption', continueAdoption.index, 2);
  defineMethod(context, module, 'cancelAdoption', cancelAdoption.index, 1);
  defineMethod(context, module, 'adoptionProgress', adoptionProgress.index, 0);
}

function inspectSlot(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const id = slotArgument(context, argumentsPointer, 0);
  if (id === REFUSED) return EXCEPTION;
  const content = recognise(<MemoryId>id);
  const result = JS_NewObject(context);
  defineValue(context, result, 'kind', literalValue(context, kindName(content.kind)));
  defineNumber(context, result, 'layoutVersion', content.version);
  defineValue(context, result, 'adoptable', fromBool(isAdoptable(content)));
  defineValue(context, result, 'fault', literalValue(context, faultMessage(content.fault)));
  defineNumber(context, result, 'memoryBytes', memorySize(content.id) * WASM_PAGE_SIZE);
  defineNumber(context, result, 'imageSize', content.imageSize);
  defineNumber(context, result, 'pageSize', content.pageSize);
  defineNumber(context, result, 'transactionId', content.transactionId);
  defineValue(context, result, 'checksum', literalValue(context, checksumName(content)));
  defineValue(context, result, 'importing', fromBool(content.importing));
  return result;
}

function verifySlot(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const id = slotArgument(context, argumentsPointer, 0);
  if (id === REFUSED) return EXCEPTION;
  const from = sizeArgument(context, argumentsPointer, 1, 'verified');
  if (from === REFUSED) return EXCEPTION;
  if (!takeHash(context, argumentAt(argumentsPointer, 2))) return EXCEPTION;
  const budget = budgetArgument(context, argumentsPointer, 3);
  if (budget === REFUSED) return EXCEPTION;
  const content = recognise(<MemoryId>id);
  if (!isAdoptable(content)) return throwAdoptionStatus(context, content, AdoptionStatus.NotAdoptable);
  if (<u64>from > content.imageSize || (from % PAGE_SIZE !== 0 && <u64>from !== content.imageSize)) {
    return throwRangeError(context, 'verified must be what the call before returned');
  }
  const reached = verifyPages(content, from, hashBefore, <u32>budget);
  if (metDamage()) return throwAdoptionStatus(context, content, AdoptionStatus.SourceDamaged);
  return verification(context, content, reached);
}

let hashBefore: u64 = 0;

/** Takes the hash that an earlier call returned, or none; false when it threw. */
function takeHash(context: JSContext, value: JSValue): bool {
  hashBefore = FNV_START;
  if (tagOf(value) === TAG_UNDEFINED) return true;
  const text = tagOf(value) === TAG_STRING ? borrowText(context, value) : 0;
  if (text === 0) {
    throwTypeError(context, 'hash must be what the call before returned');
    return false;
  }
  const isHash = borrowedLength() === HEX_DIGITS && parseHex(text);
  if (isHash) hashBefore = parsedHex();
  JS_FreeCString(context, text);
  if (!isHash) throwRangeError(context, 'hash must be what the call before returned');
  return isHash;
}

function verification(context: JSContext, content: SlotContent, reached: u64): JSValue {
  const isComplete = reached === content.imageSize;
  const result = JS_NewObject(context);
  defineNumber(context, result, 'verified', reached);
  defineNumber(context, result, 'total', content.imageSize);
  defineValue(context, result, 'hash', hexValue(context, verifiedHash()));
  defineValue(context, result, 'complete', fromBool(isComplete));
  if (isComplete && hasFreshChecksum(content)) {
    defineValue(context, result, 'matches', fromBool(verifiedHash() === content.imageChecksum));
  }
  return result;
}

function beginAdoption(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const id = slotArgument(context, argumentsPointer, 0);
  if (id === REFUSED) return EXCEPTION;
  const generation = integerArgument(context, argumentsPointer, 1, 'generation', MAX_SAFE_INTEGER);
  if (generation === REFUSED) return EXCEPTION;
  return settle(context, <MemoryId>id, begin(<MemoryId>id, generation));
}

function continueAdoption(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const id = slotArgument(context, argumentsPointer, 0);
  if (id === REFUSED) return EXCEPTION;
  const budget = budgetArgument(context, argumentsPointer, 1);
  if (budget === REFUSED) return EXCEPTION;
  const status = proceed(<MemoryId>id, <u32>budget);
  if (status !== AdoptionStatus.Ok) return settle(context, <MemoryId>id, status);
  const isComplete = openWorkspace() === AdoptionStatus.None;
  return progressOf(context, <MemoryId>id, isComplete);
}

function cancelAdoption(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const id = slotArgument(context, argumentsPointer, 0);
  if (id === REFUSED) return EXCEPTION;
  return settle(context, <MemoryId>id, cancel(<MemoryId>id));
}

function adoptionProgress(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  _argumentsPointer: HostPointer,
): JSValue {
  if (openWorkspace() !== AdoptionStatus.Ok) return UNDEFINED;
  return progressOf(context, adoptionRecord().source, false);
}

function progressOf(context: JSContext, id: MemoryId, isComplete: bool): JSValue {
  const total = recognise(id).imageSize;
  const progress = JS_NewObject(context);
  defineValue(context, progress, 'memoryId', fromI32(id));
  defineNumber(context, progress, 'copied', isComplete ? total : adoptionRecord().copied);
  defineNumber(context, progress, 'total', total);
  defineValue(context, progress, 'complete', fromBool(isComplete));
  return progress;
}

/** Undefined on success, otherwise the status' error. */
function settle(context: JSContext, id: MemoryId, status: AdoptionStatus): JSValue {
  return status === AdoptionStatus.Ok ? UNDEFINED : throwAdoptionStatus(context, recognise(id), status);
}

function budgetArgument(context: JSContext, argumentsPointer: HostPointer, index: i32): i64 {
  return integerArgument(context, argumentsPointer, index, 'pages', <i64>u32.MAX_VALUE);
}
