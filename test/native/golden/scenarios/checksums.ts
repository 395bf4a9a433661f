import { expect } from 'vitest';
import { readVirtualMemory } from '../../storage/manager-image';
import { StableMemory } from '../../storage/stable-memory';
import { StorageHost } from '../../storage/storage-host';
import { checkConservation, readStoredImage, readSuperblock } from '../../storage/store-image';
import { xxh64 } from '../../storage/xxh64';
import type { Golden } from '../golden-file';
import { BUCKETS_OF_ONE } from './install-arguments';
import { pattern } from './pattern';

const PAGE = 4096;
const SLOT = 120;
const PAGES = 40;
const image = pattern(6, PAGES * PAGE);
const changed = image.slice();
changed.set(pattern(7, PAGE), 5 * PAGE);

function publish(host: StorageHost, offset: number, bytes: Uint8Array): void {
  host.withBytes(bytes, (at) => host.native.transactionWrite(SLOT, BigInt(offset), at, bytes.length));
  expect(host.native.transactionReserve(SLOT)).toBe(1);
  host.native.transactionPublish(SLOT);
}

/** Where a page of this content lies in stable memory. */
function placeOf(bytes: Uint8Array, page: Uint8Array): number {
  let place = 0;
  while (Buffer.compare(bytes.subarray(place, place + PAGE), page) !== 0) place += PAGE;
  return place;
}

/** Page checksums for a part of the pages, and a refresh of the image's checksum that a write overtook. */
export const checksums: Golden = {
  name: 'checksums-v1',
  reproducible: true,

  async write() {
    const host = await StorageHost.start({ argument: BUCKETS_OF_ONE });
    host.native.formatStore(SLOT, 1n);
    publish(host, 0, image);
    host.native.switchPageChecksums(SLOT, 1);
    expect(host.native.continuePassOf(SLOT, 15)).toBe(0);
    expect(host.native.refreshChecksumOf(SLOT, 11)).toBe(0);
    publish(host, 5 * PAGE, changed.subarray(5 * PAGE, 6 * PAGE));
    return host.stable.bytes();
  },

  async read(stable) {
    const before = readVirtualMemory(stable, SLOT);
    checkConservation(before);
    expect(Buffer.compare(readStoredImage(before), changed)).toBe(0);
    const host = await StorageHost.start({ stable: new StableMemory(stable) });
    const { native } = host;
    expect(native.openStore(SLOT)).toBe(0);
    expect(native.keepsPageChecksumsOf(SLOT)).toBe(1);
    while (native.continuePassOf(SLOT, 10) === 0);
    while (readSuperblock(readVirtualMemory(host.stable.bytes(), SLOT)).checksumRecord !== 0) {
      expect(native.refreshChecksumOf(SLOT, 100)).toBe(0);
    }
    const memory = readVirtualMemory(host.stable.bytes(), SLOT);
    checkConservation(memory);
    expect(readSuperblock(memory)).toMatchObject({
      imageChecksum: xxh64(image),
      checksumTransaction: 1n,
      transactionId: 2n,
    });
    // A page that is not the one of the checksum is refused, first and last page alike.
    for (const page of [0, PAGES - 1]) {
      const damaged = host.stable.bytes();
      damaged[placeOf(damaged, changed.subarray(page * PAGE, (page + 1) * PAGE)) + 9]! ^= 1;
      const other = await StorageHost.start({ stable: new StableMemory(damaged) });
      expect(other.native.openStore(SLOT)).toBe(0);
      other.withRoom(PAGE, (at) => {
        expect(other.native.exportImage(SLOT, BigInt(page * PAGE), at, PAGE)).not.toBe(0);
      });
    }
  },
};
