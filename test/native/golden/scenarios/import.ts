import { expect } from 'vitest';
import { readVirtualMemory } from '../../storage/manager-image';
import { StableMemory } from '../../storage/stable-memory';
import { StorageHost } from '../../storage/storage-host';
import { checkConservation, readStoredImage } from '../../storage/store-image';
import { type Golden, readGolden } from '../golden-file';
import { BUCKETS_OF_ONE } from './install-arguments';

const SLOT = 120;
/** Ranges of the image that had arrived, in this order: a whole run of pages, the start, and parts of pages. */
const ARRIVED = [
  [40_960, 61_440],
  [0, 10_000],
  [70_001, 70_101],
  [20_000, 20_001],
] as const;

/** The image of another golden file: input that does not change with the engine. */
async function readInput(): Promise<Uint8Array> {
  return readStoredImage(readVirtualMemory(await readGolden('archive-v1'), SLOT));
}

function send(host: StorageHost, image: Uint8Array, start: number, end: number): void {
  const chunk = image.subarray(start, end);
  host.withBytes(chunk, (at) => {
    expect(host.native.writeImport(SLOT, BigInt(start), at, chunk.length)).toBe(0);
  });
}

/** An import of which parts have arrived out of order, beside an empty archive. */
export const stagedImport: Golden = {
  name: 'import-v1',
  reproducible: true,

  async write() {
    const image = await readInput();
    const host = await StorageHost.start({ argument: BUCKETS_OF_ONE });
    host.native.formatStore(SLOT, 2n);
    expect(host.native.beginImport(SLOT, BigInt(image.length))).toBe(0);
    for (const [start, end] of ARRIVED) send(host, image, start, end);
    return host.stable.bytes();
  },

  async read(stable) {
    checkConservation(readVirtualMemory(stable, SLOT));
    const image = await readInput();
    const host = await StorageHost.start({ stable: new StableMemory(stable) });
    expect(host.native.openStore(SLOT)).toBe(0);
    expect(host.native.imageSize(SLOT)).toBe(0n);
    expect(host.native.verifyImport(SLOT), 'it is not complete').not.toBe(0);
    // What had arrived is not sent again.
    let sent = 0;
    for (const [start, end] of [...ARRIVED].sort((one, other) => one[0] - other[0])) {
      send(host, image, sent, start);
      sent = end;
    }
    send(host, image, sent, image.length);
    expect(host.native.finishImport(SLOT)).toBe(0);
    expect(host.native.discardStaging(SLOT, 100_000)).toBe(1);
    const memory = readVirtualMemory(host.stable.bytes(), SLOT);
    checkConservation(memory);
    expect(Buffer.compare(readStoredImage(memory), image)).toBe(0);
  },
};
