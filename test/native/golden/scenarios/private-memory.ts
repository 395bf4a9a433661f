import { expect } from 'vitest';
import { checkManager } from '../../storage/manager-image';
import { StableMemory } from '../../storage/stable-memory';
import { StorageHost } from '../../storage/storage-host';
import type { Golden } from '../golden-file';
import { BUCKETS_OF_ONE } from './install-arguments';
import { pattern } from './pattern';

const WASM_PAGE = 65536;
const PAGES = 40_000n;
/** At both ends, over a page's end, and in pages of the directory's second and third leaf. */
const PLACES = [0, 5 * WASM_PAGE - 40, 16_384 * WASM_PAGE, 39_999 * WASM_PAGE + 3];

function readAt(host: StorageHost, offset: number, size: number): Uint8Array {
  return host.fetch(size, (at) =>
    host.native.private_stable64_read(BigInt(at), BigInt(offset), BigInt(size)),
  );
}

/** The CDK runtime's sparse memory: three leaves, and blocks for the pages that were written to. */
export const privateMemory: Golden = {
  name: 'private-memory-v1',
  reproducible: true,

  async write() {
    const host = await StorageHost.start({ argument: BUCKETS_OF_ONE });
    host.native.private_stable64_grow(PAGES);
    PLACES.forEach((offset, seed) => {
      const bytes = pattern(seed, 100);
      host.withBytes(bytes, (at) => host.native.private_stable64_write(BigInt(offset), BigInt(at), 100n));
    });
    return host.stable.bytes();
  },

  async read(stable) {
    checkManager(stable);
    const host = await StorageHost.start({ stable: new StableMemory(stable) });
    expect(host.native.private_stable64_size()).toBe(PAGES);
    PLACES.forEach((offset, seed) => {
      expect(readAt(host, offset, 100)).toEqual(pattern(seed, 100));
    });
    expect(readAt(host, 7 * WASM_PAGE, 100)).toEqual(new Uint8Array(100));
    host.withBytes(pattern(9, 100), (at) =>
      host.native.private_stable64_write(7n * 65536n, BigInt(at), 100n),
    );
    expect(readAt(host, 7 * WASM_PAGE, 100)).toEqual(pattern(9, 100));
    expect(readAt(host, PLACES[3]!, 100)).toEqual(pattern(3, 100));
  },
};
