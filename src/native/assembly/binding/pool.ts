// The pool: connections that stay open from one message to the next, so that page caches and statements stay warm. All slots
// may be open at once. What they keep in memory has one budget together; beyond it the archives that were used longest ago
// give way: first their page caches and statements, then their connections.

import { HostPointer } from '../externals/addresses';
import { sqlite3_db_release_memory, sqlite3_get_autocommit } from '../externals/engine-statements';
import { JS_DupValue, JSContext, JSValue } from '../externals/quickjs';
import { isBeyondBudget, Owner, setGiver } from '../heap/budget';
import { MEMORY_COUNT, MemoryId } from '../memory/layout';
import { isException, UNDEFINED } from '../quickjs/values';
import { closeArchive, createArchive, openArchive, openQuietly } from './archives';
import { wrapConnection } from './connection-class';
import { engineConnection, isInFunction, isIterating, isRunning } from './connection-record';
import { currentContext } from './context';
import { connectionAt, countUse, NO_ARCHIVE, placeOf } from './places';
import { dropStatements } from './statement-cache';

/** Lets the pool give up what idle archives hold, whenever memory would be refused otherwise. */
export function preparePool(): void {
  setGiver(giveUpFor.index);
}

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
 * Gives up what the coldest archives hold, while all of it is more than the budget. Done before another one is opened, and
 * when a message ends.
 */
export function settlePool(): void {
  while (isBeyondBudget()) {
    if (shedColdest(NO_ARCHIVE)) continue;
    const coldest = coldestIdle(NO_ARCHIVE, false);
    if (coldest === NO_ARCHIVE) return;
    closePooled(currentContext(), coldest);
  }
}

/** What the heaps call in the middle of an allocation: no connection is closed, and nothing of JavaScript is let go of. */
function giveUpFor(owner: Owner): bool {
  return shedColdest(owner);
}

/** Frees the page cache and the kept statements of the coldest archive that still has them; false when none has. */
function shedColdest(working: MemoryId): bool {
  const coldest = coldestIdle(working, true);
  if (coldest === NO_ARCHIVE) return false;
  const place = placeOf(coldest);
  place.isShed = 1;
  dropStatements(place.connection);
  sqlite3_db_release_memory(engineConnection(place.connection));
  return true;
}

/** The pooled archive that was used longest ago and that nothing goes on in; NO_ARCHIVE when there is none. */
function coldestIdle(working: MemoryId, unshed: bool): MemoryId {
  let coldest: MemoryId = NO_ARCHIVE;
  let lastUse: u64 = u64.MAX_VALUE;
  for (let id: MemoryId = 0; id < MEMORY_COUNT; id++) {
    const place = placeOf(id);
    if (place.isPooled === 0 || place.connection === 0 || place.lastUse >= lastUse) continue;
    if (id === working || (unshed && place.isShed !== 0) || !isIdle(id)) continue;
    coldest = id;
    lastUse = place.lastUse;
  }
  return coldest;
}

function isIdle(id: MemoryId): bool {
  const record = connectionAt(id);
  return !isBusy(id) && !isInFunction(record) && sqlite3_get_autocommit(engineConnection(record)) !== 0;
}
