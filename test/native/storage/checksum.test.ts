import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { readVirtualMemory } from './manager-image';
import { StableMemory } from './stable-memory';
import { StorageHost } from './storage-host';
import { checkConservation, readImages, readStoredImage, readSuperblock } from './store-image';
import { xxh64 } from './xxh64';

const SLOT = 120;
const PAGE = 4096;
const ALL = 1_000_000;
const Status = { ok: 0, damaged: 4, full: 6 } as const;

let host: StorageHost;

beforeEach(async () => {
  host = await StorageHost.start();
  expect(host.native.formatStore(SLOT, 1n)).toBe(Status.ok);
});

const slotBytes = () => readVirtualMemory(host.stable.bytes(), SLOT);
const superblock = () => readSuperblock(slotBytes());

function write(page: number, pages: number, fill: number): void {
  const bytes = new Uint8Array(pages * PAGE).map((_, n) => (n >> 3) * 31 + fill);
  host.withBytes(bytes, (address) => {
    expect(host.native.transactionWrite(SLOT, BigInt(page * PAGE), address, bytes.length)).toBe(Status.ok);
  });
  expect(host.native.transactionReserve(SLOT)).toBe(1);
  host.native.transactionPublish(SLOT);
}

async function upgrade(): Promise<void> {
  host = await StorageHost.start({ stable: new StableMemory(host.stable.bytes()) });
  expect(host.native.openStore(SLOT)).toBe(Status.ok);
}

describe('the checksum of an image', () => {
  it('is unknown and stale at first, and takes one call when it fits', () => {
    expect(host.native.isChecksumStaleOf(SLOT)).toBe(1);
    write(0, 100, 1);
    const image = readStoredImage(slotBytes());
    expect(host.native.refreshChecksumOf(SLOT, 100)).toBe(Status.ok);
    expect(superblock()).toMatchObject({
      imageChecksum: xxh64(image),
      checksumTransaction: 1n,
      checksumTime: host.now,
      checksumState: 1,
      checksumRecord: 0,
      imageDirectory: 0,
    });
    expect(host.native.isChecksumStaleOf(SLOT)).toBe(0);
    write(5, 1, 9);
    expect(host.native.isChecksumStaleOf(SLOT)).toBe(1);
  });

  it('is that of an empty image before anything is written', () => {
    expect(host.native.refreshChecksumOf(SLOT, 0)).toBe(Status.ok);
    expect(superblock().imageChecksum).toBe(xxh64(new Uint8Array(0)));
    expect(host.native.isChecksumStaleOf(SLOT)).toBe(0);
  });

  it('completes on an archive that changes with every call, and is that of its beginning', async () => {
    write(0, 500, 1);
    const image = readStoredImage(slotBytes()).slice();
    let calls = 0;
    do {
      expect(host.native.refreshChecksumOf(SLOT, 37)).toBe(Status.ok);
      write(calls * 20, 30, calls);
      checkConservation(slotBytes());
      if (calls % 4 === 1) await upgrade();
      calls++;
    } while (superblock().checksumRecord !== 0);
    expect(calls).toBe(Math.ceil(500 / 37));
    expect(superblock()).toMatchObject({ imageChecksum: xxh64(image), checksumTransaction: 1n });
    expect(host.native.isChecksumStaleOf(SLOT)).toBe(1);
    host.native.discardImages(SLOT, ALL);
    expect(readImages(slotBytes())).toEqual([]);
    checkConservation(slotBytes());
  });

  it('goes on while the slot is compacted', () => {
    write(0, 900, 1);
    const image = readStoredImage(slotBytes()).slice();
    host.native.refreshChecksumOf(SLOT, 100);
    expect(host.native.transactionTruncate(SLOT, BigInt(10 * PAGE))).toBe(Status.ok);
    expect(host.native.transactionReserve(SLOT)).toBe(1);
    host.native.transactionPublish(SLOT);
    while (superblock().checksumRecord !== 0) {
      expect(host.native.compact(SLOT, 100)).toBe(Status.ok);
      expect(host.native.refreshChecksumOf(SLOT, 100)).toBe(Status.ok);
      checkConservation(slotBytes());
    }
    expect(superblock().imageChecksum).toBe(xxh64(image));
    host.native.discardImages(SLOT, ALL);
    const owned = host.native.ownedBuckets(SLOT);
    const returnable = host.native.returnableBucketsOf(SLOT);
    expect(returnable).toBe(3);
    expect(host.native.compact(SLOT, ALL)).toBe(Status.ok);
    expect(host.native.ownedBuckets(SLOT)).toBe(owned - returnable);
    checkConservation(slotBytes());
  });

  it('can be given up, which leaves the last one and keeps nothing', () => {
    write(0, 100, 1);
    host.native.refreshChecksumOf(SLOT, 100);
    const before = superblock();
    write(0, 100, 2);
    host.native.refreshChecksumOf(SLOT, 10);
    expect(superblock().checksumRecord).not.toBe(0);
    host.native.cancelChecksumOf(SLOT, ALL);
    const { imageChecksum, checksumTransaction } = before;
    expect(superblock()).toMatchObject({ imageChecksum, checksumTransaction, checksumRecord: 0 });
    expect(readImages(slotBytes())).toEqual([]);
    checkConservation(slotBytes());
    const bytes = host.stable.bytes();
    host.native.cancelChecksumOf(SLOT, ALL);
    expect(Buffer.compare(bytes, host.stable.bytes())).toBe(0);
  });

  it('is refused without room for its record, with nothing changed', () => {
    // The slot's first bucket, full: superblock, allocation table, 251 pages, 3 tables.
    write(0, 251, 1);
    expect(superblock()).toMatchObject({ highWater: 256, freePages: 0 });
    const before = host.stable.bytes();
    host.stable.refuse = () => true;
    expect(host.native.refreshChecksumOf(SLOT, 10)).toBe(Status.full);
    expect(Buffer.compare(before, host.stable.bytes())).toBe(0);
  });

  it('is refused from a damaged record, and can be begun anew', () => {
    write(0, 100, 1);
    host.native.refreshChecksumOf(SLOT, 10);
    const record = superblock().checksumRecord;
    host.withBytes(Uint8Array.of(1, 2, 3), (address) =>
      host.native.writeMemory(SLOT, BigInt(record * PAGE + 40), address, 3n),
    );
    expect(host.native.refreshChecksumOf(SLOT, 10)).toBe(Status.damaged);
    host.native.cancelChecksumOf(SLOT, ALL);
    expect(readImages(slotBytes())).toEqual([]);
    expect(host.native.refreshChecksumOf(SLOT, ALL)).toBe(Status.ok);
    expect(superblock().imageChecksum).toBe(xxh64(readStoredImage(slotBytes())));
  });

  it('is the same whatever the budget, the writes and the upgrades between the calls', async () => {
    const step = fc.record({
      budget: fc.integer({ min: 1, max: 120 }),
      page: fc.nat({ max: 400 }),
      compact: fc.nat({ max: 30 }),
      upgrade: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        host = await StorageHost.start();
        host.native.formatStore(SLOT, 1n);
        write(0, 400, 7);
        const expected = xxh64(readStoredImage(slotBytes()));
        for (const { budget, page, compact, upgrade: upgraded } of steps) {
          if (superblock().checksumState === 1) break;
          expect(host.native.refreshChecksumOf(SLOT, budget)).toBe(Status.ok);
          write(page, 3, page);
          expect(host.native.compact(SLOT, compact)).toBe(Status.ok);
          if (upgraded) await upgrade();
          checkConservation(slotBytes());
        }
        while (superblock().checksumState === 0) host.native.refreshChecksumOf(SLOT, 100);
        expect(superblock()).toMatchObject({ imageChecksum: expected, checksumTransaction: 1n });
      }),
      { numRuns: 25 },
    );
  });
});
