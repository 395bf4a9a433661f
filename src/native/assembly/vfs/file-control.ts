import { EnginePointer, toHost } from '../externals/addresses';
import { mayChange } from '../pages/commit-limit';
import { publishTransaction, rollbackTransaction } from '../pages/publish';
import { StoreStatus } from '../pages/status';
import { Store } from '../pages/store';
import { reserveTransaction } from '../pages/transaction-room';
import { newEngineString } from './engine-string';
import { storeOf } from './file-methods';
import { examinePragma } from './pragma';
import {
  SQLITE_FULL,
  SQLITE_IOERR_DATA,
  SQLITE_IOERR_NOMEM,
  SQLITE_NOTFOUND,
  SQLITE_OK,
} from './result-codes';
import { VFS_NAME } from './structures';

// Through file controls SQLite tells when a commit begins to be durable and when it is done
// (https://www.sqlite.org/c3ref/c_fcntl_begin_atomic_write.html). Both arrive whatever `synchronous` says.

const FCNTL_SIZE_HINT: i32 = 5;
const FCNTL_CHUNK_SIZE: i32 = 6;
const FCNTL_VFSNAME: i32 = 12;
const FCNTL_POWERSAFE_OVERWRITE: i32 = 13;
const FCNTL_PRAGMA: i32 = 14;
const FCNTL_HAS_MOVED: i32 = 20;
const FCNTL_SYNC: i32 = 21;
const FCNTL_COMMIT_PHASETWO: i32 = 22;

export function fileControl(file: EnginePointer, operation: i32, argument: EnginePointer): i32 {
  switch (operation) {
    case FCNTL_SYNC:
      return prepareCommit(storeOf(file));
    case FCNTL_COMMIT_PHASETWO:
      publishTransaction(storeOf(file));
      return SQLITE_OK;
    case FCNTL_VFSNAME:
      return giveName(argument);
    case FCNTL_PRAGMA:
      return examinePragma(argument);
    case FCNTL_HAS_MOVED:
      store<i32>(toHost(argument), 0);
      return SQLITE_OK;
    case FCNTL_POWERSAFE_OVERWRITE:
      store<i32>(toHost(argument), 1);
      return SQLITE_OK;
    // Hints about growth: room is reserved when the transaction's size is known.
    case FCNTL_SIZE_HINT:
    case FCNTL_CHUNK_SIZE:
      return SQLITE_OK;
    default:
      return SQLITE_NOTFOUND;
  }
}

/**
 * The last that may refuse a commit: from here on it is published, or traps. SQLite ends a rollback with a sync too, and one
 * that were refused would leave the connection useless.
 */
function prepareCommit(slot: Store): i32 {
  const overlay = slot.overlay;
  if (overlay.refused) rollbackTransaction(slot);
  if (!overlay.active) return SQLITE_OK;
  const status = mayChange(overlay.count) ? reserveTransaction(slot) : StoreStatus.Full;
  if (status === StoreStatus.Ok) return SQLITE_OK;
  overlay.refused = true;
  if (status === StoreStatus.NoMemory) return SQLITE_IOERR_NOMEM;
  return status === StoreStatus.Full ? SQLITE_FULL : SQLITE_IOERR_DATA;
}

/** SQLite frees the string that it asked for. */
function giveName(result: EnginePointer): i32 {
  const name = newEngineString(VFS_NAME);
  if (name === 0) return SQLITE_IOERR_NOMEM;
  store<u32>(toHost(result), name);
  return SQLITE_OK;
}
