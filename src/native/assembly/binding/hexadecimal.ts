// Numbers as TypeScript sees them in hexadecimal: lower-case digits, 16 of them for 64 bits.

import { HostPointer } from '../externals/addresses';
import { JSContext, JSValue } from '../externals/quickjs';
import { textValue } from '../quickjs/text';

export const HEX_DIGITS: u32 = 16;
const hex: HostPointer = <u32>memory.data(16);

let parsed: u64 = 0;

export function hexValue(context: JSContext, value: u64): JSValue {
  for (let digit: u32 = 0; digit < HEX_DIGITS; digit++) {
    const nibble = <u32>((value >> ((HEX_DIGITS - 1 - digit) * 4)) & 0xf);
    store<u8>(hex + digit, hexDigit(nibble));
  }
  return textValue(context, hex, HEX_DIGITS);
}

/** The character of a number below 16. */
export function hexDigit(nibble: u32): u32 {
  return nibble < 10 ? 0x30 + nibble : 0x57 + nibble;
}

/** Reads 16 digits, into {@link parsedHex}. False for any other character. */
export function parseHex(digits: HostPointer): bool {
  parsed = 0;
  for (let digit: u32 = 0; digit < HEX_DIGITS; digit++) {
    const character = <u32>load<u8>(digits + digit);
    const isNumeral = character >= 0x30 && character <= 0x39;
    if (!isNumeral && (character < 0x61 || character > 0x66)) return false;
    parsed = (parsed << 4) | (character - (isNumeral ? 0x30 : 0x57));
  }
  return true;
}

export function parsedHex(): u64 {
  return parsed;
}
