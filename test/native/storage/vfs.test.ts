import { beforeEach, describe, expect, it } from 'vitest';
import { readVirtualMemory } from './manager-image';
import { SqlConnection } from './sql-connection';
import { StableMemory } from './stable-memory';
import { StorageHost } from './storage-host';
import { checkConservation, readStoredImage, readSuperblock } from './store-image';

const SLOT = 121;
const SQLITE_IOERR_DATA = 8202;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;

let host: StorageHost;

beforeEach(async () => {
  host = await StorageHost.start();
  expect(host.native.formatStore(SLOT, 1n)).toBe(0);
});

const slotBytes = () => readVirtualMemory(host.stable.bytes(), SLOT);

const thousandRows = `
  CREATE TABLE item (id INTEGER PRIMARY KEY, body TEXT);
  WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 1000)
  INSERT INTO item SELECT x, 'row ' || x FROM n;`;

describe('an archive’s file', () => {
  it.each([512, 1024, 2048, 4096, 8192, 16384, 32768, 65536])('works with pages of %i bytes', (pageSize) => {
    const sql = SqlConnection.open(host, SLOT, `PRAGMA page_size = ${pageSize};`);
    sql.all(`${thousandRows} CREATE INDEX by_body ON item (body); DELETE FROM item WHERE id % 3 = 0;`);
    sql.all('INSERT INTO item SELECT id + 5000, hex(zeroblob(300)) FROM item');
    expect(sql.value('PRAGMA page_size')).toBe(String(pageSize));
    expect(sql.value('PRAGMA integrity_check')).toBe('ok');
    sql.all('VACUUM');
    expect(sql.value('PRAGMA integrity_check')).toBe('ok');
    expect(sql.value('SELECT count(*) FROM item')).toBe('1334');
    sql.close();
    const memory = slotBytes();
    checkConservation(memory);
    expect(readSuperblock(memory)).toMatchObject({
      sqlitePageSize: pageSize,
      logicalSize: readStoredImage(memory).length,
    });
  });

  it('holds what was committed when it is opened again', () => {
    SqlConnection.open(host, SLOT).all(thousandRows);
    const memory = slotBytes();
    expect(new TextDecoder().decode(readStoredImage(memory).subarray(0, 15))).toBe('SQLite format 3');
    expect(readSuperblock(memory)).toMatchObject({
      sqlitePageSize: 4096,
      schemaVersion: 1,
      transactionId: 2n,
    });
  });

  it('is one for a slot: a second connection does not open', () => {
    SqlConnection.open(host, SLOT);
    expect(host.native.openFiles(SLOT)).toBe(1);
    expect(host.native.openDatabase(SLOT, 6)).toBe(SQLITE_CANTOPEN);
    host.native.closeDatabase(host.native.lastPointer());
    expect(host.native.openFiles(SLOT)).toBe(1);
  });

  it('does not open where no store is', () => {
    expect(host.native.openDatabase(122, 6)).toBe(SQLITE_CANTOPEN);
    host.native.closeDatabase(host.native.lastPointer());
  });

  it('is the only file there is', () => {
    host.native.formatStore(122, 1n);
    const sql = SqlConnection.open(host, SLOT);
    for (const name of ['122', '121', 'other.db', 'file:122?vfs=tabularium']) {
      expect(sql.codeOf(`ATTACH '${name}' AS other`)).toBe(SQLITE_CANTOPEN);
      expect(sql.codeOf(`VACUUM INTO '${name}'`)).toBe(SQLITE_CANTOPEN);
    }
  });

  it.each(['WAL', 'wal', 'DELETE', 'MEMORY', 'PERSIST', 'OFF'])(
    'refuses journal_mode %s and stays usable',
    (mode) => {
      const sql = SqlConnection.open(host, SLOT);
      sql.all(thousandRows);
      expect(() => sql.all(`PRAGMA journal_mode = ${mode}`)).toThrow('journal_mode is TRUNCATE');
      expect(() => sql.all(`PRAGMA main.JOURNAL_MODE(${mode})`)).toThrow('journal_mode is TRUNCATE');
      expect(sql.value('PRAGMA journal_mode')).toBe('truncate');
      expect(sql.value('PRAGMA journal_mode = Truncate')).toBe('truncate');
      expect(sql.value('SELECT count(*) FROM item')).toBe('1000');
      expect(readStoredImage(slotBytes()).subarray(18, 20)).toEqual(new Uint8Array([1, 1]));
    },
  );

  it('keeps small temporary tables, sorts and rollbacks in memory', () => {
    const sql = SqlConnection.open(host, SLOT, 'PRAGMA cache_size = 10;');
    sql.all(thousandRows);
    const pages = host.stable.pages;
    sql.all(`CREATE TEMP TABLE t AS SELECT id, zeroblob(1000) AS b FROM item;
             SELECT a.id FROM t a, t b ORDER BY random() LIMIT 10;`);
    expect(host.stable.pages).toBe(pages);
    expect(sql.value('PRAGMA integrity_check')).toBe('ok');
  });

  it('answers SQLite’s questions about time in UTC', () => {
    const sql = SqlConnection.open(host, SLOT);
    expect(sql.all("SELECT datetime('now'), datetime('now', 'localtime'), strftime('%f', 'now')")).toEqual([
      ['2023-11-14 22:13:20', '2023-11-14 22:13:20', '20.123'],
    ]);
    expect(sql.value("SELECT datetime('1900-03-01 00:00:01', 'localtime')")).toBe('1900-03-01 00:00:01');
  });
});

describe('a transaction', () => {
  it('writes nothing to stable memory before COMMIT, spilled or not, and all of it then', () => {
    const sql = SqlConnection.open(host, SLOT, 'PRAGMA cache_size = 5;');
    sql.all(thousandRows);
    const before = host.stable.bytes();
    sql.all('BEGIN; UPDATE item SET body = body || hex(zeroblob(200));');
    expect(host.native.overlayPages(SLOT)).toBeGreaterThan(50);
    expect(Buffer.compare(host.stable.bytes(), before)).toBe(0);
    sql.all('COMMIT');
    expect(host.native.overlayPages(SLOT)).toBe(0);
    expect(sql.value('SELECT sum(length(body)) FROM item')).toBe(String(6893 + 400 * 1000));
    expect(sql.value('PRAGMA integrity_check')).toBe('ok');
    checkConservation(slotBytes());
  });

  it('is forgotten by ROLLBACK, spilled pages too', () => {
    const sql = SqlConnection.open(host, SLOT, 'PRAGMA cache_size = 5;');
    sql.all(thousandRows);
    const before = host.stable.bytes();
    sql.all('BEGIN; UPDATE item SET body = hex(zeroblob(300)); DELETE FROM item WHERE id > 500;');
    expect(host.native.overlayPages(SLOT)).toBeGreaterThan(50);
    sql.all('ROLLBACK');
    expect(host.native.overlayPages(SLOT)).toBe(0);
    expect(Buffer.compare(host.stable.bytes(), before)).toBe(0);
    expect(sql.value('SELECT sum(length(body)) FROM item')).toBe('6893');
    expect(sql.value('PRAGMA integrity_check')).toBe('ok');
  });

  it('goes back to a savepoint, spilled pages too, and commits the rest', () => {
    const sql = SqlConnection.open(host, SLOT, 'PRAGMA cache_size = 5;');
    sql.all(thousandRows);
    sql.all(`BEGIN; UPDATE item SET body = 'first' WHERE id <= 400;
             SAVEPOINT s; UPDATE item SET body = hex(zeroblob(500)); INSERT INTO item (body) SELECT body FROM item;
             ROLLBACK TO s; UPDATE item SET body = 'last' WHERE id = 999; COMMIT`);
    expect(sql.all("SELECT body, count(*) FROM item WHERE body NOT LIKE 'row%' GROUP BY body")).toEqual([
      ['first', '400'],
      ['last', '1'],
    ]);
    expect(sql.value('SELECT count(*) FROM item')).toBe('1000');
    expect(sql.value('PRAGMA integrity_check')).toBe('ok');
    sql.close();
    checkConservation(slotBytes());
  });

  it('loses a failed statement only', () => {
    const sql = SqlConnection.open(host, SLOT, 'PRAGMA cache_size = 5;');
    sql.all(thousandRows);
    sql.all("BEGIN; UPDATE item SET body = 'kept' WHERE id = 1");
    expect(sql.codeOf('UPDATE item SET id = 5000 - (id / 2), body = hex(zeroblob(500))')).toBe(1555);
    sql.all('COMMIT');
    expect(sql.all("SELECT count(*), sum(body = 'kept'), max(id) FROM item")).toEqual([
      ['1000', '1', '1000'],
    ]);
    expect(sql.value('PRAGMA integrity_check')).toBe('ok');
  });

  it('is refused with SQLITE_FULL when memory is, and the archive goes on', () => {
    const sql = SqlConnection.open(host, SLOT);
    sql.all(thousandRows);
    const before = host.stable.bytes();
    host.stable.refuse = () => true;
    const large = 'INSERT INTO item (body) SELECT hex(zeroblob(2000)) FROM item';
    expect(sql.codeOf(large)).toBe(SQLITE_FULL);
    sql.all('BEGIN');
    sql.all(large);
    expect(sql.codeOf('COMMIT')).toBe(SQLITE_FULL);
    expect(Buffer.compare(host.stable.bytes(), before)).toBe(0);
    expect(sql.value('SELECT count(*) FROM item')).toBe('1000');
    host.stable.refuse = () => false;
    sql.all(large);
    expect(sql.value('SELECT count(*) FROM item')).toBe('2000');
    expect(sql.value('PRAGMA integrity_check')).toBe('ok');
    checkConservation(slotBytes());
  });

  it('is refused beside a snapshot without room for copies, and rolled back at once, time after time', () => {
    const sql = SqlConnection.open(host, SLOT);
    sql.all(`${thousandRows} UPDATE item SET body = hex(zeroblob(1500))`);
    const name = new TextEncoder().encode('kept');
    host.withBytes(name, (address) => expect(host.native.createSnapshot(SLOT, address, name.length)).toBe(0));
    const before = host.stable.bytes();
    host.stable.refuse = () => true;
    for (let n = 0; n < 3; n++) {
      expect(sql.codeOf('UPDATE item SET body = body || 1')).toBe(SQLITE_FULL);
      expect(host.native.overlayPages(SLOT)).toBe(0);
      expect(sql.value('SELECT count(*) || sum(length(body)) FROM item')).toBe('10003000000');
    }
    expect(Buffer.compare(host.stable.bytes(), before)).toBe(0);
    host.stable.refuse = () => false;
    sql.all('UPDATE item SET body = body || 1');
    expect(sql.value('SELECT sum(length(body)) FROM item')).toBe('3001000');
    expect(sql.value('PRAGMA integrity_check')).toBe('ok');
    checkConservation(slotBytes());
  });

  it('is refused at whichever growth memory is, and the others succeed', async () => {
    const steps = [...Array(8).keys()].map(
      (n) => `INSERT INTO item (body) VALUES (zeroblob(${400_000 + n}))`,
    );
    const run = async (refused: number) => {
      host = await StorageHost.start();
      host.native.formatStore(SLOT, 1n);
      const sql = SqlConnection.open(host, SLOT);
      sql.all(thousandRows);
      const before = host.stable.grows;
      host.stable.refuse = (grow) => grow - before === refused;
      const codes = steps.map((step) => sql.codeOf(step));
      expect(sql.value('SELECT count(*) - 1000 FROM item')).toBe(
        String(codes.filter((code) => code === 0).length),
      );
      expect(sql.value('PRAGMA integrity_check')).toBe('ok');
      checkConservation(slotBytes());
      return { codes, grows: host.stable.grows - before };
    };
    const { grows } = await run(0);
    expect(grows).toBeGreaterThan(2);
    for (let refused = 1; refused <= grows; refused++) {
      expect((await run(refused)).codes.filter((code) => code !== 0)).toEqual([SQLITE_FULL]);
    }
  });

  it('ends with the connection when it was not committed', () => {
    const sql = SqlConnection.open(host, SLOT, 'PRAGMA cache_size = 5;');
    sql.all(thousandRows);
    const before = host.stable.bytes();
    sql.all('BEGIN; UPDATE item SET body = hex(zeroblob(300))');
    sql.close();
    expect(host.native.openFiles(SLOT)).toBe(0);
    expect(Buffer.compare(host.stable.bytes(), before)).toBe(0);
    expect(SqlConnection.open(host, SLOT).value('SELECT sum(length(body)) FROM item')).toBe('6893');
  });

  it('dirties two pages for a single-row update, and 10,000 of them grow nothing', () => {
    const sql = SqlConnection.open(host, SLOT);
    sql.all(thousandRows);
    sql.all("UPDATE item SET body = 'new 00000'");
    const pages = host.stable.pages;
    const { transactionId } = readSuperblock(slotBytes());
    for (let n = 0; n < 10_000; n++) {
      host.stable.dirty.clear();
      sql.all(`UPDATE item SET body = 'new ${10_000 + n}' WHERE id = ${(n % 1000) + 1}`);
      expect(host.stable.dirty.size).toBeLessThanOrEqual(2);
    }
    expect(host.stable.pages).toBe(pages);
    const memory = slotBytes();
    checkConservation(memory);
    expect(readSuperblock(memory).transactionId).toBe(transactionId + 10_000n);
  });

  it('publishes nothing when it changed nothing', () => {
    const sql = SqlConnection.open(host, SLOT);
    sql.all(thousandRows);
    const before = host.stable.bytes();
    sql.all("BEGIN; SELECT * FROM item; COMMIT; UPDATE item SET body = 'x' WHERE id = -1");
    expect(Buffer.compare(host.stable.bytes(), before)).toBe(0);
  });
});

it('archives do not touch each other', async () => {
  const sql = SqlConnection.open(host, SLOT);
  sql.all(thousandRows);
  const before = slotBytes();
  for (const other of [120, 200, 254]) {
    host.native.formatStore(other, 1n);
    const connection = SqlConnection.open(host, other, 'PRAGMA page_size = 8192;');
    connection.all(`${thousandRows} UPDATE item SET body = hex(zeroblob(900)); VACUUM;`);
    connection.close();
    expect(Buffer.compare(slotBytes(), before)).toBe(0);
  }
  expect(sql.value('SELECT count(*) FROM item')).toBe('1000');
});

it('a damaged page map is an error of its archive alone', async () => {
  for (const slot of [SLOT, 122]) {
    if (slot !== SLOT) host.native.formatStore(slot, 1n);
    const sql = SqlConnection.open(host, slot);
    sql.all(thousandRows);
    sql.close();
  }
  const bytes = host.stable.bytes();
  const view = new DataView(bytes.buffer);
  // The first bucket is the slot's; the entry of its first segment table that leads to the database's third page.
  const { rootTable } = readSuperblock(slotBytes());
  const below = (table: number, index: number) => view.getUint32(65536 + table * 4096 + index * 16, true);
  view.setUint32(65536 + below(below(rootTable, 0), 0) * 4096 + 2 * 16, 0xfffffff0, true);
  host = await StorageHost.start({ stable: new StableMemory(bytes) });
  expect(host.native.openStore(SLOT) + host.native.openStore(122)).toBe(0);
  expect(SqlConnection.open(host, SLOT).codeOf('SELECT count(*) FROM item')).toBe(SQLITE_IOERR_DATA);
  expect([host.native.damagedMemory(), host.native.damagedPage()]).toEqual([SLOT, 3]);
  expect(SqlConnection.open(host, 122).value('SELECT count(*) FROM item')).toBe('1000');
  expect(Buffer.compare(host.stable.bytes(), bytes)).toBe(0);
});
