import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { checkManager, readManager, readVirtualMemory } from './manager-image';
import { StableMemory } from './stable-memory';
import { StorageHost } from './storage-host';
import { checkConservation, readStoredImage, readSuperblock } from './store-image';

const SLOT = 120;
const OTHER = 121;
const PAGE = 4096;
const BUCKET_PAGES = 256;
const Status = { ok: 0, empty: 1, foreign: 2, damaged: 4, busy: 7, purging: 40 } as const;

let host: StorageHost;

beforeEach(async () => {
  host = await StorageHost.start();
});

/** Bytes that differ from page to page and from seed to seed. */
function pattern(size: number, seed: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(size / 4));
  let state = (seed + 1) * 0x9e3779b1;
  for (let n = 0; n < words.length; n++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    words[n] = state;
  }
  return new Uint8Array(words.buffer, 0, size);
}

function write(id: number, offset: number, bytes: Uint8Array): void {
  host.withBytes(bytes, (address) => {
    expect(host.native.transactionWrite(id, BigInt(offset), address, bytes.length)).toBe(Status.ok);
  });
}

function commit(id: number): void {
  expect(host.native.transactionReserve(id)).toBe(1);
  host.native.transactionPublish(id);
}

function cut(id: number, size: number): void {
  expect(host.native.transactionTruncate(id, BigInt(size))).toBe(Status.ok);
  commit(id);
}

function stage(id: number, offset: number, bytes: Uint8Array): void {
  host.withBytes(bytes, (address) => {
    expect(host.native.writeImport(id, BigInt(offset), address, bytes.length)).toBe(Status.ok);
  });
}

function compactWholly(id: number, budget = 1_000_000): void {
  let calls = 0;
  do {
    expect(calls++).toBeLessThan(10_000);
    expect(host.native.compact(id, budget)).toBe(Status.ok);
    checkConservation(slotBytes(id));
  } while (readSuperblock(slotBytes(id)).freePages > 0);
}

const slotBytes = (id: number) => readVirtualMemory(host.stable.bytes(), id);
const same = (actual: Uint8Array, expected: Uint8Array) =>
  expect(Buffer.compare(actual, expected), 'the bytes differ').toBe(0);

/** Two images side by side in one slot, so that cutting the first leaves free pages before what remains. */
function makeHoles(id: number, pages: number): Uint8Array {
  expect(host.native.formatStore(id, 1n)).toBe(Status.ok);
  const image = pattern(pages * PAGE, id);
  // From its end to its beginning, so that the first pages lie last.
  for (let page = pages - 1; page >= 0; page -= 50) {
    const from = Math.max(0, page - 49);
    write(id, from * PAGE, image.subarray(from * PAGE, (page + 1) * PAGE));
    commit(id);
  }
  const kept = Math.floor(pages / 4);
  cut(id, kept * PAGE);
  return image.subarray(0, kept * PAGE);
}

describe('compaction', () => {
  it('moves pages into the free ones and returns what the dry run said', () => {
    const image = makeHoles(SLOT, 3000);
    const owned = host.native.ownedBuckets(SLOT);
    const returnable = host.native.returnableBucketsOf(SLOT);
    const used = host.native.usedPagesOf(SLOT);
    expect(returnable).toBeGreaterThan(5);
    compactWholly(SLOT);
    expect(host.native.ownedBuckets(SLOT)).toBe(owned - returnable);
    expect(host.native.returnableBucketsOf(SLOT)).toBe(0);
    expect(host.native.ownedBuckets(SLOT)).toBe(
      Math.ceil(readSuperblock(slotBytes(SLOT)).highWater / BUCKET_PAGES),
    );
    expect(host.native.usedPagesOf(SLOT)).toBeLessThanOrEqual(used);
    same(readStoredImage(slotBytes(SLOT)), image);
    checkManager(host.stable.bytes());
  });

  it('may be given up after any call, and goes on after an upgrade', async () => {
    const image = makeHoles(SLOT, 1100);
    for (let calls = 0; readSuperblock(slotBytes(SLOT)).freePages > 0; calls++) {
      expect(host.native.compact(SLOT, 7)).toBe(Status.ok);
      checkConservation(slotBytes(SLOT));
      same(readStoredImage(slotBytes(SLOT)), image);
      if (calls % 10 !== 0) continue;
      host = await StorageHost.start({ stable: new StableMemory(host.stable.bytes()) });
      expect(host.native.openStore(SLOT)).toBe(Status.ok);
    }
    expect(host.native.ownedBuckets(SLOT)).toBe(2);
  });

  it('moves no more pages than its budget allows', () => {
    makeHoles(SLOT, 600);
    host.native.compact(SLOT, 1_000_000);
    makeHoles(OTHER, 600);
    host.stable.dirty.clear();
    host.native.compact(OTHER, 5);
    // The pages that were moved, and at most for each a table that points to it; allocation table, superblock, manager.
    expect(host.stable.dirty.size).toBeLessThanOrEqual(5 * 2 + 4);
    expect(readSuperblock(slotBytes(OTHER)).freePages).toBeGreaterThan(0);
  });

  it('keeps what was returned for others, who grow without raw memory growing', () => {
    makeHoles(SLOT, 3000);
    compactWholly(SLOT);
    const pages = host.stable.pages;
    host.native.formatStore(OTHER, 1n);
    write(OTHER, 0, pattern(2000 * PAGE, 3));
    commit(OTHER);
    expect(host.stable.pages).toBe(pages);
    checkManager(host.stable.bytes());
    checkConservation(slotBytes(OTHER));
  });

  it('finds the image of an import under way, which goes on', () => {
    const live = makeHoles(SLOT, 500);
    const image = pattern(700 * PAGE + 100, 9);
    expect(host.native.beginImport(SLOT, BigInt(image.length))).toBe(Status.ok);
    stage(SLOT, 300 * PAGE, image.subarray(300 * PAGE, 600 * PAGE));
    cut(SLOT, live.length - 20 * PAGE);
    compactWholly(SLOT, 40);
    same(readStoredImage(slotBytes(SLOT)), live.subarray(0, live.length - 20 * PAGE));
    stage(SLOT, 0, image.subarray(0, 300 * PAGE));
    stage(SLOT, 600 * PAGE, image.subarray(600 * PAGE));
    checkConservation(slotBytes(SLOT));
    const memory = slotBytes(SLOT);
    const { stagingReceived } = readSuperblock(memory);
    expect(stagingReceived).toBe(image.length);
  });

  it('changes nothing below a page that nothing points to, and says so', () => {
    makeHoles(SLOT, 600);
    const { highWater } = readSuperblock(slotBytes(SLOT));
    const last = highWater - 1;
    const allocationTable = last - (last % 1024) + 1;
    const bytes = new Uint8Array(4);
    // A data page that no image of so few pages has.
    new DataView(bytes.buffer).setUint32(0, (1 << 24) | 5_000, true);
    const entry = BigInt(allocationTable * PAGE + (last % 1024) * 4);
    host.withBytes(bytes, (address) => host.native.writeMemory(SLOT, entry, address, 4n));
    expect(host.native.compact(SLOT, 100)).toBe(Status.damaged);
    expect(readSuperblock(slotBytes(SLOT)).highWater).toBe(highWater);
  });

  it('of half of many archives makes room for as many new ones', () => {
    // TABULARIUM_FULL_SIZE=1: 64 archives of 16 MiB.
    const full = process.env.TABULARIUM_FULL_SIZE === '1';
    const archives = full ? 64 : 16;
    const pages = full ? 4096 : 700;
    const images = new Map<number, Uint8Array>();
    for (let n = 0; n < archives; n++) {
      expect(host.native.formatStore(120 + n, 1n)).toBe(Status.ok);
      images.set(120 + n, pattern(pages * PAGE, n));
    }
    // All grow at once, so that their buckets are interleaved.
    for (let page = 0; page < pages; page += 100) {
      for (const [id, image] of images) {
        write(id, page * PAGE, image.subarray(page * PAGE, Math.min(pages, page + 100) * PAGE));
        commit(id);
      }
    }
    const raw = host.stable.pages;
    for (let n = 0; n < archives; n += 2) {
      expect(host.native.purge(120 + n, 1_000, 0)).toBe(Status.ok);
      images.delete(120 + n);
    }
    for (const id of images.keys()) host.native.compact(id, 1_000_000);
    for (let n = 0; n < archives; n += 2) {
      const id = 120 + n;
      expect(host.native.formatStore(id, 2n)).toBe(Status.ok);
      images.set(id, pattern(pages * PAGE, 1000 + n));
      for (let page = 0; page < pages; page += 500) {
        write(id, page * PAGE, images.get(id)!.subarray(page * PAGE, Math.min(pages, page + 500) * PAGE));
        commit(id);
      }
    }
    expect(host.stable.pages).toBe(raw);
    const bytes = host.stable.bytes();
    checkManager(bytes);
    for (const [id, image] of images) same(readStoredImage(readVirtualMemory(bytes, id)), image);
  }, 1_800_000);
});

describe('a purge', () => {
  it('gives every bucket back, and the slot can be formatted again', () => {
    makeHoles(OTHER, 300);
    makeHoles(SLOT, 1000);
    const raw = host.stable.pages;
    expect(host.native.purge(SLOT, 1000, 0)).toBe(Status.ok);
    expect(host.native.ownedBuckets(SLOT)).toBe(0);
    expect(host.native.memorySize(SLOT)).toBe(0n);
    expect(readManager(host.stable.bytes()).owners).not.toContain(SLOT);
    expect(host.native.openStore(SLOT)).toBe(Status.empty);
    expect(host.native.purge(SLOT, 1000, 0)).toBe(Status.ok);
    makeHoles(SLOT, 1000);
    expect(host.stable.pages).toBe(raw);
  });

  it('in several calls leaves nothing that could be taken for an archive, over an upgrade too', async () => {
    makeHoles(SLOT, 1000);
    const owned = host.native.ownedBuckets(SLOT);
    expect(host.native.purge(SLOT, 1, 0)).toBe(Status.ok);
    expect(host.native.ownedBuckets(SLOT)).toBe(owned - 1);
    expect(host.native.openStore(SLOT)).toBe(Status.purging);
    expect(host.native.formatStore(SLOT, 2n)).not.toBe(Status.ok);
    host = await StorageHost.start({ stable: new StableMemory(host.stable.bytes()) });
    expect(host.native.openStore(SLOT)).toBe(Status.purging);
    for (let left = owned - 1; left > 0; left--) {
      checkManager(host.stable.bytes());
      expect(host.native.ownedBuckets(SLOT)).toBe(left);
      expect(host.native.purge(SLOT, 1, 0)).toBe(Status.ok);
    }
    expect(host.native.openStore(SLOT)).toBe(Status.empty);
  });

  it('is refused while the archive is open, and of bytes that are no archive unless asked for', () => {
    makeHoles(SLOT, 10);
    expect(host.native.openDatabase(SLOT, 6)).toBe(0);
    const connection = host.native.lastPointer();
    const before = host.stable.bytes();
    expect(host.native.purge(SLOT, 1, 0)).toBe(Status.busy);
    same(host.stable.bytes(), before);
    host.native.closeDatabase(connection);
    host.native.growMemory(OTHER, 40n);
    expect(host.native.purge(OTHER, 9, 0)).toBe(Status.foreign);
    expect(host.native.ownedBuckets(OTHER)).toBe(3);
    expect(host.native.purge(OTHER, 9, 1)).toBe(Status.ok);
    expect(host.native.ownedBuckets(OTHER)).toBe(0);
  });

  it('takes a damaged archive too', async () => {
    makeHoles(SLOT, 10);
    const bytes = host.stable.bytes();
    bytes[65536 + 72]! ^= 1;
    host = await StorageHost.start({ stable: new StableMemory(bytes) });
    expect(host.native.openStore(SLOT)).toBe(Status.damaged);
    expect(host.native.purge(SLOT, 9, 0)).toBe(Status.ok);
    expect(host.native.openStore(SLOT)).toBe(Status.empty);
  });
});

describe('the buckets of the canister', () => {
  it('are owned, free, spare or never used, each counted once', () => {
    makeHoles(SLOT, 1000);
    makeHoles(OTHER, 1000);
    const { native } = host;
    host.native.purge(SLOT, 2, 0);
    const raw = (host.stable.pages - 1) / 16;
    expect(native.freeBuckets()).toBe(2);
    expect(native.spareBuckets()).toBe(0);
    native.purge(OTHER, 1, 0);
    expect(native.spareBuckets()).toBe(1);
    expect(native.allocatedBuckets() + native.spareBuckets()).toBe(raw);
    expect(native.neverUsedBuckets()).toBe(32_768 - raw);
  });
});

describe('any sequence of transactions, imports and compactions in two slots', () => {
  const slot = fc.constantFrom(SLOT, OTHER);
  const offset = fc.oneof({ weight: 2, arbitrary: fc.nat({ max: 30 * PAGE }) }, fc.nat({ max: 500 * PAGE }));
  const command = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('write' as const),
        slot,
        offset,
        size: fc.integer({ min: 1, max: 100 * PAGE }),
        seed: fc.nat({ max: 1000 }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('cut' as const), slot, offset }) },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('compact' as const), slot, budget: fc.nat({ max: 400 }) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('begin' as const), slot }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('stage' as const), slot, page: fc.nat({ max: 300 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('cancel' as const), slot, budget: fc.nat({ max: 500 }) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('upgrade' as const) }) },
  );
  const IMPORT = 400 * PAGE;

  it('leaves every image as it was and conserves every page and bucket', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 25, size: 'max' }), async (commands) => {
        host = await StorageHost.start();
        const files = new Map([SLOT, OTHER].map((id) => [id, new Uint8Array(0)]));
        for (const id of files.keys()) host.native.formatStore(id, 1n);
        for (const step of commands) {
          if (step.do === 'write') {
            const bytes = pattern(step.size, step.seed);
            const file = files.get(step.slot)!;
            const larger = new Uint8Array(Math.max(file.length, step.offset + step.size));
            larger.set(file);
            larger.set(bytes, step.offset);
            files.set(step.slot, larger);
            write(step.slot, step.offset, bytes);
            commit(step.slot);
          } else if (step.do === 'cut') {
            const size = Math.min(step.offset, files.get(step.slot)!.length);
            files.set(step.slot, files.get(step.slot)!.slice(0, size));
            cut(step.slot, size);
          } else if (step.do === 'compact') {
            expect(host.native.compact(step.slot, step.budget)).toBe(Status.ok);
          } else if (step.do === 'begin') {
            host.native.beginImport(step.slot, BigInt(IMPORT));
          } else if (step.do === 'stage') {
            host.withBytes(pattern(100 * PAGE, step.page), (address) =>
              host.native.writeImport(step.slot, BigInt(step.page * PAGE), address, 100 * PAGE),
            );
          } else if (step.do === 'cancel') {
            host.native.cancelImport(step.slot);
            host.native.discardStaging(step.slot, step.budget);
          } else {
            host = await StorageHost.start({ stable: new StableMemory(host.stable.bytes()) });
            for (const id of files.keys()) expect(host.native.openStore(id)).toBe(Status.ok);
          }
          const stable = host.stable.bytes();
          checkManager(stable);
          for (const [id, file] of files) {
            const memory = readVirtualMemory(stable, id);
            checkConservation(memory);
            same(readStoredImage(memory), file);
          }
        }
        for (const id of files.keys()) {
          const expected = host.native.ownedBuckets(id) - host.native.returnableBucketsOf(id);
          compactWholly(id);
          expect(host.native.ownedBuckets(id)).toBe(expected);
          same(readStoredImage(slotBytes(id)), files.get(id)!);
        }
      }),
      { numRuns: 25 },
    );
  });
});
