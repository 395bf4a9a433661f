import { randomBytes } from '../engine/random';
import { julianDayMilliseconds } from '../engine/time';
import { EnginePointer, toHost } from '../externals/addresses';
import { isForking } from '../pages/fork';
import { storeAt } from '../pages/stores';
import { FileView, grantedMemory, grantedView, NOTHING_GRANTED } from './grant';
import { ioMethods } from './register';
import { SQLITE_CANTOPEN, SQLITE_IOERR_DELETE_NOENT, SQLITE_OK } from './result-codes';
import { openStagedFile } from './staged-file';
import { StoreFile } from './structures';

// The VFS's methods apart from files. There are no files but open archives: journals and temporary ones stay in memory
// by their settings, and what asks for one nevertheless is refused.

const OPEN_MAIN_DB: i32 = 0x100;
const MILLISECONDS_PER_DAY: f64 = 86_400_000;

export function vfsOpen(
  _vfs: EnginePointer,
  name: EnginePointer,
  file: EnginePointer,
  flags: i32,
  flagsOut: EnginePointer,
): i32 {
  const opened = changetype<StoreFile>(<usize>toHost(file));
  // Without methods, SQLite does not close a file that did not open.
  opened.methods = 0;
  if (name === 0 || (flags & OPEN_MAIN_DB) === 0) return SQLITE_CANTOPEN;
  const id = grantedMemory(toHost(name));
  if (id === NOTHING_GRANTED) return SQLITE_CANTOPEN;
  const slot = storeAt(id);
  if (slot !== null && grantedView() === FileView.Staged) {
    if (flagsOut !== 0) store<i32>(toHost(flagsOut), flags);
    return openStagedFile(slot, opened);
  }
  // Two files on one store would not see each other's transaction.
  if (slot === null || slot.openFiles > 0 || isForking(slot)) return SQLITE_CANTOPEN;
  slot.openFiles++;
  opened.store = changetype<usize>(slot);
  opened.methods = ioMethods();
  if (flagsOut !== 0) store<i32>(toHost(flagsOut), flags);
  return SQLITE_OK;
}

export function vfsDelete(_vfs: EnginePointer, _name: EnginePointer, _sync: i32): i32 {
  return SQLITE_IOERR_DELETE_NOENT;
}

/** Nothing exists beside an archive: no hot journal, no log. */
export function vfsAccess(
  _vfs: EnginePointer,
  _name: EnginePointer,
  _flags: i32,
  result: EnginePointer,
): i32 {
  store<i32>(toHost(result), 0);
  return SQLITE_OK;
}

export function vfsFullPathname(
  _vfs: EnginePointer,
  name: EnginePointer,
  capacity: i32,
  result: EnginePointer,
): i32 {
  for (let i = 0; i < capacity; i++) {
    const byte = load<u8>(toHost(name) + i);
    store<u8>(toHost(result) + i, byte);
    if (byte === 0) return SQLITE_OK;
  }
  return SQLITE_CANTOPEN;
}

/** There are no libraries to load. */
export function vfsLoadLibrary(_vfs: EnginePointer, _name: EnginePointer): EnginePointer {
  return 0;
}

export function vfsLibraryError(_vfs: EnginePointer, capacity: i32, message: EnginePointer): void {
  if (capacity > 0) store<u8>(toHost(message), 0);
}

export function vfsFindSymbol(
  _vfs: EnginePointer,
  _library: EnginePointer,
  _name: EnginePointer,
): EnginePointer {
  return 0;
}

export function vfsCloseLibrary(_vfs: EnginePointer, _library: EnginePointer): void {}

export function vfsRandomness(_vfs: EnginePointer, size: i32, destination: EnginePointer): i32 {
  randomBytes(toHost(destination), size);
  return size;
}

/** A canister cannot wait. */
export function vfsSleep(_vfs: EnginePointer, _microseconds: i32): i32 {
  return 0;
}

export function vfsCurrentTime(_vfs: EnginePointer, result: EnginePointer): i32 {
  store<f64>(toHost(result), <f64>julianDayMilliseconds() / MILLISECONDS_PER_DAY);
  return SQLITE_OK;
}

export function vfsCurrentTimeInt64(_vfs: EnginePointer, result: EnginePointer): i32 {
  store<i64>(toHost(result), julianDayMilliseconds());
  return SQLITE_OK;
}

export function vfsGetLastError(_vfs: EnginePointer, _capacity: i32, _message: EnginePointer): i32 {
  return 0;
}
