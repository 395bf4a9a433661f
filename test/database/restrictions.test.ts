import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database';
import { newDatabase, thrownBy } from '../support/native-host';

let db: Database;
beforeAll(async () => {
  db = await newDatabase();
  db.exec('CREATE TABLE t (x); INSERT INTO t VALUES (1)');
});

describe('what an archive cannot do', () => {
  it.each([
    ["ATTACH 'other.db' AS other", 'ATTACH is not available'],
    ["ATTACH ':memory:' AS other", 'ATTACH is not available'],
    ["ATTACH '121' AS other", 'ATTACH is not available'],
    ['DETACH main', 'DETACH is not available'],
    ["VACUUM INTO 'copy.db'", 'VACUUM INTO is not available'],
    ["VACUUM INTO ''||'121'", 'VACUUM INTO is not available'],
    ['PRAGMA journal_mode = WAL', 'WAL is not available'],
    ['PRAGMA main.journal_mode(wal)', 'WAL is not available'],
    ['PRAGMA journal_mode = DELETE', 'journal_mode is always TRUNCATE'],
    ['PRAGMA locking_mode = NORMAL', 'locking_mode is always EXCLUSIVE'],
    ['PRAGMA synchronous = FULL', 'synchronous is always OFF'],
    ['PRAGMA temp_store = MEMORY', 'temp_store is always FILE'],
    ["PRAGMA temp_store_directory = '/tmp'", 'there are no files'],
    ['PRAGMA writable_schema = ON', 'writable_schema is not available'],
    ['PRAGMA hard_heap_limit = 1', 'heap limits are not available'],
    ['PRAGMA soft_heap_limit = 1', 'heap limits are not available'],
  ])('%s: %s', (sql, message) => {
    const error = thrownBy(() => db.exec(sql));
    expect(error).toMatchObject({ code: 'SQLITE_AUTH', extendedCode: 23 });
    expect((error as Error).message).toContain(message);
  });

  it('load extensions', () => {
    expect(() => db.exec("SELECT load_extension('x')")).toThrow();
  });

  it('keeps no word of a refusal for the next error', () => {
    expect(() => db.exec('DETACH main')).toThrow('DETACH');
    expect(() => db.exec('SELECT absent')).toThrow('no such column: absent');
  });
});

describe('what it can do', () => {
  it('VACUUM', () => {
    db.exec(
      'CREATE TABLE filler AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i, hex(randomblob(50)) FROM n',
    );
    const full = db.pragma('page_count', { simple: true }) as number;
    db.exec('DROP TABLE filler; VACUUM');
    expect(db.pragma('page_count', { simple: true })).toBeLessThan(full / 10);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.prepare('SELECT x FROM t').pluck().all()).toEqual([1]);
  });

  it('change its page size with a VACUUM', () => {
    db.exec('PRAGMA page_size = 8192; VACUUM');
    expect(db.pragma('page_size', { simple: true })).toBe(8192);
    expect(db.prepare('SELECT x FROM t').pluck().all()).toEqual([1]);
  });

  it('name its modes', () => {
    expect(db.pragma('journal_mode = TRUNCATE', { simple: true })).toBe('truncate');
    expect(db.pragma('locking_mode = EXCLUSIVE', { simple: true })).toBe('exclusive');
  });
});

describe('functions', () => {
  const value = (sql: string) => db.prepare(sql).pluck().get();

  it('search full texts', () => {
    db.exec(
      "CREATE VIRTUAL TABLE docs USING fts5(body, tokenize = 'porter'); INSERT INTO docs VALUES ('running archives'), ('stable memory')",
    );
    expect(db.prepare('SELECT rowid FROM docs WHERE docs MATCH ?').pluck().all('run')).toEqual([1]);
    expect(value("SELECT highlight(docs, 0, '[', ']') FROM docs WHERE docs MATCH 'memory'")).toBe(
      'stable [memory]',
    );
  });

  it('read and write JSON', () => {
    expect(value(`SELECT json_extract('{"a":[1,2,{"b":"c"}]}', '$.a[2].b')`)).toBe('c');
    expect(value("SELECT json_group_array(value) FROM json_each('[3,1,2]')")).toBe('[3,1,2]');
    expect(value(`SELECT '{"a":5}' ->> 'a'`)).toBe(5);
  });

  it('know the time, in UTC only', async () => {
    const { startHost } = await import('../support/native-host');
    const { Database: Facade } = await import('../../src/database');
    const { native } = await startHost({ now: () => 1_700_000_000_123_000_000n });
    const other = new Facade(native, { memoryId: 120, create: true });
    const at = (sql: string) => other.prepare(sql).pluck().get();
    expect(at("SELECT datetime('now')")).toBe('2023-11-14 22:13:20');
    expect(at("SELECT strftime('%s %f', 'now')")).toBe('1700000000 20.123');
    expect(at("SELECT datetime('now', 'localtime')")).toBe('2023-11-14 22:13:20');
    expect(at("SELECT datetime('2024-07-01 12:00', 'utc')")).toBe('2024-07-01 12:00:00');
    expect(at("SELECT datetime('1969-12-31 23:59:59', 'localtime')")).toBe('1969-12-31 23:59:59');
    expect(at('SELECT CURRENT_TIMESTAMP')).toBe('2023-11-14 22:13:20');
  });

  it('draw random numbers that follow the seed', async () => {
    const { startHost } = await import('../support/native-host');
    const { Database: Facade } = await import('../../src/database');
    const draw = async (seed: number) => {
      const { native } = await startHost({ now: () => 1n });
      native.seedRandomness(new Uint8Array(32).fill(seed));
      return new Facade(native, { memoryId: 120, create: true })
        .prepare('SELECT hex(randomblob(16))')
        .pluck()
        .get();
    };
    const [a, again, b] = [await draw(1), await draw(1), await draw(2)];
    expect(a).toBe(again);
    expect(a).not.toBe(b);
  });
});
