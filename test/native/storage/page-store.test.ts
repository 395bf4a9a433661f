import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkManager, readVirtualMemory } from './manager-image';
import { StableMemory } from './stable-memory';
import { StorageHost } from './storage-host';
import { checkConservation, readImageAt, readImages, readStoredImage, readSuperblock } from './store-image';

const SLOT = 120;
const PAGE = 4096;
/** Bytes that three levels of 256 pages reach. */
const LARGEST_IMAGE = 2 ** 36;
const Status = {
  ok: 0,
  empty: 1,
  foreign: 2,
  unsupported: 3,
  damaged: 4,
  notEmpty: 5,
  full: 6,
  busy: 7,
  outOfBounds: 8,
};

async function formatted(stable = new StableMemory()): Promise<StorageHost> {
  const host = await StorageHost.start({ stable });
  expect(host.native.formatStore(SLOT, 7n)).toBe(Status.ok);
  return host;
}

const slotBytes = (host: StorageHost) => readVirtualMemory(host.stable.bytes(), SLOT);

function write(host: StorageHost, offset: number, bytes: Uint8Array): void {
  host.withBytes(bytes, (address) => {
    expect(host.native.transactionWrite(SLOT, BigInt(offset), address, bytes.length)).toBe(Status.ok);
  });
}

function commit(host: StorageHost): void {
  expect(host.native.transactionReserve(SLOT)).toBe(1);
  host.native.transactionPublish(SLOT);
}

function snapshot(host: StorageHost, name: string): void {
  host.withBytes(new TextEncoder().encode(name), (address) =>
    expect(host.native.createSnapshot(SLOT, address, name.length)).toBe(Status.ok),
  );
}

function seen(host: StorageHost): Uint8Array {
  const size = Number(host.native.transactionSize(SLOT));
  return host.fetch(size, (address) => host.native.transactionRead(SLOT, 0n, address, size));
}

function exported(host: StorageHost): Uint8Array {
  const size = Number(host.native.imageSize(SLOT));
  return host.fetch(size, (address) =>
    expect(host.native.exportImage(SLOT, 0n, address, size)).toBe(Status.ok),
  );
}

const same = (actual: Uint8Array, expected: Uint8Array) =>
  expect(Buffer.compare(actual, expected), 'the bytes differ').toBe(0);

describe('a slot', () => {
  it('is empty until it is formatted, once', async () => {
    const host = await StorageHost.start();
    expect(host.native.openStore(SLOT)).toBe(Status.empty);
    expect(host.native.formatStore(SLOT, 7n)).toBe(Status.ok);
    expect(host.native.formatStore(SLOT, 8n)).toBe(Status.notEmpty);
    const memory = slotBytes(host);
    checkConservation(memory);
    expect(readSuperblock(memory)).toMatchObject({
      generation: 7n,
      transactionId: 0n,
      logicalSize: 0,
      highWater: 2,
    });
  });

  it('is refused as it is when it holds something else', async () => {
    const host = await StorageHost.start();
    host.native.growMemory(SLOT, 1n);
    const before = host.stable.bytes();
    expect(host.native.openStore(SLOT)).toBe(Status.foreign);
    expect(host.native.formatStore(SLOT, 7n)).toBe(Status.notEmpty);
    same(host.stable.bytes(), before);
  });

  it.each([
    ['magic', 0, Status.foreign],
    ['layout version', 8, Status.unsupported],
    ['length', 12, Status.damaged],
    ['a field', 72, Status.damaged],
    ['a reserved byte', 240, Status.damaged],
    ['checksum', 248, Status.damaged],
  ])('is refused when its superblock’s %s is damaged', async (_, offset, status) => {
    const first = await formatted();
    const bytes = first.stable.bytes();
    bytes[65536 + offset]! ^= 0x40;
    const host = await StorageHost.start({ stable: new StableMemory(bytes) });
    expect(host.native.openStore(SLOT)).toBe(status);
    same(host.stable.bytes(), bytes);
  });

  it('is left empty when memory for it is refused', async () => {
    const host = await StorageHost.start();
    const before = host.stable.bytes();
    host.stable.refuse = () => true;
    expect(host.native.formatStore(SLOT, 7n)).toBe(Status.full);
    same(host.stable.bytes(), before);
    host.stable.refuse = () => false;
    expect(host.native.formatStore(SLOT, 7n)).toBe(Status.ok);
  });
});

describe('a transaction', () => {
  it('dirties its page and the superblock, nothing else, when it rewrites', async () => {
    const host = await formatted();
    write(host, 0, new Uint8Array(5 * PAGE).fill(1));
    commit(host);
    host.stable.dirty.clear();
    const before = host.stable.bytes().length;
    for (let n = 0; n < 100; n++) {
      write(host, 3 * PAGE, new Uint8Array(PAGE).fill(n));
      commit(host);
    }
    expect(host.stable.dirty.size).toBe(2);
    expect(host.stable.bytes()).toHaveLength(before);
    checkConservation(slotBytes(host));
  });

  it('is not seen by exports before it is published, nor after it is rolled back', async () => {
    const host = await formatted();
    write(host, 0, new Uint8Array(PAGE).fill(1));
    commit(host);
    write(host, 0, new Uint8Array(2 * PAGE).fill(2));
    same(exported(host), new Uint8Array(PAGE).fill(1));
    host.native.transactionRollback(SLOT);
    expect(host.native.overlayPages(SLOT)).toBe(0);
    same(seen(host), new Uint8Array(PAGE).fill(1));
  });

  it('leaves stable memory untouched until it is published', async () => {
    const host = await formatted();
    const before = host.stable.bytes();
    write(host, 0, new Uint8Array(300 * PAGE).fill(1));
    host.native.transactionTruncate(SLOT, 5n);
    same(host.stable.bytes(), before);
  });

  it('is refused whole, at every growth it needs', async () => {
    const host = await formatted();
    write(host, 0, new Uint8Array(200 * PAGE).fill(1));
    commit(host);
    const before = host.stable.bytes();
    write(host, 100 * PAGE, new Uint8Array(900 * PAGE).fill(2));
    host.stable.refuse = () => true;
    expect(host.native.transactionReserve(SLOT)).toBe(0);
    same(host.stable.bytes(), before);
    host.native.transactionRollback(SLOT);
    same(exported(host), new Uint8Array(200 * PAGE).fill(1));
  });

  it('publishes an image with holes that take no room', async () => {
    const host = await formatted();
    const far = 70_000 * PAGE;
    write(host, far, new Uint8Array([5]));
    commit(host);
    const memory = slotBytes(host);
    checkConservation(memory);
    expect(readSuperblock(memory).highWater).toBe(2 + 4);
    expect(host.native.imageSize(SLOT)).toBe(BigInt(far + 1));
    const end = host.fetch(2, (address) => host.native.exportImage(SLOT, BigInt(far - 1), address, 2));
    expect(end).toEqual(new Uint8Array([0, 5]));
  });

  it('takes an image to the last page that the map reaches, and no further', async () => {
    const host = await formatted();
    const { native, stable } = host;
    const page = new Uint8Array(PAGE).fill(7);
    write(host, LARGEST_IMAGE - PAGE, page);
    commit(host);
    const before = Buffer.from(stable.bytes());
    const beyond = [
      () => write(host, LARGEST_IMAGE, page),
      () => write(host, LARGEST_IMAGE + 1_000 * PAGE, page.subarray(0, 1)),
      () => expect(native.transactionTruncate(SLOT, BigInt(LARGEST_IMAGE + 1))).toBe(Status.ok),
    ];
    for (const grow of beyond) {
      grow();
      expect(native.transactionReserve(SLOT)).toBe(0);
      native.transactionRollback(SLOT);
    }
    same(stable.bytes(), before);
    write(host, LARGEST_IMAGE - 2 * PAGE, page);
    commit(host);
    const end = host.fetch(2 * PAGE, (address) =>
      expect(native.exportImage(SLOT, BigInt(LARGEST_IMAGE - 2 * PAGE), address, 2 * PAGE)).toBe(Status.ok),
    );
    same(end, new Uint8Array(2 * PAGE).fill(7));
  });

  it('shows zeros between the end of a cut image and what is written behind it', async () => {
    const host = await formatted();
    write(host, 0, new Uint8Array(3 * PAGE).fill(7));
    commit(host);
    expect(host.native.transactionTruncate(SLOT, BigInt(PAGE + 10))).toBe(Status.ok);
    write(host, 2 * PAGE + 5, new Uint8Array([8]));
    const expected = new Uint8Array(2 * PAGE + 6);
    expected.fill(7, 0, PAGE + 10);
    expected[2 * PAGE + 5] = 8;
    same(seen(host), expected);
    commit(host);
    same(exported(host), expected);
    checkConservation(slotBytes(host));
  });

  it('refuses an export past the end', async () => {
    const host = await formatted();
    write(host, 0, new Uint8Array(10));
    commit(host);
    host.withRoom(16, (address) => {
      expect(host.native.exportImage(SLOT, 0n, address, 11)).toBe(Status.outOfBounds);
      expect(host.native.exportImage(SLOT, 11n, address, 0)).toBe(Status.outOfBounds);
      expect(host.native.exportImage(SLOT, 2n ** 64n - 1n, address, 2)).toBe(Status.outOfBounds);
      expect(host.native.exportImage(SLOT, 10n, address, 0)).toBe(Status.ok);
    });
  });

  it('gives freed pages out again before the slot grows', async () => {
    const host = await formatted();
    write(host, 0, new Uint8Array(2000 * PAGE).fill(1));
    commit(host);
    const pages = host.stable.pages;
    for (let n = 0; n < 5; n++) {
      host.native.transactionTruncate(SLOT, BigInt(PAGE));
      commit(host);
      checkConservation(slotBytes(host));
      write(host, PAGE, new Uint8Array(1999 * PAGE).fill(n + 2));
      commit(host);
    }
    expect(host.stable.pages).toBe(pages);
    checkConservation(slotBytes(host));
  });
});

describe('a shared image', () => {
  it('is copied on write, page and tables, and stays as it was', async () => {
    const host = await formatted();
    write(host, 0, new Uint8Array(300 * PAGE).fill(1));
    commit(host);
    snapshot(host, 'before');
    const { highWater } = readSuperblock(slotBytes(host));
    write(host, 10 * PAGE, new Uint8Array(PAGE).fill(2));
    commit(host);
    const memory = slotBytes(host);
    expect(readSuperblock(memory).highWater - highWater).toBe(4);
    expect(readStoredImage(memory)[10 * PAGE]).toBe(2);
    same(readImageAt(memory, readImages(memory)[0]!), new Uint8Array(300 * PAGE).fill(1));
    checkConservation(memory);
    // A page that was copied already is rewritten in place.
    host.stable.dirty.clear();
    write(host, 10 * PAGE, new Uint8Array(PAGE).fill(3));
    commit(host);
    expect(host.stable.dirty.size).toBe(2);
  });
});

describe('any sequence of transactions', () => {
  // Mostly close together, so that writes and cuts meet.
  const offset = fc.oneof({ weight: 3, arbitrary: fc.nat({ max: 20 * PAGE }) }, fc.nat({ max: 600 * PAGE }));
  const command = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('write' as const),
        offset,
        size: fc.integer({ min: 1, max: 5 * PAGE }),
        fill: fc.integer({ min: 0, max: 255 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('truncate' as const), offset }) },
    { weight: 3, arbitrary: fc.constant({ do: 'commit' as const }) },
    { weight: 1, arbitrary: fc.constant({ do: 'rollback' as const }) },
    { weight: 1, arbitrary: fc.constant({ do: 'refusedCommit' as const }) },
    { weight: 1, arbitrary: fc.constant({ do: 'upgrade' as const }) },
  );

  it('gives what a plain file would, and conserves every page', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 40, size: 'max' }), async (commands) => {
        let host = await formatted();
        let published = new Uint8Array(0);
        let file = published;
        for (const step of commands) {
          if (step.do === 'write') {
            const bytes = new Uint8Array(step.size).fill(step.fill);
            write(host, step.offset, bytes);
            const larger = new Uint8Array(Math.max(file.length, step.offset + step.size));
            larger.set(file);
            larger.set(bytes, step.offset);
            file = larger;
          } else if (step.do === 'truncate') {
            const size = Math.min(step.offset, file.length);
            host.native.transactionTruncate(SLOT, BigInt(size));
            file = file.slice(0, size);
          } else if (step.do === 'commit') {
            commit(host);
            published = file;
          } else if (step.do === 'refusedCommit') {
            host.stable.refuse = () => true;
            if (host.native.transactionReserve(SLOT) === 1) {
              host.native.transactionPublish(SLOT);
              published = file;
            } else {
              host.native.transactionRollback(SLOT);
              file = published;
            }
            host.stable.refuse = () => false;
          } else if (step.do === 'rollback') {
            host.native.transactionRollback(SLOT);
            file = published;
          } else {
            host = await StorageHost.start({ stable: new StableMemory(host.stable.bytes()) });
            expect(host.native.openStore(SLOT)).toBe(Status.ok);
            file = published;
          }
          same(seen(host), file);
          same(exported(host), published);
        }
        const bytes = host.stable.bytes();
        checkManager(bytes);
        const memory = readVirtualMemory(bytes, SLOT);
        checkConservation(memory);
        same(readStoredImage(memory), published);
      }),
      { numRuns: 60 },
    );
  });
});
