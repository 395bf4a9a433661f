import { EnginePointer, toHost } from '../externals/addresses';
import { FORMAT_ROLLBACK_JOURNAL, WRITE_VERSION_FIELD } from '../pages/database-header';
import { readBytes } from '../pages/image-read';
import { importRecord } from '../pages/import-record';
import { Store } from '../pages/store';
import { storeOf } from './file-methods';
import { stagedIoMethods } from './register';
import {
  SQLITE_CORRUPT,
  SQLITE_IOERR_SHORT_READ,
  SQLITE_NOTFOUND,
  SQLITE_OK,
  SQLITE_READONLY,
} from './result-codes';
import { StoreFile } from './structures';

// The file of an image that is being imported, for SQLite to check before it becomes the archive. It shows the image as it
// will be then: without bytes behind the database's end, and without a mark that it needs a log. Nothing is written.

/** The header's two format versions. */
const VERSION_FIELDS: u32 = 2;

/** Opens the staged image of a store whose import record is in use. */
export function openStagedFile(slot: Store, file: StoreFile): i32 {
  file.store = changetype<usize>(slot);
  file.stagedSize = importRecord().imageSize;
  file.methods = stagedIoMethods();
  return SQLITE_OK;
}

export function stagedClose(_file: EnginePointer): i32 {
  return SQLITE_OK;
}

export function stagedRead(file: EnginePointer, buffer: EnginePointer, size: i32, offset: i64): i32 {
  const slot = storeOf(file);
  const present = <u32>max<i64>(0, min<i64>(size, sizeOf(file) - offset));
  const destination = toHost(buffer);
  if (!readBytes(slot, slot.staging, offset, destination, present)) return SQLITE_CORRUPT;
  for (let field = WRITE_VERSION_FIELD; field < WRITE_VERSION_FIELD + VERSION_FIELDS; field++) {
    if (offset <= <i64>field && offset + present > <i64>field) {
      store<u8>(destination + (field - <u32>offset), FORMAT_ROLLBACK_JOURNAL);
    }
  }
  if (present === <u32>size) return SQLITE_OK;
  memory.fill(destination + present, 0, <u32>size - present);
  return SQLITE_IOERR_SHORT_READ;
}

export function stagedWrite(_file: EnginePointer, _buffer: EnginePointer, _size: i32, _offset: i64): i32 {
  return SQLITE_READONLY;
}

export function stagedTruncate(_file: EnginePointer, _size: i64): i32 {
  return SQLITE_READONLY;
}

export function stagedSize(file: EnginePointer, result: EnginePointer): i32 {
  store<i64>(toHost(result), sizeOf(file));
  return SQLITE_OK;
}

/** There are no commits to hear of. */
export function stagedControl(_file: EnginePointer, _operation: i32, _argument: EnginePointer): i32 {
  return SQLITE_NOTFOUND;
}

function sizeOf(file: EnginePointer): i64 {
  return changetype<StoreFile>(<usize>toHost(file)).stagedSize;
}
