import { randomBytes } from '../engine/random';
import { julianDayMilliseconds } from '../engine/time';
import { EnginePointer, toHost } from '../externals/addresses';
import { isForking } from '../pages/fork';
import { storeAt } from '../pages/stores';
import { FileView, grantedMemory, grantedView, memoryOfJournal, NOTHING_GRANTED } from './grant';
import { MainJournal, openMainJournal } from './main-journal';
import { ioMethods } from './register';
import { SQLITE_CANTOPEN, SQLITE_IOERR_DELETE_NOENT, SQLITE_OK } from './result-codes';
import { openStagedFile } from './staged-file';
import { StoreFile } from './structures';
import { openTemporaryFile, TemporaryFile } from './temporary-file';

// The VFS's methods apart from files. The files with names are open archives and their journals; those without are SQLite's
// temporary ones. Whatever else is asked for is refused.

const OPEN_MAIN_DB: i32 = 0x100;
const OPEN_MAIN_JOURNAL: i32 = 0x800;
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
  if (flagsOut !== 0) store<i32>(toHost(flagsOut), flags);
  if (name === 0) return openTemporaryFile(changetype<TemporaryFile>(<usize>toHost(file)), flags);
  if ((flags & OPEN_MAIN_JOURNAL) !== 0) return openJournal(name, file);
  if ((flags & OPEN_MAIN_DB) === 0) return SQLITE_CANTOPEN;
  const id = grantedMemory(toHost(name));
  if (id === NOTHING_GRANTED) return SQLITE_CANTOPEN;
  const slot = storeAt(id);
  if (slot !== null && grantedView() === FileView.Staged) return openStagedFile(slot, opened);
  // Two files on one store would not see each other's transaction.
  if (slot === null || slot.openFiles > 0 || isForking(slot)) return SQLITE_CANTOPEN;
  slot.openFiles++;
  opened.store = changetype<usize>(slot);
  opened.methods = ioMethods();
  return SQLITE_OK;
}

/** SQLite opens a journal by the name of its database, which is open, and SQL cannot. */
function openJournal(name: EnginePointer, file: EnginePointer): i32 {
  const slot = storeAt(memoryOfJournal(toHost(name)));
  if (slot === null || slot.openFiles === 0) return SQLITE_CANTOPEN;
  return openMainJournal(slot, changetype<MainJournal>(<usize>toHost(file)));
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
