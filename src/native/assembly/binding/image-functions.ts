// Module functions on SQLite images: reading the live one in chunks, and staging another beside it.

import { isInMessage, messageAt } from '../candid/message';
import { BLOB_HEAD_LENGTH, blobHead } from '../candid/reply-types';
import {
  beginReply,
  claim,
  sendReply,
  trimReply,
  writeByte,
  writeBytes,
  writeUnsigned,
} from '../candid/writer';
import { HostPointer } from '../externals/addresses';
import {
  JS_FreeValue,
  JS_GetPropertyStr,
  JS_NewObject,
  JSContext,
  JSValue,
  js_free,
  js_malloc,
} from '../externals/quickjs';
import { MemoryId } from '../memory/layout';
import { readImage as readImageBytes } from '../pages/image-read';
import { beginImport as beginStaging, writeImport } from '../pages/import';
import {
  cancelImport as cancelStaging,
  discardStaging,
  finishImport as finishStaging,
} from '../pages/import-finish';
import { StoreStatus } from '../pages/status';
import { Store } from '../pages/store';
import { StagingState } from '../pages/superblock';
import { adoptBytes, borrowBytes, borrowedByteLength, borrowedBytes, holdsBytes } from '../quickjs/bytes';
import { throwRangeErrorMessage, throwTypeError } from '../quickjs/errors';
import { beginMessage, literal, putInteger, putLiteral } from '../quickjs/message';
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
import { defineNumber, slotArgument } from './archive-functions';
import { lengthArgument, REFUSED, sizeArgument } from './arguments';
import { replyLimit } from './message-functions';
import { requireStore, throwStatus } from './slots';

/** Pages of an unwanted image that one call gives back: 64 MiB of it. */
const DISCARD_BUDGET: u32 = 16384;
/** Head, case and the longest length of a chunk's reply. */
const CHUNK_OVERHEAD: u32 = BLOB_HEAD_LENGTH + 1 + 5;

export function defineImageFunctions(context: JSContext, module: JSValue): void {
  defineMethod(context, module, 'readImage', readImage.index, 3);
  defineMethod(context, module, 'replyImageChunk', replyImageChunk.index, 3);
  defineMethod(context, module, 'beginImport', beginImport.index, 2);
  defineMethod(context, module, 'appendImport', appendImport.index, 3);
  defineMethod(context, module, 'appendImportBytes', appendImportBytes.index, 3);
  defineMethod(context, module, 'finishImport', finishImport.index, 1);
  defineMethod(context, module, 'cancelImport', cancelImport.index, 1);
  defineMethod(context, module, 'importProgress', importProgress.index, 1);
}

// The arguments that all of these functions begin with, taken one after the other.
let slotId: MemoryId = 0;
let slot: Store | null = null;
let offset: u64 = 0;

/** Takes the slot; false when it threw. */
function takeSlot(context: JSContext, argumentsPointer: HostPointer): bool {
  const id = slotArgument(context, argumentsPointer, 0);
  if (id === REFUSED) return false;
  slotId = <MemoryId>id;
  slot = requireStore(context, slotId);
  return slot !== null;
}

/** Takes the slot and an offset in its image; false when it threw. */
function takePlace(context: JSContext, argumentsPointer: HostPointer): bool {
  if (!takeSlot(context, argumentsPointer)) return false;
  const at = sizeArgument(context, argumentsPointer, 1, 'offset');
  if (at === REFUSED) return false;
  offset = at;
  return true;
}

/** Undefined on success, otherwise the status' error. */
function settle(context: JSContext, status: StoreStatus): JSValue {
  return status === StoreStatus.Ok ? UNDEFINED : throwStatus(context, slotId, status);
}

/** Bytes of the image from the offset, at most `wanted`; REFUSED when the offset lies behind its end. */
function available(context: JSContext, wanted: i64): i64 {
  const size = slot!.live.logicalSize;
  if (offset <= size) return min<i64>(wanted, size - offset);
  throwStatus(context, slotId, StoreStatus.OutOfBounds);
  return REFUSED;
}

function readImage(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  if (!takePlace(context, argumentsPointer)) return EXCEPTION;
  const wanted = lengthArgument(context, argumentsPointer, 2, 'length');
  if (wanted === REFUSED) return EXCEPTION;
  const length = available(context, wanted);
  if (length === REFUSED) return EXCEPTION;
  const bytes = js_malloc(context, max<i32>(<i32>length, 1));
  if (bytes === 0) return EXCEPTION;
  const status = readImageBytes(slot!, offset, bytes, <u32>length);
  if (status === StoreStatus.Ok) return adoptBytes(context, bytes, <u32>length);
  js_free(context, bytes);
  return throwStatus(context, slotId, status);
}

function replyImageChunk(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  if (!takePlace(context, argumentsPointer)) return EXCEPTION;
  const wanted = lengthArgument(context, argumentsPointer, 2, 'length');
  if (wanted === REFUSED) return EXCEPTION;
  const limit = replyLimit();
  if (wanted > <i64>(limit - CHUNK_OVERHEAD)) return refuseChunk(context, limit - CHUNK_OVERHEAD);
  const length = available(context, wanted);
  if (length === REFUSED) return EXCEPTION;
  beginReply(limit);
  writeBytes(blobHead, BLOB_HEAD_LENGTH);
  writeByte(0);
  writeUnsigned(length);
  const bytes = claim(<u32>length);
  const status = bytes === 0 ? StoreStatus.Full : readImageBytes(slot!, offset, bytes, <u32>length);
  if (status === StoreStatus.Ok) sendReply();
  else trimReply();
  return settle(context, status);
}

function refuseChunk(context: JSContext, most: u32): JSValue {
  beginMessage();
  putLiteral('length must be at most ');
  putInteger(most);
  putLiteral(', which is what one reply can hold');
  return throwRangeErrorMessage(context);
}

function beginImport(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  if (!takeSlot(context, argumentsPointer)) return EXCEPTION;
  const size = sizeArgument(context, argumentsPointer, 1, 'totalSize');
  if (size === REFUSED) return EXCEPTION;
  // What is left of an earlier import goes first.
  discardStaging(slot!, DISCARD_BUDGET);
  return settle(context, beginStaging(slot!, size));
}

function appendImport(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  if (!takePlace(context, argumentsPointer)) return EXCEPTION;
  const slice = argumentAt(argumentsPointer, 2);
  const start = property(context, slice, 'offset');
  const length = property(context, slice, 'length');
  if (start < 0 || length < 0 || !isInMessage(start, length)) {
    return throwTypeError(context, 'chunk must be a blob that receive returned for this message');
  }
  return settle(context, writeImport(slot!, offset, messageAt(start), length));
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
  if (!takePlace(context, argumentsPointer)) return EXCEPTION;
  const chunk = argumentAt(argumentsPointer, 2);
  if (tagOf(chunk) !== TAG_OBJECT || !holdsBytes(chunk)) {
    return throwTypeError(context, 'chunk must be a Uint8Array');
  }
  const held = borrowBytes(context, chunk);
  if (isException(held)) return EXCEPTION;
  const status = writeImport(slot!, offset, borrowedBytes(), borrowedByteLength());
  JS_FreeValue(context, held);
  return settle(context, status);
}

function finishImport(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  if (!takeSlot(context, argumentsPointer)) return EXCEPTION;
  const status = finishStaging(slot!);
  if (status === StoreStatus.Ok) discardStaging(slot!, DISCARD_BUDGET);
  return settle(context, status);
}

function cancelImport(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  if (!takeSlot(context, argumentsPointer)) return EXCEPTION;
  const status = cancelStaging(slot!);
  if (status === StoreStatus.Ok) discardStaging(slot!, DISCARD_BUDGET);
  return settle(context, status);
}

function importProgress(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  if (!takeSlot(context, argumentsPointer)) return EXCEPTION;
  const superblock = slot!.superblock;
  if (superblock.stagingState !== StagingState.Receiving) return UNDEFINED;
  const progress = JS_NewObject(context);
  defineNumber(context, progress, 'received', superblock.stagingReceived);
  defineNumber(context, progress, 'total', superblock.stagingSize);
  return progress;
}
