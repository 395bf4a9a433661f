// Opening, creating and closing archives.

import { trapWithNumber } from '../engine/trap';
import { EnginePointer, HostPointer } from '../externals/addresses';
import { sqlite3_close } from '../externals/engine-statements';
import { JS_FreeValue, JSContext } from '../externals/quickjs';
import { NOBODY } from '../heap/budget';
import { chargeMemoryTo } from '../heap/heaps';
import { MemoryId } from '../memory/layout';
import { releaseMemory } from '../memory/shrink';
import { isForking } from '../pages/fork';
import { StoreStatus } from '../pages/status';
import { closeStore, formatStore, openStore, storeAt } from '../pages/stores';
import { UNDEFINED } from '../quickjs/values';
import { openConnection, openInMemory } from '../vfs/open';
import {
  createConnectionRecord,
  engineConnection,
  firstStatement,
  freeConnectionRecord,
  markClosed,
  memoryIdOf,
  unlinkStatement,
} from './connection-record';
import { engineOut, engineResult } from './engine-out';
import { connectionAt, holdSlot, placeOf, vacateSlot } from './places';
import { SQLITE_NOMEM, SQLITE_OK } from './result-codes';
import { configure } from './settings';
import { requireStore, throwStatus } from './slots';
import { throwConnectionError, throwResultCode } from './sqlite-errors';
import { dropStatements } from './statement-cache';
import { finalizeStatement } from './statement-record';
import { finalizeOwnStatements } from './transactions';

const OPEN_READWRITE: i32 = 2;
const OPEN_CREATE: i32 = 4;
/** In place of the MemoryId of a database that has no slot. */
const NO_SLOT: MemoryId = NOBODY;
/** In place of a record: an exception is pending. */
const NOTHING: HostPointer = 0;

/** Opens the archive that a slot holds; 0 when it threw. */
export function openArchive(context: JSContext, id: MemoryId): HostPointer {
  if (connectionAt(id) !== 0) {
    throwStatus(context, id, StoreStatus.Busy);
    return NOTHING;
  }
  const slot = requireStore(context, id);
  if (slot === null) return NOTHING;
  if (!isForking(slot)) return connect(context, id);
  throwStatus(context, id, StoreStatus.ForkUnderWay);
  return NOTHING;
}

/** Formats an empty slot and opens it; 0 when it threw, and the slot is empty then. */
export function createArchive(context: JSContext, id: MemoryId, generation: u64): HostPointer {
  chargeMemoryTo(id);
  const status = formatStore(id, generation);
  if (status !== StoreStatus.Ok) {
    throwStatus(context, id, status);
    return NOTHING;
  }
  const record = openArchive(context, id);
  if (record === NOTHING) {
    // The refusal is answered, not trapped.
    closeStore(id);
    releaseMemory(id);
  }
  return record;
}

/** Opens an empty database in the engine's memory, which is gone when it is closed; 0 when it threw. */
export function openScratch(context: JSContext): HostPointer {
  return connect(context, NO_SLOT);
}

function connect(context: JSContext, id: MemoryId): HostPointer {
  const record = join(id);
  if (record !== NOTHING) return record;
  if (attempt.connection === 0) throwResultCode(context, attempt.code);
  else throwConnectionError(context, attempt.connection);
  sqlite3_close(attempt.connection);
  return NOTHING;
}

/** Opens the archive that a slot holds; 0, and nothing is open, when that cannot be. */
export function openQuietly(id: MemoryId): HostPointer {
  if (connectionAt(id) !== 0) return NOTHING;
  chargeMemoryTo(id);
  if (openStore(id) !== StoreStatus.Ok || isForking(storeAt(id)!)) return NOTHING;
  const record = join(id);
  if (record === NOTHING) sqlite3_close(attempt.connection);
  return record;
}

/** What came of an attempt to connect. */
@unmanaged
class Attempt {
  code: i32;
  /** The engine's connection, to be closed, which knows more; 0 when there is none. */
  connection: EnginePointer;
}

const attempt = changetype<Attempt>(memory.data(offsetof<Attempt>(), 4));

/** Makes a connection and its record; 0 when that fails, and why is in `attempt`. */
function join(id: MemoryId): HostPointer {
  chargeMemoryTo(id);
  const flags = OPEN_READWRITE | OPEN_CREATE;
  attempt.code = id === NO_SLOT ? openInMemory(flags, engineOut()) : openConnection(id, flags, engineOut());
  const connection = engineResult();
  attempt.connection = connection;
  if (connection === 0) return NOTHING;
  if (attempt.code !== SQLITE_OK || configure(connection) !== SQLITE_OK) return NOTHING;
  const record = createConnectionRecord(connection, id);
  if (record === 0) {
    sqlite3_close(connection);
    attempt.code = SQLITE_NOMEM;
    attempt.connection = 0;
    return NOTHING;
  }
  if (id !== NO_SLOT) holdSlot(id, record);
  return record;
}

/**
 * Ends a connection: statements first, then the engine's connection, then the slot's page store. An open transaction is
 * rolled back. Does nothing on a closed one.
 */
export function closeArchive(context: JSContext, record: HostPointer): void {
  const connection = engineConnection(record);
  if (connection === 0) return;
  chargeMemoryTo(memoryIdOf(record));
  for (let statement = firstStatement(record); statement !== 0; statement = firstStatement(record)) {
    finalizeStatement(context, statement);
    unlinkStatement(record, statement);
  }
  finalizeOwnStatements(record);
  dropStatements(record);
  const code = sqlite3_close(connection);
  if (code !== SQLITE_OK)
    trapWithNumber('Tabularium: an archive could not be closed: SQLite code ', code, '');
  markClosed(record);
  if (memoryIdOf(record) !== NO_SLOT) leaveSlot(context, memoryIdOf(record));
  chargeMemoryTo(NOBODY);
}

/** A pooled connection's record goes with it, or with JavaScript's object where there is one. */
function leaveSlot(context: JSContext, id: MemoryId): void {
  const place = placeOf(id);
  const record = place.connection;
  const object = place.object;
  vacateSlot(id);
  closeStore(id);
  if (place.isPooled === 0) return;
  if (object === UNDEFINED) freeConnectionRecord(record);
  else JS_FreeValue(context, object);
}
