import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CandidValue } from '../../src/candid';
import type { ArchiveClient } from '../../src/client';
import { failureOf, InstalledTabularium, OPERATOR } from '../support/tabularium';

let canister: InstalledTabularium;
let archive: ArchiveClient;

beforeAll(async () => {
  canister = await InstalledTabularium.install();
  archive = await canister.archive('a');
  await archive.execute('CREATE TABLE kv(key TEXT PRIMARY KEY, value)');
});

const execute = (sql: string, ...parameters: CandidValue[]) =>
  canister.actor(OPERATOR).execute('a', sql, parameters, []);
const query = (sql: string, ...parameters: CandidValue[]) =>
  canister.actor(OPERATOR).query('a', sql, parameters, []);

describe('values', () => {
  const anyValue: fc.Arbitrary<CandidValue> = fc.oneof(
    fc.constant({ Null: null }),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((Integer) => ({ Integer })),
    fc.double({ noNaN: true }).map((Real) => ({ Real })),
    fc.string({ unit: 'binary' }).map((Text) => ({ Text })),
    fc.uint8Array().map((Blob) => ({ Blob })),
  );

  it('come back as they were sent', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyValue, { minLength: 1, maxLength: 8 }), async (values) => {
        const result = await query(`SELECT ${values.map(() => '?').join(', ')}`, ...values);
        expect(result).toHaveProperty('ok');
        expect('ok' in result && result.ok.rows).toEqual([values]);
      }),
      { numRuns: 150 },
    );
  });

  it('bind NaN as NULL, as SQLite does', async () => {
    expect(await query('SELECT ?', { Real: Number.NaN })).toMatchObject({ ok: { rows: [[{ Null: null }]] } });
  });

  it('are stored with their class', async () => {
    const classes = "SELECT typeof(?1) || ' ' || typeof(?2) || ' ' || typeof(?3) || ' ' || typeof(?4) AS t";
    const values: CandidValue[] = [
      { Integer: 1n },
      { Real: 1 },
      { Text: '1' },
      { Blob: new Uint8Array([49]) },
    ];
    expect(await query(classes, ...values)).toMatchObject({
      ok: { rows: [[{ Text: 'integer real text blob' }]] },
    });
  });

  it('that are not UTF-8 inside SQLite never make an invalid reply', async () => {
    const result = await query("SELECT CAST(x'61ff62' AS TEXT) AS t");
    expect(result).toMatchObject({ ok: { rows: [[{ Text: 'a\ufffdb' }]] } });
  });
});

describe('a result', () => {
  it('names its columns and tells what changed', async () => {
    const inserted = await execute(
      "INSERT INTO kv VALUES ('x', 1), ('y', 2) RETURNING key, value * 10 AS tenfold",
    );
    expect(inserted).toEqual({
      ok: {
        columns: ['key', 'tenfold'],
        rows: [
          [{ Text: 'x' }, { Integer: 10n }],
          [{ Text: 'y' }, { Integer: 20n }],
        ],
        meta: {
          rows_read: expect.any(BigInt),
          rows_written: 2n,
          changes: 2n,
          last_row_id: 2n,
          instructions: expect.any(BigInt),
          size_after: 12_288n,
          transaction_id: 2n,
          truncated: false,
        },
      },
    });
  });

  it('too large for a reply is a refusal, and the transaction is undone', async () => {
    await archive.execute('CREATE TABLE big(x)');
    const failure = await failureOf(
      execute('INSERT INTO big VALUES (zeroblob(1500000)); SELECT x, x AS again FROM big'),
    );
    expect(failure).toMatchObject({ code: 'RESULT_TOO_LARGE', message: expect.stringMatching(/fewer/) });
    expect(await archive.query('SELECT count(*) AS n FROM big')).toEqual([{ n: 0 }]);
  });
});

describe('one message is one transaction', () => {
  it('over several statements', async () => {
    await archive.execute('CREATE TABLE t(x UNIQUE); INSERT INTO t VALUES (1)');
    const failure = await failureOf(execute('INSERT INTO t VALUES (2); INSERT INTO t VALUES (1)'));
    expect(failure).toMatchObject({ code: 'SQLITE_CONSTRAINT_UNIQUE', extended_code: [2067] });
    expect(await archive.query('SELECT x FROM t')).toEqual([{ x: 1 }]);
  });

  it('over a statement that fails half-way', async () => {
    const before = await archive.query('SELECT count(*) AS n FROM kv');
    const half =
      "INSERT INTO kv SELECT 'k' || (CASE n WHEN 900 THEN 1 ELSE n END), n FROM (WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s LIMIT 1000) SELECT n FROM s)";
    expect((await failureOf(execute(half))).code).toBe('SQLITE_CONSTRAINT_PRIMARYKEY');
    expect(await archive.query('SELECT count(*) AS n FROM kv')).toEqual(before);
  });

  it('which SQL can neither begin nor end', async () => {
    for (const sql of ['BEGIN', 'COMMIT', 'END', 'ROLLBACK', 'INSERT INTO t VALUES (7); COMMIT']) {
      expect(await failureOf(execute(sql)), sql).toMatchObject({ code: 'SQLITE_AUTH' });
    }
  });
});

describe('a query', () => {
  it('only reads', async () => {
    for (const sql of [
      "INSERT INTO kv VALUES ('q', 1)",
      'CREATE TABLE q(x)',
      'DELETE FROM kv',
      'PRAGMA user_version = 7',
    ]) {
      expect(await failureOf(query(sql)), sql).toMatchObject({ code: 'READ_ONLY' });
    }
  });
});

describe('bad input is refused with its cause', () => {
  const blob = { Blob: new Uint8Array(1) };
  it.each<[string, string, CandidValue[], string, RegExp]>([
    ['malformed SQL', 'SELEC 1', [], 'SQLITE_ERROR', /near "SELEC": syntax error/],
    ['an unknown table', 'SELECT * FROM nowhere', [], 'SQLITE_ERROR', /no such table: nowhere/],
    ['too few values', 'SELECT ?1, ?2', [{ Integer: 1n }], 'PARAMETER_COUNT', /2 parameters, 1 value/],
    ['too many values', 'SELECT 1', [{ Integer: 1n }], 'PARAMETER_COUNT', /0 parameters, 1 value/],
    [
      'values for several statements',
      'SELECT ?1; SELECT 2',
      [{ Null: null }],
      'MULTIPLE_STATEMENTS',
      /single/,
    ],
    ['no statement', '  -- nothing\n', [], 'NO_STATEMENT', /no statement/],
    [
      'a type the schema forbids',
      "CREATE TABLE IF NOT EXISTS s(n INTEGER) STRICT; INSERT INTO s VALUES ('x')",
      [],
      'SQLITE_CONSTRAINT_DATATYPE',
      /cannot store TEXT/,
    ],
    ['ATTACH', "ATTACH 'x' AS y", [], 'SQLITE_AUTH', /ATTACH/],
    ['ATTACH of memory', "ATTACH ':memory:' AS y", [], 'SQLITE_AUTH', /ATTACH/],
    ['DETACH', 'DETACH main', [], 'SQLITE_AUTH', /DETACH/],
    ['VACUUM INTO', "VACUUM INTO 'x'", [], 'SQLITE_AUTH', /VACUUM INTO/],
    ['WAL', 'PRAGMA journal_mode = WAL', [], 'SQLITE_AUTH', /WAL is not available/],
    ['load_extension', "SELECT load_extension('x')", [], 'SQLITE_AUTH', /not available/],
  ])('%s', async (_, sql, parameters, code, message) => {
    const before = canister.inspect.hashStable();
    expect(await failureOf(execute(sql, ...parameters))).toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(canister.inspect.hashStable()).toBe(before);
    expect(await query('SELECT length(?1) AS n', blob)).toMatchObject({ ok: { rows: [[{ Integer: 1n }]] } });
  });

  it('an error says where in the SQL it lies', async () => {
    expect(await failureOf(query('SELECT 1 + , 2'))).toMatchObject({ offset: [11] });
  });

  it('an unknown archive', async () => {
    const service = canister.actor(OPERATOR);
    expect(await failureOf(service.execute('nobody', 'SELECT 1', [], []))).toMatchObject({
      code: 'ARCHIVE_NOT_FOUND',
    });
    expect(await failureOf(service.query('nobody', 'SELECT 1', [], []))).toMatchObject({
      code: 'ARCHIVE_NOT_FOUND',
    });
  });

  it('an argument that is not Candid', async () => {
    const { canisterId } = canister;
    for (const arg of [
      new Uint8Array(0),
      new Uint8Array([68, 73, 68, 76, 1]),
      new Uint8Array(100).fill(255),
    ]) {
      const reply = await canister.pic.queryCall({ canisterId, method: 'query', arg, sender: OPERATOR });
      expect(new TextDecoder().decode(reply)).toContain('CANDID_MALFORMED');
    }
  });
});

describe("SQLite's features", () => {
  const only = async (sql: string) => Object.values((await archive.query(sql))[0]!)[0];

  it('FTS5', async () => {
    await archive.execute(
      "CREATE VIRTUAL TABLE doc USING fts5(body); INSERT INTO doc VALUES ('slots and buckets'), ('pages')",
    );
    expect(await only("SELECT body FROM doc WHERE doc MATCH 'bucket*'")).toBe('slots and buckets');
  });

  it('JSON', async () => {
    expect(await only(`SELECT '{"a":[1,{"b":2}]}' ->> '$.a[1].b'`)).toBe(2);
    expect(await only(`SELECT json_group_array(value) FROM json_each('[3,4]')`)).toBe('[3,4]');
  });

  it('UTC dates and times, and localtime is UTC', async () => {
    await canister.pic.setTime(Date.UTC(2026, 1, 3, 4, 5, 6));
    expect(await only("SELECT datetime('now')")).toBe('2026-02-03 04:05:06');
    expect(await only("SELECT datetime('now', 'localtime')")).toBe('2026-02-03 04:05:06');
    expect(await only("SELECT datetime('2024-02-29 23:59:59', 'localtime', '+1 second')")).toBe(
      '2024-03-01 00:00:00',
    );
    expect(await only("SELECT strftime('%Y %j %s', '1969-12-31 00:00:01', 'utc')")).toBe('1969 365 -86399');
  });

  it('foreign keys are enforced', async () => {
    await archive.execute(
      'CREATE TABLE parent(id INTEGER PRIMARY KEY); CREATE TABLE child(p REFERENCES parent)',
    );
    expect((await failureOf(execute('INSERT INTO child VALUES (1)'))).code).toBe(
      'SQLITE_CONSTRAINT_FOREIGNKEY',
    );
  });

  it('random() differs from canister to canister once the beacon has answered', async () => {
    await canister.pic.tick(4);
    const other = await InstalledTabularium.install({ seed: 'another subnet' });
    await other.pic.tick(4);
    const its = await other.archive('a');
    const value = async (of: ArchiveClient) =>
      (await of.execute('SELECT hex(randomblob(16)) AS r')).rows[0]!.r;
    expect(await value(archive)).not.toBe(await value(its));
  });

  it('VACUUM', async () => {
    await archive.execute('CREATE TABLE fat(x); INSERT INTO fat VALUES (zeroblob(1000000)); DELETE FROM fat');
    const before = (await archive.describe()).size;
    expect(await failureOf(execute('VACUUM; DELETE FROM kv'))).toMatchObject({ code: 'MULTIPLE_STATEMENTS' });
    const deep = `VACUUM; SELECT 1${' + 1'.repeat(2_000)}`;
    expect(await failureOf(execute(deep))).toMatchObject({ code: 'SQL_TOO_DEEP' });
    const { meta } = await archive.execute('  -- compact\n VACUUM');
    expect(meta).toMatchObject({ changes: 0, rowsWritten: 0, lastRowId: 0 });
    expect((await archive.describe()).size).toBeLessThan(before);
    expect(await only('PRAGMA integrity_check')).toBe('ok');
  });
});
