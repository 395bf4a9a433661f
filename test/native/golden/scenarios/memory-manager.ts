import { expect } from 'vitest';
import { checkManager, readManager, readVirtualMemory } from '../../storage/manager-image';
import { StableMemory } from '../../storage/stable-memory';
import { StorageHost } from '../../storage/storage-host';
import type { Golden } from '../golden-file';
import { BUCKETS_OF_TWO } from './install-arguments';
import { pattern } from './pattern';

const WASM_PAGE = 65536;

/** Two memories, each with content at its start, around a bucket's end, and at its end. */
const CONTENT = { 5: [0, 2 * WASM_PAGE - 50, 5 * WASM_PAGE - 100], 130: [0, WASM_PAGE + 7] } as const;

/** Memories whose buckets lie in turns, a bucket that was freed and reused, one that is free, and one given back at the end. */
export const memoryManager: Golden = {
  name: 'memory-manager-v1',
  reproducible: true,

  async write() {
    const host = await StorageHost.start({ argument: BUCKETS_OF_TWO });
    const { native } = host;
    native.growMemory(20, 3n);
    native.growMemory(5, 1n);
    native.growMemory(130, 2n);
    native.growMemory(5, 4n);
    native.growMemory(119, 9n);
    native.releaseMemory(20);
    native.growMemory(21, 1n);
    native.shrinkMemory(119, 1n);
    for (const [id, offsets] of Object.entries(CONTENT)) {
      for (const offset of offsets) {
        host.withBytes(pattern(Number(id), 100), (at) =>
          native.writeMemory(Number(id), BigInt(offset), at, 100n),
        );
      }
    }
    return host.stable.bytes();
  },

  async read(stable) {
    checkManager(stable);
    expect(readManager(stable)).toEqual({
      bucketSize: 2,
      owners: [21, 255, 5, 130, 5, 5, 119],
      sizes: { 5: 5, 21: 1, 119: 1, 130: 2 },
    });
    const host = await StorageHost.start({ stable: new StableMemory(stable) });
    const { native } = host;
    expect([5, 20, 21, 119, 130].map((id) => native.memorySize(id))).toEqual([5n, 0n, 1n, 1n, 2n]);
    expect(native.freeBuckets()).toBe(1);
    for (const [id, offsets] of Object.entries(CONTENT)) {
      for (const offset of offsets) {
        const found = host.fetch(100, (at) => native.readMemory(Number(id), BigInt(offset), at, 100n));
        expect(found).toEqual(pattern(Number(id), 100));
      }
    }
    native.growMemory(21, 4n);
    native.releaseMemory(5);
    const after = host.stable.bytes();
    checkManager(after);
    expect(readVirtualMemory(after, 130).subarray(0, 100)).toEqual(pattern(130, 100));
  },
};
