// A checksum that TypeScript passes as text: XXH64 in 16 hexadecimal digits, as the module's own functions return it.

import { JS_FreeCString, JSContext, JSValue } from '../externals/quickjs';
import { throwTypeError } from '../quickjs/errors';
import { borrowedLength, borrowText } from '../quickjs/text';
import { TAG_STRING, tagOf } from '../quickjs/values';
import { HEX_DIGITS, parseHex } from './hexadecimal';

/** Takes the checksum of an argument, which is parsedHex then; false when it threw. */
export function checksumArgument(context: JSContext, value: JSValue): bool {
  if (tagOf(value) === TAG_STRING) {
    const text = borrowText(context, value);
    if (text === 0) return false;
    const isHex = borrowedLength() === HEX_DIGITS && parseHex(text);
    JS_FreeCString(context, text);
    if (isHex) return true;
  }
  throwTypeError(context, 'checksum must be a string of 16 lower-case hexadecimal digits');
  return false;
}
