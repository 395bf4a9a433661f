// The slots' page stores as the binding uses them: which connection holds a slot, and what a refusal is called.

import { HostPointer } from '../externals/addresses';
import { JSContext, JSValue } from '../externals/quickjs';
import { MemoryId } from '../memory/layout';
import { StoreStatus } from '../pages/status';
import { Store } from '../pages/store';
import { closeStore, openStore, storeAt } from '../pages/stores';
import { throwCodedMessage } from '../quickjs/errors';
import { beginMessage, putInteger, putLiteral } from '../quickjs/message';

const POINTER_SIZE: u32 = 4;
/** Connection record by MemoryId. */
const connections: HostPointer = <u32>memory.data(1020, 4);

export function connectionAt(id: MemoryId): HostPointer {
  return load<u32>(connections + id * POINTER_SIZE);
}

export function holdSlot(id: MemoryId, record: HostPointer): void {
  store<u32>(connections + id * POINTER_SIZE, record);
}

export function leaveSlot(id: MemoryId): void {
  holdSlot(id, 0);
  closeStore(id);
}

/** The slot's page store, opened if need be; null when it threw. */
export function requireStore(context: JSContext, id: MemoryId): Store | null {
  const status = openStore(id);
  if (status === StoreStatus.Ok) return storeAt(id);
  throwStatus(context, id, status);
  return null;
}

/** Throws the error of a refusal. */
export function throwStatus(context: JSContext, id: MemoryId, status: StoreStatus): JSValue {
  beginMessage();
  putLiteral('Slot ');
  putInteger(id);
  putLiteral(': ');
  putLiteral(statusMessage(status));
  return throwCodedMessage(context, statusCode(status));
}

function statusCode(status: StoreStatus): string {
  switch (status) {
    case StoreStatus.Empty:
      return 'SLOT_EMPTY';
    case StoreStatus.Foreign:
      return 'SLOT_FOREIGN';
    case StoreStatus.UnsupportedVersion:
      return 'SLOT_VERSION';
    case StoreStatus.NotEmpty:
      return 'SLOT_NOT_EMPTY';
    case StoreStatus.Full:
      return 'STABLE_MEMORY_FULL';
    case StoreStatus.Busy:
      return 'SLOT_BUSY';
    case StoreStatus.OutOfBounds:
      return 'OUT_OF_BOUNDS';
    case StoreStatus.ImportUnderWay:
      return 'IMPORT_BUSY';
    case StoreStatus.NoImport:
      return 'IMPORT_NONE';
    case StoreStatus.ImportMisaligned:
      return 'IMPORT_GAP';
    case StoreStatus.ImportIncomplete:
      return 'IMPORT_INCOMPLETE';
    case StoreStatus.ImportSize:
      return 'IMPORT_SIZE';
    case StoreStatus.ImportNotSqlite:
      return 'IMPORT_NOT_SQLITE';
    case StoreStatus.ImportPageSize:
      return 'IMPORT_PAGE_SIZE';
    case StoreStatus.ImportTruncated:
      return 'IMPORT_TRUNCATED';
    case StoreStatus.ImportWal:
      return 'IMPORT_WAL';
    case StoreStatus.ImportFormat:
      return 'IMPORT_FORMAT';
    case StoreStatus.Purging:
      return 'SLOT_PURGING';
    default:
      return 'SLOT_DAMAGED';
  }
}

function statusMessage(status: StoreStatus): string {
  switch (status) {
    case StoreStatus.Empty:
      return 'no archive was ever written there';
    case StoreStatus.Foreign:
      return 'it holds bytes that are no archive; they are untouched';
    case StoreStatus.UnsupportedVersion:
      return 'its archive has a layout that this version cannot read; upgrade the canister';
    case StoreStatus.NotEmpty:
      return 'it holds something already';
    case StoreStatus.Full:
      return 'stable memory has no room left; nothing was changed';
    case StoreStatus.Busy:
      return 'the archive is open; close it first';
    case StoreStatus.OutOfBounds:
      return 'the offset or length lies outside of the image';
    case StoreStatus.ImportUnderWay:
      return 'an import is under way; finish or cancel it';
    case StoreStatus.NoImport:
      return 'no import is under way; begin one';
    case StoreStatus.ImportMisaligned:
      return 'a chunk must continue what was received, or begin and end on multiples of 4096 bytes';
    case StoreStatus.ImportIncomplete:
      return 'not every byte of the announced size has arrived';
    case StoreStatus.ImportSize:
      return 'an image must have from 1 byte to 64 GiB';
    case StoreStatus.ImportNotSqlite:
      return 'the image is not a SQLite database';
    case StoreStatus.ImportPageSize:
      return 'the image has a page size that SQLite does not know';
    case StoreStatus.ImportTruncated:
      return 'the image is shorter than its header says';
    case StoreStatus.ImportWal:
      return 'the image is in WAL mode and its log was not written back; run PRAGMA journal_mode = DELETE and export again';
    case StoreStatus.ImportFormat:
      return 'the image has a file format of a later SQLite';
    case StoreStatus.Purging:
      return 'its archive is being purged';
    default:
      return 'its archive is damaged; nothing was changed';
  }
}
