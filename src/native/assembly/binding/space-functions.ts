// Module functions on the room that slots take: limits, report, compaction, purge.

import { HostPointer } from '../externals/addresses';
import { JS_NewObject, JSContext, JSValue } from '../externals/quickjs';
import { forgetInsights } from '../insights/insight-table';
import { memorySize } from '../memory/header';
import { MemoryId } from '../memory/layout';
import { ownedBuckets } from '../memory/report';
import { compactStore } from '../pages/compact';
import { limitSlot } from '../pages/limits';
import { purgeStore } from '../pages/purge';
import { pagesHeldBySnapshots, returnableBuckets, usedPages } from '../pages/space';
import { StoreStatus } from '../pages/status';
import { openStore, storeAt } from '../pages/stores';
import { defineMethod, defineValue } from '../quickjs/objects';
import { argumentAt, EXCEPTION, fromBool, TRUE, UNDEFINED } from '../quickjs/values';
import { defineNumber, slotArgument } from './archive-functions';
import { lengthArgument, REFUSED, sizeArgument } from './arguments';
import { requireStore, throwStatus } from './slots';

export function defineSpaceFunctions(context: JSContext, module: JSValue): void {
  defineMethod(context, module, 'limitSlot', setLimits.index, 3);
  defineMethod(context, module, 'slotSpace', slotSpace.index, 1);
  defineMethod(context, module, 'compact', compact.index, 2);
  defineMethod(context, module, 'purgeSlot', purgeSlot.index, 3);
}

function setLimits(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const id = slotArgument(context, argumentsPointer, 0);
  if (id === REFUSED) return EXCEPTION;
  const size = sizeArgument(context, argumentsPointer, 1, 'size');
  if (size === REFUSED) return EXCEPTION;
  const buckets = sizeArgument(context, argumentsPointer, 2, 'buckets');
  if (buckets === REFUSED) return EXCEPTION;
  limitSlot(<MemoryId>id, size, buckets);
  return UNDEFINED;
}

function slotSpace(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const argument = slotArgument(context, argumentsPointer, 0);
  if (argument === REFUSED) return EXCEPTION;
  const id = <MemoryId>argument;
  const status = openStore(id);
  if (status === StoreStatus.Empty) return UNDEFINED;
  if (status !== StoreStatus.Ok) return throwStatus(context, id, status);
  const slot = storeAt(id)!;
  const space = JS_NewObject(context);
  defineNumber(context, space, 'logicalSize', slot.live.logicalSize);
  defineNumber(context, space, 'pagesUsed', usedPages(slot));
  defineNumber(context, space, 'pagesFree', slot.superblock.freePages);
  defineNumber(context, space, 'pagesHeldBySnapshots', pagesHeldBySnapshots(slot));
  defineNumber(context, space, 'bucketsOwned', ownedBuckets(id));
  defineNumber(context, space, 'bucketsReturnable', returnableBuckets(slot));
  return space;
}

function compact(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const argument = slotArgument(context, argumentsPointer, 0);
  if (argument === REFUSED) return EXCEPTION;
  const budget = lengthArgument(context, argumentsPointer, 1, 'pageBudget');
  if (budget === REFUSED) return EXCEPTION;
  const id = <MemoryId>argument;
  const slot = requireStore(context, id);
  if (slot === null) return EXCEPTION;
  const before = ownedBuckets(id);
  const status = compactStore(slot, <u32>budget);
  if (status !== StoreStatus.Ok) return throwStatus(context, id, status);
  const progress = JS_NewObject(context);
  defineValue(context, progress, 'done', fromBool(slot.superblock.freePages === 0));
  defineNumber(context, progress, 'bucketsReturned', before - ownedBuckets(id));
  defineNumber(context, progress, 'bucketsReturnable', returnableBuckets(slot));
  return progress;
}

/** True when the slot owns nothing any more. */
function purgeSlot(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const argument = slotArgument(context, argumentsPointer, 0);
  if (argument === REFUSED) return EXCEPTION;
  const budget = lengthArgument(context, argumentsPointer, 1, 'bucketBudget');
  if (budget === REFUSED) return EXCEPTION;
  const evenForeign = argumentAt(argumentsPointer, 2) === TRUE;
  const id = <MemoryId>argument;
  const status = purgeStore(id, <u32>budget, evenForeign);
  if (status !== StoreStatus.Ok) return throwStatus(context, id, status);
  // The slot's next archive may be somebody else's.
  forgetInsights(id);
  return fromBool(memorySize(id) === 0);
}
