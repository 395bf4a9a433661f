import { beforeAll, describe, expect, it } from 'vitest';
import type { CandidInsight, CandidInsightOrder } from '../../src/candid';
import type { ArchiveClient } from '../../src/client';
import { ALICE, BOB, failureOf, InstalledTabularium, OPERATOR } from '../support/tabularium';

let canister: InstalledTabularium;
let archive: ArchiveClient;

beforeAll(async () => {
  canister = await InstalledTabularium.install();
  archive = await canister.archive('a', ALICE);
  await archive.execute('CREATE TABLE note(id INTEGER PRIMARY KEY, text)');
});

async function insights(
  order: CandidInsightOrder = { Instructions: null },
  limit = 200,
): Promise<CandidInsight[]> {
  const result = await canister.actor(ALICE).query_insights('a', order, limit);
  if ('err' in result) throw new Error(result.err.message);
  return result.ok;
}

const reset = () => canister.actor(ALICE).reset_insights('a');

describe('insights', () => {
  it('count the runs of a statement together, whatever its values', async () => {
    await reset();
    for (const text of ['a', 'b', 'c'])
      await archive.execute(`INSERT INTO note(text) VALUES ('${text}') -- ${text}`);
    await archive.execute('SELECT text FROM note WHERE text = ?', 'b');
    await archive.execute('SELECT  text FROM note WHERE text=?', 'c');
    const [insert, select] = await insights({ Runs: null });
    expect(insert).toMatchObject({
      sql: 'insert into note(text) values(?)',
      runs: 3n,
      failures: 0n,
      rows_written: 3n,
      rows_returned: 0n,
      cut: false,
    });
    expect(insert!.worst_instructions * 3n).toBeGreaterThanOrEqual(insert!.instructions);
    expect(insert!.worst_instructions).toBeLessThan(insert!.instructions);
    expect(select).toMatchObject({
      sql: 'select text from note where text = ?',
      runs: 2n,
      rows_read: 6n,
      rows_returned: 2n,
      efficiency: [1 / 3],
    });
    expect(select!.last).toBeGreaterThanOrEqual(select!.since);
  });

  it('are ordered, and as many as were asked for', async () => {
    const orders: CandidInsightOrder[] = [{ RowsRead: null }, { RowsWritten: null }, { Efficiency: null }];
    const firsts = await Promise.all(
      orders.map(async (order) => (await insights(order, 1)).map(({ sql }) => sql)),
    );
    expect(firsts).toEqual([
      ['select text from note where text = ?'],
      ['insert into note(text) values(?)'],
      ['select text from note where text = ?'],
    ]);
    expect(await insights({ Runs: null }, 0)).toEqual([]);
  });

  it('count what fails, and nothing of query calls', async () => {
    await reset();
    await expect(archive.execute('INSERT INTO note(id) VALUES (1)')).rejects.toMatchObject({
      code: 'SQLITE_CONSTRAINT_PRIMARYKEY',
    });
    await archive.query('SELECT * FROM note');
    expect(await insights()).toMatchObject([
      { sql: 'insert into note(id) values(?)', runs: 1n, failures: 1n },
    ]);
  });

  it('are 200 of an archive at most, those that ran last', async () => {
    await reset();
    const names = Array.from({ length: 230 }, (_, index) => `c${index}`);
    for (let start = 0; start < names.length; start += 46) {
      await archive.batch(names.slice(start, start + 46).map((name) => ({ sql: `SELECT 1 AS ${name}` })));
    }
    const kept = await insights();
    expect(kept.map(({ sql }) => sql).sort()).toEqual(
      names
        .slice(30)
        .map((name) => `select ? as ${name}`)
        .sort(),
    );
  });

  it('are told to owners and operators, of their archive only, and go with the archive', async () => {
    expect((await failureOf(canister.actor(BOB).query_insights('a', { Runs: null }, 9))).code).toBe(
      'NOT_AUTHORISED',
    );
    const other = await canister.archive('b', BOB);
    await other.execute('SELECT 2');
    const result = await canister.actor(OPERATOR).query_insights('b', { Runs: null }, 9);
    expect(result).toMatchObject({ ok: [{ sql: 'select ?', runs: 1n }] });
    await reset();
    expect(await insights()).toEqual([]);
  });
});

it('are asked for through the client too', async () => {
  const hers = canister.client(ALICE).archive('a').insights;
  await archive.execute('SELECT text FROM note');
  await archive.execute('SELECT text FROM note');
  await archive.execute('SELECT id FROM note');
  expect((await hers.list('runs'))[0]).toMatchObject({ sql: 'select text from note', runs: 2n });
  expect(await hers.list('instructions', 1)).toHaveLength(1);
  await hers.reset();
  expect(await hers.list()).toEqual([]);
  expect(await hers.explain('SELECT id FROM note WHERE id = 1')).toMatchObject([{ parent: 0 }]);
});

describe('a plan', () => {
  it('tells how SQLite would run a statement, and does not run it', async () => {
    const plan = await canister.actor(ALICE).explain('a', 'DELETE FROM note WHERE id = 1');
    expect(plan).toMatchObject({
      ok: [{ parent: 0, detail: 'SEARCH note USING INTEGER PRIMARY KEY (rowid=?)' }],
    });
    expect(await archive.query('SELECT count(*) AS n FROM note')).toEqual([{ n: 3 }]);
  });

  it('needs no values', async () => {
    const plan = await canister.actor(ALICE).explain('a', 'SELECT * FROM note WHERE id = ? AND text = :text');
    expect(plan).toMatchObject({ ok: [{ detail: 'SEARCH note USING INTEGER PRIMARY KEY (rowid=?)' }] });
  });

  it('is of one statement, which may be in a message', async () => {
    const explain = (sql: string) => failureOf(canister.actor(ALICE).explain('a', sql));
    expect(await explain('SELEC')).toMatchObject({ code: 'SQLITE_ERROR', offset: [0] });
    expect((await explain('PRAGMA foreign_keys = OFF')).code).toBe('SQLITE_AUTH');
    expect((await explain('PRAGMA defer_foreign_keys = ON')).code).toBe('SQLITE_AUTH');
    expect((await explain(`SELECT 1${' + 1'.repeat(2_000)}`)).code).toBe('SQL_TOO_DEEP');
    expect((await explain('SELECT 1; SELECT 2')).code).toBe('INVALID_ARGUMENT');
    expect((await failureOf(canister.actor(BOB).explain('a', 'SELECT 1'))).code).toBe('NOT_AUTHORISED');
  });
});
