// UTF-8 as Candid demands it: SQLite keeps whatever bytes it was given as TEXT.

import { HostPointer } from '../externals/addresses';

/** Set in some byte of eight characters unless all are ASCII. */
const HIGH_BITS: u64 = ((<u64>0x80808080) << 32) | 0x80808080;

/** Bytes from the start that are valid UTF-8; `length` when all are. */
export function validPrefix(text: HostPointer, length: u32): u32 {
  return isAscii(text, length) ? length : validCharacters(text, length);
}

/** Most texts are ASCII. They are looked at eight bytes at a time, of which the last may overlap those before. */
function isAscii(text: HostPointer, length: u32): bool {
  if (length < 8) {
    for (let at: u32 = 0; at < length; at++) if (<u32>load<u8>(text + at) >= 0x80) return false;
    return true;
  }
  const last = text + length - 8;
  let bits = load<u64>(last);
  for (let at = text; at < last && (bits & HIGH_BITS) === 0; at += 8) bits |= load<u64>(at);
  return (bits & HIGH_BITS) === 0;
}

function validCharacters(text: HostPointer, length: u32): u32 {
  const end = text + length;
  let position = text;
  while (position < end) {
    if (position + 8 <= end && (load<u64>(position) & HIGH_BITS) === 0) {
      position += 8;
      continue;
    }
    const size = sequenceLength(position, end);
    if (size === 0) break;
    position += size;
  }
  return position - text;
}

/** Bytes of the character at a position; 0 when there is no valid one. */
function sequenceLength(position: HostPointer, end: HostPointer): u32 {
  const lead = <u32>load<u8>(position);
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const size: u32 = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (position + size > end) return 0;
  const second = <u32>load<u8>(position + 1);
  if (second < leastSecond(lead) || second > mostSecond(lead)) return 0;
  for (let index: u32 = 2; index < size; index++) {
    if ((load<u8>(position + index) & 0xc0) !== 0x80) return 0;
  }
  return size;
}

/** Excludes overlong forms. */
function leastSecond(lead: u32): u32 {
  if (lead === 0xe0) return 0xa0;
  return lead === 0xf0 ? 0x90 : 0x80;
}

/** Excludes surrogates, and characters past U+10FFFF. */
function mostSecond(lead: u32): u32 {
  if (lead === 0xed) return 0x9f;
  return lead === 0xf4 ? 0x8f : 0xbf;
}
