import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database';
import { newDatabase } from '../support/native-host';

// What docs/SQL.md says of the engine.

let db: Database;
beforeAll(async () => {
  db = await newDatabase();
  db.exec('CREATE TABLE t (a INTEGER)');
});

describe('the engine', () => {
  it('is SQLite 3.53.0', () => {
    expect(db.prepare('SELECT sqlite_version()').pluck().get()).toBe('3.53.0');
  });

  it.each([
    ["CREATE VIRTUAL TABLE words USING fts5(a, tokenize = 'trigram')"],
    ["SELECT json('[1]'), jsonb('[1]'), value FROM json_each('[1]')"],
    ['SELECT sum(a) OVER (ORDER BY a) FROM t'],
    ['INSERT INTO t VALUES (1) RETURNING a'],
    ['CREATE TABLE strict (a TEXT) STRICT'],
    ['CREATE TABLE generated (a, b AS (a + 1) STORED)'],
    ['INSERT INTO t (rowid, a) VALUES (1, 1) ON CONFLICT DO UPDATE SET a = 2'],
  ])('has %s', (sql) => {
    expect(() => db.exec(sql)).not.toThrow();
  });

  it.each([
    ['SELECT sqrt(4)', 'no such function: sqrt'],
    ['SELECT ceil(1.5)', 'no such function: ceil'],
    ["SELECT 'a' REGEXP 'a'", 'no such function: REGEXP'],
    ["SELECT soundex('a')", 'no such function: soundex'],
    ['SELECT * FROM generate_series(1, 2)', 'no such table: generate_series'],
    ['CREATE VIRTUAL TABLE r USING rtree(a, b, c)', 'no such module: rtree'],
    ['CREATE VIRTUAL TABLE g USING geopoly(a)', 'no such module: geopoly'],
    ['CREATE VIRTUAL TABLE f USING fts3(a)', 'no such module: fts3'],
    ['CREATE VIRTUAL TABLE f USING fts4(a)', 'no such module: fts4'],
    ['SELECT * FROM dbstat', 'no such table: dbstat'],
    ['DELETE FROM t ORDER BY a LIMIT 1', 'near "ORDER": syntax error'],
    ['SELECT "a text"', 'no such column: "a text"'],
  ])('has not %s', (sql, message) => {
    expect(() => db.exec(sql)).toThrow(message);
  });

  it('folds ASCII letters alone', () => {
    expect(db.prepare("SELECT lower('ÄA'), 'ä' LIKE 'Ä', 'a' LIKE 'A'").raw().get()).toEqual(['Äa', 0, 1]);
  });
});
