import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkManager, readManager, writeManager } from './manager-image';
import { StableMemory } from './stable-memory';
import { StorageHost } from './storage-host';

const WASM_PAGE = 65536;
const PRIVATE = 118;
const REFUSED = BigInt.asIntN(64, -1n);

function read(host: StorageHost, offset: number, size: number): Uint8Array {
  return host.fetch(size, (at) =>
    host.native.private_stable64_read(BigInt(at), BigInt(offset), BigInt(size)),
  );
}

function write(host: StorageHost, offset: number, bytes: Uint8Array): void {
  host.withBytes(bytes, (at) =>
    host.native.private_stable64_write(BigInt(offset), BigInt(at), BigInt(bytes.length)),
  );
}

describe('the runtime’s stable memory', () => {
  it('grows logically, by one bucket of raw memory', async () => {
    const host = await StorageHost.start();
    expect(host.native.private_stable64_size()).toBe(0n);
    expect(host.native.private_stable64_grow(1152n)).toBe(0n);
    expect(host.native.private_stable64_grow(5n)).toBe(1152n);
    expect(host.native.private_stable64_grow(0n)).toBe(1157n);
    expect(host.stable.pages).toBe(17);
    expect(readManager(host.stable.bytes())).toEqual({
      bucketSize: 16,
      owners: [PRIVATE],
      sizes: { [PRIVATE]: 1 },
    });
  });

  it('takes room only for pages that something other than zeros was written to', async () => {
    const host = await StorageHost.start();
    host.native.private_stable64_grow(100_000n);
    write(host, 5 * WASM_PAGE, new Uint8Array(3 * WASM_PAGE));
    expect(host.native.memorySize(PRIVATE)).toBe(1n);
    write(host, 99_999 * WASM_PAGE, new Uint8Array([1]));
    // Header, leaf, block.
    expect(host.native.memorySize(PRIVATE)).toBe(3n);
    write(host, 99_999 * WASM_PAGE, new Uint8Array([0]));
    expect(read(host, 99_999 * WASM_PAGE - 1, 3)).toEqual(new Uint8Array(3));
    expect(host.native.memorySize(PRIVATE)).toBe(3n);
    checkManager(host.stable.bytes());
  });

  it('traps past its end, as the IC does', async () => {
    const host = await StorageHost.start();
    host.native.private_stable64_grow(2n);
    expect(() => read(host, 2 * WASM_PAGE - 1, 2)).toThrow('past the end of the runtime');
    expect(() => write(host, 2 * WASM_PAGE, new Uint8Array(1))).toThrow('past the end of the runtime');
    expect(() => host.native.private_stable64_read(0n, 2n ** 64n - 1n, 2n)).toThrow(
      'past the end of the runtime',
    );
  });

  it('refuses growth that the IC refuses, and traps where it had promised room', async () => {
    const host = await StorageHost.start();
    host.stable.refuse = () => true;
    expect(host.native.private_stable64_grow(1n)).toBe(REFUSED);
    expect(host.native.private_stable64_size()).toBe(0n);
    host.stable.refuse = () => false;
    expect(host.native.private_stable64_grow(2n ** 40n)).toBe(REFUSED);
    host.native.private_stable64_grow(100n);
    host.stable.refuse = () => true;
    expect(() => write(host, 0, new Uint8Array(100 * WASM_PAGE).fill(1))).toThrow('stable memory is full');
  });

  it('survives an upgrade', async () => {
    const host = await StorageHost.start();
    host.native.private_stable64_grow(20_000n);
    write(host, 17_000 * WASM_PAGE + 5, new Uint8Array([1, 2, 3]));
    const upgraded = await StorageHost.start({ stable: new StableMemory(host.stable.bytes()) });
    expect(upgraded.native.private_stable64_size()).toBe(20_000n);
    expect(read(upgraded, 17_000 * WASM_PAGE + 4, 5)).toEqual(new Uint8Array([0, 1, 2, 3, 0]));
  });

  it.each([
    ['another layout', 0, 'another layout'],
    ['another version', 8, 'layout version'],
    ['a page count beyond the memory', 15, 'damaged header'],
  ])('is refused untouched when MemoryId 118 holds %s', async (_, offset, message) => {
    const host = await StorageHost.start();
    host.native.private_stable64_grow(1n);
    const bytes = host.stable.bytes();
    bytes[WASM_PAGE + offset]! ^= 0x80;
    const stable = new StableMemory(bytes);
    await expect(StorageHost.start({ stable })).rejects.toThrow(message);
    expect(Buffer.compare(stable.bytes(), bytes)).toBe(0);
  });

  it('is refused when the memory was another program’s', async () => {
    const stable = new StableMemory(
      writeManager({ bucketSize: 1, owners: [PRIVATE], sizes: { [PRIVATE]: 1 } }),
    );
    await expect(StorageHost.start({ stable })).rejects.toThrow('another layout');
  });

  it('behaves as a plain memory under any sequence of writes', async () => {
    const offset = fc.nat({ max: 40 * WASM_PAGE - 1 });
    const command = fc.record({
      offset,
      size: fc.integer({ min: 0, max: 3 * WASM_PAGE }),
      fill: fc.constantFrom(0, 0, 1, 255),
      other: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 30, size: 'max' }), async (commands) => {
        const host = await StorageHost.start();
        const model = new Uint8Array(40 * WASM_PAGE);
        host.native.private_stable64_grow(40n);
        for (const { offset: at, size, fill, other } of commands) {
          // Another memory that grows in between makes the buckets lie apart.
          if (other) host.native.growMemory(50, 16n);
          const bytes = new Uint8Array(Math.min(size, model.length - at)).fill(fill);
          write(host, at, bytes);
          model.set(bytes, at);
        }
        expect(Buffer.compare(read(host, 0, model.length), model)).toBe(0);
        const upgraded = await StorageHost.start({ stable: new StableMemory(host.stable.bytes()) });
        expect(Buffer.compare(read(upgraded, 0, model.length), model)).toBe(0);
        checkManager(host.stable.bytes());
      }),
      { numRuns: 30 },
    );
  });
});
