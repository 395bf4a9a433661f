// The pool: connections that stay open from one message to the next, so that page caches and statements stay warm. All slots
// may be open at once. What they keep in their page caches has one budget together; beyond it, the archive that was used
// longest ago gives way.

import { HostPointer } from '../externals/addresses';
import { sqlite3_db_status, sqlite3_get_autocommit } from '../externals/engine-statements';
import { JS_DupValue, JSContext, JSValue } from '../externals/quickjs';
import { MEMORY_COUNT, MemoryId } from '../memory/layout';
import { isException, UNDEFINED } from '../quickjs/values';
import { closeArchive, createArchive, openArchive, openQuietly } from './archives';
import { wrapConnection } from './connection-class';
import { engineConnection, isInFunction, isIterating, isRunning } from './connection-record';
import { currentContext } from './context';
import { engineOut, engineResult, secondEngineOut } from './engine-out';
import { cachedBytes, connectionAt, countUse, NO_ARCHIVE, nextUsed, noteCache, placeOf } from './places';

/** Bytes of page cache that all pooled archives together keep from one message to the next. */
const CACHE_BUDGET: u64 = 33554432;
/** Counter of sqlite3_db_status: bytes of a connection's page cache. */
const CACHE_USED: i32 = 1;

/** The pooled connection of a slot, opened if need be; 0 when it threw, for one that somebody has for himself too. */
export function pooledConnection(context: JSContext, id: MemoryId): HostPointer {
  const place = placeOf(id);
  if (place.connection !== 0 && place.isPooled !== 0) {
    countUse(id);
    return place.connection;
  }
  settlePool();
  return take(id, openArchive(context, id));
}

/** The same without a word where there is none: the caller leaves it to who can say why. */
export function quietPooledConnection(id: MemoryId): HostPointer {
  const place = placeOf(id);
  if (place.connection !== 0 && place.isPooled !== 0) {
    countUse(id);
    return place.connection;
  }
  settlePool();
  return take(id, openQuietly(id));
}

/** Formats a slot that was never written, and opens it in the pool; 0 when it threw. */
export function createPooled(context: JSContext, id: MemoryId, generation: u64): HostPointer {
  settlePool();
  return take(id, createArchive(context, id, generation));
}

function take(id: MemoryId, record: HostPointer): HostPointer {
  if (record === 0) return 0;
  placeOf(id).isPooled = 1;
  countUse(id);
  return record;
}

/** JavaScript's object of a pooled connection: the same as long as that is open. */
export function pooledObject(context: JSContext, id: MemoryId): JSValue {
  const place = placeOf(id);
  if (place.object !== UNDEFINED) return JS_DupValue(context, place.object);
  const object = wrapConnection(context, place.connection);
  if (!isException(object)) place.object = JS_DupValue(context, object);
  return object;
}

/** Whether a call is inside one of the archive's statements, or an iteration waits. */
export function isBusy(id: MemoryId): bool {
  const record = connectionAt(id);
  return isRunning(record) || isIterating(record);
}

/** Closes a pooled connection; does nothing for any other slot. */
export function closePooled(context: JSContext, id: MemoryId): void {
  const place = placeOf(id);
  if (place.connection === 0 || place.isPooled === 0) return;
  closeArchive(context, place.connection);
}

/**
 * Measures what the connections keep that were used, and closes the coldest archives while all of it is more than the budget.
 * Done before another one is opened, and when a message ends.
 */
export function settlePool(): void {
  for (let id = nextUsed(0); id !== NO_ARCHIVE; id = nextUsed(id + 1)) {
    const place = placeOf(id);
    if (place.connection !== 0 && place.isPooled !== 0) noteCache(id, cacheBytesOf(place.connection));
  }
  while (cachedBytes() > CACHE_BUDGET) {
    const coldest = coldestIdle();
    if (coldest === NO_ARCHIVE) return;
    closePooled(currentContext(), coldest);
  }
}

/** The pooled archive that was used longest ago and that nothing goes on in; NO_ARCHIVE when there is none. */
export function coldestIdle(): MemoryId {
  let coldest: MemoryId = NO_ARCHIVE;
  let lastUse: u64 = u64.MAX_VALUE;
  for (let id: MemoryId = 0; id < MEMORY_COUNT; id++) {
    const place = placeOf(id);
    if (place.isPooled === 0 || place.connection === 0 || place.lastUse >= lastUse || !isIdle(id)) continue;
    coldest = id;
    lastUse = place.lastUse;
  }
  return coldest;
}

function isIdle(id: MemoryId): bool {
  const record = connectionAt(id);
  return !isBusy(id) && !isInFunction(record) && sqlite3_get_autocommit(engineConnection(record)) !== 0;
}

function cacheBytesOf(record: HostPointer): u32 {
  sqlite3_db_status(engineConnection(record), CACHE_USED, engineOut(), secondEngineOut(), 0);
  return engineResult();
}
