import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ArchiveClient, ClientParameter } from '../../src/client';
import { ALICE, InstalledTabularium, OPERATOR } from '../support/tabularium';

const ARCHIVES = ['attacked', 'first', 'second'];
const MILLION = 1_000_000;

let canister: InstalledTabularium;
let attacked: ArchiveClient;
let contents: string;

beforeAll(async () => {
  canister = await InstalledTabularium.install();
  for (const id of ARCHIVES) {
    const archive = await canister.archive(id, id === 'attacked' ? ALICE : OPERATOR);
    await archive.execute(`CREATE TABLE t(x INTEGER PRIMARY KEY, y TEXT UNIQUE);
      CREATE VIRTUAL TABLE doc USING fts5(body);
      INSERT INTO doc VALUES ('of ${id}');
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500)
      INSERT INTO t SELECT i, '${id} ' || i FROM n`);
  }
  attacked = canister.client(ALICE).archive('attacked');
  contents = await content();
});

/** What all archives hold, after SQLite has checked each. */
async function content(): Promise<string> {
  const found = [];
  for (const id of ARCHIVES) {
    const archive = canister.client().archive(id);
    expect(await archive.query('PRAGMA quick_check')).toEqual([{ quick_check: 'ok' }]);
    found.push(await archive.query('SELECT * FROM t'), await archive.query("SELECT * FROM doc('of')"));
  }
  return createHash('sha256').update(JSON.stringify(found)).digest('hex');
}

/** The next message of every archive finds everything as it was, and can write. */
async function expectIntact(): Promise<void> {
  expect(await content()).toBe(contents);
  for (const id of ARCHIVES) {
    const archive = canister.client().archive(id);
    expect((await archive.execute("UPDATE t SET y = y || '!' WHERE x = 7")).changes).toBe(1);
    expect((await archive.execute("UPDATE t SET y = rtrim(y, '!') WHERE x = 7")).changes).toBe(1);
  }
}

async function refusal(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    (answer) => expect.unreachable(`it was answered: ${JSON.stringify(answer).slice(0, 200)}`),
    (error: unknown) => error,
  );
}

type Hostile = [name: string, sql: string, parameters: ClientParameter[], code: string | RegExp];

const text = (length: number) => 'a'.repeat(length);
const NUMBERS = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)';

const READS: Hostile[] = [
  ['a recursion that never ends', `${NUMBERS} SELECT count(*) FROM n`, [], 'BUDGET_EXCEEDED'],
  ['a join of everything', 'SELECT count(*) FROM t a, t b, t c, t d', [], 'BUDGET_EXCEEDED'],
  ['a huge sort', `${NUMBERS} SELECT i FROM n ORDER BY i * 7919 % 1000003`, [], /BUDGET_EXCEEDED|NOMEM/],
  ['a pattern tried everywhere', 'SELECT ?1 LIKE ?2', [text(MILLION), `%${text(900)}b`], 'BUDGET_EXCEEDED'],
  ['a glob tried everywhere', 'SELECT ?1 GLOB ?2', [text(MILLION), `*${text(900)}b`], 'BUDGET_EXCEEDED'],
  ['patterns with many wildcards', 'SELECT ?1 LIKE ?2', [text(MILLION), '%a'.repeat(400)], 'BUDGET_EXCEEDED'],
  ['a pattern that is too long', 'SELECT ?1 LIKE ?2', ['a', `%${text(2_000)}`], 'SQLITE_ERROR'],
  [
    'a search for half of the text',
    'SELECT instr(?1, ?2)',
    [text(MILLION), `${text(500_000)}b`],
    'BUDGET_EXCEEDED',
  ],
  [
    'a search in zeros that are not written out',
    'SELECT instr(zeroblob(1000000), ?)',
    [new Uint8Array(500_000).fill(1, 499_999)],
    'BUDGET_EXCEEDED',
  ],
  [
    'a replacement of nothing',
    "SELECT replace(?1, ?2, '')",
    [text(MILLION), `${text(90_000)}b`],
    'BUDGET_EXCEEDED',
  ],
  [
    'large values again and again',
    `${NUMBERS} SELECT sum(length(upper(?1))) FROM n`,
    [text(MILLION)],
    'BUDGET_EXCEEDED',
  ],
  [
    'large values in a row without a loop',
    `SELECT ${Array(1_900).fill('length(upper(lower(hex(randomblob(900000)))))').join()}`,
    [],
    'BUDGET_EXCEEDED',
  ],
  [
    'a text that grows',
    `${NUMBERS} SELECT length(group_concat(hex(randomblob(1000)))) FROM n`,
    [],
    /BUDGET|TOOBIG/,
  ],
  ['a huge zeroblob', 'SELECT length(zeroblob(2000000000) || 1)', [], 'SQLITE_TOOBIG'],
  ['a large one', 'SELECT zeroblob(3000000)', [], 'SQLITE_TOOBIG'],
  ['a huge randomblob', 'SELECT randomblob(2000000000)', [], 'SQLITE_TOOBIG'],
  ['a text of a large blob', 'SELECT hex(zeroblob(1500000))', [], 'SQLITE_TOOBIG'],
  [
    'more than the memory of all',
    `${NUMBERS} SELECT count(DISTINCT randomblob(100000)) FROM n`,
    [],
    /^(ARCHIVE_MEMORY_EXCEEDED|BUDGET_EXCEEDED)$/,
  ],
  ['a chain of operators', `SELECT 1${'+1'.repeat(40_000)}`, [], 'SQL_TOO_DEEP'],
  ['a chain of conditions', `SELECT 1 WHERE 1${' AND 1 LIKE 1'.repeat(5_000)}`, [], 'SQL_TOO_DEEP'],
  ['nested parentheses', `SELECT ${'('.repeat(40_000)}1${')'.repeat(40_000)}`, [], 'SQLITE_ERROR'],
  ['nested functions', `SELECT ${'abs('.repeat(15_000)}1${')'.repeat(15_000)}`, [], 'SQLITE_ERROR'],
  ['nested queries', `SELECT ${'(SELECT '.repeat(9_000)}1${')'.repeat(9_000)}`, [], 'SQLITE_ERROR'],
  ['nested cases', `SELECT ${'CASE WHEN 1 THEN '.repeat(4_000)}1${' END'.repeat(4_000)}`, [], 'SQLITE_ERROR'],
  ['too many compounds', `SELECT 1${' UNION SELECT 1'.repeat(600)}`, [], 'SQLITE_ERROR'],
  ['too many columns', `SELECT ${Array(2_100).fill('1').join()}`, [], 'SQLITE_ERROR'],
  ['too many parameters', 'SELECT ?40000', [], 'SQLITE_ERROR'],
  ['too long SQL', `SELECT '${text(200_000)}'`, [], 'BUDGET_EXCEEDED'],
  ['deep JSON', 'SELECT json(?)', ['['.repeat(100_000)], 'SQLITE_ERROR'],
  ['a pragma that leads outside', 'PRAGMA hard_heap_limit', [], 'SQLITE_AUTH'],
  ['a pragma as a table', 'SELECT * FROM pragma_soft_heap_limit', [], /SQLITE_/],
  ['a pragma that works, as a table', 'SELECT * FROM pragma_optimize', [], /SQLITE_|READ_ONLY/],
  ['a transaction', 'SAVEPOINT s', [], 'READ_ONLY'],
  ['an extension', "SELECT load_extension('x')", [], 'SQLITE_AUTH'],
  ['a log', "SELECT sqlite_log(1, 'x')", [], 'SQLITE_AUTH'],
];

const WRITES: Hostile[] = [
  [
    'rows without end',
    `${NUMBERS} INSERT INTO t(y) SELECT hex(randomblob(20)) FROM n`,
    [],
    /^(ARCHIVE_MEMORY_EXCEEDED|BUDGET_EXCEEDED|SQLITE_FULL)$/,
  ],
  [
    'a cascade without end',
    `CREATE TABLE chain(id INTEGER PRIMARY KEY, before REFERENCES chain ON DELETE CASCADE);
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000) INSERT INTO chain SELECT i, nullif(i - 1, 0) FROM n;
     DELETE FROM chain WHERE id = 1`,
    [],
    /SQLITE_ERROR|BUDGET_EXCEEDED/,
  ],
  ['a file', "ATTACH 'other' AS o", [], 'SQLITE_AUTH'],
  ['memory outside of the archive', "ATTACH ':memory:' AS o", [], 'SQLITE_AUTH'],
  ['a copy to a file', "VACUUM INTO 'copy'", [], 'SQLITE_AUTH'],
  ['a temporary table', 'CREATE TEMP TABLE x(y)', [], 'SQLITE_AUTH'],
  [
    'the schema by hand',
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'x'",
    [],
    'SQLITE_AUTH',
  ],
  ['the schema table', "UPDATE sqlite_schema SET sql = 'x'", [], 'SQLITE_ERROR'],
  ['a shadow table', 'DELETE FROM doc_data', [], 'SQLITE_ERROR'],
  ['the journal', 'PRAGMA journal_mode = OFF', [], 'SQLITE_AUTH'],
  ['the page size', 'PRAGMA page_size = 512', [], 'SQLITE_AUTH'],
  ['the page cache', 'PRAGMA cache_size = 1000000', [], 'SQLITE_AUTH'],
  ['an unknown pragma', 'PRAGMA shrink_memory', [], 'SQLITE_AUTH'],
  ['another virtual table', 'CREATE VIRTUAL TABLE v USING pragma_module_list', [], /SQLITE_/],
  [
    'a load of code in a trigger',
    "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT load_extension('x'); END; INSERT INTO t(y) VALUES (1)",
    [],
    'SQLITE_AUTH',
  ],
];

describe('a query with', () => {
  it.each(READS)('%s', async (_, sql, parameters, code) => {
    expect(await refusal(attacked.query(sql, ...parameters))).toMatchObject({
      code: expect.stringMatching(code),
      message: expect.stringMatching(/./),
    });
    await expectIntact();
  });
});

describe('an update with', () => {
  it.each(WRITES)('%s', async (_, sql, parameters, code) => {
    const small = attacked.withBudgets({ instructions: 2_000_000_000 });
    expect(await refusal(small.execute(sql, ...parameters))).toMatchObject({
      code: expect.stringMatching(code),
    });
    await expectIntact();
  });
});

const levels = (count: number, level: (n: number) => string) =>
  Array.from({ length: count }, (_, index) => level(index + 1));
const views = (count: number, select: (before: string) => string) => [
  'CREATE VIEW v0 AS SELECT 1 AS x',
  ...levels(count, (n) => `CREATE VIEW v${n} AS ${select(`v${n - 1}`)}`),
];
const ctes = (count: number, select: (before: string) => string) =>
  `WITH c0 AS (SELECT 1 AS x)${levels(count, (n) => `, c${n} AS (${select(`c${n - 1}`)})`).join('')} SELECT * FROM c${count}`;
const inserting = (into: string) => `BEGIN INSERT INTO ${into} VALUES (new.x); END`;

type Nested = [name: string, schema: string[], sql: string];

const NESTED: Nested[] = [
  ['views', views(2_000, (before) => `SELECT x FROM ${before}`), 'SELECT * FROM v2000'],
  ['views that are not flattened', views(2_000, (v) => `SELECT x FROM ${v} LIMIT 1`), 'SELECT * FROM v2000'],
  ['views, by a pragma', views(2_000, (v) => `SELECT x FROM ${v}`), 'PRAGMA table_info(v2000)'],
  [
    'views, by a pragma with a computed name',
    views(2_000, (v) => `SELECT x FROM ${v}`),
    "SELECT * FROM pragma_table_info('v' || 2000)",
  ],
  ['operators of views', views(12, (v) => `SELECT x${'+1'.repeat(900)} AS x FROM ${v}`), 'SELECT * FROM v12'],
  [
    'prefixes of views',
    views(90, (v) => `SELECT ${'NOT '.repeat(900)}x AS x FROM ${v}`),
    'SELECT * FROM v90',
  ],
  [
    'queries of views',
    views(40, (v) => `SELECT 1 AS x WHERE ${'EXISTS (SELECT 1 WHERE '.repeat(50)}1 IN ${v}${')'.repeat(50)}`),
    'SELECT * FROM v40',
  ],
  ['common table expressions', [], ctes(2_500, (before) => `SELECT x FROM ${before}`)],
  [
    'operators of common table expressions',
    [],
    ctes(40, (c) => `SELECT x${'+1'.repeat(900)} AS x FROM ${c}`),
  ],
  [
    'triggers',
    [
      'CREATE TABLE t0(x)',
      ...levels(
        900,
        (n) => `CREATE TABLE t${n}(x); CREATE TRIGGER r${n} AFTER INSERT ON t${n} ${inserting(`t${n - 1}`)}`,
      ),
    ],
    'INSERT INTO t900 VALUES (1)',
  ],
  [
    'cascades',
    [
      'CREATE TABLE t0(x INTEGER PRIMARY KEY)',
      ...levels(
        1_500,
        (n) => `CREATE TABLE t${n}(x INTEGER PRIMARY KEY REFERENCES t${n - 1} ON DELETE CASCADE)`,
      ),
    ],
    'DELETE FROM t0',
  ],
  [
    'generated columns',
    [],
    `CREATE TABLE g(c0${levels(90, (n) => `, c${n} AS (c${n - 1}${' + 1'.repeat(100)})`).join('')})`,
  ],
];

/** Runs statements in as many messages as their length asks for. */
async function executeAll(archive: ArchiveClient, statements: readonly string[]): Promise<void> {
  let script = '';
  for (const statement of statements) {
    if (script.length + statement.length > 90_000) {
      await archive.execute(script);
      script = '';
    }
    script += `${statement};\n`;
  }
  if (script !== '') await archive.execute(script);
}

describe('nesting', () => {
  it.each(NESTED)('of %s ends before the stack does', async (name, schema, sql) => {
    const archive = await canister.archive(
      `nested-${NESTED.findIndex((nested) => nested[0] === name)}`,
      ALICE,
    );
    await executeAll(archive, schema);
    expect(await refusal(archive.execute(sql))).toMatchObject({ code: 'SQL_TOO_DEEP' });
    await archive.execute('CREATE TABLE usable(x)');
    expect(await archive.query('PRAGMA quick_check')).toEqual([{ quick_check: 'ok' }]);
    await expectIntact();
  });

  it('as deep as people go is answered', async () => {
    const archive = await canister.archive('deep', ALICE);
    await executeAll(
      archive,
      views(100, (before) => `SELECT x + 1 AS x FROM ${before}`),
    );
    expect(await archive.query('SELECT x FROM v100')).toEqual([{ x: 101 }]);
    await archive.execute('CREATE TABLE t0(x)');
    const table = (n: number) =>
      `CREATE TABLE t${n}(x);
      CREATE TRIGGER r${n} AFTER INSERT ON t${n} ${inserting(`t${n - 1}`)}`;
    await executeAll(archive, levels(100, table));
    expect((await archive.execute('INSERT INTO t100 VALUES (NULL)')).meta.rowsWritten).toBe(101);
    expect(await archive.query(ctes(100, (before) => `SELECT x + 1 AS x FROM ${before}`))).toEqual([
      { x: 101 },
    ]);
    expect(await archive.query(`SELECT ${'(SELECT '.repeat(100)}1${')'.repeat(100)} AS x`)).toEqual([
      { x: 1 },
    ]);
    expect(await archive.query(`SELECT 1${' + 1'.repeat(999)} AS x`)).toEqual([{ x: 1_000 }]);
  });

  it('that takes long to compile is stopped by the budget', async () => {
    const doubled = ctes(30, (before) => `SELECT a.x FROM ${before} a, ${before} b LIMIT 1`);
    const small = attacked.withBudgets({ instructions: 100_000_000 });
    expect(await refusal(small.query(doubled))).toMatchObject({
      code: 'BUDGET_EXCEEDED',
      budget: { kind: 'instructions', limit: 100_000_000 },
    });
    await expectIntact();
  });
});

describe('a budget', () => {
  const budgetOf = async (call: Promise<unknown>) => ((await refusal(call)) as { budget: unknown }).budget;

  it.each([
    [
      'instructions',
      { instructions: 1_000_000 },
      `${NUMBERS} SELECT max(i) FROM (SELECT i FROM n LIMIT 100000)`,
    ],
    ['rows', { rows: 10 }, 'SELECT x FROM t'],
    ['result_bytes', { resultBytes: 1_000 }, 'SELECT y FROM t'],
    ['sql_bytes', { sqlBytes: 35 }, 'SELECT x, y FROM t WHERE x = 1 AND y IS NOT NULL'],
    ['parameters', { parameters: 1 }, 'SELECT ?, ?'],
    ['dirty_pages', { dirtyPages: 3 }, "UPDATE t SET y = y || '!!!'"],
  ])('of %s stops the call, tells the figures, and leaves nothing behind', async (kind, budgets, sql) => {
    const small = attacked.withBudgets(budgets);
    const values = kind === 'parameters' ? [1, 2] : [];
    const [limit] = Object.values(budgets);
    const budget = await budgetOf(small.execute(sql, ...values));
    expect(budget).toEqual({ kind, limit, used: expect.any(Number) });
    expect((budget as { used: number }).used).toBeGreaterThan(limit as number);
    if (kind !== 'dirty_pages') {
      expect(await budgetOf(small.query(sql, ...values))).toMatchObject({ kind, limit });
    }
    expect(
      await refusal(small.batch([{ sql: `UPDATE t SET y = 'x' WHERE x = 3` }, { sql, parameters: values }])),
    ).toMatchObject({
      code: 'BUDGET_EXCEEDED',
      budget: { kind },
    });
    await expectIntact();
  });

  it('of an archive holds for every call, and a call can only ask for less', async () => {
    const unlimited = {
      instructions: [],
      rows: [],
      result_bytes: [],
      sql_bytes: [],
      parameters: [],
      dirty_pages: [],
    };
    const limit = (rows: [[] | [bigint]]) =>
      canister.actor(OPERATOR).limit_archive('attacked', {
        size_limit: [],
        bucket_budget: [],
        budgets: [{ ...unlimited, rows }] as never,
      });
    expect(await limit([[5n]])).toHaveProperty('ok');
    expect(await budgetOf(attacked.query('SELECT x FROM t'))).toEqual({ kind: 'rows', limit: 5, used: 6 });
    expect(await budgetOf(attacked.withBudgets({ rows: 100 }).query('SELECT x FROM t'))).toMatchObject({
      limit: 5,
    });
    expect(await budgetOf(attacked.withBudgets({ rows: 2 }).query('SELECT x FROM t'))).toMatchObject({
      limit: 2,
    });
    await limit([[]]);
    expect(await attacked.query('SELECT x FROM t')).toHaveLength(500);
  });

  it('leaves room for publishing: a commit that would take too much is refused before it begins', async () => {
    // What a page is foreseen to take is a price by the rules of October 2025; by those of today it depends on where the page lies.
    const october = await InstalledTabularium.install({ rules: '2025-10' });
    const archive = await october.archive('publishing', ALICE);
    await archive.execute('CREATE TABLE t(x)');
    const fill = `${NUMBERS} INSERT INTO t SELECT randomblob(3500) FROM n LIMIT 500`;
    const before = (await archive.execute('SELECT 1')).meta;
    // The commit counts for the last statement, which takes next to nothing itself.
    const [filled, last] = await archive.batch([{ sql: fill }, { sql: 'SELECT 1' }]);
    const pages = (last!.meta.sizeAfter - before.sizeAfter) / 4_096;
    const commit = last!.meta.instructions;
    expect(pages).toBeGreaterThan(400);
    // What a page is foreseen to take is more than it takes, but no multiple that would refuse what could be done.
    expect(commit / pages).toBeLessThan(FORESEEN_OF_PAGE);
    expect(commit / pages).toBeGreaterThan(FORESEEN_OF_PAGE / 10);

    const enough = filled!.meta.instructions + commit + 1_000_000;
    const budget = await budgetOf(archive.withBudgets({ instructions: enough }).execute(fill));
    expect(budget).toEqual({ kind: 'instructions', limit: enough, used: expect.any(Number) });
    // It was stopped by what publishing would take, not on its way there.
    expect((budget as { used: number }).used).toBeGreaterThan(
      filled!.meta.instructions + 0.9 * pages * FORESEEN_OF_PAGE,
    );
    expect(await archive.query('SELECT count(*) AS n FROM t')).toEqual([{ n: 500 }]);
    // The pages lie together, sixteen to a 64 KiB page that is touched once.
    const touches = (pages / 16 + 20) * FORESEEN_OF_TOUCH;
    const generous = enough + pages * FORESEEN_OF_PAGE * 1.2 + touches;
    expect((await archive.withBudgets({ instructions: generous }).execute(fill)).changes).toBe(500);
    await expectIntact();
  });
});

/** Instructions that src/native/assembly/pages/commit-cost.ts foresees for a page, and for a 64 KiB page that it touches. */
const FORESEEN_OF_PAGE = 20_000;
const FORESEEN_OF_TOUCH = 160_000;

describe('what a search is foreseen to take', () => {
  const size = 20_000;
  const needle = 400;
  const product = size * needle;

  // By src/native/assembly/engine/function-calls.ts: 60 instructions for two bytes of a pattern and a text, 4 of two texts.
  it.each([
    ['LIKE', 'SELECT ?1 LIKE ?2', `%${'a'.repeat(needle)}b`, 60 * product],
    ['GLOB', 'SELECT ?1 GLOB ?2', `*${'a'.repeat(needle)}b`, 60 * product],
    ['LIKE with many wildcards', 'SELECT ?1 LIKE ?2', `${'%a'.repeat(needle / 2)}b`, 60 * product],
    ['instr', 'SELECT instr(?1, ?2)', `${'a'.repeat(needle)}b`, 4 * product + 40 * size],
    ['replace', "SELECT replace(?1, ?2, '')", `${'a'.repeat(needle)}b`, 4 * product + 40 * size],
  ])('is at least what %s takes, and less than 50 times as much', async (_, sql, pattern, foreseen) => {
    const archive = canister.client(ALICE).archive('attacked');
    const [idle, searched] = [
      await archive.execute(sql, '', pattern),
      await archive.execute(sql, 'a'.repeat(size), pattern),
    ];
    const took = searched.meta.instructions - idle.meta.instructions;
    expect(took).toBeLessThan(foreseen);
    expect(took * 50).toBeGreaterThan(foreseen);
  });
});
