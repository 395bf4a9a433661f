// Module functions on archives as wholes: open, create, describe, and the report of who owns stable memory.

import { HostPointer } from '../externals/addresses';
import { JS_NewObject, JSContext, JSValue } from '../externals/quickjs';
import { memoryPages } from '../heap/regions';
import { allocatedBuckets, bucketSizeInPages, memorySize } from '../memory/header';
import { MEMORY_COUNT, MemoryId } from '../memory/layout';
import {
  freeBuckets,
  neverUsedBuckets,
  ownedBuckets,
  ownedBucketsInTotal,
  spareBuckets,
  stablePages,
} from '../memory/report';
import { StoreStatus } from '../pages/status';
import { openStore, storeAt } from '../pages/stores';
import { writeSuperblock } from '../pages/superblock';
import { throwRangeError } from '../quickjs/errors';
import { defineMethod, defineValue } from '../quickjs/objects';
import { arrayOf } from '../quickjs/shapes';
import { EXCEPTION, fromF64, fromI32, MAX_SAFE_INTEGER, UNDEFINED, VALUE_SIZE } from '../quickjs/values';
import { createArchive, openArchive, openScratch as openInMemory } from './archives';
import { integerArgument, memoryIdArgument, REFUSED } from './arguments';
import { wrapConnection } from './connection-class';
import { requireStore, throwStatus } from './slots';

/** MemoryIds in between belong to the audit log, the operations, the adoption, the runtime and the catalog. */
const FIRST_RESERVED: i64 = 111;
const LAST_RESERVED: i64 = 119;
/** Values of the report's list, 255 memories at most. */
const reported: HostPointer = <u32>memory.data(2040, 8);

export function defineArchiveFunctions(context: JSContext, module: JSValue): void {
  defineMethod(context, module, 'open', open.index, 1);
  defineMethod(context, module, 'create', create.index, 2);
  defineMethod(context, module, 'openScratch', openScratch.index, 0);
  defineMethod(context, module, 'claimSlot', claimSlot.index, 2);
  defineMethod(context, module, 'describeSlot', describeSlot.index, 1);
  defineMethod(context, module, 'memoryReport', memoryReport.index, 0);
}

/** A slot's MemoryId; REFUSED when it threw. */
export function slotArgument(context: JSContext, argumentsPointer: HostPointer, index: i32): i64 {
  const id = memoryIdArgument(context, argumentsPointer, index);
  if (id < FIRST_RESERVED || id > LAST_RESERVED) return id;
  throwRangeError(context, 'memoryId must be a slot: 0 to 110 or 120 to 254');
  return REFUSED;
}

function open(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const id = slotArgument(context, argumentsPointer, 0);
  if (id === REFUSED) return EXCEPTION;
  const record = openArchive(context, <MemoryId>id);
  return record === 0 ? EXCEPTION : wrapConnection(context, record);
}

function create(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const id = slotArgument(context, argumentsPointer, 0);
  if (id === REFUSED) return EXCEPTION;
  const generation = integerArgument(context, argumentsPointer, 1, 'generation', MAX_SAFE_INTEGER);
  if (generation === REFUSED) return EXCEPTION;
  const record = createArchive(context, <MemoryId>id, generation);
  return record === 0 ? EXCEPTION : wrapConnection(context, record);
}

function openScratch(context: JSContext, _self: JSValue, _count: i32, _arguments: HostPointer): JSValue {
  const record = openInMemory(context);
  return record === 0 ? EXCEPTION : wrapConnection(context, record);
}

function claimSlot(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const id = slotArgument(context, argumentsPointer, 0);
  if (id === REFUSED) return EXCEPTION;
  const generation = integerArgument(context, argumentsPointer, 1, 'generation', MAX_SAFE_INTEGER);
  if (generation === REFUSED) return EXCEPTION;
  const slot = requireStore(context, <MemoryId>id);
  if (slot === null) return EXCEPTION;
  slot.superblock.generation = generation;
  writeSuperblock(slot.id, slot.superblock);
  return UNDEFINED;
}

function describeSlot(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const id = slotArgument(context, argumentsPointer, 0);
  if (id === REFUSED) return EXCEPTION;
  const status = openStore(<MemoryId>id);
  if (status === StoreStatus.Empty) return UNDEFINED;
  if (status !== StoreStatus.Ok) return throwStatus(context, <MemoryId>id, status);
  const superblock = storeAt(<MemoryId>id)!.superblock;
  const description = JS_NewObject(context);
  defineNumber(context, description, 'logicalSize', superblock.logicalSize);
  defineNumber(context, description, 'pageSize', superblock.sqlitePageSize);
  defineNumber(context, description, 'transactionId', superblock.transactionId);
  defineNumber(context, description, 'schemaVersion', superblock.schemaVersion);
  defineNumber(context, description, 'generation', superblock.generation);
  return description;
}

export function defineNumber(context: JSContext, target: JSValue, name: string, value: u64): void {
  defineValue(context, target, name, fromF64(<f64>value));
}

function memoryReport(context: JSContext, _self: JSValue, _count: i32, _arguments: HostPointer): JSValue {
  const report = JS_NewObject(context);
  defineNumber(context, report, 'stablePages', stablePages());
  defineNumber(context, report, 'heapPages', memoryPages());
  defineNumber(context, report, 'bucketSizeInPages', bucketSizeInPages());
  defineNumber(context, report, 'allocatedBuckets', allocatedBuckets());
  defineNumber(context, report, 'ownedBuckets', ownedBucketsInTotal());
  defineNumber(context, report, 'freeBuckets', freeBuckets());
  defineNumber(context, report, 'spareBuckets', spareBuckets());
  defineNumber(context, report, 'neverUsedBuckets', neverUsedBuckets());
  defineValue(context, report, 'memories', memoryUses(context));
  return report;
}

function memoryUses(context: JSContext): JSValue {
  let count = 0;
  for (let id: MemoryId = 0; id < MEMORY_COUNT; id++) {
    if (memorySize(id) === 0 && ownedBuckets(id) === 0) continue;
    const use = JS_NewObject(context);
    defineValue(context, use, 'memoryId', fromI32(id));
    defineNumber(context, use, 'pages', memorySize(id));
    defineNumber(context, use, 'buckets', ownedBuckets(id));
    store<u64>(reported + <u32>count * VALUE_SIZE, use);
    count++;
  }
  return arrayOf(context, reported, count);
}
