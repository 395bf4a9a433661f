import { beforeEach, describe, expect, it } from 'vitest';
import { type Database, RowCountError, SqliteError, Statement } from '../../src/database';
import { newDatabase, thrownBy } from '../support/native-host';

interface Note {
  id: number;
  text: string;
}

let db: Database;
beforeEach(async () => {
  db = await newDatabase();
  db.exec(`
    CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
    INSERT INTO note (text) VALUES ('a'), ('b'), ('c');
  `);
});

const texts = () => db.prepare('SELECT text FROM note ORDER BY id').pluck().all();

describe('run', () => {
  it('tells what it changed and the last rowid', () => {
    const insert = db.prepare('INSERT INTO note (text) VALUES (?)');
    expect(insert.run('d')).toEqual({ changes: 1, lastInsertRowid: 4 });
    expect(db.prepare('UPDATE note SET text = text || ?').run('!')).toEqual({
      changes: 4,
      lastInsertRowid: 4,
    });
    expect(db.prepare('CREATE TABLE other (x)').run()).toEqual({ changes: 0, lastInsertRowid: 4 });
    expect(db.prepare('DELETE FROM note WHERE id > 99').run()).toEqual({ changes: 0, lastInsertRowid: 4 });
  });

  it('gives a rowid beyond 2^53 as bigint, and any as bigint with safeIntegers', () => {
    const insert = db.prepare("INSERT INTO note VALUES (?, 'far')");
    expect(insert.run(2n ** 53n + 1n).lastInsertRowid).toBe(2n ** 53n + 1n);
    db.exec("DELETE FROM note WHERE text = 'far'");
    expect(insert.safeIntegers().run(77).lastInsertRowid).toBe(77n);
  });

  it('returns an object of its own each time', () => {
    const insert = db.prepare('INSERT INTO note (text) VALUES (?)');
    const first = insert.run('x');
    Object.assign(first, { mine: true });
    expect(insert.run('y')).toEqual({ changes: 1, lastInsertRowid: 5 });
    expect(first).toEqual({ changes: 1, lastInsertRowid: 4, mine: true });
  });

  it('refuses a statement that returns rows', () => {
    const message = 'This statement returns data. Use get(), all(), or iterate() instead';
    expect(() => db.prepare('SELECT 1').run()).toThrow(new TypeError(message));
    expect(() => db.prepare('DELETE FROM note RETURNING id').run()).toThrow(new TypeError(message));
    expect(texts()).toEqual(['a', 'b', 'c']);
  });
});

describe('runMany', () => {
  it('runs once for each row, of values or of names', () => {
    const insert = db.prepare('INSERT INTO note VALUES (?, ?)');
    expect(
      insert.runMany([
        [10, 'j'],
        [11, 'k'],
      ]),
    ).toEqual({ changes: 2, lastInsertRowid: 11 });
    const named = db.prepare('INSERT INTO note VALUES (:id, :text)');
    expect(named.runMany([{ id: 20, text: 't' }])).toEqual({ changes: 1, lastInsertRowid: 20 });
    expect(insert.runMany([])).toEqual({ changes: 0, lastInsertRowid: 20 });
    expect(texts()).toEqual(['a', 'b', 'c', 'j', 'k', 't']);
  });

  it('leaves nothing behind when a row fails, unless a transaction is open', () => {
    const insert = db.prepare('INSERT INTO note (text) VALUES (?)');
    expect(() => insert.runMany([['d'], ['a']])).toThrow(SqliteError);
    expect(texts()).toEqual(['a', 'b', 'c']);
    expect(db.inTransaction).toBe(false);

    db.exec('BEGIN');
    expect(() => insert.runMany([['d'], ['a']])).toThrow(SqliteError);
    expect(db.inTransaction).toBe(true);
    db.exec('COMMIT');
    expect(texts()).toEqual(['a', 'b', 'c', 'd']);
  });

  it.each([
    ['no array', 'rows'],
    ['a row that is a value', [1]],
    ['a row that is null', [null]],
  ])('refuses %s', (_, rows) => {
    const insert = db.prepare('INSERT INTO note (text) VALUES (?)');
    expect(() => insert.runMany(rows as unknown as [])).toThrow(TypeError);
    expect(insert.busy).toBe(false);
    expect(texts()).toEqual(['a', 'b', 'c']);
  });

  it('undoes its own transaction when a row cannot be bound', () => {
    const insert = db.prepare('INSERT INTO note (text) VALUES (?)');
    expect(() => insert.runMany([['d'], [undefined as unknown as null]])).toThrow(TypeError);
    expect(db.inTransaction).toBe(false);
    expect(texts()).toEqual(['a', 'b', 'c']);
  });
});

describe('rows', () => {
  it('are objects, arrays or single values', () => {
    const select = db.prepare('SELECT id, text FROM note WHERE id < 3 ORDER BY id');
    expect(select.all()).toEqual([
      { id: 1, text: 'a' },
      { id: 2, text: 'b' },
    ]);
    expect(select.raw().all()).toEqual([
      [1, 'a'],
      [2, 'b'],
    ]);
    expect(select.pluck().all()).toEqual([1, 2]);
    expect(select.pluck(false).get()).toEqual({ id: 1, text: 'a' });
  });

  it('are undefined, or an empty array, when there is none', () => {
    const select = db.prepare('SELECT * FROM note WHERE id = 99');
    expect(select.get()).toBeUndefined();
    expect(select.all()).toEqual([]);
  });

  it('are plain objects of their own', () => {
    const rows = db.prepare<Note>('SELECT * FROM note').all();
    expect(rows.map((row) => Object.getPrototypeOf(row))).toEqual(rows.map(() => Object.prototype));
    rows[1]!.text = 'changed';
    Object.assign(rows[2]!, { more: 1 });
    expect(db.prepare<Note>('SELECT * FROM note').all()[1]).toEqual({ id: 2, text: 'b' });
  });

  it('keep the last of columns with the same name', () => {
    expect(
      db.prepare('SELECT 1 AS x, 2 AS x, 3 AS y UNION ALL SELECT 4, 5, 6 UNION ALL SELECT 7, 8, 9').all(),
    ).toEqual([
      { x: 2, y: 3 },
      { x: 5, y: 6 },
      { x: 8, y: 9 },
    ]);
  });

  it('may have a column __proto__', () => {
    const row = db.prepare('SELECT 1 AS "__proto__"').get() as object;
    expect(Object.getOwnPropertyNames(row)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
  });

  it('follow a change of the schema', () => {
    const select = db.prepare('SELECT * FROM note WHERE id = 1');
    expect([select.get(), select.get(), select.get()]).toEqual(Array(3).fill({ id: 1, text: 'a' }));
    db.exec('ALTER TABLE note ADD COLUMN extra DEFAULT 9');
    expect([select.get(), select.get(), select.get()]).toEqual(Array(3).fill({ id: 1, text: 'a', extra: 9 }));
    db.exec('ALTER TABLE note RENAME COLUMN text TO body');
    expect(select.get()).toEqual({ id: 1, body: 'a', extra: 9 });
  });

  it('may be as wide as the engine allows', () => {
    const columns = Array.from({ length: 2000 }, (_, index) => `${index} AS c${index}`).join();
    const row = db.prepare<Record<string, number>>(`SELECT ${columns}`).get()!;
    expect(Object.keys(row)).toHaveLength(2000);
    expect(row).toMatchObject({ c0: 0, c1999: 1999 });
  });

  it('come from RETURNING as well', () => {
    expect(db.prepare("INSERT INTO note (text) VALUES ('d') RETURNING id, text").get()).toEqual({
      id: 4,
      text: 'd',
    });
    expect(texts()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('are not to be had from a statement that returns none', () => {
    const statement = db.prepare('DELETE FROM note');
    const message = 'This statement does not return data. Use run() instead';
    expect(() => statement.get()).toThrow(new TypeError(message));
    expect(() => statement.all()).toThrow(new TypeError(message));
    expect(() => statement.iterate()).toThrow(new TypeError(message));
    for (const method of ['raw', 'pluck', 'columns'] as const) {
      expect(() => statement[method]()).toThrow(new TypeError('This statement does not return data'));
    }
  });
});

describe('iterate', () => {
  it('yields row by row', () => {
    expect([...db.prepare('SELECT text FROM note ORDER BY id').pluck().iterate()]).toEqual(['a', 'b', 'c']);
  });

  it('binds at once, and keeps the statement busy to the end', () => {
    const select = db.prepare('SELECT id FROM note WHERE text >= ?');
    const rows = select.iterate('b');
    expect(select.busy).toBe(true);
    expect([...rows]).toHaveLength(2);
    expect(select.busy).toBe(false);
    expect(rows.next()).toEqual({ done: true, value: undefined });
  });

  it('releases the statement when the loop is left early, by break and by an error', () => {
    const select = db.prepare('SELECT * FROM note');
    for (const _ of select.iterate()) break;
    expect(select.busy).toBe(false);
    expect(() => {
      for (const _ of select.iterate()) throw new Error('out');
    }).toThrow('out');
    expect(select.busy).toBe(false);
    db.exec("INSERT INTO note (text) VALUES ('d')");
  });

  it('ends with the error of a step', () => {
    const select = db
      .prepare('SELECT abs(id) FROM (SELECT 1 AS id UNION ALL SELECT -9223372036854775808)')
      .pluck();
    const rows = select.iterate();
    expect(rows.next().value).toBe(1);
    expect(() => rows.next()).toThrow(SqliteError);
    expect(select.busy).toBe(false);
    expect(rows.next().done).toBe(true);
  });

  it('is disposable', () => {
    const select = db.prepare('SELECT * FROM note');
    {
      using rows = select.iterate();
      rows.next();
    }
    expect(select.busy).toBe(false);
  });
});

describe('one', () => {
  it('returns the only row', () => {
    expect(db.prepare('SELECT text FROM note WHERE id = ?').pluck().one(2)).toBe('b');
  });

  it('throws when there is none, or more', () => {
    const select = db.prepare('SELECT * FROM note WHERE id >= ?');
    expect(() => select.one(99)).toThrow(new RowCountError('Expected one row, but there is none', 'NO_ROW'));
    expect(() => select.one(1)).toThrow(
      new RowCountError('Expected one row, but there are more', 'MORE_THAN_ONE_ROW'),
    );
    expect(select.busy).toBe(false);
  });
});

describe('a statement', () => {
  it('knows itself', () => {
    const select = db.prepare('SELECT id, text AS t FROM note');
    expect(select).toBeInstanceOf(Statement);
    expect(select.database).toBe(db);
    expect(select.source).toBe('SELECT id, text AS t FROM note');
    expect(select.columns().map(({ name }) => name)).toEqual(['id', 't']);
    expect([select.reader, select.readonly]).toEqual([true, true]);
    const insert = db.prepare('INSERT INTO note (text) VALUES (1)');
    expect([insert.reader, insert.readonly]).toEqual([false, false]);
  });

  it.each([
    ['', 'The supplied SQL string contains no statements'],
    ['  -- nothing\n /* here */ ;', 'The supplied SQL string contains no statements'],
    ['SELECT 1; SELECT 2', 'The supplied SQL string contains more than one statement'],
    ['SELECT 1\0; DROP TABLE note', 'The supplied SQL string contains a NUL character'],
  ])('is one: %j is refused', (sql, message) => {
    expect(() => db.prepare(sql)).toThrow(new RangeError(message));
  });

  it.each(['SELECT 1;', 'SELECT 1; -- done', 'SELECT 1 /* a */ ; /* b', '/* a */ SELECT 1;;\n'])(
    'may be surrounded by nothing: %j',
    (sql) => {
      expect(db.prepare(sql).pluck().get()).toBe(1);
    },
  );

  it('is made from a string', () => {
    expect(() => db.prepare(5 as unknown as string)).toThrow(
      new TypeError('Expected first argument to be a string'),
    );
  });
});

describe('errors of SQLite', () => {
  it('carry code, extended code, message and offset', () => {
    const error = thrownBy(() => db.prepare('SELECT txet FROM note'));
    expect(error).toBeInstanceOf(SqliteError);
    expect(error).toMatchObject({
      name: 'SqliteError',
      code: 'SQLITE_ERROR',
      extendedCode: 1,
      message: 'no such column: txet',
      offset: 7,
    });
  });

  it.each([
    ["INSERT INTO note VALUES (1, 'x')", 'SQLITE_CONSTRAINT_PRIMARYKEY', 1555],
    ["INSERT INTO note (text) VALUES ('a')", 'SQLITE_CONSTRAINT_UNIQUE', 2067],
    ['INSERT INTO note (text) VALUES (NULL)', 'SQLITE_CONSTRAINT_NOTNULL', 1299],
    ["INSERT INTO note VALUES ('not a number', 'x')", 'SQLITE_MISMATCH', 20],
    ['INSERT INTO note (text) VALUES (zeroblob(2000000000))', 'SQLITE_TOOBIG', 18],
  ])('%s: %s', (sql, code, extendedCode) => {
    expect(thrownBy(() => db.prepare(sql).run())).toMatchObject({ code, extendedCode });
    expect(thrownBy(() => db.exec(sql))).toMatchObject({ code, extendedCode });
    expect(texts()).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['CREATE TABLE c (x CHECK (x > 0)); INSERT INTO c VALUES (0)', 'SQLITE_CONSTRAINT_CHECK'],
    ['CREATE TABLE f (x REFERENCES note); INSERT INTO f VALUES (99)', 'SQLITE_CONSTRAINT_FOREIGNKEY'],
    ["CREATE TABLE s (x INTEGER) STRICT; INSERT INTO s VALUES (x'00')", 'SQLITE_CONSTRAINT_DATATYPE'],
    [
      "CREATE TRIGGER t BEFORE DELETE ON note BEGIN SELECT RAISE(ABORT, 'kept'); END; DELETE FROM note",
      'SQLITE_CONSTRAINT_TRIGGER',
    ],
  ])('%s: %s', (sql, code) => {
    expect(thrownBy(() => db.exec(sql))).toMatchObject({ code });
  });

  it('leave what a script did before them', () => {
    expect(() => db.exec("INSERT INTO note (text) VALUES ('d'); SELECT nonsense; DELETE FROM note")).toThrow(
      SqliteError,
    );
    expect(texts()).toEqual(['a', 'b', 'c', 'd']);
  });
});
