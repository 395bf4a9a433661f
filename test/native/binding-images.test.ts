import { beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../../src/database';
import type { NativeModule } from '../../src/native/interface';
import { BufferStableMemory, type NodeHost } from '../../src/native/node';
import { startHost, thrownBy } from '../support/native-host';

const SLOT = 120;
const FORK = 130;
const EVERYTHING = 2 ** 31 - 1;

let now: bigint;
let stableMemory: BufferStableMemory;
let host: NodeHost;
let native: NativeModule;
let db: Database;

beforeEach(async () => {
  now = 1_700_000_000_000_000_000n;
  stableMemory = new BufferStableMemory();
  await upgrade();
  db = new Database(native, { memoryId: SLOT, create: true });
  db.exec(
    "CREATE TABLE t (x INTEGER PRIMARY KEY, y); INSERT INTO t VALUES (1, 'first'), (2, randomblob(20000))",
  );
});

/** Starts a host over the bytes that are there. */
async function upgrade(): Promise<void> {
  host = await startHost({ stableMemory, now: () => now });
  native = host.native;
}

const reopen = (memoryId = SLOT) => new Database(native, { memoryId });
const names = () => db.prepare<string>("SELECT y FROM t WHERE typeof(y) = 'text' ORDER BY x").pluck().all();
const wholeImage = () => native.readImage(SLOT, 0, EVERYTHING);

function stableBytes(): Uint8Array {
  const bytes = new Uint8Array(stableMemory.pages * 65536);
  stableMemory.read(0, bytes);
  return bytes;
}

/** Runs as one message and gives what it replied. */
function reply(call: () => void): Uint8Array {
  return host.message({}, call)!;
}

describe('snapshots', () => {
  it('are listed with what is known of them', () => {
    const id = native.createSnapshot(SLOT, 'before Ä');
    const { transactionId, logicalSize, pageSize } = native.describeSlot(SLOT)!;
    const scheduled = native.createSnapshot(SLOT, 'nightly', 'schedule');
    expect(native.listSnapshots(SLOT)).toEqual([
      {
        id,
        name: 'before Ä',
        origin: 'request',
        logicalSize,
        pageSize,
        transactionId,
        createdAt: 1_700_000_000_000,
      },
      {
        id: scheduled,
        name: 'nightly',
        origin: 'schedule',
        logicalSize,
        pageSize,
        transactionId,
        createdAt: 1_700_000_000_000,
      },
    ]);
    expect(native.describeSlot(SLOT)!.transactionId).toBe(transactionId);
  });

  it('are restored, and the restore is undone', () => {
    const id = native.createSnapshot(SLOT, 'before');
    db.exec("UPDATE t SET y = 'changed' WHERE x = 1; CREATE TABLE u (z); INSERT INTO t VALUES (3, 'third')");
    expect(thrownBy(() => native.restoreSnapshot(SLOT, id, 'after'))).toMatchObject({ code: 'SLOT_BUSY' });
    db.close();
    const replaced = native.restoreSnapshot(SLOT, id, 'after');
    db = reopen();
    expect(names()).toEqual(['first']);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.exec("UPDATE t SET y = 'another way' WHERE x = 1");
    db.close();
    expect(native.listSnapshots(SLOT).map(({ name, origin }) => [name, origin])).toEqual([
      ['before', 'request'],
      ['after', 'restore'],
    ]);
    native.restoreSnapshot(SLOT, replaced, 'undone');
    db = reopen();
    expect(names()).toEqual(['changed', 'third']);
    db.exec('INSERT INTO u VALUES (1)');
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  });

  it('free what only they held, as measured before', () => {
    const id = native.createSnapshot(SLOT, 'before');
    db.exec('UPDATE t SET y = randomblob(20000) WHERE x = 2');
    const { pages, nextSegment } = native.measureImage(SLOT, id, 0, 100);
    expect(nextSegment).toBeUndefined();
    expect(pages).toBeGreaterThan(5);
    const before = native.slotSpace(SLOT)!;
    native.deleteSnapshot(SLOT, id);
    expect(native.listSnapshots(SLOT)).toEqual([]);
    expect(native.reclaimImages(SLOT, 2)).toBe(false);
    expect(native.reclaimImages(SLOT, 1000)).toBe(true);
    expect(native.slotSpace(SLOT)!.pagesFree - before.pagesFree).toBe(pages);
    expect(native.slotSpace(SLOT)!.pagesHeldBySnapshots).toBe(0);
  });

  it('survive an upgrade', async () => {
    const id = native.createSnapshot(SLOT, 'before');
    db.exec("UPDATE t SET y = 'changed' WHERE x = 1");
    await upgrade();
    native.restoreSnapshot(SLOT, id, 'after');
    db = reopen();
    expect(names()).toEqual(['first']);
  });

  it.each<[string, () => unknown, string]>([
    ['an empty name', () => native.createSnapshot(SLOT, ''), 'SNAPSHOT_NAME'],
    ['a long name', () => native.createSnapshot(SLOT, 'x'.repeat(49)), 'SNAPSHOT_NAME'],
    ['a name that is taken', () => native.createSnapshot(SLOT, 'taken'), 'SNAPSHOT_EXISTS'],
    ['no snapshot', () => native.deleteSnapshot(SLOT, 99), 'IMAGE_NONE'],
    ['nothing to measure', () => native.measureImage(SLOT, 99, 0, 1), 'IMAGE_NONE'],
    ['an empty slot', () => native.createSnapshot(121, 'x'), 'SLOT_EMPTY'],
  ])('refuse %s', (_, call, code) => {
    native.createSnapshot(SLOT, 'taken');
    const before = stableBytes();
    expect(thrownBy(call)).toMatchObject({ code });
    expect(Buffer.compare(stableBytes(), before)).toBe(0);
  });

  it('refuse misuse', () => {
    expect(() => native.createSnapshot(SLOT, 5 as unknown as string)).toThrow(
      new TypeError('name must be a string'),
    );
    expect(() => native.createSnapshot(SLOT, 'x', 'whim' as 'request')).toThrow(RangeError);
    expect(() => native.createSnapshot(119, 'x')).toThrow(RangeError);
    expect(native.listSnapshots(SLOT)).toEqual([]);
  });

  it('are 31 at most', () => {
    for (let n = 0; n < 31; n++) native.createSnapshot(SLOT, `snapshot ${n}`);
    expect(thrownBy(() => native.createSnapshot(SLOT, 'one more'))).toMatchObject({ code: 'IMAGES_FULL' });
    expect(thrownBy(() => native.beginExport(SLOT, 60))).toMatchObject({ code: 'IMAGES_FULL' });
    expect(thrownBy(() => native.beginFork(SLOT, FORK, 1))).toMatchObject({ code: 'IMAGES_FULL' });
    expect(native.describeSlot(FORK)).toBeUndefined();
  });
});

describe('an export', () => {
  it('gives the image of its transaction in any order and again, while the archive is written', async () => {
    const expected = wholeImage();
    const pin = native.beginExport(SLOT, 60);
    expect(pin).toEqual({
      id: pin.id,
      origin: 'export',
      logicalSize: expected.length,
      pageSize: 4096,
      transactionId: native.describeSlot(SLOT)!.transactionId,
      createdAt: 1_700_000_000_000,
      expiresAt: 1_700_000_060_000,
    });
    for (let offset = Math.floor(expected.length / 777) * 777, n = 0; offset >= 0; offset -= 777, n++) {
      if (n % 5 === 0) db.exec(`INSERT INTO t (y) VALUES (hex(randomblob(2000)))`);
      if (n === 20) await upgrade().then(() => (db = reopen()));
      const chunk = native.readExport(SLOT, pin.id, offset, 777);
      expect(Buffer.compare(chunk, expected.subarray(offset, offset + 777))).toBe(0);
    }
    expect(Buffer.compare(native.readExport(SLOT, pin.id, 0, EVERYTHING), expected)).toBe(0);
    expect(native.listExports(SLOT)).toEqual([pin]);
    native.endExport(SLOT, pin.id);
    expect(thrownBy(() => native.readExport(SLOT, pin.id, 0, 1))).toMatchObject({ code: 'IMAGE_NONE' });
    expect(native.listExports(SLOT)).toEqual([]);
  });

  it('of a snapshot gives the snapshot', () => {
    const expected = wholeImage();
    const id = native.createSnapshot(SLOT, 'before');
    db.exec('DELETE FROM t');
    const pin = native.beginExport(SLOT, 60, id);
    native.deleteSnapshot(SLOT, id);
    native.reclaimImages(SLOT, EVERYTHING);
    expect(Buffer.compare(native.readExport(SLOT, pin.id, 0, EVERYTHING), expected)).toBe(0);
    expect(thrownBy(() => native.beginExport(SLOT, 60, 0))).toMatchObject({ code: 'IMAGE_NONE' });
    expect(thrownBy(() => native.beginExport(SLOT, 60, 99))).toMatchObject({ code: 'IMAGE_NONE' });
  });

  it('replies with its bytes', () => {
    const expected = wholeImage();
    const { id } = native.beginExport(SLOT, 60);
    const bytes = reply(() => native.replyExportChunk(SLOT, id, 4096, 5000));
    expect(Buffer.compare(bytes.subarray(-5000), expected.subarray(4096, 9096))).toBe(0);
    expect(thrownBy(() => native.replyExportChunk(SLOT, id, expected.length + 1, 1))).toMatchObject({
      code: 'OUT_OF_BOUNDS',
    });
  });

  it('expires, and the next update drops it', () => {
    const { id } = native.beginExport(SLOT, 60);
    now += 60_000_000_000n;
    expect(thrownBy(() => native.readExport(SLOT, id, 0, 1))).toMatchObject({ code: 'EXPORT_EXPIRED' });
    expect(native.listExports(SLOT)).toHaveLength(1);
    db.exec("UPDATE t SET y = 'changed' WHERE x = 1");
    expect(native.listExports(SLOT)).toEqual([]);
    expect(native.reclaimImages(SLOT, 0)).toBe(true);
    expect(native.slotSpace(SLOT)!.pagesHeldBySnapshots).toBe(0);
  });
});

describe('a fork', () => {
  it('is an archive of its own, made over messages and an upgrade', async () => {
    const id = native.createSnapshot(SLOT, 'before');
    db.exec("UPDATE t SET y = 'changed' WHERE x = 1");
    native.beginFork(SLOT, FORK, 5, id);
    const total = native.listSnapshots(SLOT)[0]!.logicalSize;
    expect(native.forkProgress(FORK)).toEqual({ copied: 0, total, done: false });
    expect(thrownBy(() => reopen(FORK))).toMatchObject({ code: 'FORK_BUSY' });
    expect(native.continueFork(FORK, 3)).toEqual({ copied: 3 * 4096, total, done: false });
    await upgrade();
    db = reopen();
    db.exec("UPDATE t SET y = 'changed again' WHERE x = 1");
    expect(native.continueFork(FORK, 1000)).toEqual({ copied: total, total, done: true });
    expect(native.forkProgress(FORK)).toBeUndefined();
    expect(native.describeSlot(FORK)).toMatchObject({ generation: 5, pageSize: 4096, logicalSize: total });
    const fork = reopen(FORK);
    expect(fork.prepare('SELECT y FROM t WHERE x = 1').pluck().get()).toBe('first');
    fork.exec("UPDATE t SET y = 'of the fork' WHERE x = 1");
    expect(fork.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(names()).toEqual(['changed again']);
    expect(native.listExports(SLOT)).toEqual([]);
  });

  it('is cancelled, and its slot purged', () => {
    native.beginFork(SLOT, FORK, 5);
    native.continueFork(FORK, 2);
    native.cancelFork(FORK);
    expect(native.purgeSlot(FORK, 1000)).toBe(true);
    expect(native.describeSlot(FORK)).toBeUndefined();
    expect(native.reclaimImages(SLOT, EVERYTHING)).toBe(true);
    expect(native.slotSpace(SLOT)!.pagesHeldBySnapshots).toBe(0);
  });

  it('is refused what cannot be', () => {
    expect(thrownBy(() => native.beginFork(SLOT, SLOT, 1))).toMatchObject({ code: 'SLOT_NOT_EMPTY' });
    expect(thrownBy(() => native.beginFork(SLOT, FORK, 1, 99))).toMatchObject({ code: 'IMAGE_NONE' });
    expect(native.describeSlot(FORK)).toBeUndefined();
    expect(thrownBy(() => native.continueFork(SLOT, 1))).toMatchObject({ code: 'FORK_NONE' });
    expect(thrownBy(() => native.cancelFork(SLOT))).toMatchObject({ code: 'FORK_NONE' });
  });
});

it('none of it leaks', () => {
  const id = native.createSnapshot(SLOT, 'kept');
  const before = host.liveResources();
  for (let n = 0; n < 3; n++) {
    native.createSnapshot(SLOT, `snapshot ${n}`);
    native.listSnapshots(SLOT);
    native.measureImage(SLOT, id, 0, 1);
    const pin = native.beginExport(SLOT, 60);
    native.listExports(SLOT);
    native.endExport(SLOT, pin.id);
    thrownBy(() => native.createSnapshot(SLOT, 'kept'));
    thrownBy(() => native.readExport(SLOT, pin.id, 0, 1));
  }
  expect(host.liveResources()).toEqual(before);
});
