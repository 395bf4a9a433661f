// Module functions on exports: pinning an image and reading it in chunks while the archive goes on.

import { HostPointer } from '../externals/addresses';
import { time } from '../externals/ic0';
import { JSContext, JSValue, js_free, js_malloc } from '../externals/quickjs';
import { positionOf, recordAt } from '../pages/image-directory';
import { ImageOrigin, ImageState } from '../pages/image-record';
import { examinePin, pinImage, unpinImage } from '../pages/pin';
import { readPinned } from '../pages/pin-read';
import { keptImage } from '../pages/snapshot-create';
import { StoreStatus } from '../pages/status';
import { Store } from '../pages/store';
import { adoptBytes } from '../quickjs/bytes';
import { defineMethod } from '../quickjs/objects';
import { EXCEPTION } from '../quickjs/values';
import { integerArgument, lengthArgument, REFUSED, sizeArgument } from './arguments';
import { beginBlobReply, endBlobReply, fitsReply } from './blob-reply';
import { imageArgument, settle, takeSlot } from './image-arguments';
import { describeImage, listImages } from './snapshot-functions';

const NANOSECONDS_PER_SECOND: u64 = 1_000_000_000;
/** A hundred years, far from where nanoseconds overflow. */
const LONGEST_LIFETIME: i64 = 3_155_760_000;

export function definePinFunctions(context: JSContext, module: JSValue): void {
  defineMethod(context, module, 'beginExport', beginExport.index, 3);
  defineMethod(context, module, 'listExports', listExports.index, 1);
  defineMethod(context, module, 'readExport', readExport.index, 4);
  defineMethod(context, module, 'replyExportChunk', replyExportChunk.index, 4);
  defineMethod(context, module, 'endExport', endExport.index, 2);
}

function beginExport(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const slot = takeSlot(context, argumentsPointer);
  if (slot === null) return EXCEPTION;
  const lifetime = integerArgument(context, argumentsPointer, 1, 'lifetimeSeconds', LONGEST_LIFETIME);
  if (lifetime === REFUSED) return EXCEPTION;
  const image = imageArgument(context, argumentsPointer, 2);
  if (image === REFUSED) return EXCEPTION;
  const expires = time() + <u64>lifetime * NANOSECONDS_PER_SECOND;
  const status = pinImage(slot, image, ImageOrigin.Export, expires);
  if (status !== StoreStatus.Ok) return settle(context, status);
  return describeImage(context, recordAt(slot, positionOf(slot, keptImage())));
}

function listExports(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const slot = takeSlot(context, argumentsPointer);
  return slot === null ? EXCEPTION : listImages(context, slot, ImageState.Pin);
}

// What reading takes besides the slot.
let token: u64 = 0;
let offset: u64 = 0;
let length: u32 = 0;

/** Takes slot, token, offset and length, and cuts the length at the image's end. The slot's store; null when it threw. */
function takeChunk(context: JSContext, argumentsPointer: HostPointer): Store | null {
  const slot = takeSlot(context, argumentsPointer);
  if (slot === null) return null;
  const takenToken = sizeArgument(context, argumentsPointer, 1, 'token');
  if (takenToken === REFUSED) return null;
  const takenOffset = sizeArgument(context, argumentsPointer, 2, 'offset');
  if (takenOffset === REFUSED) return null;
  const wanted = lengthArgument(context, argumentsPointer, 3, 'length');
  if (wanted === REFUSED) return null;
  token = takenToken;
  offset = takenOffset;
  const status = cutAtEnd(slot, wanted);
  if (status === StoreStatus.Ok) return slot;
  settle(context, status);
  return null;
}

function cutAtEnd(slot: Store, wanted: i64): StoreStatus {
  const status = examinePin(slot, token);
  if (status !== StoreStatus.Ok) return status;
  const size = recordAt(slot, positionOf(slot, token)).logicalSize;
  if (offset > size) return StoreStatus.OutOfBounds;
  length = <u32>min<u64>(wanted, size - offset);
  return StoreStatus.Ok;
}

function readExport(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const slot = takeChunk(context, argumentsPointer);
  if (slot === null) return EXCEPTION;
  const bytes = js_malloc(context, max<u32>(length, 1));
  if (bytes === 0) return EXCEPTION;
  const status = readPinned(slot, token, offset, bytes, length);
  if (status === StoreStatus.Ok) return adoptBytes(context, bytes, length);
  js_free(context, bytes);
  return settle(context, status);
}

function replyExportChunk(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const slot = takeChunk(context, argumentsPointer);
  if (slot === null || !fitsReply(context, length)) return EXCEPTION;
  const bytes = beginBlobReply(length);
  const status = bytes === 0 ? StoreStatus.NoMemory : readPinned(slot, token, offset, bytes, length);
  endBlobReply(status);
  return settle(context, status);
}

function endExport(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const slot = takeSlot(context, argumentsPointer);
  if (slot === null) return EXCEPTION;
  const ended = sizeArgument(context, argumentsPointer, 1, 'token');
  return ended === REFUSED ? EXCEPTION : settle(context, unpinImage(slot, ended));
}
