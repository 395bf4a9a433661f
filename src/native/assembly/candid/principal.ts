// The textual form of principals: base32 of checksum and bytes, in groups of five characters
// (https://internetcomputer.org/docs/references/ic-interface-spec, "Textual representation of principals").

import { HostPointer } from '../externals/addresses';

const CHECKSUM_SIZE: u32 = 4;
const GROUP: u32 = 5;
const BITS_PER_CHARACTER: u32 = 5;
const CRC32_POLYNOMIAL: u32 = 0xedb88320;
const DASH: u32 = 0x2d;

/** Checksum and 29 bytes in base32 are 53 characters, with 10 dashes. */
const text: HostPointer = <u32>memory.data(64);
let length: u32 = 0;

/** Writes the textual form of a principal's bytes: see the two functions below. */
export function writePrincipalText(bytes: HostPointer, size: u32): void {
  length = 0;
  const checksum = crc32(bytes, size);
  let bits: u32 = 0;
  let pending: u32 = 0;
  for (let index: u32 = 0; index < size + CHECKSUM_SIZE; index++) {
    const byte =
      index < CHECKSUM_SIZE
        ? (checksum >> ((CHECKSUM_SIZE - 1 - index) * 8)) & 0xff
        : <u32>load<u8>(bytes + index - CHECKSUM_SIZE);
    pending = ((pending << 8) | byte) & 0xfff;
    for (bits += 8; bits >= BITS_PER_CHARACTER; ) {
      bits -= BITS_PER_CHARACTER;
      putCharacter((pending >> bits) & 0x1f);
    }
  }
  if (bits > 0) putCharacter((pending << (BITS_PER_CHARACTER - bits)) & 0x1f);
}

export function principalText(): HostPointer {
  return text;
}

export function principalTextLength(): u32 {
  return length;
}

function putCharacter(value: u32): void {
  if (length % (GROUP + 1) === GROUP) store<u8>(text + length++, DASH);
  store<u8>(text + length++, value < 26 ? 0x61 + value : 0x32 + value - 26);
}

function crc32(bytes: HostPointer, size: u32): u32 {
  let crc: u32 = 0xffffffff;
  for (let index: u32 = 0; index < size; index++) {
    crc ^= load<u8>(bytes + index);
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) !== 0 ? CRC32_POLYNOMIAL : 0);
  }
  return ~crc;
}
