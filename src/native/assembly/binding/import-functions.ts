// Module functions that stage another SQLite image beside the live one.

import { isInMessage, messageAt } from '../candid/message';
import { HostPointer } from '../externals/addresses';
import { JS_FreeValue, JS_GetPropertyStr, JS_NewObject, JSContext, JSValue } from '../externals/quickjs';
import { beginImport as beginStaging, writeImport } from '../pages/import';
import {
  cancelImport as cancelStaging,
  discardStaging,
  finishImport as finishStaging,
} from '../pages/import-finish';
import { StoreStatus } from '../pages/status';
import { StagingState } from '../pages/superblock';
import { borrowBytes, borrowedByteLength, borrowedBytes, holdsBytes } from '../quickjs/bytes';
import { throwTypeError } from '../quickjs/errors';
import { literal } from '../quickjs/message';
import { defineMethod } from '../quickjs/objects';
import {
  argumentAt,
  EXCEPTION,
  isException,
  TAG_INT,
  TAG_OBJECT,
  tagOf,
  toI32,
  UNDEFINED,
} from '../quickjs/values';
import { defineNumber } from './archive-functions';
import { REFUSED, sizeArgument } from './arguments';
import { settle, takenOffset, takePlace, takeSlot } from './image-arguments';

/** Pages of an unwanted image that one call gives back: 64 MiB of it. */
const DISCARD_BUDGET: u32 = 16384;

export function defineImportFunctions(context: JSContext, module: JSValue): void {
  defineMethod(context, module, 'beginImport', beginImport.index, 2);
  defineMethod(context, module, 'appendImport', appendImport.index, 3);
  defineMethod(context, module, 'appendImportBytes', appendImportBytes.index, 3);
  defineMethod(context, module, 'finishImport', finishImport.index, 1);
  defineMethod(context, module, 'cancelImport', cancelImport.index, 1);
  defineMethod(context, module, 'importProgress', importProgress.index, 1);
}

function beginImport(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const slot = takeSlot(context, argumentsPointer);
  if (slot === null) return EXCEPTION;
  const size = sizeArgument(context, argumentsPointer, 1, 'totalSize');
  if (size === REFUSED) return EXCEPTION;
  // What is left of an earlier import goes first.
  discardStaging(slot, DISCARD_BUDGET);
  return settle(context, beginStaging(slot, size));
}

function appendImport(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const slice = argumentAt(argumentsPointer, 2);
  const start = property(context, slice, 'offset');
  const length = property(context, slice, 'length');
  if (start < 0 || length < 0 || !isInMessage(start, length)) {
    return throwTypeError(context, 'chunk must be a blob that receive returned for this message');
  }
  const slot = takePlace(context, argumentsPointer);
  if (slot === null) return EXCEPTION;
  return settle(context, writeImport(slot, takenOffset(), messageAt(start), length));
}

/** A small integer property; negative for anything else. */
function property(context: JSContext, object: JSValue, name: string): i32 {
  if (tagOf(object) !== TAG_OBJECT) return -1;
  const value = JS_GetPropertyStr(context, object, literal(name));
  const result = tagOf(value) === TAG_INT ? toI32(value) : -1;
  JS_FreeValue(context, value);
  return result;
}

function appendImportBytes(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const slot = takePlace(context, argumentsPointer);
  if (slot === null) return EXCEPTION;
  const chunk = argumentAt(argumentsPointer, 2);
  if (tagOf(chunk) !== TAG_OBJECT || !holdsBytes(chunk)) {
    return throwTypeError(context, 'chunk must be a Uint8Array');
  }
  const held = borrowBytes(context, chunk);
  if (isException(held)) return EXCEPTION;
  const status = writeImport(slot, takenOffset(), borrowedBytes(), borrowedByteLength());
  JS_FreeValue(context, held);
  return settle(context, status);
}

function finishImport(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const slot = takeSlot(context, argumentsPointer);
  if (slot === null) return EXCEPTION;
  const status = finishStaging(slot);
  if (status === StoreStatus.Ok) discardStaging(slot, DISCARD_BUDGET);
  return settle(context, status);
}

function cancelImport(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const slot = takeSlot(context, argumentsPointer);
  if (slot === null) return EXCEPTION;
  const status = cancelStaging(slot);
  if (status === StoreStatus.Ok) discardStaging(slot, DISCARD_BUDGET);
  return settle(context, status);
}

function importProgress(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const slot = takeSlot(context, argumentsPointer);
  if (slot === null) return EXCEPTION;
  const superblock = slot.superblock;
  if (superblock.stagingState !== StagingState.Receiving) return UNDEFINED;
  const progress = JS_NewObject(context);
  defineNumber(context, progress, 'received', superblock.stagingReceived);
  defineNumber(context, progress, 'total', superblock.stagingSize);
  return progress;
}
