import { IDL } from '@dfinity/candid';
import { beforeAll, describe, expect, it } from 'vitest';
import { IdlTypes, METHODS } from '../../src/candid';
import type { ArchiveClient, ClientParameter, ClientResult } from '../../src/client';
import { failureOf, InstalledTabularium, OPERATOR } from '../support/tabularium';

let canister: InstalledTabularium;
let archive: ArchiveClient;
const ROWS = 1_000;

beforeAll(async () => {
  canister = await InstalledTabularium.install();
  archive = await canister.archive('a');
  await archive.execute(`CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT UNIQUE, amount INTEGER);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ${ROWS})
    INSERT INTO item SELECT i, 'item ' || i, i % 10 FROM n`);
});

/** What the canister refuses a call of the client with. */
async function refusal(call: Promise<unknown>) {
  return call.then(
    () => expect.unreachable('it was accepted'),
    (error: unknown) => error,
  );
}

describe('batch', () => {
  it('answers each statement, in one transaction', async () => {
    const before = (await archive.queryResult('SELECT 1')).meta.transactionId;
    const results = await archive.batch([
      { sql: 'INSERT INTO item VALUES (?, ?, ?)', parameters: [5_000, 'new', 1] },
      { sql: 'SELECT name FROM item WHERE id = :id', parameters: [{ id: 5_000 }] },
      { sql: 'UPDATE item SET amount = 2 WHERE id >= 5000' },
      { sql: 'DELETE FROM item WHERE id = 5000 RETURNING amount' },
    ]);
    expect(results.map(({ rows, changes }) => ({ rows, changes }))).toEqual([
      { rows: [], changes: 1 },
      { rows: [{ name: 'new' }], changes: 0 },
      { rows: [], changes: 1 },
      { rows: [{ amount: 2 }], changes: 1 },
    ]);
    expect(results.map(({ lastInsertRowid }) => lastInsertRowid)).toEqual([5_000, 0, 0, 0]);
    expect(new Set(results.map(({ meta }) => meta.transactionId))).toEqual(new Set([before + 1]));
  });

  it('undoes everything when a statement fails, and names its index', async () => {
    const failure = await refusal(
      archive.batch([
        { sql: 'DELETE FROM item' },
        { sql: 'INSERT INTO item VALUES (1, ?, 0)', parameters: ['x'] },
        { sql: 'INSERT INTO item VALUES (1, ?, 0)', parameters: ['y'] },
        { sql: 'SELECT 1' },
      ]),
    );
    expect(failure).toMatchObject({ code: 'SQLITE_CONSTRAINT_PRIMARYKEY', statement: 2 });
    expect(await archive.first('SELECT count(*) AS n FROM item')).toEqual({ n: ROWS });
    expect(await refusal(archive.batch([{ sql: 'SELECT 1' }, { sql: 'SELEKT' }]))).toMatchObject({
      code: 'SQLITE_ERROR',
      statement: 1,
      offset: 0,
    });
  });

  it('of nothing does nothing', async () => {
    expect(await archive.batch([])).toEqual([]);
  });
});

describe('first', () => {
  it('is the first row, or null', async () => {
    expect(await archive.first('SELECT id, name FROM item ORDER BY id DESC')).toEqual({
      id: ROWS,
      name: `item ${ROWS}`,
    });
    expect(await archive.first('SELECT id FROM item WHERE id = ?', -1)).toBeNull();
    expect(await refusal(archive.first('DELETE FROM item RETURNING id'))).toMatchObject({
      code: 'READ_ONLY',
    });
  });

  it('reads no further than that row', async () => {
    const service = canister.actor(OPERATOR);
    const all = await service.query('a', 'SELECT id FROM item', [], []);
    const first = await service.first('a', 'SELECT id FROM item', [], []);
    expect(all).toMatchObject({ ok: { meta: { rows_read: 1_000n, truncated: false } } });
    expect(first).toMatchObject({
      ok: { rows: [[{ Integer: 1n }]], meta: { rows_read: 1n, truncated: true } },
    });
  });
});

describe('pages', () => {
  const pagesOf = async (sql: string, parameters: ClientParameter[], rows: number) => {
    const pages: ClientResult[] = [];
    for await (const page of archive.pages(sql, parameters, rows)) pages.push(page);
    return pages;
  };

  it.each([1, 7, 333, 999, 1_000, 1_001, 5_000])('of %i rows give each row once', async (rows) => {
    const pages = await pagesOf('SELECT id FROM item WHERE id > ? ORDER BY id', [rows === 1 ? 990 : 0], rows);
    const ids = pages.flatMap((page) => page.rows.map(({ id }) => id));
    const expected = await archive.query('SELECT id FROM item WHERE id > ?', rows === 1 ? 990 : 0);
    expect(ids).toEqual(expected.map(({ id }) => id));
    expect(pages.map(({ meta }) => meta.truncated)).toEqual(pages.map((_, n) => n < pages.length - 1));
    expect(pages).toHaveLength(Math.max(1, Math.ceil(ids.length / rows)));
  });

  it('end where the reply is full', async () => {
    const pages = await pagesOf('SELECT id, zeroblob(100000) AS b FROM item WHERE id <= 100', [], 100_000);
    expect(pages.length).toBeGreaterThan(3);
    expect(pages.flatMap((page) => page.rows.map(({ id }) => id))).toEqual(
      Array.from({ length: 100 }, (_, n) => n + 1),
    );
    const tooLarge = 'SELECT zeroblob(1500000), zeroblob(1700000)';
    expect(await refusal(pagesOf(tooLarge, [], 10))).toMatchObject({ code: 'RESULT_TOO_LARGE' });
  });

  it('are refused where the budget admits no row', async () => {
    const pages = archive.withBudgets({ rows: 0 }).pages('SELECT id FROM item', [], 10);
    expect(await refusal(pages.next())).toMatchObject({
      code: 'BUDGET_EXCEEDED',
      budget: { kind: 'rows', limit: 0, used: 1 },
      message: expect.stringMatching(/ask for less at a time, or for a larger budget$/),
    });
  });

  it('of nothing are one empty page', async () => {
    const pages = await pagesOf('SELECT id FROM item WHERE 0', [], 10);
    expect(pages).toMatchObject([{ rows: [], columns: ['id'], meta: { truncated: false } }]);
  });

  it('are refused once something was written, naming both transactions', async () => {
    const pages = archive.pages('SELECT id FROM item', [], 10);
    const { meta } = (await pages.next()).value as ClientResult;
    await archive.execute('UPDATE item SET amount = amount + 1 WHERE id = 1');
    expect(await refusal(pages.next())).toMatchObject({
      code: 'CURSOR_STALE',
      message: expect.stringMatching(
        new RegExp(`transaction ${meta.transactionId},.*transaction ${meta.transactionId + 1}:`),
      ),
    });
  });

  it('need the question that the cursor came from', async () => {
    const other = await canister.archive('b');
    await other.execute('CREATE TABLE item(id)');
    const service = canister.actor(OPERATOR);
    const sql = 'SELECT id FROM item WHERE id > ?';
    const answered = await service.query_page('a', sql, [{ Integer: 1n }], [], 10, []);
    if ('err' in answered) throw new Error(answered.err.message);
    const cursor = answered.ok.next_cursor;
    const ask = (id: string, text: string, least: bigint, forged = cursor) =>
      failureOf(service.query_page(id, text, [{ Integer: least }], forged, 10, []));
    for (const failure of [
      await ask('b', sql, 1n),
      await ask('a', `${sql} `, 1n),
      await ask('a', sql, 2n),
      await ask('a', sql, 1n, [new Uint8Array(3)]),
    ]) {
      expect(failure.code).toBe('CURSOR_INVALID');
    }
  });
});

describe('a query that is sent as an update', () => {
  it('has the instructions of a query', async () => {
    const signature = new IdlTypes<IDL.Type>(IDL).ofMethod(METHODS.query);
    const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n';
    const arg = new Uint8Array(IDL.encode(signature.parameters, ['a', endless, [], []]));
    const { canisterId } = canister;
    const reply = await canister.pic.updateCall({ canisterId, method: 'query', sender: OPERATOR, arg });
    const message = expect.stringMatching(/ask for less at a time, or call execute, which may take more$/);
    expect(IDL.decode([signature.result], reply)).toMatchObject([
      {
        err: { code: 'BUDGET_EXCEEDED', message, budget: [{ kind: 'instructions', limit: 2_000_000_000n }] },
      },
    ]);
  });
});

describe('parameters', () => {
  it('have names, with or without their sign, and may be mixed', async () => {
    const sql = 'SELECT :a AS a, @b AS b, $c AS c, ? AS d, :a AS e';
    expect(await archive.first(sql, { a: 1, '@b': 'two', c: null }, 2.5)).toEqual({
      a: 1,
      b: 'two',
      c: null,
      d: 2.5,
      e: 1,
    });
    expect(await archive.first('SELECT :a AS a, :b AS b', 1, 2)).toEqual({ a: 1, b: 2 });
  });

  it.each<[string, string, ClientParameter[], string, RegExp]>([
    ['missing', 'SELECT :a, :b', [{ a: 1 }], 'PARAMETER_NAME', /No value was sent for the parameter ":b"/],
    ['unknown', 'SELECT :a', [{ a: 1, z: 2 }], 'PARAMETER_NAME', /has no parameter "z"/],
    ['sent twice', 'SELECT :a', [{ a: 1, ':a': 2 }], 'PARAMETER_NAME', /Two values.*":a"/],
    ['without a place', 'SELECT :a', [{ a: 1 }, 2], 'PARAMETER_COUNT', /1 parameter/],
    ['without a value', 'SELECT :a, ?', [{ a: 1 }], 'PARAMETER_COUNT', /without a name/],
  ])('that are %s are named', async (_, sql, parameters, code, message) => {
    expect(await refusal(archive.query(sql, ...parameters))).toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });
});

describe('statements kept from message to message', () => {
  const cost = async (call: () => Promise<unknown>) => {
    await call();
    return canister.inspect.last('update').chargedInstructions;
  };

  it('save compiling them', async () => {
    const update = () => archive.execute('UPDATE item SET amount = ? WHERE name = ?', 1, 'item 7');
    const first = await cost(update);
    expect(await cost(update)).toBeLessThan(first - 10_000);
  });

  it('see a changed schema', async () => {
    await archive.execute('CREATE TABLE changing(x)');
    const read = () => archive.execute('SELECT * FROM changing');
    expect((await read()).columns).toEqual(['x']);
    await archive.execute('ALTER TABLE changing ADD COLUMN y');
    expect((await read()).columns).toEqual(['x', 'y']);
    await archive.execute('DROP TABLE changing');
    expect(await refusal(read())).toMatchObject({ code: 'SQLITE_ERROR' });
  });

  it('forget the values of the message before', async () => {
    const insert = (id: number) =>
      archive.execute('INSERT INTO item VALUES (?, ?, ?) RETURNING *', id, `kept ${id}`, null);
    await insert(7_000);
    expect((await insert(7_001)).rows).toEqual([{ id: 7_001, name: 'kept 7001', amount: null }]);
    expect(await refusal(archive.execute('INSERT INTO item VALUES (?, ?, ?) RETURNING *'))).toMatchObject({
      code: 'PARAMETER_COUNT',
    });
  });

  it('are bounded, and leave with their connection', async () => {
    for (let n = 0; n < 100; n++) await archive.execute(`SELECT ${n}, * FROM item WHERE id = ?`, n);
    await archive.execute('DELETE FROM item WHERE id > 6000');
    for (let n = 0; n < 9; n++) {
      const other = await canister.archive(`other-${n}`);
      await other.execute('CREATE TABLE t(x); INSERT INTO t VALUES (1)');
    }
    expect(await archive.first('SELECT count(*) AS n FROM item')).toEqual({ n: ROWS });
  });
});
