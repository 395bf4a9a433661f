import { HostPointer } from '../externals/addresses';
import { MEMORY_COUNT, MemoryId } from '../memory/layout';

// SQL can name files (ATTACH, VACUUM INTO). The VFS opens only the one archive whose opening is under way natively, by
// its MemoryId in decimal, and no other file at any time.

const DIGIT_ZERO: u32 = 0x30;
const DIGITS: u32 = 3;
/** Bytes of the longest file name, its terminating zero included. */
export const FILE_NAME_CAPACITY: u32 = 4;

export const NOTHING_GRANTED: MemoryId = 0xffffffff;
let granted: MemoryId = 0xffffffff;

export function grant(id: MemoryId): void {
  granted = id;
}

export function revokeGrant(): void {
  granted = NOTHING_GRANTED;
}

/** MemoryId that a file name stands for if it is granted, or {@link NOTHING_GRANTED}. */
export function grantedMemory(name: HostPointer): MemoryId {
  let id: u32 = 0;
  let length: u32 = 0;
  for (; load<u8>(name + length) !== 0; length++) {
    const digit = <u32>load<u8>(name + length) - DIGIT_ZERO;
    if (digit > 9 || length === DIGITS) return NOTHING_GRANTED;
    id = id * 10 + digit;
  }
  return length > 0 && id < MEMORY_COUNT && id === granted ? id : NOTHING_GRANTED;
}

/** Writes the file name of a MemoryId, zero-terminated. */
export function writeFileName(id: MemoryId, destination: HostPointer): void {
  let divisor: u32 = id >= 100 ? 100 : id >= 10 ? 10 : 1;
  for (; divisor > 0; divisor /= 10) store<u8>(destination++, DIGIT_ZERO + ((id / divisor) % 10));
  store<u8>(destination, 0);
}
