// Module functions on the pool of open archives.

import { HostPointer } from '../externals/addresses';
import { JS_NewObject, JSContext, JSValue } from '../externals/quickjs';
import { pagesOf } from '../heap/heaps';
import { REGION_PAGE_SHIFT } from '../heap/regions';
import { MEMORY_COUNT, MemoryId } from '../memory/layout';
import { defineMethod, defineValue } from '../quickjs/objects';
import { arrayOf } from '../quickjs/shapes';
import { EXCEPTION, fromI32, MAX_SAFE_INTEGER, UNDEFINED, VALUE_SIZE } from '../quickjs/values';
import { defineNumber, slotArgument } from './archive-functions';
import { integerArgument, REFUSED } from './arguments';
import { throwConnectionBusy } from './execution';
import { connectionAt, placeOf } from './places';
import { closePooled, createPooled, isBusy, pooledConnection, pooledObject, preparePool } from './pool';

/** Values of the list of pooled archives. */
const listed: HostPointer = <u32>memory.data(2040, 8);

export function definePoolFunctions(context: JSContext, module: JSValue): void {
  preparePool();
  defineMethod(context, module, 'openPooled', openPooled.index, 1);
  defineMethod(context, module, 'createPooled', create.index, 2);
  defineMethod(context, module, 'closePooled', close.index, 1);
  defineMethod(context, module, 'pooledArchives', pooledArchives.index, 0);
}

function openPooled(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const id = slotArgument(context, argumentsPointer, 0);
  if (id === REFUSED) return EXCEPTION;
  if (pooledConnection(context, <MemoryId>id) === 0) return EXCEPTION;
  return pooledObject(context, <MemoryId>id);
}

function create(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const id = slotArgument(context, argumentsPointer, 0);
  if (id === REFUSED) return EXCEPTION;
  const generation = integerArgument(context, argumentsPointer, 1, 'generation', MAX_SAFE_INTEGER);
  if (generation === REFUSED) return EXCEPTION;
  if (createPooled(context, <MemoryId>id, generation) === 0) return EXCEPTION;
  return pooledObject(context, <MemoryId>id);
}

function close(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const id = slotArgument(context, argumentsPointer, 0);
  if (id === REFUSED) return EXCEPTION;
  const isOpen = connectionAt(<MemoryId>id) !== 0;
  if (isOpen && isBusy(<MemoryId>id)) return throwConnectionBusy(context);
  closePooled(context, <MemoryId>id);
  return UNDEFINED;
}

function pooledArchives(context: JSContext, _self: JSValue, _count: i32, _arguments: HostPointer): JSValue {
  let count = 0;
  for (let id: MemoryId = 0; id < MEMORY_COUNT; id++) {
    const place = placeOf(id);
    if (place.connection === 0 || place.isPooled === 0) continue;
    const archive = JS_NewObject(context);
    defineValue(context, archive, 'memoryId', fromI32(id));
    defineNumber(context, archive, 'uses', place.uses);
    defineNumber(context, archive, 'lastUse', place.lastUse);
    defineNumber(context, archive, 'memoryBytes', (<u64>pagesOf(id)) << REGION_PAGE_SHIFT);
    store<u64>(listed + <u32>count * VALUE_SIZE, archive);
    count++;
  }
  return arrayOf(context, listed, count);
}
