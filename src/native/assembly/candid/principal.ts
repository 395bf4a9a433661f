// The textual form of principals: base32 of checksum and bytes, in groups of five characters
// (https://internetcomputer.org/docs/references/ic-interface-spec, "Textual representation of principals").

import { HostPointer } from '../externals/addresses';

const CHECKSUM_SIZE: u32 = 4;
/** Bytes that become eight characters. */
const BLOCK: u32 = 5;
const BLOCK_CHARACTERS: u32 = 8;
const BITS_PER_CHARACTER: u32 = 5;
const LAST_CHARACTER: u64 = 0x1f;
const GROUP: u32 = 5;
const DASH: u32 = 0x2d;
const NIBBLE: u32 = 0x0f;

/** CRC-32 of each nibble. */
const crcs: HostPointer = <u32>(
  memory.data<u32>([
    0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
    0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
  ])
);

/** Checksum and 29 bytes, filled up with zeros to whole blocks. */
const CAPACITY: u32 = 35;
const checked: HostPointer = <u32>memory.data(40, 8);
/** Checksum and 29 bytes in base32 are 53 characters, with 10 dashes; a last block may write three more. */
const text: HostPointer = <u32>memory.data(80);
let length: u32 = 0;

/** Writes the textual form of a principal's bytes, at most 29: see the two functions below. */
export function writePrincipalText(bytes: HostPointer, size: u32): void {
  memory.fill(checked, 0, CAPACITY);
  store<u32>(checked, bswap<u32>(crc32(bytes, size)));
  memory.copy(checked + CHECKSUM_SIZE, bytes, size);
  const end = checked + CHECKSUM_SIZE + size;
  const characters = ((size + CHECKSUM_SIZE) * 8 + BITS_PER_CHARACTER - 1) / BITS_PER_CHARACTER;
  let at = text;
  let inGroup: u32 = 0;
  for (let block = checked; block < end; block += BLOCK) {
    // The block's 40 bits are the upper ones of its first eight bytes.
    let bits = bswap<u64>(load<u64>(block));
    for (let index: u32 = 0; index < BLOCK_CHARACTERS; index++) {
      if (inGroup === GROUP) {
        store<u8>(at++, DASH);
        inGroup = 0;
      }
      const value = <u32>((bits >> (64 - BITS_PER_CHARACTER)) & LAST_CHARACTER);
      bits <<= BITS_PER_CHARACTER;
      store<u8>(at++, value < 26 ? 0x61 + value : 0x32 + value - 26);
      inGroup++;
    }
  }
  length = characters + (characters - 1) / GROUP;
}

export function principalText(): HostPointer {
  return text;
}

export function principalTextLength(): u32 {
  return length;
}

function crc32(bytes: HostPointer, size: u32): u32 {
  let crc: u32 = 0xffffffff;
  for (let index: u32 = 0; index < size; index++) {
    crc ^= load<u8>(bytes + index);
    crc = (crc >> 4) ^ load<u32>(crcs + ((crc & NIBBLE) << 2));
    crc = (crc >> 4) ^ load<u32>(crcs + ((crc & NIBBLE) << 2));
  }
  return ~crc;
}
