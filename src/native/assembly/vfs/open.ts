import { EnginePointer, toEngineFunction, toHost } from '../externals/addresses';
import { sqlite3_free, sqlite3_malloc64, sqlite3_rollback_hook } from '../externals/engine';
import { sqlite3_open_v2 } from '../externals/engine-statements';
import { MemoryId } from '../memory/layout';
import { rollbackTransaction } from '../pages/publish';
import { storeAt } from '../pages/stores';
import { FILE_NAME_CAPACITY, FileView, grant, revokeGrant, writeFileName } from './grant';
import { emptyMainJournal } from './main-journal';
import { vfsName } from './register';
import { SQLITE_IOERR_NOMEM, SQLITE_OK } from './result-codes';

const OPEN_READONLY: i32 = 1;
/** SQLite's own name for a database without a file. */
const MEMORY_NAME: string = ':memory:';

/**
 * Opens a connection on a slot whose store is open. As with sqlite3_open_v2, `*result` may be a connection even when
 * the result code is not SQLITE_OK; it must be closed either way.
 */
export function openConnection(id: MemoryId, flags: i32, result: EnginePointer): i32 {
  const code = openFile(id, FileView.Live, flags, result);
  if (code === SQLITE_OK) installRollbackHook(load<u32>(toHost(result)), id);
  return code;
}

/**
 * Opens a read-only connection on the image of an import whose header was examined, as openConnection does on the live
 * one, which may be open too.
 */
export function openStagedConnection(id: MemoryId, result: EnginePointer): i32 {
  return openFile(id, FileView.Staged, OPEN_READONLY, result);
}

/** Opens a connection on a new database in the engine's memory. */
export function openInMemory(flags: i32, result: EnginePointer): i32 {
  const name = sqlite3_malloc64(MEMORY_NAME.length + 1);
  if (name === 0) return SQLITE_IOERR_NOMEM;
  for (let index = 0; index < MEMORY_NAME.length; index++) {
    store<u8>(toHost(name) + <u32>index, MEMORY_NAME.charCodeAt(index));
  }
  store<u8>(toHost(name) + MEMORY_NAME.length, 0);
  const code = sqlite3_open_v2(name, result, flags, vfsName());
  sqlite3_free(name);
  return code;
}

function openFile(id: MemoryId, view: FileView, flags: i32, result: EnginePointer): i32 {
  const name = sqlite3_malloc64(FILE_NAME_CAPACITY);
  if (name === 0) return SQLITE_IOERR_NOMEM;
  writeFileName(id, view, toHost(name));
  grant(id, view);
  const code = sqlite3_open_v2(name, result, flags, vfsName());
  revokeGrant();
  sqlite3_free(name);
  return code;
}

/**
 * SQLite undoes a transaction in its own cache and writes back what it had spilled; the overlay then equals the published
 * image and is forgotten. A rollback to a savepoint keeps the transaction, and SQLite rewrites what it had spilled. After an
 * error of the file, SQLite undoes nothing itself before it drops its cache: then this alone is the rollback.
 */
function installRollbackHook(connection: EnginePointer, id: MemoryId): void {
  sqlite3_rollback_hook(connection, toEngineFunction(afterRollback.index), id);
}

function afterRollback(id: MemoryId): void {
  const slot = storeAt(id);
  if (slot === null) return;
  rollbackTransaction(slot);
  emptyMainJournal(slot);
}
