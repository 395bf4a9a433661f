import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { EngineFixture, linkFixture } from './engine-fixture';

/** Room for any block of the tests, with margins that must survive. */
const WINDOW = 4096;
const START = 1024;

let engine: EngineFixture;
let window: number;
beforeAll(async () => {
  engine = new EngineFixture(await linkFixture());
  window = engine.exports.allocate(BigInt(WINDOW));
});

function randomize(seed: number): Uint8Array {
  const bytes = engine.addressSpace.subarray(window, window + WINDOW);
  for (let index = 0, state = seed | 1; index < WINDOW; index++) {
    state = Math.imul(state, 1664525) + 1013904223;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

describe('blocks through registers', () => {
  it('copies every size as memory.copy does', () => {
    for (let size = 0; size <= 700; size++) {
      const bytes = randomize(size);
      const expected = bytes.slice().copyWithin(START + 1500, START, START + size);
      engine.exports.copyBlock(window + START + 1500, window + START, size);
      expect(Buffer.compare(bytes, expected)).toBe(0);
    }
  });

  it('copies overlapping blocks as memory.copy does', () => {
    const distance = fc.integer({ min: -600, max: 600 });
    fc.assert(
      fc.property(distance, fc.integer({ min: 0, max: 600 }), fc.integer(), (shift, size, seed) => {
        const bytes = randomize(seed);
        const expected = bytes.slice().copyWithin(START + shift, START, START + size);
        engine.exports.copyBlock(window + START + shift, window + START, size);
        expect(Buffer.compare(bytes, expected)).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('fills every size as memory.fill does, from the lowest byte of the value', () => {
    for (let size = 0; size <= 700; size++) {
      const bytes = randomize(size);
      const expected = bytes.slice().fill(0xc3, START, START + size);
      engine.exports.fillBlock(window + START, 0x1234_56c3, size);
      expect(Buffer.compare(bytes, expected)).toBe(0);
    }
  });

  it('compares as memcmp does, wherever the first difference is', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const block = fc.uint8Array({ minLength: 0, maxLength: 80 });
    fc.assert(
      fc.property(block, fc.option(fc.tuple(fc.nat(79), byte)), (left, change) => {
        const right = left.slice();
        if (change !== null && change[0] < right.length) right[change[0]] = change[1];
        engine.addressSpace.set(left, window + START);
        engine.addressSpace.set(right, window + START + 200);
        const order = engine.exports.compareBlocks(window + START, window + START + 200, left.length);
        expect(Math.sign(order)).toBe(Buffer.compare(left, right));
      }),
      { numRuns: 3000 },
    );
  });
});
