import { HostPointer } from '../externals/addresses';
import { JSContext, JSValue } from '../externals/quickjs';
import { textValue } from './text';

const HEX_DIGITS: u32 = 16;
const DIGIT_ZERO: u32 = 0x30;
/** What added to 10 gives the character `a`. */
const LETTER_OFFSET: u32 = 0x57;
const hex: HostPointer = <u32>memory.data(16);

/** 64 bits as 16 lower-case hexadecimal digits. */
export function hexValue(context: JSContext, value: u64): JSValue {
  for (let digit: u32 = 0; digit < HEX_DIGITS; digit++) {
    const nibble = <u32>((value >> ((HEX_DIGITS - 1 - digit) * 4)) & 0xf);
    store<u8>(hex + digit, nibble < 10 ? DIGIT_ZERO + nibble : LETTER_OFFSET + nibble);
  }
  return textValue(context, hex, HEX_DIGITS);
}
