import { HostPointer } from '../externals/addresses';

/** Bytes that the VFS's name takes, its terminating zero included. */
export const NAME_CAPACITY: u32 = 11;

/** Writes the VFS's name, zero-terminated. */
export function copyName(destination: HostPointer): void {
  const name = 'tabularium';
  for (let i = 0; i < name.length; i++) {
    store<u8>(destination + i, load<u16>(<u32>changetype<usize>(name) + (i << 1)));
  }
  store<u8>(destination + name.length, 0);
}
