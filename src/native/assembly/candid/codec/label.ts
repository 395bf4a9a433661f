// The id of a field: the hash of its label, or the number that `_5_` and `_0x1f_` name.

import { HostPointer } from '../../externals/addresses';

const UNDERSCORE: u32 = 0x5f;
const ZERO: u32 = 0x30;
const SMALL_X: u32 = 0x78;
const FACTOR: u32 = 223;
/** `_`, a digit, `_`. */
const SHORTEST_NUMBER: u32 = 3;
const NO_DIGIT: u32 = 255;

/** As Candid's specification hashes labels, and as @dfinity/candid writes labels that are numbers. */
export function labelId(label: HostPointer, length: u32): u32 {
  if (
    length >= SHORTEST_NUMBER &&
    <u32>load<u8>(label) === UNDERSCORE &&
    <u32>load<u8>(label + length - 1) === UNDERSCORE
  ) {
    const number = numberOf(label + 1, length - 2);
    if (number <= <u64>u32.MAX_VALUE) return <u32>number;
  }
  let hash: u32 = 0;
  for (let index: u32 = 0; index < length; index++) hash = hash * FACTOR + load<u8>(label + index);
  return hash;
}

/** Of decimal digits, or of hexadecimal ones behind `0x`; u64.MAX_VALUE for anything else, and for what is too large. */
function numberOf(digits: HostPointer, length: u32): u64 {
  const isHexadecimal = length > 2 && <u32>load<u8>(digits) === ZERO && <u32>load<u8>(digits + 1) === SMALL_X;
  const base: u32 = isHexadecimal ? 16 : 10;
  let number: u64 = 0;
  for (let index: u32 = isHexadecimal ? 2 : 0; index < length; index++) {
    const digit = digitOf(load<u8>(digits + index));
    if (digit >= base) return u64.MAX_VALUE;
    number = number * base + digit;
    if (number > <u64>u32.MAX_VALUE) return u64.MAX_VALUE;
  }
  return number;
}

function digitOf(character: u32): u32 {
  if (character - ZERO < 10) return character - ZERO;
  const letter = (character | 0x20) - 0x61;
  return letter < 6 ? letter + 10 : NO_DIGIT;
}
