// Module functions on the checksums of whole images.

import { HostPointer } from '../externals/addresses';
import { JS_NewObject, JSContext, JSValue } from '../externals/quickjs';
import { checksumPosition, checksumRecord, readChecksumRecord } from '../pages/checksum-record';
import { ChecksumState, cancelChecksum, isChecksumStale, refreshChecksum } from '../pages/checksum-refresh';
import { StoreStatus } from '../pages/status';
import { Store } from '../pages/store';
import { defineMethod, defineValue } from '../quickjs/objects';
import { EXCEPTION, fromBool, fromF64, UNDEFINED } from '../quickjs/values';
import { defineNumber } from './archive-functions';
import { lengthArgument, REFUSED } from './arguments';
import { hexValue } from './hexadecimal';
import { settle, takeSlot } from './image-arguments';

const NANOSECONDS_PER_MILLISECOND: f64 = 1e6;

export function defineChecksumFunctions(context: JSContext, module: JSValue): void {
  defineMethod(context, module, 'slotChecksum', slotChecksum.index, 1);
  defineMethod(context, module, 'refreshChecksum', refresh.index, 2);
  defineMethod(context, module, 'cancelChecksum', cancel.index, 2);
}

// The arguments that two of these functions begin with.
let slot: Store | null = null;
let budget: i64 = 0;

/** Takes the slot and a budget of pages; false when it threw. */
function takeSlotAndBudget(context: JSContext, argumentsPointer: HostPointer): bool {
  slot = takeSlot(context, argumentsPointer);
  if (slot === null) return false;
  budget = lengthArgument(context, argumentsPointer, 1, 'pageBudget');
  return budget !== REFUSED;
}

function slotChecksum(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const slot = takeSlot(context, argumentsPointer);
  if (slot === null) return EXCEPTION;
  const superblock = slot.superblock;
  if (superblock.checksumState !== ChecksumState.Known) return UNDEFINED;
  const known = JS_NewObject(context);
  defineValue(context, known, 'checksum', hexValue(context, superblock.imageChecksum));
  defineNumber(context, known, 'transactionId', superblock.checksumTransaction);
  const milliseconds = Math.floor(<f64>superblock.checksumTime / NANOSECONDS_PER_MILLISECOND);
  defineValue(context, known, 'refreshedAt', fromF64(milliseconds));
  defineValue(context, known, 'stale', fromBool(isChecksumStale(slot)));
  return known;
}

function refresh(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  if (!takeSlotAndBudget(context, argumentsPointer)) return EXCEPTION;
  const status = refreshChecksum(slot!, <u32>budget);
  if (status !== StoreStatus.Ok) return settle(context, status);
  const underWay = slot!.superblock.checksumRecord !== 0;
  if (underWay && !readChecksumRecord(slot!)) return settle(context, StoreStatus.Damaged);
  const size = slot!.live.logicalSize;
  const progress = JS_NewObject(context);
  defineValue(context, progress, 'done', fromBool(!underWay));
  defineNumber(context, progress, 'position', underWay ? checksumPosition() : size);
  defineNumber(context, progress, 'total', underWay ? checksumRecord().size : size);
  return progress;
}

function cancel(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  if (!takeSlotAndBudget(context, argumentsPointer)) return EXCEPTION;
  cancelChecksum(slot!, <u32>budget);
  return UNDEFINED;
}
