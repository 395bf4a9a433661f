import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runStockSqlite } from '../../examples/tour/stock-sqlite';
import type { ArchiveClient } from '../../src/client';
import { xxh64 } from '../native/storage/xxh64';
import { ALICE, failureOf, InstalledTabularium, OPERATOR } from '../support/tabularium';

let canister: InstalledTabularium;
let archive: ArchiveClient;
let archives = 0;

beforeAll(async () => {
  canister = await InstalledTabularium.install({ bucketSizeInPages: 1 });
});

beforeEach(async () => {
  archive = canister.client().archive((await canister.archive(`archive-${archives++}`, ALICE)).id);
  await archive.execute(`CREATE TABLE parent(id INTEGER PRIMARY KEY);
    CREATE TABLE child(id INTEGER PRIMARY KEY, parent REFERENCES parent, body);
    CREATE INDEX by_body ON child(body);
    INSERT INTO parent VALUES (1)`);
  await archive.execute(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300)
    INSERT INTO child SELECT i, 1, randomblob(900) FROM n`);
});

const service = () => canister.actor(OPERATOR);
const checksumOf = (image: Uint8Array) => xxh64(image).toString(16).padStart(16, '0');

describe('space', () => {
  it('is told by archive and for all, and compaction returns what it promised', async () => {
    await archive.execute('INSERT INTO child VALUES (1000, 1, zeroblob(2000000))');
    await archive.execute('DELETE FROM child WHERE id = 1000');
    await archive.execute('VACUUM');
    const before = await archive.upkeep.space();
    expect(before.buckets_returnable).toBeGreaterThan(10);
    const listed = (await canister.client().observation.space()).find((entry) =>
      entry.archive.startsWith(`${archive.id}@`),
    );
    expect(listed?.space).toEqual(before);
    const report = await canister.client().observation.memory();
    expect(await archive.upkeep.compact()).toBe(before.buckets_returnable);
    const after = await archive.upkeep.space();
    expect(after).toMatchObject({
      buckets_returnable: 0,
      buckets_owned: before.buckets_owned - before.buckets_returnable,
    });
    const spare = ({ free_buckets, spare_buckets }: typeof report) => free_buckets + spare_buckets;
    expect(spare(await canister.client().observation.memory())).toBeGreaterThan(spare(report));
    expect((await archive.upkeep.check('integrity')).findings).toEqual([]);
  });
});

describe('the checksum', () => {
  it('is that of the image at the first call, and says when it is stale', async () => {
    expect(await archive.upkeep.checksum()).toBeUndefined();
    const image = await archive.exportImage();
    const { transaction_id } = await archive.describe();
    expect(await service().db_refresh_checksum(archive.id, 5)).toMatchObject({ ok: { done: false } });
    await archive.execute('DELETE FROM child WHERE id < 100');
    await canister.upgrade();
    const checksum = await archive.upkeep.refreshChecksum();
    expect(checksum).toMatchObject({ checksum: checksumOf(image), transaction_id, stale: true });
    expect(await archive.upkeep.refreshChecksum()).toMatchObject({
      checksum: checksumOf(await archive.exportImage()),
      stale: false,
    });
  });

  it('stays when a refresh is given up', async () => {
    const before = await archive.upkeep.refreshChecksum();
    await service().db_refresh_checksum(archive.id, 5);
    expect(await service().db_cancel_checksum(archive.id)).toEqual({ ok: null });
    expect(await archive.upkeep.checksum()).toEqual(before);
    expect(await archive.listExports()).toEqual([]);
    await service().db_refresh_checksum(archive.id, 5);
    await archive.upkeep.cancelChecksum();
    expect(await archive.listExports()).toEqual([]);
  });
});

describe('page checksums', () => {
  it('are switched on and off in parts, over an upgrade', async () => {
    expect(await service().db_page_checksums(archive.id)).toEqual({ ok: { Off: null } });
    expect(await service().db_set_page_checksums(archive.id, true)).toEqual({ ok: { SwitchingOn: null } });
    expect(await service().db_continue_page_checksums(archive.id, 5)).toEqual({
      ok: { SwitchingOn: null },
    });
    await canister.upgrade();
    expect(await service().db_continue_page_checksums(archive.id, 1_000)).toEqual({ ok: { On: null } });
    expect(await archive.upkeep.verifyPages()).toEqual([]);
    expect(await archive.upkeep.pageChecksums()).toEqual({ On: null });
    await archive.upkeep.setPageChecksums(false);
    expect(await service().db_page_checksums(archive.id)).toEqual({ ok: { Off: null } });
  });

  it('tell a damaged page by its archive and number, and the others serve on', async () => {
    await archive.upkeep.setPageChecksums(true);
    const neighbour = await canister.archive(`neighbour-${archives}`, ALICE);
    await neighbour.execute('CREATE TABLE n(x); INSERT INTO n VALUES (1)');
    const marker = 'a text that is to be found in stable memory';
    await archive.execute('INSERT INTO child VALUES (5000, 1, ?)', marker);
    await archive.execute('DELETE FROM child WHERE id = 5000');
    const snapshot = await canister.checkpoint();
    await archive.execute('INSERT INTO child VALUES (5001, 1, ?)', marker.repeat(100));
    await corrupt(marker);
    const damaged = await archive.upkeep.verifyPages();
    expect(damaged.length).toBeGreaterThan(0);
    const failure = await failureOf(
      service().query(archive.id, 'SELECT sum(length(body)) FROM child NOT INDEXED', [], []),
    );
    expect(failure).toMatchObject({ code: 'SQLITE_IOERR_DATA', message: expect.stringMatching(/page \d+/) });
    await expect(archive.exportImage()).rejects.toMatchObject({
      code: 'SLOT_DAMAGED',
      message: expect.stringContaining(archive.id),
    });
    const { findings } = await archive.upkeep.check('quick');
    expect(findings.length).toBeGreaterThan(0);
    expect(await neighbour.query('SELECT x FROM n')).toEqual([{ x: 1 }]);
    await snapshot();
  });

  /** Changes a byte of every place in stable memory that holds the text. */
  async function corrupt(text: string): Promise<void> {
    const { inspect } = canister;
    const bytes = inspect.readStable(0, inspect.stableBytes);
    const found = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = found.indexOf(text); at >= 0; at = found.indexOf(text, at + 1)) bytes[at]! ^= 255;
    await canister.pic.setStableMemory(canister.canisterId, bytes);
    await canister.upgrade();
  }
});

describe('a check', () => {
  it('finds nothing in a sound archive, as a whole or table by table', async () => {
    for (const kind of ['integrity', 'quick', 'foreign-keys'] as const) {
      expect(await archive.upkeep.check(kind)).toEqual({ findings: [], unchecked: [] });
      expect(await archive.upkeep.check(kind, { table: 'child' })).toEqual({ findings: [], unchecked: [] });
    }
    expect(await archive.upkeep.check('integrity', { instructionBudget: 12_000_000 })).toEqual({
      findings: [],
      unchecked: [],
    });
  });

  it('finds rows whose parent is missing', async () => {
    await archive.importImage(await withOrphans());
    const { findings } = await archive.upkeep.check('foreign-keys');
    expect(findings).toHaveLength(300);
    expect(findings[0]).toMatchObject({
      table: ['child'],
      message: expect.stringMatching(/misses its parent/),
    });
  });

  it('names a table that takes more than the budget', async () => {
    const { unchecked } = await archive.upkeep.check('integrity', {
      table: 'child',
      instructionBudget: 1_000,
    });
    expect(unchecked).toEqual(['child']);
  });

  it('refuses a cursor that is none, and a table that is none', async () => {
    const request = {
      archive: archive.id,
      kind: { Quick: null },
      table: [] as [] | [string],
      instruction_budget: [] as [],
      cursor: ['somewhere'] as [] | [string],
    };
    expect(await failureOf(service().db_check(request))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(
      await failureOf(service().db_check({ ...request, cursor: [], table: ['no such table'] })),
    ).toMatchObject({ code: 'SQLITE_ERROR' });
  });

  async function withOrphans(): Promise<Uint8Array> {
    return (await runStockSqlite(await archive.exportImage(), 'DELETE FROM parent')).image;
  }
});

describe('a budget of no pages', () => {
  it('is refused, since a caller would never get done', async () => {
    const { id } = archive;
    for (const call of [
      () => service().db_compact(id, 0),
      () => service().db_refresh_checksum(id, 0),
      () => service().db_continue_page_checksums(id, 0),
      () => service().db_verify_pages(id, 0n, 0),
    ]) {
      expect(await failureOf(call())).toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
  });
});
