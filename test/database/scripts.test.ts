import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { installFacade } from '../../src/database';
import type { NativeConnection, NativeModule } from '../../src/native/interface';
import { startHost, thrownBy } from '../support/native-host';

/** Each look at the counter costs a unit, so that a budget of 1 ends behind one statement. */
let counter = 0n;
let native: NativeModule;
let connection: NativeConnection;

beforeEach(async () => {
  counter = 0n;
  ({ native } = await startHost({ instructions: () => counter++ }));
  installFacade(native);
  connection = native.create(120, 1);
});

const rows = (sql: string) => connection.prepare(sql).raw().all();

describe('a script in parts', () => {
  it('goes on where the call before stopped', () => {
    const script =
      "CREATE TABLE t(x);\nINSERT INTO t VALUES ('é');\n-- the end\nINSERT INTO t VALUES (';');\n";
    const first = connection.execPart(script, 0, 0);
    expect(first).toEqual({ position: 18, length: Buffer.byteLength(script), statements: 1 });
    const second = connection.execPart(script, first.position, 0);
    expect(rows('SELECT x FROM t')).toEqual([['é']]);
    const third = connection.execPart(script, second.position, 0);
    expect(third).toEqual({ position: third.length, length: third.length, statements: 1 });
    expect(rows('SELECT x FROM t')).toEqual([['é'], [';']]);
  });

  it('leaves statements whole, whatever is in them', () => {
    const script = `
      CREATE TABLE log(x); CREATE TABLE t(x);
      CREATE TRIGGER after_t AFTER INSERT ON t BEGIN
        INSERT INTO log VALUES ('a;b'); INSERT INTO log VALUES (new.x);
      END;
      /* ; */ INSERT INTO t VALUES ('--;');`;
    let parts = 0;
    for (let at = 0, end = -1; at !== end; parts++) {
      const progress = connection.execPart(script, at, 0);
      at = progress.position;
      end = progress.length;
    }
    expect(parts).toBe(4);
    expect(rows('SELECT x FROM log')).toEqual([['a;b'], ['--;']]);
  });

  it('does the same whatever the budgets', () => {
    const statements = Array.from({ length: 20 }, (_, n) => `INSERT INTO t VALUES (${n})`);
    const script = `CREATE TABLE t(x);${statements.join('; ')}`;
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 6 }), (budgets) => {
        connection.exec('DROP TABLE IF EXISTS t');
        let at = 0;
        let count = 0;
        for (let call = 0; at < Buffer.byteLength(script); call++) {
          const progress = connection.execPart(script, at, budgets[call % budgets.length]!);
          expect(progress.statements).toBeGreaterThan(0);
          at = progress.position;
          count += progress.statements;
        }
        expect(count).toBe(21);
        expect(rows('SELECT count(*), sum(x) FROM t')).toEqual([[20, 190]]);
      }),
      { numRuns: 30 },
    );
  });

  it('tells where in the whole text a statement is wrong', () => {
    const script = 'CREATE TABLE t(x); INSERT INTO nowhere VALUES (1)';
    expect(thrownBy(() => connection.execPart(script, 0, 1_000))).toMatchObject({
      code: 'SQLITE_ERROR',
      message: 'no such table: nowhere',
    });
    expect(thrownBy(() => connection.execPart('SELECT 1; SELECT oops', 0, 1_000))).toMatchObject({
      offset: 17,
    });
  });

  it('refuses what would end the transaction of its caller', () => {
    for (const sql of ['COMMIT', 'ROLLBACK', 'BEGIN', 'PRAGMA foreign_keys = OFF']) {
      expect(
        thrownBy(() => connection.execPart(sql, 0, 0)),
        sql,
      ).toMatchObject({ code: 'SQLITE_AUTH' });
    }
  });

  it('names a wrong argument', () => {
    expect(() => connection.execPart('SELECT 1', 9, 0)).toThrow(RangeError);
    expect(() => connection.execPart('SELECT 1', -1, 0)).toThrow(RangeError);
    expect(() => connection.execPart('SELECT 1', 0, Number.NaN)).toThrow(RangeError);
    expect(() => connection.execPart(1 as unknown as string, 0, 0)).toThrow(TypeError);
  });

  it('is nothing when the text is empty', () => {
    expect(connection.execPart(' -- nothing\n', 0, 0)).toEqual({ position: 12, length: 12, statements: 0 });
  });
});

describe('a scratch database', () => {
  it('is apart from every archive and gone when it is closed', () => {
    const scratch = native.openScratch();
    scratch.exec('CREATE TABLE t(x); INSERT INTO t VALUES (1)');
    expect(scratch.prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 1 });
    expect(scratch.memoryId()).toBe(255);
    expect(rows('SELECT count(*) FROM sqlite_schema')).toEqual([[0]]);
    const other = native.openScratch();
    expect(other.prepare('SELECT count(*) AS n FROM sqlite_schema').get()).toEqual({ n: 0 });
    scratch.close();
    other.close();
    const again = native.openScratch();
    expect(again.prepare('SELECT count(*) AS n FROM sqlite_schema').get()).toEqual({ n: 0 });
    again.close();
    expect(native.describeSlot(120)?.transactionId).toBe(0);
  });

  it('can be rolled back, searched and vacuumed as an archive can', () => {
    const scratch = native.openScratch();
    scratch.exec('CREATE VIRTUAL TABLE f USING fts5(x)');
    scratch.begin('immediate');
    scratch.exec("INSERT INTO f VALUES ('hello')");
    scratch.rollback();
    scratch.exec('VACUUM');
    expect(scratch.prepare("SELECT count(*) AS n FROM f WHERE f MATCH 'hello'").get()).toEqual({ n: 0 });
    scratch.close();
  });
});

describe('SHA-256 of a text', () => {
  it('is that of its UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        expect(native.sha256Text(text)).toBe(createHash('sha256').update(text).digest('hex'));
      }),
    );
  });
});
