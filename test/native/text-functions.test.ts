import fc from 'fast-check';
import { expect, it } from 'vitest';
import { startHost } from '../support/native-host';

const { native } = await startHost();

it('encodes and decodes what the web encodes and decodes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const bytes = new TextEncoder().encode(text);
      expect(native.encodeText(text)).toEqual(bytes);
      expect(native.decodeText(bytes)).toBe(text.isWellFormed() ? text : new TextDecoder().decode(bytes));
    }),
    { numRuns: 300 },
  );
});

it('decodes nothing that is not UTF-8', () => {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
      let expected: string | undefined;
      try {
        expected = strict.decode(bytes);
      } catch {
        expected = undefined;
      }
      expect(native.decodeText(bytes)).toBe(expected);
    }),
    { numRuns: 2_000 },
  );
});

it('decodes a part of a buffer, and refuses what holds no bytes', () => {
  const bytes = new TextEncoder().encode('before after');
  expect(native.decodeText(bytes.subarray(7))).toBe('after');
  expect(() => native.decodeText('text' as never)).toThrow(TypeError);
  expect(() => native.encodeText(5 as never)).toThrow(TypeError);
});
