// Module functions on snapshots: keeping, listing, restoring and deleting named images of an archive.

import { HostPointer } from '../externals/addresses';
import { JS_FreeCString, JS_NewObject, JSContext, JSValue } from '../externals/quickjs';
import { pageIn } from '../pages/damage';
import { MAX_IMAGES, nextInState, recordAt } from '../pages/image-directory';
import { ImageOrigin, ImageRecord, ImageState, nameOf } from '../pages/image-record';
import { LogicalPage } from '../pages/layout';
import { giveUpExpired } from '../pages/pin';
import { createSnapshot as create, keptImage } from '../pages/snapshot-create';
import { discardImages, isDiscarding, deleteSnapshot as remove } from '../pages/snapshot-delete';
import { measuredPages, measuredUpTo, measureImage } from '../pages/snapshot-measure';
import { restoreSnapshot as restore } from '../pages/snapshot-restore';
import { StoreStatus } from '../pages/status';
import { Store } from '../pages/store';
import { throwRangeError } from '../quickjs/errors';
import { defineMethod, defineValue } from '../quickjs/objects';
import { arrayOf } from '../quickjs/shapes';
import { borrowedLength, isText, literalValue, textValue } from '../quickjs/text';
import {
  argumentAt,
  EXCEPTION,
  fromBool,
  fromF64,
  TAG_UNDEFINED,
  tagOf,
  VALUE_SIZE,
} from '../quickjs/values';
import { defineNumber } from './archive-functions';
import { lengthArgument, REFUSED, sizeArgument, textArgument } from './arguments';
import { hexValue } from './hexadecimal';
import { settle, takeSlot } from './image-arguments';

export const NANOSECONDS_PER_MILLISECOND: u64 = 1_000_000;
/** Values of a list of snapshots or pins. */
const listed: HostPointer = <u32>memory.data(248, 8);

export function defineSnapshotFunctions(context: JSContext, module: JSValue): void {
  defineMethod(context, module, 'createSnapshot', createSnapshot.index, 3);
  defineMethod(context, module, 'listSnapshots', listSnapshots.index, 1);
  defineMethod(context, module, 'listDamagedImages', listDamagedImages.index, 1);
  defineMethod(context, module, 'measureImage', measure.index, 4);
  defineMethod(context, module, 'restoreSnapshot', restoreSnapshot.index, 3);
  defineMethod(context, module, 'deleteSnapshot', deleteSnapshot.index, 2);
  defineMethod(context, module, 'reclaimImages', reclaimImages.index, 2);
}

function createSnapshot(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const slot = takeSlot(context, argumentsPointer);
  if (slot === null) return EXCEPTION;
  const origin = originArgument(context, argumentAt(argumentsPointer, 2));
  if (origin < 0) return EXCEPTION;
  const name = textArgument(context, argumentsPointer, 1, 'name');
  if (name === 0) return EXCEPTION;
  const status = create(slot, name, borrowedLength(), origin);
  JS_FreeCString(context, name);
  return status === StoreStatus.Ok ? fromF64(<f64>keptImage()) : settle(context, status);
}

/** Who wants the snapshot; negative when it threw. */
function originArgument(context: JSContext, value: JSValue): ImageOrigin {
  if (tagOf(value) === TAG_UNDEFINED || isText(context, value, 'request')) return ImageOrigin.Request;
  if (isText(context, value, 'schedule')) return ImageOrigin.Schedule;
  throwRangeError(context, "origin must be 'request' or 'schedule'");
  return -1;
}

function listSnapshots(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const slot = takeSlot(context, argumentsPointer);
  return slot === null ? EXCEPTION : listImages(context, slot, ImageState.Snapshot);
}

function listDamagedImages(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const slot = takeSlot(context, argumentsPointer);
  return slot === null ? EXCEPTION : listImages(context, slot, ImageState.SetAside);
}

/** Descriptions of a slot's images in a state. */
export function listImages(context: JSContext, slot: Store, state: ImageState): JSValue {
  let count: u32 = 0;
  let position = nextInState(slot, state, 0);
  while (position < MAX_IMAGES) {
    store<u64>(listed + count * VALUE_SIZE, describeImage(context, recordAt(slot, position)));
    count++;
    position = nextInState(slot, state, position + 1);
  }
  return arrayOf(context, listed, count);
}

/** What is known of a snapshot or pin. */
export function describeImage(context: JSContext, record: ImageRecord): JSValue {
  const description = JS_NewObject(context);
  defineNumber(context, description, 'id', record.id);
  if (record.nameLength > 0) {
    defineValue(context, description, 'name', textValue(context, nameOf(record), record.nameLength));
  }
  defineValue(context, description, 'origin', literalValue(context, originName(record.origin)));
  defineNumber(context, description, 'logicalSize', record.logicalSize);
  defineNumber(context, description, 'pageSize', record.sqlitePageSize);
  defineNumber(context, description, 'transactionId', record.transactionId);
  defineNumber(context, description, 'createdAt', record.time / NANOSECONDS_PER_MILLISECOND);
  if (record.state === ImageState.SetAside) {
    const page = pageIn(record.sqlitePageSize, <LogicalPage>record.expires);
    defineNumber(context, description, 'damagedPage', page);
  } else if (record.expires !== 0) {
    defineNumber(context, description, 'expiresAt', record.expires / NANOSECONDS_PER_MILLISECOND);
  }
  if (record.checksumKnown !== 0) {
    defineValue(context, description, 'checksum', hexValue(context, record.checksum));
  }
  return description;
}

function originName(origin: ImageOrigin): string {
  switch (origin) {
    case ImageOrigin.Request:
      return 'request';
    case ImageOrigin.Schedule:
      return 'schedule';
    case ImageOrigin.Restore:
      return 'restore';
    case ImageOrigin.Import:
      return 'import';
    case ImageOrigin.Export:
      return 'export';
    case ImageOrigin.Fork:
      return 'fork';
    default:
      return 'check';
  }
}

function measure(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const slot = takeSlot(context, argumentsPointer);
  if (slot === null) return EXCEPTION;
  const id = sizeArgument(context, argumentsPointer, 1, 'image');
  if (id === REFUSED) return EXCEPTION;
  const first = lengthArgument(context, argumentsPointer, 2, 'firstSegment');
  if (first === REFUSED) return EXCEPTION;
  const segments = lengthArgument(context, argumentsPointer, 3, 'segmentBudget');
  if (segments === REFUSED) return EXCEPTION;
  const status = measureImage(slot, id, <u32>first, <u32>segments);
  if (status !== StoreStatus.Ok) return settle(context, status);
  const measured = JS_NewObject(context);
  defineNumber(context, measured, 'pages', measuredPages());
  if (measuredUpTo() !== 0) defineNumber(context, measured, 'nextSegment', measuredUpTo());
  return measured;
}

function restoreSnapshot(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const slot = takeSlot(context, argumentsPointer);
  if (slot === null) return EXCEPTION;
  const id = sizeArgument(context, argumentsPointer, 1, 'snapshot');
  if (id === REFUSED) return EXCEPTION;
  const name = textArgument(context, argumentsPointer, 2, 'keepAs');
  if (name === 0) return EXCEPTION;
  const status = restore(slot, id, name, borrowedLength());
  JS_FreeCString(context, name);
  return status === StoreStatus.Ok ? fromF64(<f64>keptImage()) : settle(context, status);
}

function deleteSnapshot(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const slot = takeSlot(context, argumentsPointer);
  if (slot === null) return EXCEPTION;
  const id = sizeArgument(context, argumentsPointer, 1, 'snapshot');
  if (id === REFUSED) return EXCEPTION;
  return settle(context, remove(slot, id));
}

function reclaimImages(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const slot = takeSlot(context, argumentsPointer);
  if (slot === null) return EXCEPTION;
  const budget = lengthArgument(context, argumentsPointer, 1, 'pageBudget');
  if (budget === REFUSED) return EXCEPTION;
  giveUpExpired(slot);
  const status = discardImages(slot, <u32>budget);
  return status === StoreStatus.Ok ? fromBool(!isDiscarding(slot)) : settle(context, status);
}
