import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Reader, WasmFormatError, Writer } from '../../src/wasm';

function written(write: (writer: Writer) => void): Uint8Array {
  const writer = new Writer(1);
  write(writer);
  return writer.finish();
}

describe('LEB128', () => {
  it('reads back every unsigned 32-bit integer', () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), (value) => {
        expect(new Reader(written((writer) => writer.u32(value))).u32()).toBe(value);
      }),
    );
  });

  it('reads back every signed 32-bit integer', () => {
    fc.assert(
      fc.property(fc.integer(), (value) => {
        const reader = new Reader(written((writer) => writer.s32(value)));
        expect(reader.s32()).toBe(value);
        expect(reader.done).toBe(true);
      }),
    );
  });

  it('reads back every 64-bit integer', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        expect(new Reader(written((writer) => writer.s64(value))).s64()).toBe(value);
        const unsigned = BigInt.asUintN(64, value);
        expect(new Reader(written((writer) => writer.u64(unsigned))).u64()).toBe(unsigned);
      }),
    );
  });

  it('uses the encodings of the specification', () => {
    expect([...written((writer) => writer.u32(624485))]).toEqual([0xe5, 0x8e, 0x26]);
    expect([...written((writer) => writer.s32(-123456))]).toEqual([0xc0, 0xbb, 0x78]);
    expect([...written((writer) => writer.s32(64))]).toEqual([0xc0, 0x00]);
  });

  it('refuses integers that are too long, and truncated ones', () => {
    expect(() => new Reader(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x10)).u32()).toThrow(WasmFormatError);
    expect(() => new Reader(Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0x00)).s32()).toThrow(/32 bits/);
    expect(() => new Reader(Uint8Array.of(0x80)).u32()).toThrow(/unexpected end/);
  });
});
