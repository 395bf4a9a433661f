// Principals in a fixed form, in which two are compared by four loads each: 29 bytes filled up with zeros, and their number.
//
// offset  size  field
//      0    29  the principal's bytes, then zeros
//     29     1  how many there are
//     30     2  0

import { HostPointer } from '../externals/addresses';
import { msg_caller_copy, msg_caller_size } from '../externals/ic0';

export const IDENTITY_SIZE: u32 = 32;
const MOST_BYTES: u32 = 29;
const LENGTH: u32 = 29;
const CHECKSUM_SIZE: u32 = 4;
/** Longest textual principal. */
const MOST_CHARACTERS: u32 = 63;
const DASH: u32 = 0x2d;
const BITS_PER_CHARACTER: u32 = 5;
/** The anonymous principal is this one byte. */
const ANONYMOUS: u32 = 4;
/** In place of a length: nobody, whom no caller equals. */
const NOBODY: u32 = 0xff;

const caller: HostPointer = <u32>memory.data(32, 8);

/** Takes the message's caller. */
export function takeCaller(): HostPointer {
  clear(caller);
  const size = min<u32>(msg_caller_size(), MOST_BYTES);
  msg_caller_copy(caller, 0, size);
  store<u8>(caller + LENGTH, size);
  return caller;
}

export function identityLength(identity: HostPointer): u32 {
  return load<u8>(identity + LENGTH);
}

export function isAnonymous(identity: HostPointer): bool {
  return identityLength(identity) === 1 && load<u8>(identity) === ANONYMOUS;
}

export function sameIdentity(one: HostPointer, other: HostPointer): bool {
  return (
    load<u64>(one) === load<u64>(other) &&
    load<u64>(one, 8) === load<u64>(other, 8) &&
    load<u64>(one, 16) === load<u64>(other, 16) &&
    load<u64>(one, 24) === load<u64>(other, 24)
  );
}

/** Writes the identity of a textual principal; of what is none, nobody's. The checksum was checked by who decoded it. */
export function writeIdentity(identity: HostPointer, text: HostPointer, length: u32): void {
  clear(identity);
  let size: u32 = 0;
  let bits: u64 = 0;
  let bitCount: u32 = 0;
  for (let index: u32 = 0; index < length && length <= MOST_CHARACTERS; index++) {
    const character = <u32>load<u8>(text + index);
    if (character === DASH) continue;
    bits = (bits << BITS_PER_CHARACTER) | bitsOf(character);
    bitCount += BITS_PER_CHARACTER;
    if (bitCount < 8) continue;
    bitCount -= 8;
    if (size >= CHECKSUM_SIZE && size < CHECKSUM_SIZE + MOST_BYTES) {
      store<u8>(identity + size - CHECKSUM_SIZE, <u32>(bits >> bitCount));
    }
    size++;
  }
  const isPrincipal = size >= CHECKSUM_SIZE && size <= CHECKSUM_SIZE + MOST_BYTES;
  store<u8>(identity + LENGTH, isPrincipal ? size - CHECKSUM_SIZE : NOBODY);
}

/** `a` to `z` and `2` to `7`. */
function bitsOf(character: u32): u64 {
  return character >= 0x61 ? character - 0x61 : character - 0x32 + 26;
}

function clear(identity: HostPointer): void {
  for (let at: u32 = 0; at < IDENTITY_SIZE; at += 8) store<u64>(identity + at, 0);
}
