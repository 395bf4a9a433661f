import { EnginePointer, toHost } from '../externals/addresses';
import { abandonTransaction, rollbackTransaction } from '../pages/publish';
import { StoreStatus } from '../pages/status';
import { Store } from '../pages/store';
import {
  readTransaction,
  revertTransaction,
  transactionSize,
  truncateTransaction,
  writeTransaction,
} from '../pages/transaction';
import { isOriginal } from './main-journal';
import {
  SQLITE_FULL,
  SQLITE_IOERR_DATA,
  SQLITE_IOERR_NOMEM,
  SQLITE_IOERR_SHORT_READ,
  SQLITE_OK,
} from './result-codes';
import { StoreFile } from './structures';

// The methods of an open archive's file. Reads and writes meet the transaction under way; locks mean nothing, since the
// canister is the only process there is; a sync means nothing, since commits are published by file control.

const SECTOR_SIZE: i32 = 4096;
/** SQLITE_IOCAP_POWERSAFE_OVERWRITE: a write never harms neighbouring bytes. */
const POWERSAFE_OVERWRITE: i32 = 0x1000;
/** SQLITE_IOCAP_SUBPAGE_READ: parts of a page may be read, past SQLite's cache. */
const SUBPAGE_READ: i32 = 0x8000;

export function storeOf(file: EnginePointer): Store {
  return changetype<Store>(changetype<StoreFile>(<usize>toHost(file)).store);
}

export function fileClose(file: EnginePointer): i32 {
  const slot = storeOf(file);
  rollbackTransaction(slot);
  slot.openFiles--;
  return SQLITE_OK;
}

/** Past the end of the file SQLite wants zeros and a short read. */
export function fileRead(file: EnginePointer, buffer: EnginePointer, size: i32, offset: i64): i32 {
  const slot = storeOf(file);
  const present = <u32>max<i64>(0, min<i64>(size, transactionSize(slot) - offset));
  if (!readTransaction(slot, offset, toHost(buffer), present)) return SQLITE_IOERR_DATA;
  if (present === <u32>size) return SQLITE_OK;
  memory.fill(toHost(buffer) + present, 0, <u32>size - present);
  return SQLITE_IOERR_SHORT_READ;
}

export function fileWrite(file: EnginePointer, buffer: EnginePointer, size: i32, offset: i64): i32 {
  const slot = storeOf(file);
  const source = toHost(buffer);
  if (isOriginal(slot, source, size, offset)) return end(slot, revertTransaction(slot, offset, source, size));
  return end(slot, writeTransaction(slot, offset, source, size));
}

export function fileTruncate(file: EnginePointer, size: i64): i32 {
  const slot = storeOf(file);
  return end(slot, truncateTransaction(slot, size));
}

export function fileSync(_file: EnginePointer, _flags: i32): i32 {
  return SQLITE_OK;
}

export function fileSize(file: EnginePointer, result: EnginePointer): i32 {
  store<u64>(toHost(result), transactionSize(storeOf(file)));
  return SQLITE_OK;
}

export function fileLock(_file: EnginePointer, _level: i32): i32 {
  return SQLITE_OK;
}

export function fileCheckReservedLock(_file: EnginePointer, result: EnginePointer): i32 {
  store<i32>(toHost(result), 0);
  return SQLITE_OK;
}

export function fileSectorSize(_file: EnginePointer): i32 {
  return SECTOR_SIZE;
}

export function fileDeviceCharacteristics(_file: EnginePointer): i32 {
  return POWERSAFE_OVERWRITE | SUBPAGE_READ;
}

/** Ends a change of the file. After one that failed SQLite gives up the transaction, if need be without a word to the file. */
function end(slot: Store, status: StoreStatus): i32 {
  if (status !== StoreStatus.Ok) abandonTransaction(slot);
  switch (status) {
    case StoreStatus.Ok:
      return SQLITE_OK;
    case StoreStatus.Full:
      return SQLITE_FULL;
    case StoreStatus.NoMemory:
      return SQLITE_IOERR_NOMEM;
    default:
      return SQLITE_IOERR_DATA;
  }
}
