import { EnginePointer, toHost } from '../externals/addresses';

// The engine's imports about files. There are none: paths do not exist and descriptors are not open.

// Errors as the engine's C library numbers them; system calls answer them negated.
const EBADF: i32 = 8;
const ENOENT: i32 = 44;
const ENOSYS: i32 = 52;

export function engine_environ_get(_environment: EnginePointer, _buffer: EnginePointer): i32 {
  return 0;
}

export function engine_environ_sizes_get(count: EnginePointer, size: EnginePointer): i32 {
  store<u32>(toHost(count), 0);
  store<u32>(toHost(size), 0);
  return 0;
}

export function engine_fd_close(_descriptor: i32): i32 {
  return EBADF;
}

export function engine_fd_fdstat_get(_descriptor: i32, _result: EnginePointer): i32 {
  return EBADF;
}

export function engine_fd_read(
  _descriptor: i32,
  _vectors: EnginePointer,
  _count: i32,
  _result: EnginePointer,
): i32 {
  return EBADF;
}

export function engine_fd_seek(
  _descriptor: i32,
  _low: u32,
  _high: i32,
  _whence: i32,
  _result: EnginePointer,
): i32 {
  return EBADF;
}

export function engine_fd_sync(_descriptor: i32): i32 {
  return EBADF;
}

export function engine_fd_write(
  _descriptor: i32,
  _vectors: EnginePointer,
  _count: i32,
  _result: EnginePointer,
): i32 {
  return EBADF;
}

export function engine_mmap_js(
  _length: u32,
  _protection: i32,
  _flags: i32,
  _descriptor: i32,
  _low: u32,
  _high: i32,
  _allocated: EnginePointer,
  _address: EnginePointer,
): i32 {
  return -ENOSYS;
}

export function engine_munmap_js(
  _address: EnginePointer,
  _length: u32,
  _protection: i32,
  _flags: i32,
  _descriptor: i32,
  _low: u32,
  _high: i32,
): i32 {
  return -ENOSYS;
}

export function engine_syscall_chmod(_path: EnginePointer, _mode: i32): i32 {
  return -ENOENT;
}

export function engine_syscall_faccessat(
  _directory: i32,
  _path: EnginePointer,
  _mode: i32,
  _flags: i32,
): i32 {
  return -ENOENT;
}

export function engine_syscall_fchmod(_descriptor: i32, _mode: i32): i32 {
  return -EBADF;
}

export function engine_syscall_fchown32(_descriptor: i32, _owner: i32, _group: i32): i32 {
  return -EBADF;
}

export function engine_syscall_fcntl64(_descriptor: i32, _command: i32, _arguments: EnginePointer): i32 {
  return -EBADF;
}

export function engine_syscall_fstat64(_descriptor: i32, _result: EnginePointer): i32 {
  return -EBADF;
}

export function engine_syscall_ftruncate64(_descriptor: i32, _low: u32, _high: i32): i32 {
  return -EBADF;
}

export function engine_syscall_getcwd(_buffer: EnginePointer, _size: u32): i32 {
  return -ENOENT;
}

export function engine_syscall_lstat64(_path: EnginePointer, _result: EnginePointer): i32 {
  return -ENOENT;
}

export function engine_syscall_mkdirat(_directory: i32, _path: EnginePointer, _mode: i32): i32 {
  return -ENOENT;
}

export function engine_syscall_newfstatat(
  _directory: i32,
  _path: EnginePointer,
  _result: EnginePointer,
  _flags: i32,
): i32 {
  return -ENOENT;
}

export function engine_syscall_openat(
  _directory: i32,
  _path: EnginePointer,
  _flags: i32,
  _arguments: EnginePointer,
): i32 {
  return -ENOENT;
}

export function engine_syscall_readlinkat(
  _directory: i32,
  _path: EnginePointer,
  _buffer: EnginePointer,
  _size: u32,
): i32 {
  return -ENOENT;
}

export function engine_syscall_rmdir(_path: EnginePointer): i32 {
  return -ENOENT;
}

export function engine_syscall_stat64(_path: EnginePointer, _result: EnginePointer): i32 {
  return -ENOENT;
}

export function engine_syscall_unlinkat(_directory: i32, _path: EnginePointer, _flags: i32): i32 {
  return -ENOENT;
}

export function engine_syscall_utimensat(
  _directory: i32,
  _path: EnginePointer,
  _times: EnginePointer,
  _flags: i32,
): i32 {
  return -ENOENT;
}
