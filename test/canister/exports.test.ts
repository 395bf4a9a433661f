import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { askStockSqlite } from '../../examples/tour/stock-sqlite';
import type { ArchiveClient, PinnedExport } from '../../src/client';
import { xxh64 } from '../native/storage/xxh64';
import { ALICE, BOB, failureOf, InstalledTabularium, OPERATOR } from '../support/tabularium';

let canister: InstalledTabularium;
let archive: ArchiveClient;
let archives = 0;

beforeAll(async () => {
  canister = await InstalledTabularium.install();
});

beforeEach(async () => {
  archive = await canister.archive(`archive-${archives++}`, ALICE);
  await archive.execute(
    "CREATE TABLE t(x INTEGER PRIMARY KEY, y); INSERT INTO t VALUES (1, 'one'), (2, randomblob(50000))",
  );
});

const service = () => canister.actor(OPERATOR);

/** Bytes of an image in chunks of a size, from the last to the first. */
async function readBackwards(pinned: PinnedExport, step: number): Promise<Uint8Array> {
  const image = new Uint8Array(pinned.size);
  for (let end = Math.ceil(pinned.size / step); end > 0; end--) {
    image.set(await pinned.readChunk((end - 1) * step, step), (end - 1) * step);
  }
  return image;
}

describe('an exported image', () => {
  it('is the file that a stock SQLite opens', async () => {
    const image = await archive.exportImage();
    expect(await askStockSqlite(image, 'PRAGMA integrity_check')).toEqual([['ok']]);
    expect(await askStockSqlite(image, 'SELECT x, length(y) FROM t ORDER BY x')).toEqual([
      [1, 3],
      [2, 50_000],
    ]);
  });

  it('has the same bytes at any chunk size, in any order, by any number of calls at once', async () => {
    const whole = await archive.exportImage();
    const pinned = await archive.beginExport();
    for (const step of [1_000, 4_096, 65_519, 2_000_000]) {
      expect(Buffer.compare(await readBackwards(pinned, step), whole)).toBe(0);
    }
    const done: number[] = [];
    const options = { chunkBytes: 7_777, concurrency: 9, progress: (bytes: number) => done.push(bytes) };
    expect(Buffer.compare(await pinned.readAll(options), whole)).toBe(0);
    expect(done.at(-1)).toBe(whole.length);
  });

  it('is that of its transaction, whatever is written, restored or imported meanwhile, and after an upgrade', async () => {
    const before = await archive.exportImage();
    const pinned = await archive.beginExport();
    expect(pinned.description).toMatchObject({
      size: BigInt(before.length),
      page_size: 4_096,
      transaction_id: (await archive.describe()).transaction_id,
      purpose: { Export: null },
    });
    await archive.execute("UPDATE t SET y = 'changed'; INSERT INTO t VALUES (3, randomblob(200000))");
    const first = await pinned.readChunk(0, 10_000);
    await archive.execute('DELETE FROM t');
    await archive.execute('VACUUM');
    await archive.importImage(before);
    await archive.execute('DROP TABLE t');
    await canister.upgrade();
    const resumed = await archive.resumeExport(pinned.token);
    expect(Buffer.compare(await resumed!.readAll({ chunkBytes: 5_000 }), before)).toBe(0);
    expect(Buffer.compare(first, before.subarray(0, 10_000))).toBe(0);
    expect(await archive.query('SELECT name FROM sqlite_schema')).toEqual([]);
  });

  it('may be that of a snapshot', async () => {
    const before = await archive.exportImage();
    await archive.snapshots.create('then');
    await archive.execute('DELETE FROM t');
    expect(Buffer.compare(await archive.exportImage({ snapshot: 'then' }), before)).toBe(0);
    const missing = { archive: archive.id, snapshot: ['now'] as [string], lifetime_seconds: [] as [] };
    expect(await failureOf(service().db_begin_export(missing))).toMatchObject({ code: 'SNAPSHOT_NONE' });
  });

  it('comes with its checksum where a refresh has read it', async () => {
    expect((await archive.beginExport()).description.checksum).toEqual([]);
    await archive.upkeep.refreshChecksum();
    const pinned = await archive.beginExport();
    const expected = xxh64(await pinned.readAll())
      .toString(16)
      .padStart(16, '0');
    expect(pinned.description.checksum).toEqual([expected]);
  });

  it('may be empty', async () => {
    const empty = await canister.archive('empty');
    expect(await empty.exportImage()).toHaveLength(0);
  });
});

describe('an export', () => {
  it('that is ended gives its pages back, and its token is worth nothing', async () => {
    const pinned = await archive.beginExport();
    await archive.execute('UPDATE t SET y = randomblob(50000) WHERE x = 2');
    const held = await archive.upkeep.space();
    await pinned.end();
    const after = await archive.upkeep.space();
    expect(after.pages_used).toBeLessThan(held.pages_used - 10);
    const refusal = { code: 'IMAGE_NONE' };
    expect(await failureOf(service().db_export_chunk(archive.id, pinned.token, 0n, 10))).toMatchObject(
      refusal,
    );
    expect(await failureOf(service().db_end_export(archive.id, pinned.token))).toMatchObject(refusal);
    expect(await archive.resumeExport(pinned.token)).toBeUndefined();
  });

  it('whose time is over is refused, and unpinned by the next transaction', async () => {
    const pinned = await archive.beginExport({ lifetimeSeconds: 60 });
    await canister.pic.advanceTime(59_000);
    await canister.pic.tick();
    expect(await pinned.readChunk(0, 16)).toHaveLength(16);
    await canister.pic.advanceTime(2_000);
    await canister.pic.tick();
    expect(await failureOf(service().db_export_chunk(archive.id, pinned.token, 0n, 10))).toMatchObject({
      code: 'EXPORT_EXPIRED',
    });
    await archive.execute("UPDATE t SET y = 'x' WHERE x = 1");
    expect(await archive.listExports()).toEqual([]);
  });

  it('whose time is over takes no room from another one, though nothing is written', async () => {
    for (let n = 0; n < 31; n++) await archive.beginExport({ lifetimeSeconds: 60 });
    await canister.pic.advanceTime(61_000);
    await canister.pic.tick();
    const pinned = await archive.beginExport();
    expect((await archive.listExports()).map(({ token }) => token)).toEqual([pinned.token]);
  });

  it('of another archive is none', async () => {
    await canister.archive('b', BOB);
    const pinned = await archive.beginExport();
    expect(await failureOf(canister.actor(BOB).db_export_chunk('b', pinned.token, 0n, 10))).toMatchObject({
      code: 'IMAGE_NONE',
    });
    expect(
      await failureOf(canister.actor(BOB).db_export_chunk(archive.id, pinned.token, 0n, 10)),
    ).toMatchObject({
      code: 'NOT_AUTHORISED',
    });
  });

  it.each<[string, bigint, number, string]>([
    ['past its end', 1n << 40n, 10, 'OUT_OF_BOUNDS'],
    ['at an offset beyond all numbers', 1n << 63n, 10, 'CANDID_MALFORMED'],
  ])('read %s is refused', async (_, offset, length, code) => {
    const { token } = await archive.beginExport();
    expect(await failureOf(service().db_export_chunk(archive.id, token, offset, length))).toMatchObject({
      code,
    });
  });

  it('gives as much as a reply holds, and refuses more', async () => {
    await archive.execute('INSERT INTO t VALUES (3, zeroblob(2000000)), (4, zeroblob(2000000))');
    const { token } = await archive.beginExport();
    for (const length of [3 * 2 ** 20, 2 ** 32 - 1]) {
      expect(await failureOf(service().db_export_chunk(archive.id, token, 0n, length))).toMatchObject({
        code: 'RESULT_TOO_LARGE',
      });
    }
    expect(await service().db_export_chunk(archive.id, token, 0n, 3_145_000)).toHaveProperty(
      'ok.length',
      3_145_000,
    );
  });

  it.each([0, 30 * 86_400 + 1])('of %i seconds is refused', async (seconds) => {
    const request = { archive: archive.id, snapshot: [] as [], lifetime_seconds: [seconds] as [number] };
    expect(await failureOf(service().db_begin_export(request))).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('of which there are too many is refused, until one ends', async () => {
    const pinned: PinnedExport[] = [];
    for (let n = 0; n < 31; n++) pinned.push(await archive.beginExport());
    const request = { archive: archive.id, snapshot: [] as [], lifetime_seconds: [] as [] };
    expect(await failureOf(service().db_begin_export(request))).toMatchObject({ code: 'IMAGES_FULL' });
    await pinned[7]!.end();
    expect(await service().db_begin_export(request)).toHaveProperty('ok');
    expect(await archive.listExports()).toHaveLength(31);
  });

  it('does not end the pin of a fork or a checksum', async () => {
    await archive.execute('INSERT INTO t VALUES (3, zeroblob(400000))');
    await service().db_refresh_checksum(archive.id, 5);
    await service().db_begin_fork({ archive: archive.id, snapshot: [], id: 'copy', owner: [] });
    const pins = await archive.listExports();
    expect(pins.map(({ purpose }) => Object.keys(purpose)[0]).sort()).toEqual(['Check', 'Fork']);
    for (const { token } of pins) {
      expect(await failureOf(service().db_end_export(archive.id, token))).toMatchObject({
        code: 'PIN_IN_USE',
      });
    }
  });
});
