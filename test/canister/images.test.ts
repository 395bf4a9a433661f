import { beforeEach, describe, expect, it } from 'vitest';
import { askStockSqlite, runStockSqlite } from '../../examples/tour/stock-sqlite';
import type { ArchiveClient } from '../../src/client';
import { failureOf, InstalledTabularium, OPERATOR } from '../support/tabularium';

let canister: InstalledTabularium;
let archive: ArchiveClient;

beforeEach(async () => {
  canister = await InstalledTabularium.install();
  archive = await canister.archive('a');
  await archive.execute("CREATE TABLE t(x, y); INSERT INTO t VALUES (1, 'one'), (2, 'two')");
});

const service = () => canister.actor(OPERATOR);
const rows = () => archive.query('SELECT x, y FROM t ORDER BY x');
const ROWS = [
  { x: 1, y: 'one' },
  { x: 2, y: 'two' },
];

/** Sends an image in chunks and returns the refusal of the step that refused. */
async function refusalOf(image: Uint8Array) {
  const begun = await service().db_begin_import('a', BigInt(image.length));
  if ('err' in begun) return begun.err;
  if (image.length > 0) await service().db_import_chunk('a', 0n, image);
  return failureOf(service().db_finish_import('a'));
}

describe('export', () => {
  it('gives the file that a stock SQLite opens', async () => {
    const image = await archive.exportImage();
    expect(await askStockSqlite(image, 'PRAGMA integrity_check')).toEqual([['ok']]);
    expect(await askStockSqlite(image, 'SELECT x, y FROM t ORDER BY x')).toEqual([
      [1, 'one'],
      [2, 'two'],
    ]);
  });

  it('gives the same bytes at any chunk size', async () => {
    await archive.execute('INSERT INTO t VALUES (3, randomblob(50000))');
    const { size, transaction_id } = await archive.describe();
    const whole = await archive.exportImage();
    for (const step of [1_000, 4_096, 65_519]) {
      const parts: number[] = [];
      for (let offset = 0; offset < whole.length; offset += step) {
        const reply = await service().db_export_chunk('a', transaction_id, BigInt(offset), step);
        parts.push(...('ok' in reply ? reply.ok : []));
      }
      expect(parts.length).toBe(Number(size));
      expect(Buffer.compare(Buffer.from(parts), Buffer.from(whole))).toBe(0);
    }
  });

  it('past the end is refused', async () => {
    const { size, transaction_id } = await archive.describe();
    expect(await failureOf(service().db_export_chunk('a', transaction_id, size + 1n, 10))).toMatchObject({
      code: 'OUT_OF_BOUNDS',
    });
    expect(await failureOf(service().db_export_chunk('a', transaction_id, 2n ** 63n, 10))).toMatchObject({
      code: expect.any(String),
    });
  });

  it('of a transaction that has passed is refused', async () => {
    const { transaction_id } = await archive.describe();
    await archive.execute('INSERT INTO t VALUES (3, 3)');
    expect(await failureOf(service().db_export_chunk('a', transaction_id, 0n, 10))).toMatchObject({
      code: 'EXPORT_STALE',
    });
  });
});

describe('import', () => {
  it('replaces the content and keeps it until then', async () => {
    const image = await archive.exportImage();
    await archive.execute('DELETE FROM t');
    await service().db_begin_import('a', BigInt(image.length));
    await service().db_import_chunk('a', 0n, image.subarray(0, 4_096));
    expect(await rows()).toEqual([]);
    await archive.execute("INSERT INTO t VALUES (9, 'written meanwhile')");
    await service().db_import_chunk('a', 4_096n, image.subarray(4_096));
    expect(await service().db_finish_import('a')).toEqual({ ok: null });
    expect(await rows()).toEqual(ROWS);
  });

  it('goes on after an upgrade', async () => {
    const image = await archive.exportImage();
    const target = await canister.archive('b');
    await service().db_begin_import('b', BigInt(image.length));
    await service().db_import_chunk('b', 0n, image.subarray(0, 4_096));
    await canister.upgrade();
    expect((await target.describe()).import).toEqual([{ received: 4_096n, total: BigInt(image.length) }]);
    await service().db_import_chunk('b', 4_096n, image.subarray(4_096));
    expect(await service().db_finish_import('b')).toEqual({ ok: null });
    expect(await target.query('SELECT x, y FROM t ORDER BY x')).toEqual(ROWS);
  });

  it('cancelled gives its space back', async () => {
    const before = (await canister.client().reportMemory()).stable_pages;
    for (let round = 0; round < 5; round++) {
      await service().db_begin_import('a', 3_000_000n);
      await service().db_import_chunk('a', 0n, new Uint8Array(1_500_000).fill(1));
      await service().db_import_chunk('a', 1_500_000n, new Uint8Array(1_500_000).fill(1));
      expect(await service().db_cancel_import('a')).toEqual({ ok: null });
    }
    const grown = (await canister.client().reportMemory()).stable_pages - before;
    expect(Number(grown) * 65_536).toBeLessThan(2 * 3_000_000);
    expect(await rows()).toEqual(ROWS);
  });

  it('takes a file that a stock SQLite wrote, at every page size', async () => {
    for (const pageSize of [512, 1_024, 4_096, 16_384, 65_536]) {
      const image = await stockFile(pageSize);
      await archive.importImage(image);
      expect(await archive.query('SELECT count(*) AS n, sum(length(b)) AS bytes FROM s')).toEqual([
        { n: 100, bytes: 100 * 300 },
      ]);
      await archive.execute('DELETE FROM s WHERE rowid % 2');
      expect(await archive.query('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    }
  });

  it('converts a WAL-mode file whose log was written back', async () => {
    const image = asWal(await archive.exportImage());
    await archive.execute('DELETE FROM t');
    await archive.importImage(image);
    expect(await rows()).toEqual(ROWS);
    expect([...(await archive.exportImage()).subarray(18, 20)]).toEqual([1, 1]);
  });

  const someImage = async () => archive.exportImage();
  it.each<[string, (image: Uint8Array) => Uint8Array, string]>([
    ['text', () => new TextEncoder().encode('x'.repeat(10_000)), 'IMPORT_NOT_SQLITE'],
    ['zeros', () => new Uint8Array(8_192), 'IMPORT_NOT_SQLITE'],
    ['nothing', () => new Uint8Array(0), 'IMPORT_SIZE'],
    ['a truncated file', (image) => image.subarray(0, image.length - 4_096), 'IMPORT_TRUNCATED'],
    ['a header alone', (image) => image.subarray(0, 100), 'IMPORT_TRUNCATED'],
    ['a page size of 1,000', (image) => patched(image, 16, 1_000 >> 8, 1_000 & 255), 'IMPORT_PAGE_SIZE'],
    [
      'a WAL-mode file that lacks its log',
      (image) => asWal(image.subarray(0, image.length - 4_096)),
      'IMPORT_WAL',
    ],
  ])('refuses %s and keeps the archive', async (_, damage, code) => {
    const failure = await refusalOf(damage(await someImage()));
    expect(failure).toMatchObject({ code, message: expect.stringMatching(/.{10}/) });
    expect(await rows()).toEqual(ROWS);
    await service().db_cancel_import('a');
    await archive.importImage(await archive.exportImage());
    expect(await rows()).toEqual(ROWS);
  });

  it('refuses to finish what has gaps', async () => {
    const image = await archive.exportImage();
    await service().db_begin_import('a', BigInt(image.length));
    await service().db_import_chunk('a', 0n, image.subarray(0, 4_096));
    expect(await failureOf(service().db_finish_import('a'))).toMatchObject({ code: 'IMPORT_INCOMPLETE' });
    expect(await rows()).toEqual(ROWS);
  });

  it('refuses a second one beside the first, and steps without one', async () => {
    expect(await failureOf(service().db_import_chunk('a', 0n, new Uint8Array(1)))).toMatchObject({
      code: 'IMPORT_NONE',
    });
    expect(await failureOf(service().db_finish_import('a'))).toMatchObject({ code: 'IMPORT_NONE' });
    await service().db_begin_import('a', 4_096n);
    expect(await failureOf(service().db_begin_import('a', 4_096n))).toMatchObject({ code: 'IMPORT_BUSY' });
  });
});

function patched(image: Uint8Array, offset: number, ...bytes: number[]): Uint8Array {
  const copy = image.slice();
  copy.set(bytes, offset);
  return copy;
}

/** The file format versions of a WAL-mode file. */
function asWal(image: Uint8Array): Uint8Array {
  return patched(image, 18, 2, 2);
}

async function stockFile(pageSize: number): Promise<Uint8Array> {
  const { image } = await runStockSqlite(
    new Uint8Array(0),
    `PRAGMA page_size = ${pageSize};
     CREATE TABLE s(b);
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100) INSERT INTO s SELECT zeroblob(300) FROM n;`,
  );
  return image;
}
