import { Database, SqliteError, type SqlValue, Statement } from '../../src/database';
import type { NativeModule } from '../../src/native/interface';

/** One value after the other in a form that tells types apart and that JSON can carry. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return `bigint ${value}`;
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    return `double ${Object.is(value, -0) ? '-0' : value}`;
  if (Object.is(value, -0)) return 'double -0';
  if (value === undefined) return 'undefined';
  if (value instanceof Uint8Array) return `bytes ${Array.from(value).join(' ')}`;
  if (value instanceof SqliteError)
    return `${value.code} ${value.extendedCode} ${value.offset} ${value.message}`;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
  }
  return value;
}

/** Functions of SQL: values both ways, what they throw, and what they must not do. */
function functions(db: Database, see: (look: () => unknown) => void, values: readonly never[]): void {
  const received: unknown[] = [];
  db.function('echo', (value: SqlValue) => {
    received.push(plain(value));
    return value;
  });
  for (const value of values) see(() => db.prepare('SELECT echo(?1), typeof(echo(?1))').raw().get(value));
  let given: unknown;
  db.function('give', () => given as SqlValue);
  for (const value of [...values, Promise.resolve(1)]) {
    given = value;
    see(() => db.prepare('SELECT give()').pluck().get());
  }
  see(() => received);
  db.function('sum_of', { varargs: true, safeIntegers: true }, (...all: bigint[]) =>
    all.reduce((sum, one) => sum + one, 0n),
  );
  see(() => db.prepare('SELECT sum_of(), sum_of(1, 2, 3)').raw().get());
  db.function('fail', (text: string) => {
    throw text === '' ? null : new RangeError(text);
  });
  see(() => db.prepare("SELECT fail('ä')").get());
  see(() => db.exec("SELECT fail('')"));
  see(() => db.prepare('UPDATE t SET a = fail(a)').run());
  const misdeeds = [
    () => db.prepare('SELECT 1'),
    () => db.exec('SELECT 1'),
    () => db.close(),
    () => db.function('f', () => 1),
    () => db.transaction(() => 1)(),
  ];
  db.function('misbehave', (index: number) => misdeeds[index]!() === undefined);
  for (let index = 0; index < misdeeds.length; index++) {
    see(() => db.prepare('SELECT misbehave(?)').get(index));
  }
  db.aggregate('listed', {
    start: () => [] as unknown[],
    step: (list: unknown[], value: SqlValue) => {
      list.push(plain(value));
    },
    inverse: (list: unknown[], _value: SqlValue) => list.slice(1),
    result: (list) => JSON.stringify(list),
  });
  see(() => db.prepare('SELECT listed(a) FROM t').pluck().get());
  see(() => db.prepare('SELECT listed(id) OVER (ORDER BY id ROWS 1 PRECEDING) FROM t').pluck().all());
  see(() => db.prepare('SELECT listed(id) FROM t GROUP BY id % 3').pluck().all());
  db.aggregate('broken', {
    step: () => {
      throw new Error('step');
    },
  });
  see(() => db.prepare('SELECT listed(a), broken() FROM t').get());
  see(() => db.function('a', { nondeterministic: true } as never, () => 1));
}

/**
 * Goes through everything that passes between JavaScript and native code, and tells what it saw. Run in QuickJS and in
 * Node, it must see the same.
 */
export function playScenario(native: NativeModule, memoryId: number): unknown[] {
  const seen: unknown[] = [];
  const see = (look: () => unknown) => {
    let value: unknown;
    try {
      value = look();
    } catch (error) {
      value = error;
    }
    seen.push(plain(value));
  };

  const db = new Database(native, { memoryId, create: true });
  db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, a, b UNIQUE)');
  const echo = db.prepare('SELECT ?').pluck();
  const values = [
    null,
    0,
    1,
    -1,
    -0,
    2 ** 31 - 1,
    2 ** 31,
    -(2 ** 31),
    2 ** 53 - 1,
    2 ** 53,
    0.1,
    1e308,
    5e-324,
    Number.POSITIVE_INFINITY,
    Number.NaN,
    true,
    false,
    5n,
    2n ** 53n,
    -(2n ** 53n) - 1n,
    2n ** 63n - 1n,
    -(2n ** 63n),
    2n ** 63n,
    '',
    'a',
    'ä',
    '€',
    '😀',
    'a\0b',
    '\ud800',
    'x\udc00y',
    '1234567',
    '12345678',
    '12345678ä',
    'ä12345678',
    'long '.repeat(500),
    'lang ä'.repeat(500),
    new Uint8Array(0),
    new Uint8Array([0, 255, 1]),
    new Uint8Array([1, 2, 3, 4, 5]).subarray(1, 3),
    new Uint16Array([258]),
    new Uint8Array([9, 8]).buffer,
    new ArrayBuffer(0),
    undefined,
    {},
    () => 1,
    Symbol('s'),
    new Date(0),
  ] as never[];
  for (const value of values) see(() => echo.get(value));
  for (const value of values) see(() => db.prepare('SELECT :v').raw().get({ v: value }));

  const insert = db.prepare('INSERT INTO t (a, b) VALUES (?, ?)');
  see(() => [1, 2, 3, 4, 5].map((index) => insert.run(index, `b${index}`)));
  see(() => insert.run(1, 'b1'));
  see(() =>
    insert.runMany([
      [6, 'b6'],
      ['sieben', null],
      [new Uint8Array([7]), 2n ** 60n],
    ]),
  );
  see(() =>
    insert.runMany([
      [1, 'x'],
      [1, 'b1'],
    ]),
  );
  see(() => insert.safeIntegers().run(8, 'b8'));

  const select = db.prepare('SELECT * FROM t ORDER BY id');
  see(() => [
    select.get(),
    select.all(),
    select.all(),
    select.raw().all(),
    select.pluck().all(),
    select.safeIntegers().all(),
  ]);
  see(() =>
    db
      .prepare(
        'SELECT 1 AS x, 2 AS x, 3 AS "0", 4 AS "__proto__" UNION ALL SELECT 5, 6, 7, 8 UNION ALL SELECT 9, 9, 9, 9',
      )
      .all(),
  );
  see(() => {
    const rows = db.prepare<Record<string, unknown>>('SELECT id, a FROM t').all();
    rows[1]!.more = 1;
    delete rows[2]!.a;
    rows.push({});
    return [
      rows,
      db
        .prepare('SELECT id, a FROM t')
        .raw()
        .all()
        .concat([['pushed']]),
      Array.isArray(rows),
      rows.length,
    ];
  });
  see(() => {
    const wide = Array.from({ length: 70 }, (_, index) => `${index} AS c${index}`).join();
    return db.prepare(`SELECT ${wide} UNION ALL SELECT ${wide}`).all();
  });
  see(() => {
    const found = [];
    for (const row of db.prepare('SELECT id FROM t').pluck().iterate()) {
      found.push(row);
      if (found.length === 3) break;
    }
    return found;
  });
  see(() => db.prepare('SELECT id FROM t WHERE id > ?').one(100));
  see(() => select instanceof Statement && [select.source, select.reader, select.readonly, select.columns()]);
  see(() => db.exec('ALTER TABLE t ADD COLUMN c DEFAULT 1') && db.prepare('SELECT * FROM t').get());
  see(() => select.raw(false).get());
  see(() => echo.expandedSql("it's"));

  for (const sql of [
    'SELEKT',
    'SELECT nowhere',
    "ATTACH 'x' AS y",
    'PRAGMA journal_mode = WAL',
    'VACUUM',
    '',
    'SELECT 1; SELECT 2',
  ]) {
    see(() => db.prepare(sql).run());
  }
  see(() => db.transaction((x: number) => insert.run(x, 'in'))(9));
  see(() => db.transaction(() => db.transaction(() => insert.run(10, 'in'))())());
  see(() => db.transaction(async () => 1)());
  see(() =>
    db.transaction(() => {
      throw new Error('out');
    })(),
  );
  see(() => [db.inTransaction, db.pragma('integrity_check'), db.pragma('foreign_keys', { simple: true })]);
  see(() => {
    const names = {
      get v(): number {
        throw new RangeError('getter');
      },
    };
    return db.prepare('SELECT :v').get(names);
  });
  functions(db, see, values);
  see(() =>
    db
      .prepare('SELECT ?, ?')
      .raw()
      .bind('ä', 2n ** 60n)
      .all(),
  );
  see(() => {
    const first = db.query('SELECT 1');
    return [db.query('SELECT 1') === first, db.one('SELECT 2 AS two')];
  });
  see(() => db.one('SELECT 1 WHERE 0'));
  see(() => {
    using point = db.savepoint('p');
    db.exec('DELETE FROM t');
    point.rollback();
    return db.one('SELECT count(*) AS rows FROM t');
  });
  see(() => db.serialize().length % 4096);
  see(() => [...db.backup({ chunkSize: 10_000 })].length);
  see(() => {
    select.finalize();
    return select.all();
  });
  see(() => native.readText(119, 2 ** 40, 1));
  see(() => native.checksumText('ä'));
  see(() => native.readImage(memoryId, 0, 16));
  see(() => native.open(memoryId));
  see(() => {
    db.close();
    return db.exec('SELECT 1');
  });
  return seen;
}
