import { beforeEach, describe, expect, it } from 'vitest';
import { type Database, SqliteError } from '../../src/database';
import { newDatabase, thrownBy } from '../support/native-host';

let db: Database;
beforeEach(async () => {
  db = await newDatabase();
});

function expectTooDeep(call: () => unknown, message: RegExp): void {
  const error = thrownBy(call);
  expect(error).toBeInstanceOf(SqliteError);
  expect(error).toMatchObject({ code: 'SQL_TOO_DEEP', message: expect.stringMatching(message) });
  expect(db.prepare('SELECT 1').pluck().get()).toBe(1);
}

function createViews(count: number, select: (before: string) => string): void {
  db.exec('CREATE VIEW v0 AS SELECT 1 AS x');
  for (let n = 1; n <= count; n++) db.exec(`CREATE VIEW v${n} AS ${select(`v${n - 1}`)}`);
}

describe('SQL that is nested too deeply', () => {
  const chain = `SELECT 1${'+1'.repeat(20_000)}`;

  it('is refused before it is compiled, when an expression is too long', () => {
    expectTooDeep(() => db.prepare(chain), /more than 1000 operators/);
    expectTooDeep(() => db.exec(`SELECT 1; ${chain}`), /more than 1000 operators/);
  });

  it('is refused while it is compiled, when views go too deep', () => {
    createViews(2_000, (before) => `SELECT x FROM ${before}`);
    expectTooDeep(() => db.prepare('SELECT * FROM v2000'), /nested too deeply/);
    expectTooDeep(() => db.exec('SELECT * FROM v2000'), /nested too deeply/);
    expect(db.prepare('SELECT x FROM v20').pluck().get()).toBe(1);
  });

  it('is refused while it runs, when the engine compiles on its behalf', () => {
    createViews(2_000, (before) => `SELECT x FROM ${before}`);
    const info = db.prepare("SELECT name FROM pragma_table_info('v' || ?)").pluck();
    expectTooDeep(() => info.all(2_000), /nested too deeply/);
    expect(info.all(20)).toEqual(['x']);
  });

  it('is refused when views, each short enough, become one long expression', () => {
    createViews(12, (before) => `SELECT ${'NOT '.repeat(900)}x AS x FROM ${before}`);
    expectTooDeep(() => db.prepare('SELECT * FROM v12'), /nested too deeply/);
    expect(db.prepare('SELECT x FROM v2').pluck().get()).toBe(1);
  });

  it('leaves a transaction that is open as it was', () => {
    createViews(2_000, (before) => `SELECT x FROM ${before}`);
    db.exec('CREATE TABLE t (x)');
    db.transaction(() => {
      db.exec('INSERT INTO t VALUES (1)');
      expectTooDeep(() => db.prepare('SELECT * FROM v2000'), /nested too deeply/);
      db.exec('INSERT INTO t VALUES (2)');
    })();
    expect(db.prepare('SELECT x FROM t').pluck().all()).toEqual([1, 2]);
  });
});
