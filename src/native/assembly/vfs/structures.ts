import { EngineFunction, EnginePointer } from '../externals/addresses';

// SQLite's C structures as the engine, compiled for 32 bits, lays them out (https://www.sqlite.org/c3ref/vfs.html).

/** The VFS's name, as sqlite3_open_v2 and PRAGMAs give it. */
export const VFS_NAME = 'tabularium';

@unmanaged
export class Vfs {
  iVersion: i32;
  szOsFile: i32;
  mxPathname: i32;
  pNext: EnginePointer;
  zName: EnginePointer;
  pAppData: EnginePointer;
  xOpen: EngineFunction;
  xDelete: EngineFunction;
  xAccess: EngineFunction;
  xFullPathname: EngineFunction;
  xDlOpen: EngineFunction;
  xDlError: EngineFunction;
  xDlSym: EngineFunction;
  xDlClose: EngineFunction;
  xRandomness: EngineFunction;
  xSleep: EngineFunction;
  xCurrentTime: EngineFunction;
  xGetLastError: EngineFunction;
  xCurrentTimeInt64: EngineFunction;
}
export const VFS_VERSION: i32 = 2;

@unmanaged
export class IoMethods {
  iVersion: i32;
  xClose: EngineFunction;
  xRead: EngineFunction;
  xWrite: EngineFunction;
  xTruncate: EngineFunction;
  xSync: EngineFunction;
  xFileSize: EngineFunction;
  xLock: EngineFunction;
  xUnlock: EngineFunction;
  xCheckReservedLock: EngineFunction;
  xFileControl: EngineFunction;
  xSectorSize: EngineFunction;
  xDeviceCharacteristics: EngineFunction;
}
/** Without shared memory, so without WAL. */
export const IO_METHODS_VERSION: i32 = 1;

/** An open file: SQLite's part, then ours. */
@unmanaged
export class StoreFile {
  methods: EnginePointer;
  /** Host address of the store, whose lifetime is longer than the file's. */
  store: usize;
  /** Bytes of the image that a staged file shows. */
  stagedSize: u64;
}
