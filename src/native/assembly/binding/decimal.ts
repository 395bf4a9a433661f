// Decimal text to a 64-bit integer. A BigInt crosses the border as its decimal text, because QuickJS's own conversion
// wraps around silently.

import { HostPointer } from '../externals/addresses';

const MINUS: u32 = 0x2d;
const ZERO: u32 = 0x30;
/** Digits of 2^63: no 64-bit integer has more. */
const MOST_DIGITS: u32 = 19;
const LEAST_INTEGER: u64 = 0x8000000000000000;

let parsed: i64 = 0;

/** False when the integer does not fit 64 bits. The text is an optional minus sign and digits. */
export function parseInteger(text: HostPointer, length: u32): bool {
  const negative = length !== 0 && load<u8>(text) === MINUS;
  const first: u32 = negative ? 1 : 0;
  if (length - first > MOST_DIGITS) return false;
  let magnitude: u64 = 0;
  for (let index = first; index < length; index++) {
    magnitude = magnitude * 10 + (load<u8>(text + index) - ZERO);
  }
  if (magnitude > LEAST_INTEGER || (magnitude === LEAST_INTEGER && !negative)) return false;
  parsed = negative ? -(<i64>magnitude) : <i64>magnitude;
  return true;
}

/** What the last successful parseInteger read. */
export function parsedInteger(): i64 {
  return parsed;
}
