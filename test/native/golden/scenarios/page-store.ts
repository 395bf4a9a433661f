import { expect } from 'vitest';
import { readVirtualMemory } from '../../storage/manager-image';
import { StableMemory } from '../../storage/stable-memory';
import { StorageHost } from '../../storage/storage-host';
import { checkConservation, readSuperblock } from '../../storage/store-image';
import type { Golden } from '../golden-file';
import { BUCKETS_OF_ONE } from './install-arguments';
import { pattern } from './pattern';

const PAGE = 4096;
const SLOT = 120;
const GENERATION = 7n;
/** In the second directory, whose pages before it are a hole. */
const FAR = 70_000 * PAGE + 11;

function write(host: StorageHost, offset: number, bytes: Uint8Array): void {
  host.withBytes(bytes, (at) => host.native.transactionWrite(SLOT, BigInt(offset), at, bytes.length));
}

function commit(host: StorageHost): void {
  expect(host.native.transactionReserve(SLOT)).toBe(1);
  host.native.transactionPublish(SLOT);
}

function readAt(host: StorageHost, offset: number, size: number): Uint8Array {
  return host.fetch(size, (at) => {
    expect(host.native.exportImage(SLOT, BigInt(offset), at, size)).toBe(0);
  });
}

/** Two directories, a hole, two allocation groups, and free pages below the mark. */
export const pageStore: Golden = {
  name: 'page-store-v1',
  reproducible: true,

  async write() {
    const host = await StorageHost.start({ argument: BUCKETS_OF_ONE });
    host.native.formatStore(SLOT, GENERATION);
    write(host, 0, new Uint8Array(1100 * PAGE).fill(3));
    commit(host);
    host.native.transactionTruncate(SLOT, BigInt(600 * PAGE + 5));
    commit(host);
    write(host, 10 * PAGE - 20, pattern(1, 100));
    write(host, FAR, pattern(2, 100));
    commit(host);
    return host.stable.bytes();
  },

  async read(stable) {
    const memory = readVirtualMemory(stable, SLOT);
    checkConservation(memory);
    expect(readSuperblock(memory)).toMatchObject({
      generation: GENERATION,
      transactionId: 3n,
      logicalSize: FAR + 100,
      highWater: expect.any(Number),
      stagingState: 0,
    });
    const host = await StorageHost.start({ stable: new StableMemory(stable) });
    expect(host.native.openStore(SLOT)).toBe(0);
    expect(host.native.imageSize(SLOT)).toBe(BigInt(FAR + 100));
    expect(readAt(host, FAR, 100)).toEqual(pattern(2, 100));
    expect(readAt(host, 10 * PAGE - 20, 100)).toEqual(pattern(1, 100));
    expect(readAt(host, 600 * PAGE, 10)).toEqual(new Uint8Array([3, 3, 3, 3, 3, 0, 0, 0, 0, 0]));
    expect(readAt(host, 650 * PAGE, PAGE)).toEqual(new Uint8Array(PAGE));
    const { pages } = host.stable;
    write(host, 30_000 * PAGE, pattern(5, 300 * PAGE));
    commit(host);
    expect(host.stable.pages, 'free pages were not reused').toBe(pages);
    expect(Buffer.compare(readAt(host, 30_000 * PAGE, 300 * PAGE), pattern(5, 300 * PAGE))).toBe(0);
    checkConservation(readVirtualMemory(host.stable.bytes(), SLOT));
  },
};
