// Module functions that read an archive's SQLite image in chunks.

import { HostPointer } from '../externals/addresses';
import { JSContext, JSValue, js_free, js_malloc } from '../externals/quickjs';
import { readImage as readImageBytes } from '../pages/image-read';
import { StoreStatus } from '../pages/status';
import { Store } from '../pages/store';
import { adoptBytes } from '../quickjs/bytes';
import { defineMethod } from '../quickjs/objects';
import { EXCEPTION } from '../quickjs/values';
import { lengthArgument, REFUSED } from './arguments';
import { settle, takenOffset, takePlace } from './image-arguments';

export function defineExportFunctions(context: JSContext, module: JSValue): void {
  defineMethod(context, module, 'readImage', readImage.index, 3);
}

/** Bytes of the image from an offset, at most `wanted`; REFUSED when the offset lies behind its end. */
function available(context: JSContext, slot: Store, offset: u64, wanted: i64): i64 {
  const size = slot.live.logicalSize;
  if (offset <= size) return min<i64>(wanted, size - offset);
  settle(context, StoreStatus.OutOfBounds);
  return REFUSED;
}

function readImage(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const slot = takePlace(context, argumentsPointer);
  if (slot === null) return EXCEPTION;
  const offset = takenOffset();
  const wanted = lengthArgument(context, argumentsPointer, 2, 'length');
  if (wanted === REFUSED) return EXCEPTION;
  const length = available(context, slot, offset, wanted);
  if (length === REFUSED) return EXCEPTION;
  const bytes = js_malloc(context, max<i32>(<i32>length, 1));
  if (bytes === 0) return EXCEPTION;
  const status = readImageBytes(slot, offset, bytes, <u32>length);
  if (status === StoreStatus.Ok) return adoptBytes(context, bytes, <u32>length);
  js_free(context, bytes);
  return settle(context, status);
}
