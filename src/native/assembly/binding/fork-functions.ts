// Module functions on forks: copying an image into the slot of a new archive, some pages a message.

import { HostPointer } from '../externals/addresses';
import { JS_NewObject, JSContext, JSValue } from '../externals/quickjs';
import { MemoryId } from '../memory/layout';
import { releaseMemory } from '../memory/shrink';
import { beginFork as begin, cancelFork as cancel, isForking, continueFork as proceed } from '../pages/fork';
import { StoreStatus } from '../pages/status';
import { Store } from '../pages/store';
import { closeStore, formatStore, storeAt } from '../pages/stores';
import { defineMethod, defineValue } from '../quickjs/objects';
import { EXCEPTION, fromBool, MAX_SAFE_INTEGER, UNDEFINED } from '../quickjs/values';
import { defineNumber, slotArgument } from './archive-functions';
import { integerArgument, lengthArgument, REFUSED } from './arguments';
import { imageArgument, settle, takeSlot } from './image-arguments';
import { throwStatus } from './slots';

export function defineForkFunctions(context: JSContext, module: JSValue): void {
  defineMethod(context, module, 'beginFork', beginFork.index, 4);
  defineMethod(context, module, 'continueFork', continueFork.index, 2);
  defineMethod(context, module, 'forkProgress', forkProgress.index, 1);
  defineMethod(context, module, 'cancelFork', cancelFork.index, 1);
}

function beginFork(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const slot = takeSlot(context, argumentsPointer);
  if (slot === null) return EXCEPTION;
  const target = slotArgument(context, argumentsPointer, 1);
  if (target === REFUSED) return EXCEPTION;
  const generation = integerArgument(context, argumentsPointer, 2, 'generation', MAX_SAFE_INTEGER);
  if (generation === REFUSED) return EXCEPTION;
  const image = imageArgument(context, argumentsPointer, 3);
  if (image === REFUSED) return EXCEPTION;
  return beginIn(context, slot, <MemoryId>target, generation, image);
}

/** Formats the new slot and begins; gives its room back when that is refused. */
function beginIn(context: JSContext, source: Store, target: MemoryId, generation: u64, image: u64): JSValue {
  let status = formatStore(target, generation);
  if (status !== StoreStatus.Ok) return throwStatus(context, target, status);
  status = begin(source, image, storeAt(target)!);
  if (status === StoreStatus.Ok) return UNDEFINED;
  closeStore(target);
  releaseMemory(target);
  return settle(context, status);
}

function continueFork(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const slot = takeSlot(context, argumentsPointer);
  if (slot === null) return EXCEPTION;
  const budget = lengthArgument(context, argumentsPointer, 1, 'pageBudget');
  if (budget === REFUSED) return EXCEPTION;
  const total = slot.superblock.stagingSize;
  const status = proceed(slot, <u32>budget);
  if (status !== StoreStatus.Ok) return settle(context, status);
  return progressValue(context, slot, total);
}

function forkProgress(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const slot = takeSlot(context, argumentsPointer);
  if (slot === null) return EXCEPTION;
  return isForking(slot) ? progressValue(context, slot, slot.superblock.stagingSize) : UNDEFINED;
}

function progressValue(context: JSContext, slot: Store, total: u64): JSValue {
  const forking = isForking(slot);
  const progress = JS_NewObject(context);
  defineNumber(context, progress, 'copied', forking ? slot.superblock.stagingReceived : total);
  defineNumber(context, progress, 'total', total);
  defineValue(context, progress, 'done', fromBool(!forking));
  return progress;
}

function cancelFork(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const slot = takeSlot(context, argumentsPointer);
  if (slot === null) return EXCEPTION;
  return settle(context, cancel(slot));
}
