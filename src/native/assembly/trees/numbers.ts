import { HostPointer } from '../externals/addresses';

// Numbers as a SQLite file has them: big-endian, or of variable length.

export const MOST_VARINT_BYTES: u32 = 9;

/** Set in each byte of a varint but its last. */
export const MORE_BYTES: u32 = 0x80;

let number: u64 = 0;

export function half(at: HostPointer): u32 {
  return <u32>bswap(load<u16>(at));
}

export function word(at: HostPointer): u32 {
  return bswap(load<u32>(at));
}

/** Reads the varint that begins at an address, and answers where it ends. Its number is {@link varint}. */
export function readVarint(at: HostPointer): HostPointer {
  let bits: u64 = 0;
  for (let count: u32 = 1; count < MOST_VARINT_BYTES; count++) {
    const byte = <u32>load<u8>(at++);
    bits = (bits << 7) | (byte & (MORE_BYTES - 1));
    if (byte < MORE_BYTES) {
      number = bits;
      return at;
    }
  }
  number = (bits << 8) | load<u8>(at);
  return at + 1;
}

/** The number that was read last. */
export function varint(): u64 {
  return number;
}
