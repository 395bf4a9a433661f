import { beforeEach, describe, expect, it } from 'vitest';
import { Database, type SqlValue, type Statement } from '../../src/database';
import type { LiveResources, NodeHost } from '../../src/native/node';
import { startHost } from '../support/native-host';

let host: NodeHost;
let db: Database;
beforeEach(async () => {
  host = await startHost();
  db = new Database(host.native, { memoryId: 120, create: true });
  db.exec(
    "CREATE TABLE t (id INTEGER PRIMARY KEY, text UNIQUE, blob); INSERT INTO t VALUES (1, 'a', x'0102')",
  );
});

const BIG = 2n ** 60n;

/** Everything that the facade can be asked, in success and in failure. Nothing of it keeps a statement. */
const PIECES: [string, () => unknown][] = [
  ['run', () => using('INSERT OR REPLACE INTO t VALUES (?, ?, ?)', (s) => s.run(2, 'é', new Uint8Array(9)))],
  ['run with a bigint', () => using('INSERT OR REPLACE INTO t VALUES (?, NULL, NULL)', (s) => s.run(BIG))],
  ['run with names', () => using('UPDATE t SET text = :a WHERE id = $b', (s) => s.run({ a: 'z', b: 9 }))],
  ['run with a subarray', () => using('SELECT ?', (s) => s.get(new Uint8Array(20).subarray(3, 9)))],
  ['run with a buffer', () => using('SELECT ?', (s) => s.get(new ArrayBuffer(20)))],
  [
    'runMany',
    () =>
      using('INSERT OR REPLACE INTO t VALUES (?, ?, ?)', (s) =>
        s.runMany([
          [3, 'b', null],
          [4, 'c', 1],
        ]),
      ),
  ],
  ['get an object', () => using('SELECT * FROM t', (s) => s.get())],
  ['get an array', () => using('SELECT *, ? FROM t', (s) => s.raw().get('x'))],
  ['get a value', () => using('SELECT text FROM t', (s) => s.pluck().get())],
  ['get a bigint', () => using('SELECT ?', (s) => s.pluck().get(BIG))],
  ['get nothing', () => using('SELECT * FROM t WHERE id = 0', (s) => s.get())],
  [
    'all',
    () =>
      using('SELECT * FROM t UNION ALL VALUES (2, 3, 4), (5, 6, ?)', (s) => [
        s.all(7),
        s.all(8),
        s.raw().all(9),
        s.pluck().all(9),
      ]),
  ],
  ['iterate', () => using('SELECT * FROM t', (s) => [...s.iterate()])],
  ['iterate and leave', () => using('SELECT ? UNION SELECT 2', (s) => s.iterate('text').next())],
  ['columns', () => using('SELECT * FROM t', (s) => s.columns())],
  ['source', () => using('SELECT * FROM t', (s) => s.source)],
  ['expandedSql', () => using('SELECT ?', (s) => s.expandedSql('x'))],
  ['bind', () => using('SELECT ?, ?', (s) => s.bind('text', BIG).all())],
  ['bind twice', () => using('SELECT ?', (s) => (s.bind('text') as Statement).bind('more'))],
  ['bind in vain', () => using('SELECT ?, ?', (s) => s.bind('text', Symbol() as never))],
  ['a query that is cached', () => db.query('SELECT ? AS a UNION VALUES (2), (3), (4)').all('text')],
  ['queries that push each other out', () => evicting()],
  [
    'a function that is replaced',
    () => db.function('f', (a: unknown) => (a === 'b' ? 'ä' : new Uint8Array(3))) && functionCalls(),
  ],
  [
    'a function that throws',
    () => {
      db.function('f', { safeIntegers: true }, () => {
        throw new Error('no');
      });
      attempt(() => db.exec("SELECT f('text')"));
      functionCalls();
    },
  ],
  [
    'a function that returns what cannot be',
    () => {
      for (const value of [Symbol('s'), {}, 2n ** 70n, Promise.resolve()]) {
        db.function('f', { varargs: true }, () => value as never);
        attempt(functionCalls);
      }
    },
  ],
  [
    'an aggregate',
    () => {
      db.aggregate('f', {
        start: () => [] as unknown[],
        step: (list: unknown[], x: SqlValue) => [...list, x],
        inverse: (list: unknown[]) => list.slice(1),
        result: (list) => list.join(),
      });
      attempt(functionCalls);
      using('SELECT f(id) OVER (ORDER BY id ROWS 1 PRECEDING) FROM t', (s) => s.all());
      using('SELECT f(id) OVER (ORDER BY id ROWS 1 PRECEDING) FROM t', (s) => s.iterate().next());
    },
  ],
  [
    'an aggregate that throws',
    () => {
      for (const part of ['start', 'step', 'result'] as const) {
        const fail = () => {
          throw new Error(part);
        };
        db.aggregate('f', { start: () => 'text', step: (text: string) => `${text}+`, [part]: fail });
        attempt(functionCalls);
      }
    },
  ],
  ['a function that cannot be', () => db.function('f'.repeat(255), { varargs: true }, () => 1)],
  ['savepoints', () => savepoints()],
  ['serialize', () => db.serialize()],
  ['backup', () => [...db.backup({ chunkSize: 1000 })]],
  ['backup and leave', () => db.backup({ chunkSize: 1000 }).return()],
  ['exec', () => db.exec('SELECT 1; SELECT 2')],
  ['pragma', () => db.pragma('table_info(t)')],
  ['transaction', () => db.transaction((x: number) => x)(1)],
  ['a syntax error', () => db.exec('SELEKT')],
  ['a refusal', () => db.exec('DETACH main')],
  ['a violated constraint', () => using("INSERT INTO t (text) VALUES ('a')", (s) => s.run())],
  ['a failing step', () => using("SELECT json(?), 'x' FROM t", (s) => s.all('{'))],
  [
    'a failing step late',
    () => using('SELECT abs(value) FROM json_each(?)', (s) => s.all('[1, -9223372036854775808]')),
  ],
  ['a value that cannot be bound', () => using('SELECT ?, ?', (s) => s.get('text', Symbol() as never))],
  ['a bigint that is too big', () => using('SELECT ?, ?', (s) => s.get('text', 2n ** 70n))],
  ['too few parameters', () => using('SELECT ?, ?', (s) => s.get('text'))],
  ['too many parameters', () => using('SELECT ?', (s) => s.get('text', 'more'))],
  ['a missing name', () => using('SELECT :a, :b', (s) => s.get({ a: 'text' }))],
  [
    'a throwing getter',
    () =>
      using('SELECT :a, :b', (s) =>
        s.get({
          a: 'text',
          get b(): string {
            throw new Error('b');
          },
        }),
      ),
  ],
  [
    'a rolled back transaction',
    () =>
      db.transaction(() => {
        throw new Error('no');
      })(),
  ],
  [
    'a failing row of many',
    () =>
      using('INSERT INTO t VALUES (?, ?, ?)', (s) =>
        s.runMany([
          [7, 'x', null],
          [7, 'y', null],
        ]),
      ),
  ],
  [
    'open and close',
    () => {
      host.native.create(121 + (host.native.memoryReport().memories.length % 100), 0).close();
    },
  ],
  ['open in vain', () => host.native.open(120)],
  ['describe', () => host.native.describeSlot(120)],
  ['readImage', () => host.native.readImage(120, 0, 4096)],
  [
    'import',
    () => {
      const session = host.native.beginImport(120, 40_000, 60, new Uint8Array(32));
      host.native.writeImportChunk(120, session, 5, new Uint8Array(100).fill(1));
      attempt(() => host.native.writeImportChunk(120, session, 0, new Uint8Array(9), '0'.repeat(16)));
      attempt(() => host.native.beginImport(120, 40_000, 60, new Uint8Array(31)));
      attempt(() => host.native.switchImport(120, session, 'kept'));
      host.native.missingImportRanges(120, session, 0, 10);
      host.native.writeImportChunk(120, session, 0, new Uint8Array(40_000));
      attempt(() => host.native.verifyImport(120, session, 1));
      host.native.importStatus(120);
      host.native.cancelImport(120, session);
    },
  ],
  ['checksums', () => [host.native.checksumText('text'), host.native.checksumMemory(120, 0, 100)]],
];

const functionCalls = () => using("SELECT f('b') UNION ALL SELECT f(?)", (s) => [s.all(BIG), s.get('x')]);

/** Fills the cache with statements of long texts, every round with the same ones. */
function evicting(): void {
  for (let index = 0; index < 70; index++) db.query(`SELECT ${index} AS column_${index}`).get();
}

function savepoints(): void {
  using point = db.savepoint();
  db.savepoint('é').release();
  point.rollback();
}

function using(sql: string, act: (statement: ReturnType<Database['prepare']>) => unknown): unknown {
  const statement = db.prepare(sql);
  try {
    return act(statement);
  } finally {
    statement.reset();
    statement.finalize();
  }
}

function attempt(act: () => unknown): void {
  try {
    act();
  } catch {
    // What fails must not leak either.
  }
}

describe('native code gives back what it holds', () => {
  it.each(PIECES)('after %s', (_, act) => {
    attempt(act);
    const before: LiveResources = host.liveResources();
    for (let round = 0; round < 20; round++) attempt(act);
    expect(host.liveResources()).toEqual(before);
  });

  it('after a statement is finalized, and not before', () => {
    const before = host.liveResources();
    const statement = db.prepare('SELECT id, text FROM t');
    statement.all();
    expect(host.liveResources().atoms).toBeGreaterThan(before.atoms);
    statement.finalize();
    expect(host.liveResources()).toEqual(before);
  });

  it('after a database is closed over statements that iterate no more', () => {
    const before = host.liveResources();
    const other = new Database(host.native, { memoryId: 123, create: true });
    for (let round = 0; round < 5; round++) other.prepare('SELECT 1 AS a, 2 AS b').all();
    other.close();
    expect(host.liveResources()).toEqual(before);
  });

  it('after the memory was full', () => {
    host.native.limitHeap(64 << 20);
    const huge = () => using('SELECT ?, zeroblob(40000000), zeroblob(40000000)', (s) => s.raw().get('text'));
    attempt(huge);
    const before = host.liveResources();
    for (let round = 0; round < 3; round++) expect(huge).toThrow();
    expect(host.liveResources()).toEqual(before);
    expect(db.prepare('SELECT count(*) FROM t').pluck().get()).toBe(1);
  });
});
