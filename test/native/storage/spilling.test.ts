import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { checkManager, readManager, readVirtualMemory } from './manager-image';
import { SqlConnection } from './sql-connection';
import { StableMemory } from './stable-memory';
import { StorageHost } from './storage-host';
import { checkConservation } from './store-image';

// SQL whose work outgrows the heap: what it did must be right, and nothing of it may stay.

const SLOT = 121;
const SCRATCH = 114;
const SQLITE_FULL = 13;
const SQLITE_CONSTRAINT_UNIQUE = 2067;
const MIB = 2 ** 20;
/** Of `Shortage`. */
const WRITTEN = 2;

let host: StorageHost;
let sql: SqlConnection;

async function start(): Promise<void> {
  host = await StorageHost.start();
  expect(host.native.formatStore(SLOT, 1n)).toBe(0);
  sql = SqlConnection.open(host, SLOT);
}

beforeEach(() => start());

/** Rows of a kilobyte whose content follows from their number. */
const bodyOf = (number: string, letter: string) =>
  `${number} || replace(hex(zeroblob(500)), '0', '${letter}')`;
const fill = (rows: number) => `
  CREATE TABLE item (id INTEGER PRIMARY KEY, body TEXT NOT NULL, code INTEGER UNIQUE);
  WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < ${rows})
  INSERT INTO item SELECT x, ${bodyOf('x', 'a')}, x * 7 FROM n;`;
const isFilled = (letter: string, where = '1') =>
  sql.value(`SELECT min(body = ${bodyOf('id', letter)}) FROM item WHERE ${where}`) === '1';

/** Nothing is left of what spilled, and everything else has its place. */
function expectClean(): void {
  host.native.emptyStatementJournals();
  expect([host.native.extentsInUse(), host.native.isJournalInUse()]).toEqual([0, 0]);
  expect(host.native.overlayPages(SLOT)).toBe(0);
  const bytes = host.stable.bytes();
  checkManager(bytes);
  expect(readManager(bytes).sizes[SCRATCH]).toBeUndefined();
  checkConservation(readVirtualMemory(bytes, SLOT));
  expect(sql.value('PRAGMA integrity_check')).toBe('ok');
}

/** 24,000 random keys and their rows, 24 MiB. */
const RANDOM = `SELECT x, abs(random()) AS k, zeroblob(1000) AS b FROM (
  WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 24000) SELECT x FROM n)`;
const UNSORTED = `SELECT count(*) FROM (SELECT k, lag(k) OVER (ORDER BY o) AS before FROM sorted) WHERE before > k`;

describe('what outgrows the heap', () => {
  it('sorts, groups and keeps apart rightly', () => {
    sql.all(`CREATE TEMP TABLE random AS ${RANDOM};
      CREATE TEMP TABLE sorted (o INTEGER PRIMARY KEY, k, b);
      INSERT INTO sorted (k, b) SELECT k, b FROM random ORDER BY k, b;`);
    expect(host.native.extentsInUse()).toBeGreaterThan(0);
    expect(sql.value('SELECT count(*) FROM sorted')).toBe('24000');
    expect(sql.value(UNSORTED)).toBe('0');
    expect(sql.value('SELECT count(DISTINCT k || b) FROM random')).toBe('24000');
    expect(sql.value('SELECT count(*) FROM (SELECT k, b FROM random UNION SELECT k, b FROM sorted)')).toBe(
      '24000',
    );
    sql.all('DROP TABLE random; DROP TABLE sorted');
    sql.close();
    sql = SqlConnection.open(host, SLOT);
    expectClean();
  });

  it('makes indexes on what it has', () => {
    sql.all(fill(24_000));
    sql.all('CREATE INDEX by_body ON item (body); CREATE INDEX by_both ON item (code, body)');
    expect(sql.value('SELECT count(*) FROM item WHERE body = (SELECT body FROM item WHERE id = 17000)')).toBe(
      '1',
    );
    expectClean();
  });

  it('keeps temporary tables and their indexes, in and out of transactions', () => {
    sql.all(`CREATE TEMP TABLE t (id INTEGER PRIMARY KEY, k, b); CREATE INDEX temp.t_k ON t (k);
      INSERT INTO t SELECT * FROM (${RANDOM}); BEGIN; DELETE FROM t WHERE id > 100;
      SAVEPOINT s; UPDATE t SET b = randomblob(5000) WHERE id <= 100; ROLLBACK TO s;
      INSERT INTO t SELECT x + 50000, k, b FROM (${RANDOM});`);
    sql.all('ROLLBACK');
    expect(sql.value("SELECT count(*) || ' ' || sum(length(b)) || ' ' || max(id) FROM t")).toBe(
      '24000 24000000 24000',
    );
    expect(sql.value('PRAGMA temp.integrity_check')).toBe('ok');
    expect(sql.codeOf('UPDATE t SET id = 1 WHERE id > 23000')).toBeGreaterThan(0);
    expect(sql.value('SELECT count(*) FROM t INDEXED BY t_k WHERE k >= 0')).toBe('24000');
    sql.all('DROP TABLE t');
    sql.close();
    sql = SqlConnection.open(host, SLOT);
    expectClean();
  });

  it('is vacuumed', () => {
    sql.all(`${fill(30_000)} DELETE FROM item WHERE id % 5 = 0; VACUUM;`);
    expect(isFilled('a')).toBe(true);
    expect(sql.value("SELECT count(*) || ' ' || sum(code) FROM item")).toBe('24000 2520000000');
    expect(sql.value('PRAGMA freelist_count')).toBe('0');
    sql.all('PRAGMA page_size = 16384; VACUUM');
    expect(isFilled('a')).toBe(true);
    expect(sql.value('PRAGMA page_size')).toBe('16384');
    expectClean();
  });

  it('touches no stable memory while it is small', () => {
    sql.all(fill(2_000));
    sql.all('SELECT sum(length(body)) FROM item');
    const { writes, grows } = host.stable;
    sql.all(`SELECT count(*) FROM (SELECT body FROM item ORDER BY body || id LIMIT 100000);
      SELECT count(DISTINCT body) FROM item; CREATE TEMP TABLE t AS SELECT * FROM item;
      BEGIN; UPDATE item SET body = body || 'x'; SAVEPOINT s; UPDATE item SET body = body || 'y'; ROLLBACK TO s; ROLLBACK`);
    expect([host.stable.writes, host.stable.grows]).toEqual([writes, grows]);
    expectClean();
  });
});

describe('a transaction that spills', () => {
  const ROWS = 24_000;
  const change = (letter: string, where = '1') =>
    `UPDATE item SET body = ${bodyOf('id', letter)} WHERE ${where};`;

  beforeEach(() => sql.all(fill(ROWS)));

  it('is published whole', () => {
    sql.all(`BEGIN; ${change('b')}`);
    expect(host.native.extentsInUse()).toBeGreaterThan(80);
    expect(isFilled('b')).toBe(true);
    sql.all('COMMIT');
    expect(isFilled('b')).toBe(true);
    expectClean();
    sql.all(`BEGIN; ${change('c')} DELETE FROM item WHERE id > 12000; COMMIT`);
    expect(isFilled('c')).toBe(true);
    expect(sql.value('SELECT count(*) FROM item')).toBe('12000');
    expectClean();
  });

  it('is forgotten by ROLLBACK', () => {
    const before = readVirtualMemory(host.stable.bytes(), SLOT);
    sql.all(
      `BEGIN; ${change('b')} DELETE FROM item WHERE id % 2; CREATE INDEX i ON item (body); ${change('c')}`,
    );
    expect(isFilled('c')).toBe(true);
    sql.all('ROLLBACK');
    expect(isFilled('a')).toBe(true);
    expect(sql.value('SELECT count(*) FROM item')).toBe(`${ROWS}`);
    expectClean();
    expect(Buffer.compare(readVirtualMemory(host.stable.bytes(), SLOT), before)).toBe(0);
  });

  it('goes back to a savepoint and to one inside of it', () => {
    sql.all(`BEGIN; ${change('b')} SAVEPOINT outer; ${change('c')} SAVEPOINT inner; ${change('d')}
      INSERT INTO item SELECT id + 100000, body, code + 1 FROM item WHERE id > 20000; ROLLBACK TO inner;`);
    expect(isFilled('c')).toBe(true);
    sql.all('ROLLBACK TO outer;');
    expect(isFilled('b')).toBe(true);
    sql.all(`RELEASE outer; ${change('e', 'id > 23000')} COMMIT`);
    expect(isFilled('b', 'id <= 23000') && isFilled('e', 'id > 23000')).toBe(true);
    expectClean();
  });

  it('undoes a statement that fails at its last row, and nothing else', () => {
    sql.all(`BEGIN; ${change('b')}`);
    expect(
      sql.codeOf(`UPDATE item SET body = body || 'x', code = CASE id WHEN ${ROWS} THEN 7 ELSE code END`),
    ).toBe(SQLITE_CONSTRAINT_UNIQUE);
    expect(isFilled('b')).toBe(true);
    sql.all('COMMIT');
    expect(isFilled('b')).toBe(true);
    expectClean();
  });

  it('is refused at whichever growth memory is, says so, and the archive goes on', async () => {
    const run = async (refused: number) => {
      await start();
      sql.all(fill(ROWS));
      const before = host.stable.grows;
      host.stable.refuse = (grow) => grow - before === refused;
      const codes = [`${change('b')}`, 'CREATE INDEX i ON item (body)', 'VACUUM'].map((text) =>
        sql.codeOf(text),
      );
      const grows = host.stable.grows - before;
      host.stable.refuse = () => false;
      expect(isFilled(codes[0] === 0 ? 'b' : 'a')).toBe(true);
      expectClean();
      return { codes: codes.filter((code) => code !== 0), grows };
    };
    const { grows } = await run(0);
    expect(grows).toBeGreaterThan(20);
    for (let refused = 1; refused <= grows; refused += 29)
      expect((await run(refused)).codes).toEqual([SQLITE_FULL]);
  }, 900_000);

  it('is nowhere after an upgrade in the middle of it', async () => {
    sql.all(`CREATE TEMP TABLE t AS SELECT * FROM item; BEGIN; ${change('b')}`);
    expect(readManager(host.stable.bytes()).sizes[SCRATCH]).toBeGreaterThan(80);
    host = await StorageHost.start({ stable: new StableMemory(host.stable.bytes()) });
    expect(host.native.openStore(SLOT)).toBe(0);
    sql = SqlConnection.open(host, SLOT);
    expect(isFilled('a')).toBe(true);
    expectClean();
  });

  it('writes no page twice to scratch memory, and its journal nowhere', () => {
    sql.all(`BEGIN; ${change('b')} ROLLBACK`);
    // 24 MiB are changed, of which 16 stay on the heap.
    expect(Number(host.native.scratchWritten())).toBeLessThan(14 * MIB);
  });
});

describe('what a message may write', () => {
  const GIB = 2n ** 30n;

  it('bounds the pages that a transaction may change, what spilled included', () => {
    expect(host.native.mayChange(500_000)).toBe(1);
    expect(host.native.mayChange(510_000)).toBe(0);
    expect([host.native.takeShortage(), host.native.bytesShort() > 2n * GIB]).toEqual([WRITTEN, true]);
    sql.all(`${fill(30_000)} BEGIN; UPDATE item SET body = body || 'x';`);
    const spilled = Math.ceil(Number(host.native.scratchWritten()) / 4096);
    expect(spilled).toBeGreaterThan(3_000);
    expect(host.native.mayChange(504_000 - spilled)).toBe(1);
    expect(host.native.mayChange(507_000 - spilled)).toBe(0);
    sql.all('ROLLBACK');
  });

  it('is foreseen of a VACUUM: three times what is used', () => {
    sql.all(fill(1_000));
    const image = Number(host.native.imageSize(SLOT));
    expect(Number(host.native.vacuumWritesOf(SLOT))).toBeGreaterThan(3 * image);
    sql.all('DELETE FROM item WHERE id > 10');
    expect(Number(host.native.vacuumWritesOf(SLOT)) - 8 * MIB).toBeLessThan(image);
    // Cut longer, the image is sparse, and all of it counts as used.
    sql.close();
    expect(host.native.transactionTruncate(SLOT, GIB)).toBe(0);
    expect(host.native.transactionReserve(SLOT)).toBe(1);
    host.native.transactionPublish(SLOT);
    expect(host.native.vacuumWritesOf(SLOT)).toBeGreaterThan(3n * GIB);
  });
});

describe('a journal without the originals', () => {
  const statement = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(fc.constant('update'), fc.nat({ max: 60 }), fc.integer({ min: 1, max: 900 })),
    },
    {
      weight: 3,
      arbitrary: fc.tuple(fc.constant('insert'), fc.nat({ max: 60 }), fc.integer({ min: 1, max: 900 })),
    },
    { weight: 2, arbitrary: fc.tuple(fc.constant('delete'), fc.nat({ max: 60 }), fc.constant(0)) },
    { weight: 2, arbitrary: fc.tuple(fc.constant('savepoint'), fc.constant(0), fc.constant(0)) },
    { weight: 2, arbitrary: fc.tuple(fc.constant('back'), fc.nat({ max: 3 }), fc.constant(0)) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('release'), fc.nat({ max: 3 }), fc.constant(0)) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('commit'), fc.constant(0), fc.constant(0)) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('rollback'), fc.constant(0), fc.constant(0)) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('vacuum'), fc.constant(0), fc.constant(0)) },
  );

  it.each([512, 4096, 65536])('rolls back to any point, with pages of %i bytes', async (pageSize) => {
    await fc.assert(
      fc.asyncProperty(fc.array(statement, { minLength: 20, maxLength: 60, size: 'max' }), async (steps) => {
        await start();
        sql.all(`PRAGMA page_size = ${pageSize}; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA cache_size = 5;`);
        sql.all('CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); CREATE INDEX i ON t (v)');
        expect(sql.value('PRAGMA page_size')).toBe(String(pageSize));
        let rows = new Map<number, string>();
        let committed = new Map(rows);
        let points: Map<number, string>[] = [];
        sql.all('BEGIN');
        for (const [what, which, size] of steps) {
          if (what === 'update') {
            const value = 'u'.repeat(size);
            sql.all(`UPDATE t SET v = '${value}' || id WHERE id % 7 = ${which % 7}`);
            for (const id of rows.keys()) if (id % 7 === which % 7) rows.set(id, value + id);
          } else if (what === 'insert') {
            const value = 'i'.repeat(size);
            sql.all(`WITH RECURSIVE n(x) AS (SELECT ${which} UNION ALL SELECT x + 1 FROM n LIMIT 40)
              INSERT OR REPLACE INTO t SELECT x, '${value}' || x FROM n`);
            for (let id = which; id < which + 40; id++) rows.set(id, value + id);
          } else if (what === 'delete') {
            sql.all(`DELETE FROM t WHERE id >= ${which}; PRAGMA incremental_vacuum`);
            for (const id of [...rows.keys()]) if (id >= which) rows.delete(id);
          } else if (what === 'savepoint') {
            sql.all(`SAVEPOINT s${points.length}`);
            points.push(new Map(rows));
          } else if (what === 'back' && which < points.length) {
            sql.all(`ROLLBACK TO s${which}`);
            points = points.slice(0, which + 1);
            rows = new Map(points[which]);
          } else if (what === 'release' && which < points.length) {
            sql.all(`RELEASE s${which}`);
            points = points.slice(0, which);
          } else if (what === 'commit' || what === 'vacuum') {
            sql.all(what === 'vacuum' ? 'COMMIT; VACUUM; BEGIN' : 'COMMIT; BEGIN');
            committed = new Map(rows);
            points = [];
          } else if (what === 'rollback') {
            sql.all('ROLLBACK; BEGIN');
            rows = new Map(committed);
            points = [];
          }
          expect(new Map(sql.all('SELECT id, v FROM t').map(([id, v]) => [Number(id), v]))).toEqual(rows);
        }
        sql.all('ROLLBACK');
        expect(new Map(sql.all('SELECT id, v FROM t').map(([id, v]) => [Number(id), v]))).toEqual(committed);
        expectClean();
      }),
      { numRuns: 12, seed: 5 },
    );
  });
});
