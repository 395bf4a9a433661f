import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { EVERYTHING, ModelledArchive, PAGE, Status } from './archive-model';
import { checkManager, readVirtualMemory } from './manager-image';
import { StableMemory } from './stable-memory';
import { StorageHost } from './storage-host';
import { checkConservation, readImages, readStoredImage, readSuperblock } from './store-image';

const SLOT = 120;
const FORK = 121;
const MAX_IMAGES = 31;

let host: StorageHost;
let archive: ModelledArchive;

beforeEach(async () => {
  host = await StorageHost.start();
  archive = ModelledArchive.format(host, SLOT);
});

const pages = (count: number, fill: number) => new Uint8Array(count * PAGE).fill(fill);
const newest = () => host.native.keptImage();
/** Pages in use but for superblock and allocation tables. */
const used = () => {
  const { highWater, freePages } = readSuperblock(archive.memory);
  return highWater - freePages - Math.ceil(highWater / 1024) - 1;
};

describe('a snapshot', () => {
  it('costs one page at first and none later, whatever the archive’s size', () => {
    archive.publish(0, pages(600, 1));
    const before = used();
    expect(archive.snapshot()).toBe(Status.ok);
    expect(archive.snapshot()).toBe(Status.ok);
    expect(used()).toBe(before + 1);
    archive.check();
  });

  it('keeps its content while the archive is written, cut and emptied', () => {
    archive.publish(0, pages(600, 1));
    archive.snapshot();
    archive.publish(300 * PAGE, pages(10, 2));
    archive.check();
    archive.truncate(280 * PAGE + 5);
    expect(archive.commit()).toBe(true);
    archive.check();
    archive.truncate(0);
    expect(archive.commit()).toBe(true);
    archive.check();
    archive.publish(0, pages(3, 3));
    archive.check();
  });

  it('of an empty archive can be restored', () => {
    archive.snapshot();
    const empty = newest();
    archive.publish(0, pages(3, 1));
    expect(archive.restore(empty)).toBe(Status.ok);
    archive.check();
    expect(host.native.imageSize(SLOT)).toBe(0n);
  });

  it('is of what was published, and leaves the transaction under way alone', () => {
    archive.publish(0, pages(5, 1));
    archive.write(PAGE, pages(1, 2));
    archive.snapshot();
    archive.check();
    expect(archive.commit()).toBe(true);
    archive.check();
  });

  it('makes a page be copied once, and be rewritten in place from then on', () => {
    archive.publish(0, pages(300, 1));
    archive.snapshot();
    const before = used();
    for (let n = 0; n < 5; n++) {
      host.stable.dirty.clear();
      archive.publish(7 * PAGE, pages(1, 2 + n));
      expect(used()).toBe(before + 4);
    }
    expect(host.stable.dirty.size).toBe(2);
  });

  it('has a name of 1 to 48 bytes, and not another’s', () => {
    const before = host.stable.bytes();
    expect(archive.snapshot('')).toBe(Status.snapshotName);
    expect(archive.snapshot(`${'é'.repeat(24)}x`)).toBe(Status.snapshotName);
    expect(Buffer.compare(host.stable.bytes(), before)).toBe(0);
    expect(archive.snapshot('é'.repeat(24))).toBe(Status.ok);
    const first = newest();
    expect(archive.snapshot('é'.repeat(24))).toBe(Status.snapshotExists);
    expect(archive.deleteSnapshot(first)).toBe(Status.ok);
    expect(archive.snapshot('é'.repeat(24))).toBe(Status.ok);
    expect(newest()).not.toBe(first);
    archive.check();
  });

  it(`is one of ${MAX_IMAGES} images at most, and there is room again once one is discarded`, () => {
    archive.publish(0, pages(300, 1));
    for (let n = 0; n < MAX_IMAGES - 1; n++) {
      archive.publish(n * PAGE, pages(1, n));
      expect(archive.snapshot()).toBe(Status.ok);
    }
    expect(archive.pin(0n, 0)).toBe(Status.ok);
    const first = [...archive.snapshots.keys()][0]!;
    const before = host.stable.bytes();
    expect(archive.snapshot()).toBe(Status.imagesFull);
    expect(archive.pin(0n, 0)).toBe(Status.imagesFull);
    expect(archive.pin(first, 0)).toBe(Status.imagesFull);
    expect(archive.restore(first)).toBe(Status.imagesFull);
    expect(Buffer.compare(host.stable.bytes(), before)).toBe(0);
    archive.check();
    expect(archive.deleteSnapshot(first)).toBe(Status.ok);
    expect(archive.snapshot()).toBe(Status.imagesFull);
    expect(archive.discard(EVERYTHING)).toBe(true);
    expect(archive.snapshot()).toBe(Status.ok);
    archive.check();
  });

  it('is refused without a change when there is no room for the directory', async () => {
    host = await StorageHost.start({ argument: new Uint8Array() });
    archive = ModelledArchive.format(host, SLOT);
    // Fill the first bucket to its last page.
    archive.publish(0, pages(254 - 3, 1));
    expect(readSuperblock(archive.memory)).toMatchObject({ highWater: 256, freePages: 0 });
    const before = host.stable.bytes();
    host.stable.refuse = () => true;
    expect(archive.snapshot()).toBe(Status.full);
    expect(archive.pin(0n, 0)).toBe(Status.full);
    expect(Buffer.compare(host.stable.bytes(), before)).toBe(0);
    host.stable.refuse = () => false;
    expect(archive.snapshot()).toBe(Status.ok);
    archive.check();
  });
});

describe('a write to a page that a snapshot shares', () => {
  it('is refused room whole, for copies of page and tables, with nothing written', () => {
    archive.publish(0, pages(300, 1));
    archive.snapshot();
    // Use up what the buckets have left.
    const { highWater, freePages } = readSuperblock(archive.memory);
    const room = 2 * 256 - highWater + freePages;
    expect(room).toBeGreaterThan(8);
    host.stable.refuse = () => true;
    let refused = 0;
    for (let fill = 2, at = 0; at < 300 && refused < 3; at += 4, fill++) {
      const before = host.stable.bytes();
      archive.write(at * PAGE, pages(4, fill));
      if (archive.commit()) continue;
      refused++;
      expect(Buffer.compare(host.stable.bytes(), before)).toBe(0);
    }
    expect(refused).toBe(3);
    archive.check();
    host.stable.refuse = () => false;
    archive.publish(0, pages(300, 99));
    archive.check();
  });

  it('never runs past what was reserved, at any number of free pages', async () => {
    for (let filled = 235; filled < 251; filled++) {
      host = await StorageHost.start();
      archive = ModelledArchive.format(host, SLOT);
      archive.publish(0, pages(filled - 1, 1));
      archive.snapshot();
      host.stable.refuse = () => true;
      archive.write(2 * PAGE, pages(3, 2));
      archive.truncate((filled - 3) * PAGE);
      const committed = archive.commit();
      // Root, directory and segment table, and three pages.
      expect(committed).toBe(filled <= 245);
      archive.check();
    }
  });
});

describe('the room for a transaction', () => {
  const BUCKET = 256;

  it('is no bucket too much beside a snapshot, where nothing is cut', () => {
    archive.publish(0, pages(30, 1));
    archive.snapshot();
    archive.publish(0, pages(3, 2));
    const { highWater } = readSuperblock(archive.memory);
    archive.publish(30 * PAGE, pages(BUCKET - highWater, 3));
    expect(readSuperblock(archive.memory).highWater).toBe(BUCKET);
    expect(host.native.ownedBuckets(SLOT)).toBe(1);
    archive.check();
  });

  it('is counted with allocation tables only where groups begin', () => {
    // Superblock, allocation table, root, directory and two segment tables.
    archive.publish(0, pages(2 * BUCKET - 6, 1));
    expect(readSuperblock(archive.memory).highWater).toBe(2 * BUCKET);
    expect(host.native.ownedBuckets(SLOT)).toBe(2);
    // One more segment's table, and the second group's allocation table.
    archive.publish((2 * BUCKET - 6) * PAGE, pages(3 * BUCKET - 4, 2));
    expect(host.native.ownedBuckets(SLOT)).toBe(5);
    expect(readSuperblock(archive.memory).highWater).toBe(5 * BUCKET);
    archive.check();
  });

  // Root, directory, the segment on the edge, and what is written.
  it.each([
    [700, 0, 3],
    [512, 0, 2],
    [700, 10, 13],
    [512, 10, 13],
    [0, 10, 13],
  ])(
    'for a cut of a shared image to %i pages and %i new ones behind is %i pages',
    async (kept, written, needed) => {
      for (const room of [needed - 1, needed]) {
        host = await StorageHost.start();
        archive = ModelledArchive.format(host, SLOT);
        archive.publish(0, pages(4 * BUCKET - 9 - room, 1));
        archive.snapshot();
        expect(readSuperblock(archive.memory).highWater).toBe(4 * BUCKET - room);
        host.stable.refuse = () => true;
        archive.truncate(kept * PAGE);
        if (written > 0) archive.write(kept * PAGE, pages(written, 2));
        expect(archive.commit()).toBe(room === needed);
        archive.check();
      }
    },
  );
});

describe('deleting a snapshot', () => {
  it('gives back just what only it held: first, middle and last of a line', () => {
    archive.publish(0, pages(600, 1));
    for (let n = 0; n < 5; n++) {
      archive.snapshot();
      archive.publish(n * 100 * PAGE, pages(150, n + 2));
      archive.publish(3 * PAGE, pages(1, n));
    }
    const ids = [...archive.snapshots.keys()];
    for (const n of [2, 0, 4, 1, 3]) {
      archive.checkDeletion(ids[n]!);
      archive.check();
    }
    expect(readSuperblock(archive.memory).sharedEpoch).toBe(0n);
    expect(used()).toBe(1 + 600 + 3 + 2);
  });

  it('gives back just what only it held where restored images branch', () => {
    archive.publish(0, pages(300, 1));
    archive.snapshot();
    const trunk = newest();
    archive.publish(10 * PAGE, pages(20, 2));
    expect(archive.restore(trunk)).toBe(Status.ok);
    const branch = newest();
    archive.publish(20 * PAGE, pages(20, 3));
    expect(archive.restore(trunk)).toBe(Status.ok);
    archive.publish(30 * PAGE, pages(20, 4));
    archive.check();
    // What the trunk's snapshot shares with the branches, and they with each other, stays theirs.
    archive.checkDeletion(trunk);
    archive.check();
    host.stable.dirty.clear();
    archive.publish(0, pages(60, 5));
    archive.check();
    archive.checkDeletion(branch);
    archive.check();
    for (const id of archive.snapshots.keys()) archive.checkDeletion(id);
    archive.check();
    expect(used()).toBe(1 + 300 + 2 + 2);
  });

  it('lets the live image rewrite in place what was shared, and pays for finding out once', () => {
    archive.publish(0, pages(20, 1));
    archive.snapshot();
    const trunk = newest();
    archive.restore(trunk);
    const other = newest();
    archive.publish(0, pages(5, 2));
    archive.deleteSnapshot(other);
    archive.deleteSnapshot(trunk);
    expect(archive.discard(EVERYTHING)).toBe(true);
    const before = used();
    archive.publish(0, pages(20, 3));
    expect(used()).toBe(before);
    archive.check();
  });

  it('goes in steps of any budget, over upgrades and beside writes', async () => {
    archive.publish(0, pages(800, 1));
    archive.snapshot();
    const id = newest();
    archive.publish(100 * PAGE, pages(500, 2));
    expect(archive.deleteSnapshot(id)).toBe(Status.ok);
    let calls = 0;
    while (!archive.discard(37)) {
      calls++;
      archive.check();
      if (calls % 4 === 0) await archive.upgrade();
      if (calls % 3 === 0) archive.publish(((calls * 53) % 790) * PAGE, pages(2, calls));
    }
    expect(calls).toBeGreaterThan(10);
    archive.check();
    expect(used()).toBe(1 + 800 + 4 + 2);
  });

  it('is done a little by every commit, so that it ends without anybody asking', () => {
    archive.publish(0, pages(600, 1));
    archive.snapshot();
    archive.publish(0, pages(600, 2));
    archive.deleteSnapshot(newest());
    let commits = 0;
    while (readImages(archive.memory).length > 0) {
      archive.publish(0, pages(1, commits++));
      checkConservation(archive.memory);
      expect(commits).toBeLessThanOrEqual(15);
    }
    archive.check();
  });

  it('of an image of many directories passes what is missing at once', () => {
    const far = 3 * 256 * 256;
    archive.publish(far * PAGE, pages(2, 1));
    archive.publish(0, pages(2, 1));
    archive.snapshot();
    const id = newest();
    archive.publish((far + 1) * PAGE, pages(1, 2));
    const before = readSuperblock(archive.memory).freePages;
    expect(archive.measure(id, EVERYTHING)).toBe(4);
    expect(archive.deleteSnapshot(id)).toBe(Status.ok);
    expect(archive.discard(1000)).toBe(true);
    expect(readSuperblock(archive.memory).freePages).toBe(before + 4);
    checkConservation(archive.memory);
  });
});

describe('restoring a snapshot', () => {
  it('is undone by restoring what it replaced', () => {
    archive.publish(0, pages(300, 1));
    archive.snapshot();
    const first = newest();
    archive.publish(5 * PAGE, pages(100, 2));
    const later = archive.published;
    const { transactionId } = readSuperblock(archive.memory);
    expect(archive.restore(first)).toBe(Status.ok);
    const replaced = newest();
    archive.check();
    expect(readSuperblock(archive.memory).transactionId).toBe(transactionId + 1n);
    expect(archive.restore(replaced)).toBe(Status.ok);
    archive.check();
    expect(Buffer.compare(archive.published, later)).toBe(0);
  });

  it('needs the number of a snapshot', () => {
    archive.publish(0, pages(3, 1));
    archive.pin(0n, 0);
    const token = newest();
    const before = host.stable.bytes();
    expect(archive.restore(token)).toBe(Status.noImage);
    expect(archive.restore(99n)).toBe(Status.noImage);
    expect(archive.deleteSnapshot(token)).toBe(Status.noImage);
    expect(archive.unpin(99n)).toBe(Status.noImage);
    expect(Buffer.compare(host.stable.bytes(), before)).toBe(0);
  });
});

describe('a pin', () => {
  it('is read at any place and length, in any order, while the archive is written', () => {
    archive.publish(
      0,
      Uint8Array.from({ length: 300 * PAGE + 77 }, (_, n) => n % 251),
    );
    archive.pin(0n, 0);
    const token = newest();
    const pinned = archive.published;
    archive.publish(0, pages(300, 9));
    const places: [number, number][] = [
      [0, 1],
      [256 * PAGE - 3, 6],
      [300 * PAGE, 77],
      [5, 300 * PAGE],
      [300 * PAGE + 77, 0],
      [0, pinned.length],
    ];
    for (const [offset, size] of places) {
      const bytes = host.fetch(size, (address) =>
        expect(host.native.readPinned(SLOT, token, BigInt(offset), address, size)).toBe(Status.ok),
      );
      expect(Buffer.compare(bytes, pinned.subarray(offset, offset + size))).toBe(0);
    }
    host.withRoom(8, (address) => {
      expect(host.native.readPinned(SLOT, token, BigInt(pinned.length - 7), address, 8)).toBe(
        Status.outOfBounds,
      );
      expect(host.native.readPinned(SLOT, token, 2n ** 64n - 4n, address, 8)).toBe(Status.outOfBounds);
      expect(host.native.readPinned(SLOT, 99n, 0n, address, 1)).toBe(Status.noImage);
    });
  });

  it('of a snapshot outlives it', () => {
    archive.publish(0, pages(30, 1));
    archive.snapshot();
    const id = newest();
    archive.publish(0, pages(30, 2));
    archive.pin(id, 0);
    archive.deleteSnapshot(id);
    expect(archive.discard(EVERYTHING)).toBe(true);
    archive.check();
    archive.unpin(newest());
    expect(archive.discard(EVERYTHING)).toBe(true);
    archive.check();
    expect(used()).toBe(1 + 30 + 3);
  });

  it('expires at its time, and the next commits drop it', () => {
    archive.publish(0, pages(30, 1));
    archive.pin(0n, 60);
    const token = newest();
    archive.publish(0, pages(30, 2));
    archive.advance(59);
    archive.check();
    archive.advance(1);
    expect(host.native.examinePin(SLOT, token)).toBe(Status.pinExpired);
    expect(readImages(archive.memory)).toHaveLength(1);
    archive.publish(0, pages(1, 3));
    expect(readImages(archive.memory)).toHaveLength(0);
    archive.check();
    expect(used()).toBe(1 + 30 + 3);
  });
});

const forkBytes = () => readVirtualMemory(host.stable.bytes(), FORK);

describe('a fork', () => {
  beforeEach(() => {
    archive.publish(
      0,
      Uint8Array.from({ length: 700 * PAGE + 5 }, (_, n) => (n >> 12) % 251),
    );
    archive.publish(600 * PAGE, pages(20, 0));
    archive.snapshot();
    expect(host.native.formatStore(FORK, 8n)).toBe(Status.ok);
  });

  it('is a copy of a snapshot in its own slot, made over messages and upgrades beside writes', async () => {
    const id = newest();
    const { bytes } = archive.snapshots.get(id)!;
    expect(host.native.beginFork(SLOT, id, FORK)).toBe(Status.ok);
    archive.deleteSnapshot(id);
    let calls = 0;
    while (host.native.isForking(FORK)) {
      expect(host.native.continueFork(FORK, 90)).toBe(Status.ok);
      calls++;
      archive.publish(calls * 50 * PAGE, pages(3, calls));
      checkConservation(archive.memory);
      checkConservation(forkBytes());
      if (calls === 4) {
        await archive.upgrade(FORK);
        host = archive.host;
      }
    }
    expect(calls).toBe(8);
    expect(Buffer.compare(readStoredImage(forkBytes()), bytes)).toBe(0);
    expect(readSuperblock(forkBytes())).toMatchObject({ generation: 8n, transactionId: 1n, stagingState: 0 });
    expect(archive.discard(EVERYTHING)).toBe(true);
    archive.check();
    expect(readImages(archive.memory)).toEqual([]);
    expect(host.native.continueFork(FORK, 1)).toBe(Status.noFork);
    checkManager(host.stable.bytes());
  });

  it('of the live image is of its last transaction', () => {
    const bytes = archive.published;
    expect(host.native.beginFork(SLOT, 0n, FORK)).toBe(Status.ok);
    archive.publish(0, pages(700, 7));
    expect(host.native.continueFork(FORK, EVERYTHING >>> 4)).toBe(Status.ok);
    expect(Buffer.compare(readStoredImage(forkBytes()), bytes)).toBe(0);
  });

  it('opens for nobody before it is whole', () => {
    host.native.beginFork(SLOT, 0n, FORK);
    expect(host.native.openDatabase(FORK, 6)).toBe(14);
    host.native.closeDatabase(host.native.lastPointer());
  });

  it('needs a slot that was never written, and an image', () => {
    const before = host.stable.bytes();
    expect(host.native.beginFork(SLOT, 99n, FORK)).toBe(Status.noImage);
    expect(host.native.beginFork(FORK, 0n, SLOT)).toBe(Status.notEmpty);
    expect(host.native.continueFork(FORK, 10)).toBe(Status.noFork);
    expect(host.native.cancelFork(FORK)).toBe(Status.noFork);
    expect(Buffer.compare(host.stable.bytes(), before)).toBe(0);
  });

  it('is cancelled without a trace in either slot', () => {
    const before = used();
    host.native.beginFork(SLOT, newest(), FORK);
    host.native.continueFork(FORK, 300);
    expect(host.native.cancelFork(FORK)).toBe(Status.ok);
    expect(host.native.discardStaging(FORK, EVERYTHING)).toBe(1);
    expect(archive.discard(EVERYTHING)).toBe(true);
    expect(used()).toBe(before);
    checkConservation(forkBytes());
    const { highWater, freePages, stagingState } = readSuperblock(forkBytes());
    expect([highWater - freePages, stagingState]).toEqual([2, 0]);
    archive.check();
  });

  it('says when its source is gone, and can be cancelled then', () => {
    host.native.beginFork(SLOT, 0n, FORK);
    host.native.continueFork(FORK, 10);
    host.native.closeStore(SLOT);
    host.native.releaseMemory(SLOT);
    expect(host.native.continueFork(FORK, 10)).toBe(Status.forkSourceGone);
    expect(host.native.formatStore(SLOT, 9n)).toBe(Status.ok);
    expect(host.native.continueFork(FORK, 10)).toBe(Status.forkSourceGone);
    expect(host.native.cancelFork(FORK)).toBe(Status.ok);
    expect(host.native.discardStaging(FORK, EVERYTHING)).toBe(1);
    checkConservation(forkBytes());
  });

  it('is refused room without a change, at every growth', async () => {
    host.native.beginFork(SLOT, 0n, FORK);
    let refusals = 0;
    while (host.native.isForking(FORK)) {
      host.stable.refuse = () => true;
      const before = host.stable.bytes();
      const status = host.native.continueFork(FORK, 100);
      host.stable.refuse = () => false;
      if (status === Status.ok) continue;
      expect(status).toBe(Status.full);
      expect(Buffer.compare(host.stable.bytes(), before)).toBe(0);
      refusals++;
      expect(host.native.continueFork(FORK, 100)).toBe(Status.ok);
    }
    expect(refusals).toBeGreaterThan(1);
    expect(Buffer.compare(readStoredImage(forkBytes()), archive.published)).toBe(0);
  });
});

describe('the search for a free page', () => {
  it('does not pass through a large slot again and again', () => {
    for (const half of [0, 6_000]) archive.publish(half * PAGE, pages(6_000, 1));
    archive.truncate(11_990 * PAGE);
    expect(archive.commit()).toBe(true);
    // Copies go to the end and what they replaced is freed at the front, so the next ones need pages of both.
    const readsOfCommit = (fill: number): number => {
      archive.snapshot();
      const before = host.stable.reads;
      archive.publish(0, pages(2 + (fill % 4), fill));
      const reads = host.stable.reads - before;
      archive.deleteSnapshot(newest());
      expect(archive.discard(EVERYTHING)).toBe(true);
      return reads;
    };
    const reads = Array.from({ length: 12 }, (_, n) => readsOfCommit(n + 2));
    expect(Math.max(...reads.slice(2))).toBeLessThan(12_000 / 64);
    archive.check();
  });
});

describe('a damaged image directory', () => {
  it('is refused when the slot is opened, with nothing changed', async () => {
    archive.publish(0, pages(3, 1));
    archive.snapshot();
    const bytes = host.stable.bytes();
    const { imageDirectory } = readSuperblock(archive.memory);
    bytes[65536 + imageDirectory * PAGE + 200]! ^= 1;
    host = await StorageHost.start({
      stable: new StableMemory(bytes),
    });
    expect(host.native.openStore(SLOT)).toBe(4);
    expect(Buffer.compare(host.stable.bytes(), bytes)).toBe(0);
  });
});

describe('any sequence of writes, snapshots, restores, forks, deletions and pins', () => {
  const near = fc.nat({ max: 12 * PAGE });
  const far = fc.integer({ min: 250 * PAGE, max: 262 * PAGE });
  const offset = fc.oneof({ weight: 3, arbitrary: near }, far);
  const which = fc.nat({ max: 30 });
  const of = <T extends string>(name: T) => fc.constant(name);
  const command = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        do: of('write'),
        offset,
        size: fc.integer({ min: 1, max: 4 * PAGE }),
        fill: fc.integer({ min: 0, max: 255 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: of('truncate'), offset }) },
    { weight: 6, arbitrary: fc.record({ do: of('commit') }) },
    { weight: 1, arbitrary: fc.record({ do: of('rollback') }) },
    { weight: 1, arbitrary: fc.record({ do: of('refusedCommit') }) },
    { weight: 4, arbitrary: fc.record({ do: of('snapshot') }) },
    { weight: 3, arbitrary: fc.record({ do: of('restore'), which }) },
    { weight: 3, arbitrary: fc.record({ do: of('delete'), which }) },
    { weight: 1, arbitrary: fc.record({ do: of('deleteAndCount'), which }) },
    { weight: 2, arbitrary: fc.record({ do: of('pin'), which, seconds: fc.constantFrom(0, 5, 50) }) },
    { weight: 1, arbitrary: fc.record({ do: of('unpin'), which }) },
    { weight: 2, arbitrary: fc.record({ do: of('discard'), budget: fc.nat({ max: 40 }) }) },
    { weight: 1, arbitrary: fc.record({ do: of('advance'), seconds: fc.nat({ max: 30 }) }) },
    { weight: 1, arbitrary: fc.record({ do: of('compact'), budget: fc.nat({ max: 100 }) }) },
    { weight: 1, arbitrary: fc.record({ do: of('fork'), which, budget: fc.integer({ min: 1, max: 300 }) }) },
    { weight: 1, arbitrary: fc.record({ do: of('upgrade') }) },
  );

  type Step = typeof command extends fc.Arbitrary<infer T> ? T : never;

  const pick = (kept: Map<bigint, unknown>, n: number) =>
    kept.size === 0 ? undefined : [...kept.keys()][n % kept.size];

  function fork(model: ModelledArchive, image: bigint, budget: number): void {
    const { native } = model.host;
    const expected = image === 0n ? model.published : model.snapshots.get(image)!.bytes;
    expect(native.formatStore(FORK, 1n)).toBe(Status.ok);
    const status = native.beginFork(SLOT, image, FORK);
    if (status === Status.ok) {
      while (native.isForking(FORK)) expect(native.continueFork(FORK, budget)).toBe(Status.ok);
      const bytes = readVirtualMemory(model.host.stable.bytes(), FORK);
      checkConservation(bytes);
      expect(Buffer.compare(readStoredImage(bytes), expected)).toBe(0);
    } else {
      expect(status).toBe(Status.imagesFull);
    }
    native.closeStore(FORK);
    native.releaseMemory(FORK);
  }

  const okOrFull = (status: number) => expect([Status.ok, Status.imagesFull]).toContain(status);

  async function perform(model: ModelledArchive, step: Step): Promise<void> {
    switch (step.do) {
      case 'write':
        return model.write(step.offset, new Uint8Array(step.size).fill(step.fill));
      case 'truncate':
        return model.truncate(step.offset);
      case 'commit':
        return void expect(model.commit()).toBe(true);
      case 'rollback':
        return model.rollback();
      case 'refusedCommit':
        model.host.stable.refuse = () => true;
        model.commit();
        model.host.stable.refuse = () => false;
        return;
      case 'snapshot':
        return okOrFull(model.snapshot());
      case 'advance':
        return model.advance(step.seconds);
      case 'discard':
        return void model.discard(step.budget);
      case 'compact':
        return void expect(model.host.native.compact(SLOT, step.budget)).toBe(Status.ok);
      case 'upgrade':
        return model.upgrade();
      case 'pin':
        return okOrFull(
          model.pin(step.which % 2 === 0 ? 0n : (pick(model.snapshots, step.which) ?? 0n), step.seconds),
        );
      case 'fork':
        return fork(model, pick(model.snapshots, step.which) ?? 0n, step.budget);
      case 'unpin': {
        const token = pick(model.pins, step.which);
        if (token !== undefined) expect([Status.ok, Status.noImage]).toContain(model.unpin(token));
        return;
      }
      default:
        return performOnSnapshot(model, step);
    }
  }

  function performOnSnapshot(model: ModelledArchive, step: Step & { which: number }): void {
    const id = pick(model.snapshots, step.which);
    if (id === undefined) return;
    if (step.do === 'delete') expect(model.deleteSnapshot(id)).toBe(Status.ok);
    else if (step.do === 'deleteAndCount') model.checkDeletion(id);
    else {
      model.rollback();
      okOrFull(model.restore(id));
    }
  }

  it('keeps every image byte for byte and accounts for every page after every step', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 60, size: 'max' }), async (steps) => {
        const model = ModelledArchive.format(await StorageHost.start(), SLOT);
        for (const step of steps) {
          await perform(model, step);
          model.check();
        }
        checkManager(model.host.stable.bytes());
        for (const id of [...model.snapshots.keys()]) {
          model.checkDeletion(id);
          model.check();
        }
      }),
      { numRuns: 40 },
    );
  }, 300_000);
});
