import { nativeModule } from '../../src/database';

// Azle's TextDecoder and TextEncoder walk a text in JavaScript, for some 20,000 instructions a byte and more the longer it is;
// whoever sends a long text to a method whose Candid is decoded in JavaScript would pass a message's limit.

/** First byte of a byte order mark, which the former decoder looks for. */
const BYTE_ORDER_MARK = 0xef;

/** Lets whole texts in UTF-8 be decoded and encoded natively; all else is left to what was there. */
export function installTextCodec(): void {
  const FormerDecoder = globalThis.TextDecoder;
  const FormerEncoder = globalThis.TextEncoder;

  globalThis.TextDecoder = class TextDecoder extends FormerDecoder {
    #hasStreamed = false;

    override decode(...[input, options]: Parameters<typeof FormerDecoder.prototype.decode>): string {
      this.#hasStreamed ||= options?.stream === true;
      const isWhole = input instanceof Uint8Array && input[0] !== BYTE_ORDER_MARK && !this.#hasStreamed;
      const text = isWhole && this.encoding === 'utf-8' ? nativeModule().decodeText(input) : undefined;
      return text ?? super.decode(input, options);
    }
  };

  globalThis.TextEncoder = class TextEncoder extends FormerEncoder {
    override encode(text = ''): Uint8Array<ArrayBuffer> {
      return nativeModule().encodeText(String(text));
    }
  };
}
