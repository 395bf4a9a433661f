import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../src/database';
import type { NativeModule } from '../../src/native/interface';
import { FAMILIES } from '../differential/families';
import { Maker } from '../differential/maker';
import { startHost } from '../support/native-host';

let native: NativeModule;

beforeAll(async () => {
  ({ native } = await startHost());
});

describe('the normal form of a statement', () => {
  it.each([
    ['SELECT  name\n FROM note -- all\n WHERE id=1 ;', 'select name from note where id = ?'],
    [
      "select Name/* x */from note where id = :id AND text <> 'it''s'",
      'select name from note where id = ? and text <> ?',
    ],
    ["SELECT 1, 2.5e-3, 0xFF, .5, 1_000, x'ab' FROM t", 'select ?, * from t'],
    [
      'SELECT * FROM t WHERE a IN (1, 2,3) OR b IN (?1, $b, @c)',
      'select * from t where a in(?, *) or b in(?, *)',
    ],
    ['INSERT INTO t VALUES (1,2),(3,4), (5,6)', 'insert into t values(?, *), *'],
    ['INSERT INTO t(a) VALUES (1),(2),(3)', 'insert into t(a) values(?), *'],
    ['SELECT "Name", [a b], `c` FROM "T"', 'select "Name", [a b], `c` from "T"'],
    ["SELECT a->>'$.b', -1, a||b, a<=b FROM main.t", 'select a ->> ?, - ?, a || b, a <= b from main.t'],
    ['SELECT count(*), max(x) FROM t', 'select count(*), max(x) from t'],
    ['SELECT é FROM Ünï', 'select é from Ünï'],
    ["SELECT 'open", 'select ?'],
    ['SELECT "open', 'select "open'],
    ['/* only', ''],
    ['', ''],
  ])('%s', (sql, expected) => {
    expect(native.normalizeSql(sql)).toBe(expected);
  });

  it('is the same for the same statement with other values and another layout', () => {
    const value = fc.oneof(
      fc.integer().map(String),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => String(Math.abs(x))),
      fc.string({ unit: 'grapheme' }).map((text) => `'${text.replaceAll("'", "''").replaceAll('\0', '')}'`),
      fc.uint8Array().map((bytes) => `x'${Buffer.from(bytes).toString('hex')}'`),
      fc.constantFrom('?', '?3', ':name', '@name', '$name'),
    );
    const gap = fc.constantFrom(' ', '\n\t', ' /* ; */ ', ' -- x\n');
    fc.assert(
      fc.property(value, value, gap, gap, (a, b, first, second) => {
        const sql = `UPDATE${first}t SET${second}a=abs(${a.replace(/^-/, '')})${first}WHERE${second}b<${b.replace(/^-/, '')}`;
        expect(native.normalizeSql(sql)).toBe('update t set a = abs(?) where b < ?');
      }),
    );
  });

  it('is its own normal form', () => {
    const maker = new Maker(7);
    for (let count = 0; count < 300; count++) {
      const { family } = FAMILIES[count % FAMILIES.length]!;
      const normal = native.normalizeSql(maker.statement((make) => family.write(make)).sql);
      expect(native.normalizeSql(normal)).toBe(normal);
    }
  });

  it('takes anything', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(native.normalizeSql(text).length).toBeLessThanOrEqual(2 * Buffer.byteLength(text) + 1);
        expect(native.foldSql(text).length).toBeLessThanOrEqual(2 * Buffer.byteLength(text) + 1);
      }),
      { numRuns: 500 },
    );
  });
});

describe('SQL without its layout', () => {
  it('keeps values, and names that need their quotes', () => {
    expect(
      native.foldSql(`CREATE TABLE "note" ( [id] INTEGER ,"a b" TEXT DEFAULT 'X  y' -- c\n, n CHECK(n>1.5))`),
    ).toBe(`create table note(id integer, "a b" text default 'X  y', n check(n > 1.5))`);
  });

  it('means the same to SQLite', () => {
    const maker = new Maker(11);
    FAMILIES.forEach(({ family }, index) => {
      const db = new Database(native, { memoryId: 121 + index, create: true });
      db.exec(family.schema);
      for (let count = 0; count < 60; count++) {
        const { sql, parameters } = maker.statement((make) => family.write(make));
        const [plain, folded] = [sql, native.foldSql(sql)].map((text) => outcome(db, text, parameters));
        expect(folded, sql).toEqual(plain);
      }
      db.close();
    });
  });
});

/** What a statement answers or fails with, undone. */
function outcome(db: Database, sql: string, parameters: unknown): unknown {
  db.exec('SAVEPOINT s');
  try {
    const statement = db.prepare(sql).raw();
    return statement.reader ? statement.all(parameters as never) : statement.run(parameters as never);
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    db.exec('ROLLBACK TO s; RELEASE s');
  }
}
