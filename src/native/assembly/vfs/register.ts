import { installAllocator } from '../engine/allocation';
import {
  EnginePointer,
  HostPointer,
  TableIndex,
  toEngine,
  toEngineFunction,
  toHost,
} from '../externals/addresses';
import {
  callConstructors,
  sqlite3_config,
  sqlite3_initialize,
  sqlite3_malloc64,
  sqlite3_vfs_register,
} from '../externals/engine';
import { newEngineString } from './engine-string';
import { fileControl } from './file-control';
import {
  fileCheckReservedLock,
  fileClose,
  fileDeviceCharacteristics,
  fileLock,
  fileRead,
  fileSectorSize,
  fileSize,
  fileSync,
  fileTruncate,
  fileWrite,
} from './file-methods';
import {
  vfsAccess,
  vfsCloseLibrary,
  vfsCurrentTime,
  vfsCurrentTimeInt64,
  vfsDelete,
  vfsFindSymbol,
  vfsFullPathname,
  vfsGetLastError,
  vfsLibraryError,
  vfsLoadLibrary,
  vfsOpen,
  vfsRandomness,
  vfsSleep,
} from './file-system-methods';
import { FILE_NAME_CAPACITY } from './grant';
import {
  journalClose,
  journalControl,
  journalRead,
  journalSize,
  journalTruncate,
  journalWrite,
  MainJournal,
} from './main-journal';
import { SQLITE_IOERR_NOMEM, SQLITE_OK } from './result-codes';
import {
  stagedClose,
  stagedControl,
  stagedRead,
  stagedSize,
  stagedTruncate,
  stagedWrite,
} from './staged-file';
import { IO_METHODS_VERSION, IoMethods, StoreFile, VFS_NAME, VFS_VERSION, Vfs } from './structures';
import {
  TemporaryFile,
  temporaryClose,
  temporaryControl,
  temporaryRead,
  temporarySize,
  temporaryTruncate,
  temporaryWrite,
} from './temporary-file';

const AS_DEFAULT: i32 = 1;
/** Of sqlite3_config: the least size of a sorter's buffer, in pages. */
const CONFIG_PMASZ: i32 = 25;
const SORTER_PAGES: u32 = 64;
/** The one argument of sqlite3_config. */
const sorterPages: HostPointer = <u32>memory.data(4, 4);
/** The suffix of a journal is appended to a name. */
const LONGEST_PATH: i32 = FILE_NAME_CAPACITY + 8;

let methods: EnginePointer = 0;
let stagedMethods: EnginePointer = 0;
let journalMethods: EnginePointer = 0;
let temporaryMethods: EnginePointer = 0;

/** The methods of every open archive's file, as the engine sees them. */
export function ioMethods(): EnginePointer {
  return methods;
}

/** The methods of files on staged images. */
export function stagedIoMethods(): EnginePointer {
  return stagedMethods;
}

/** The methods of archives' journals. */
export function journalIoMethods(): EnginePointer {
  return journalMethods;
}

/** The methods of files without a name. */
export function temporaryIoMethods(): EnginePointer {
  return temporaryMethods;
}

/** The VFS's name, zero-terminated, for sqlite3_open_v2. */
export function vfsName(): EnginePointer {
  return changetype<Vfs>(<usize>toHost(vfs)).zName;
}

let vfs: EnginePointer = 0;

/**
 * Starts the engine and gives it its one VFS; does nothing when that was done. Returns a SQLite result code. Nothing
 * else of the engine may be called before.
 */
export function initializeEngine(): i32 {
  if (vfs !== 0) return SQLITE_OK;
  callConstructors();
  const installed = installAllocator();
  if (installed !== SQLITE_OK) return installed;
  const bounded = boundSorters();
  if (bounded !== SQLITE_OK) return bounded;
  const result = sqlite3_initialize();
  if (result !== SQLITE_OK) return result;
  methods = makeIoMethods(
    fileClose.index,
    fileRead.index,
    fileWrite.index,
    fileTruncate.index,
    fileSize.index,
    fileControl.index,
  );
  stagedMethods = makeIoMethods(
    stagedClose.index,
    stagedRead.index,
    stagedWrite.index,
    stagedTruncate.index,
    stagedSize.index,
    stagedControl.index,
  );
  journalMethods = makeIoMethods(
    journalClose.index,
    journalRead.index,
    journalWrite.index,
    journalTruncate.index,
    journalSize.index,
    journalControl.index,
  );
  temporaryMethods = makeIoMethods(
    temporaryClose.index,
    temporaryRead.index,
    temporaryWrite.index,
    temporaryTruncate.index,
    temporarySize.index,
    temporaryControl.index,
  );
  const made = makeVfs();
  if (methods === 0 || stagedMethods === 0 || journalMethods === 0 || temporaryMethods === 0 || made === 0) {
    return SQLITE_IOERR_NOMEM;
  }
  vfs = made;
  return sqlite3_vfs_register(vfs, AS_DEFAULT);
}

/**
 * A sorter keeps as many bytes in one buffer as the page cache has, but no fewer than so many pages of its archive: by default
 * 250, which are 16 MiB in an archive with pages of 64 KiB.
 */
function boundSorters(): i32 {
  store<u32>(sorterPages, SORTER_PAGES);
  return sqlite3_config(CONFIG_PMASZ, toEngine(sorterPages));
}

/** The methods of one kind of files, by the functions that look into a file or change it. The others are those of all files. */
function makeIoMethods(
  close: TableIndex,
  read: TableIndex,
  write: TableIndex,
  truncate: TableIndex,
  size: TableIndex,
  control: TableIndex,
): EnginePointer {
  const pointer = sqlite3_malloc64(offsetof<IoMethods>());
  if (pointer === 0) return 0;
  const made = changetype<IoMethods>(<usize>toHost(pointer));
  made.iVersion = IO_METHODS_VERSION;
  made.xClose = toEngineFunction(close);
  made.xRead = toEngineFunction(read);
  made.xWrite = toEngineFunction(write);
  made.xTruncate = toEngineFunction(truncate);
  made.xSync = toEngineFunction(fileSync.index);
  made.xFileSize = toEngineFunction(size);
  made.xLock = toEngineFunction(fileLock.index);
  made.xUnlock = toEngineFunction(fileLock.index);
  made.xCheckReservedLock = toEngineFunction(fileCheckReservedLock.index);
  made.xFileControl = toEngineFunction(control);
  made.xSectorSize = toEngineFunction(fileSectorSize.index);
  made.xDeviceCharacteristics = toEngineFunction(fileDeviceCharacteristics.index);
  return pointer;
}

function makeVfs(): EnginePointer {
  const pointer = sqlite3_malloc64(offsetof<Vfs>());
  const name = newEngineString(VFS_NAME);
  if (pointer === 0 || name === 0) return 0;
  const made = changetype<Vfs>(<usize>toHost(pointer));
  made.iVersion = VFS_VERSION;
  made.szOsFile = <i32>max(offsetof<StoreFile>(), max(offsetof<MainJournal>(), offsetof<TemporaryFile>()));
  made.mxPathname = LONGEST_PATH;
  made.pNext = 0;
  made.zName = name;
  made.pAppData = 0;
  made.xOpen = toEngineFunction(vfsOpen.index);
  made.xDelete = toEngineFunction(vfsDelete.index);
  made.xAccess = toEngineFunction(vfsAccess.index);
  made.xFullPathname = toEngineFunction(vfsFullPathname.index);
  made.xDlOpen = toEngineFunction(vfsLoadLibrary.index);
  made.xDlError = toEngineFunction(vfsLibraryError.index);
  made.xDlSym = toEngineFunction(vfsFindSymbol.index);
  made.xDlClose = toEngineFunction(vfsCloseLibrary.index);
  made.xRandomness = toEngineFunction(vfsRandomness.index);
  made.xSleep = toEngineFunction(vfsSleep.index);
  made.xCurrentTime = toEngineFunction(vfsCurrentTime.index);
  made.xGetLastError = toEngineFunction(vfsGetLastError.index);
  made.xCurrentTimeInt64 = toEngineFunction(vfsCurrentTimeInt64.index);
  return pointer;
}
