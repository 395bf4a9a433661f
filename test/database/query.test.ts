import { beforeEach, describe, expect, it } from 'vitest';
import { Database, type Statement } from '../../src/database';
import type { NodeHost } from '../../src/native/node';
import { startHost } from '../support/native-host';

let host: NodeHost;
let db: Database;
beforeEach(async () => {
  host = await startHost();
  db = new Database(host.native, { memoryId: 120, create: true, cachedStatements: 3 });
  db.exec('CREATE TABLE t (x); INSERT INTO t VALUES (1), (2), (3)');
});

describe('query', () => {
  it('prepares a text once', () => {
    const first = db.query('SELECT x FROM t');
    expect(db.query('SELECT x FROM t')).toBe(first);
    expect(db.query('SELECT x  FROM t')).not.toBe(first);
    expect(first.database).toBe(db);
  });

  it('gives the statement back as if it were new', () => {
    const sql = 'SELECT x FROM t ORDER BY x';
    expect(db.query(sql).pluck().all()).toEqual([1, 2, 3]);
    expect(db.query(sql).get()).toEqual({ x: 1 });
    expect(db.query(sql).raw().safeIntegers().get()).toEqual([1n]);
    expect(db.query(sql).get()).toEqual({ x: 1 });
    db.defaultSafeIntegers();
    expect(db.query(sql).get()).toEqual({ x: 1n });
    db.defaultSafeIntegers(false);
    expect(db.query(sql).get()).toEqual({ x: 1 });
  });

  it('keeps the ones that were used last, and finalizes the others', () => {
    const [a, b, c] = [1, 2, 3].map((index) => db.query(`SELECT ${index}`));
    expect(db.query('SELECT 1')).toBe(a);
    const d = db.query('SELECT 4');
    expect([a, b, c, d].map((statement) => statement!.isFinalized())).toEqual([false, true, false, false]);
    expect(db.query('SELECT 2')).not.toBe(b);
    expect(c!.isFinalized()).toBe(true);
  });

  it('leaves a statement that is in use to its user', () => {
    const sql = 'SELECT x FROM t ORDER BY x';
    const seen: unknown[] = [];
    for (const x of db.query<number>(sql).pluck().iterate()) {
      seen.push(x, ...db.query(sql).pluck().all());
      if (x === 1) for (let index = 0; index < 9; index++) db.query(`SELECT ${index}`).get();
    }
    expect(seen).toEqual([1, 1, 2, 3, 2, 1, 2, 3, 3, 1, 2, 3]);
  });

  it('prepares anew what its user finalized or bound', () => {
    db.query('SELECT ?').finalize();
    const bound = db.query<string>('SELECT ?').pluck().bind('mine');
    expect(db.query('SELECT ?').pluck().get('other')).toBe('other');
    expect(bound.get()).toBe('mine');
  });

  it('follows a change of the schema', () => {
    expect(db.query('SELECT * FROM t').get()).toEqual({ x: 1 });
    db.exec('ALTER TABLE t ADD COLUMN y DEFAULT 7');
    expect(db.query('SELECT * FROM t').get()).toEqual({ x: 1, y: 7 });
  });

  it('keeps nothing of a text that is wrong', () => {
    const kept = db.query('SELECT 1');
    for (let index = 0; index < 5; index++)
      expect(() => db.query(`SELECT nowhere${index}`)).toThrow('no such column');
    expect(kept.isFinalized()).toBe(false);
  });

  it('ends with the database: all statements are finalized', () => {
    const statement = db.query('SELECT 1');
    db.close();
    expect(statement.isFinalized()).toBe(true);
    expect(() => db.query('SELECT 1')).toThrow(new TypeError('The database connection is not open'));
  });
});

describe('one', () => {
  it('returns the only row of a cached statement', () => {
    expect(db.one<{ x: number }>('SELECT x FROM t WHERE x = ?', 2).x).toBe(2);
    expect(db.one('SELECT x FROM t WHERE x = :x', { x: 3 })).toEqual({ x: 3 });
  });

  it.each([
    ['NO_ROW', 'SELECT x FROM t WHERE x = 9', 'Expected one row, but there is none'],
    ['MORE_THAN_ONE_ROW', 'SELECT x FROM t', 'Expected one row, but there are more'],
  ])('throws %s', (code, sql, message) => {
    expect(() => db.one(sql)).toThrow(expect.objectContaining({ name: 'RowCountError', code, message }));
    expect(() => db.one(sql)).toThrow(RangeError);
    db.exec('DELETE FROM t');
  });
});

describe('bind', () => {
  it('keeps values of every kind for good', () => {
    const values = ['text', 'ä😀', 5, 0.5, 2n ** 60n, null, new Uint8Array([1, 2]), true, 'x'.repeat(10_000)];
    const statement = db
      .prepare<unknown[]>(`SELECT ${values.map(() => '?').join()}`)
      .raw()
      .bind(...values);
    const expected = values.map((value) => (value === true ? 1 : value));
    for (let round = 0; round < 3; round++) {
      expect(statement.get()).toEqual(expected);
      db.prepare('SELECT ?, ?').all('other', 'values');
    }
    expect([...statement.iterate()]).toEqual([expected]);
  });

  it('takes names, and lets a statement that writes run again', () => {
    const insert = db.prepare('INSERT INTO t VALUES (:x)').bind({ x: 'same' });
    insert.run();
    insert.run();
    expect(db.one('SELECT count(*) AS n FROM t WHERE x = ?', 'same')).toEqual({ n: 2 });
  });

  it('survives a change of the schema', () => {
    const select = db.prepare('SELECT * FROM t WHERE x = ?').bind(1);
    db.exec('ALTER TABLE t ADD COLUMN y');
    expect(select.get()).toEqual({ x: 1, y: null });
  });

  it('is done once, and values are refused afterwards', () => {
    const statement = db.prepare('SELECT ?').bind(1) as Statement;
    expect(() => statement.bind()).toThrow(
      new TypeError('The bind() method can only be invoked once per statement object'),
    );
    for (const act of [() => statement.get(2), () => statement.all([])]) {
      expect(act).toThrow(new TypeError('This statement already has bound parameters'));
    }
    expect(statement.get()).toEqual({ '?': 1 });
  });

  it('leaves the statement as it was when it fails', () => {
    const statement = db.prepare('SELECT ?, ?').raw();
    expect(() => statement.bind('a')).toThrow(RangeError);
    expect(statement.bind('a', 'b').get()).toEqual(['a', 'b']);
  });
});

describe('a database that is readonly', () => {
  it('reads, and refuses to be changed', () => {
    db.close();
    const reader = new Database(host.native, { memoryId: 120, readonly: true });
    expect([reader.readonly, db.readonly]).toEqual([true, false]);
    expect(reader.one('SELECT count(*) AS n FROM t')).toEqual({ n: 3 });
    for (const sql of ['INSERT INTO t VALUES (4)', 'CREATE TABLE u (x)', 'PRAGMA user_version = 5']) {
      expect(() => reader.exec(sql)).toThrow(expect.objectContaining({ code: 'SQLITE_READONLY' }));
    }
  });
});

describe('defaultSafeIntegers', () => {
  it('holds for statements that are prepared from then on', () => {
    const before = db.prepare('SELECT 1 AS a');
    db.defaultSafeIntegers();
    expect([before.get(), db.prepare('SELECT 1 AS a').get()]).toEqual([{ a: 1 }, { a: 1n }]);
    expect(db.prepare('SELECT 1 AS a').safeIntegers(false).get()).toEqual({ a: 1 });
    expect(db.prepare('INSERT INTO t VALUES (4)').run().lastInsertRowid).toBe(4n);
  });
});

describe('over a connection that is open already', () => {
  it('is the same archive, and closes it', () => {
    db.close();
    const connection = host.native.open(120);
    const over = new Database(host.native, { connection });
    expect([over.memoryId, over.one('SELECT count(*) AS n FROM t')]).toEqual([120, { n: 3 }]);
    over.close();
    expect(connection.isOpen()).toBe(false);
  });
});
