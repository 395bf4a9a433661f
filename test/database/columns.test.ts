import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database';
import { newDatabase } from '../support/native-host';

let db: Database;
beforeEach(async () => {
  db = await newDatabase();
  db.exec(`
    CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b VARCHAR(20), c DECIMAL(5,2) AS (b * 2), d, e INT AS (a || b) STORED);
    CREATE INDEX by_b ON t (b, a); CREATE INDEX by_expression ON t (lower(a), d);
    CREATE TABLE w (k TEXT, v BLOB, n INT, PRIMARY KEY (n, k)) WITHOUT ROWID;
    CREATE TABLE "odd ""name""" (x DATETIME);
    CREATE VIEW seen AS SELECT id AS nr, a || b AS ab, b FROM t;
    CREATE TEMP TABLE brief (x BOOLEAN);
    CREATE VIRTUAL TABLE f USING fts5(body);
  `);
});

/** `table.column type` of every result column, `?` where nothing is known. */
const origins = (sql: string) =>
  db
    .prepare(sql)
    .columns()
    .map(({ table, column, type }) => (table === null ? '?' : `${table}.${column} ${type}`));

describe('columns', () => {
  it('have what better-sqlite3 calls them', () => {
    expect(db.prepare('SELECT a AS first, x, 1 + 1 FROM t, brief').columns()).toEqual([
      { name: 'first', column: 'a', table: 't', database: 'main', type: 'TEXT' },
      { name: 'x', column: 'x', table: 'brief', database: 'temp', type: 'BOOLEAN' },
      { name: '1 + 1', column: null, table: null, database: null, type: null },
    ]);
  });

  it.each<[string, string[]]>([
    ['SELECT * FROM t', ['t.id INTEGER', 't.a TEXT', 't.b VARCHAR(20)', '?', 't.d null', 't.e INT']],
    ['SELECT rowid, oid, _rowid_ FROM t', ['t.id INTEGER', 't.id INTEGER', 't.id INTEGER']],
    ['SELECT rowid FROM brief', ['?']],
    ['SELECT * FROM w', ['w.k TEXT', 'w.v BLOB', 'w.n INT']],
    ['SELECT x FROM "odd ""name"""', ['odd "name".x DATETIME']],
    ['SELECT a, b, id FROM t WHERE b > ? ORDER BY b', ['t.a TEXT', 't.b VARCHAR(20)', 't.id INTEGER']],
    ['SELECT d FROM t WHERE lower(a) = :a', ['t.d null']],
    [
      'SELECT b, a, id FROM t ORDER BY d DESC LIMIT 5 OFFSET 1',
      ['t.b VARCHAR(20)', 't.a TEXT', 't.id INTEGER'],
    ],
    ['SELECT b, count(*), max(a) FROM t GROUP BY b ORDER BY 2', ['t.b VARCHAR(20)', '?', '?']],
    ['SELECT DISTINCT a FROM t ORDER BY b', ['t.a TEXT']],
    [
      'SELECT nr, ab, seen.b, w.v FROM seen LEFT JOIN w ON w.k = seen.b',
      ['t.id INTEGER', '?', 't.b VARCHAR(20)', 'w.v BLOB'],
    ],
    ['SELECT x.a, y.a FROM t x JOIN t y USING (id)', ['t.a TEXT', 't.a TEXT']],
    ['SELECT (SELECT a FROM t WHERE id = w.n) FROM w', ['t.a TEXT']],
    ['SELECT * FROM (SELECT a AS z FROM t ORDER BY b LIMIT 3)', ['t.a TEXT']],
    ['WITH q(z) AS MATERIALIZED (SELECT v FROM w) SELECT p.z, q.z FROM q, q AS p', ['?', 'w.v BLOB']],
    ['SELECT a FROM t UNION ALL SELECT a FROM t', ['t.a TEXT']],
    ['SELECT a FROM t UNION SELECT v FROM w', ['?']],
    [
      'SELECT ifnull(a, b), coalesce(a, 1), CASE WHEN d THEN a ELSE b END, -d, a || 1, CAST(d AS INT), ? FROM t',
      Array(7).fill('?'),
    ],
    ['SELECT CASE WHEN d THEN a END FROM t', ['t.a TEXT']],
    ['SELECT sum(n) OVER (ORDER BY k) FROM w', ['?']],
    ['SELECT value FROM json_each(?)', ['?']],
    ['SELECT body FROM f', ['?']],
    ['SELECT name, rootpage FROM sqlite_schema', ['sqlite_schema.name TEXT', 'sqlite_schema.rootpage INT']],
    ['VALUES (1), (2)', ['?']],
    ['PRAGMA table_info(t)', Array(6).fill('?')],
    ['EXPLAIN SELECT 1', Array(8).fill('?')],
    ['INSERT INTO t (a) VALUES (?) RETURNING a || 1', ['?']],
  ])('%s', (sql, expected) => {
    expect(origins(sql)).toEqual(expected);
  });

  it('follow a change of the schema', () => {
    const select = db.prepare('SELECT v FROM w');
    db.exec('ALTER TABLE w RENAME COLUMN v TO bytes; ALTER TABLE w RENAME TO wide');
    expect(() => select.columns()).not.toThrow();
    expect(db.prepare('SELECT bytes FROM wide').columns()).toMatchObject([
      { column: 'bytes', table: 'wide' },
    ]);
  });

  it('are told while rows are read, and of integers that are all bigints', () => {
    db.defaultSafeIntegers().exec('INSERT INTO w VALUES (1, 2, 3)');
    const select = db.prepare('SELECT n FROM w');
    for (const _ of select.iterate()) expect(select.columns()).toMatchObject([{ type: 'INT' }]);
  });
});
