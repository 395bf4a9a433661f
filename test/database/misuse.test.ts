import { beforeEach, describe, expect, it } from 'vitest';
import { Database, type Statement } from '../../src/database';
import type { NodeHost } from '../../src/native/node';
import { startHost, thrownBy } from '../support/native-host';

let host: NodeHost;
let db: Database;
beforeEach(async () => {
  host = await startHost();
  db = new Database(host.native, { memoryId: 120, create: true });
  db.exec('CREATE TABLE t (x); INSERT INTO t VALUES (1), (2), (3)');
});

/** Every method of a statement, called as it should be. */
const METHODS: [string, (reader: Statement, writer: Statement) => unknown][] = [
  ['run', (_, writer) => writer.run(4)],
  ['runMany', (_, writer) => writer.runMany([[4]])],
  ['get', (reader) => reader.get()],
  ['all', (reader) => reader.all()],
  ['iterate', (reader) => [...reader.iterate()]],
  ['one', (reader) => reader.one()],
  ['raw', (reader) => reader.raw()],
  ['pluck', (reader) => reader.pluck()],
  ['safeIntegers', (reader) => reader.safeIntegers()],
  ['bind', (reader) => reader.bind()],
  ['columns', (reader) => reader.columns()],
  ['expandedSql', (reader) => reader.expandedSql()],
  ['source', (reader) => reader.source],
  ['reader', (reader) => reader.reader],
  ['readonly', (reader) => reader.readonly],
];

describe.each(METHODS)('%s', (name, call) => {
  const prepared = (): [Statement, Statement] => [
    db.prepare('SELECT count(*) FROM t'),
    db.prepare('INSERT INTO t VALUES (?)'),
  ];

  it('works', () => {
    call(...prepared());
  });

  it('throws a TypeError after finalize', () => {
    const [reader, writer] = prepared();
    reader.finalize();
    writer.finalize();
    expect(() => call(reader, writer)).toThrow(new TypeError('This statement is finalized'));
  });

  it('throws a TypeError after close', () => {
    const [reader, writer] = prepared();
    db.close();
    expect(() => call(reader, writer)).toThrow(new TypeError('The database connection is not open'));
  });

  it('while the statement is iterating only tells what it is', () => {
    const [reader, writer] = prepared();
    reader.iterate().next();
    if (['columns', 'source', 'reader', 'readonly'].includes(name)) {
      call(reader, writer);
      return;
    }
    const busy = ['run', 'runMany'].includes(name)
      ? 'This database connection is busy executing a query'
      : 'This statement is busy executing a query';
    expect(() => call(reader, writer)).toThrow(new TypeError(busy));
  });
});

describe('a database', () => {
  it.each<[string, () => unknown]>([
    ['prepare', () => db.prepare('SELECT 1')],
    ['exec', () => db.exec('SELECT 1')],
    ['query', () => db.query('SELECT 1')],
    ['one', () => db.one('SELECT 1')],
    ['pragma', () => db.pragma('user_version')],
    ['transaction', () => db.transaction(() => 1)()],
    ['savepoint', () => db.savepoint()],
    ['function', () => db.function('f', () => 1)],
    ['aggregate', () => db.aggregate('f', { step: () => 1 })],
    ['serialize', () => db.serialize()],
    ['backup', () => db.backup()],
    ['inTransaction', () => db.inTransaction],
  ])('that is closed refuses %s', (_, call) => {
    db.close();
    expect(db.open).toBe(false);
    expect(call).toThrow(new TypeError('The database connection is not open'));
    expect(db.close()).toBe(db);
    expect(db.memoryId).toBe(120);
  });

  it.each<[string, () => unknown]>([
    ['exec', () => db.exec('DELETE FROM t')],
    ['a writing statement', () => db.prepare('DELETE FROM t').run()],
    ['begin', () => db.transaction(() => 1)()],
    ['close', () => db.close()],
  ])('refuses %s while a statement iterates, and goes on afterwards', (_, call) => {
    const rows = db.prepare('SELECT x FROM t ORDER BY x').pluck().iterate();
    rows.next();
    expect(call).toThrow(new TypeError('This database connection is busy executing a query'));
    expect([...rows]).toEqual([2, 3]);
    call();
  });

  it('lets others read while a statement iterates', () => {
    const seen = [];
    const inner = db.prepare('SELECT max(x) FROM t').pluck();
    for (const x of db.prepare('SELECT x FROM t').pluck().iterate()) seen.push([x, inner.get()]);
    expect(seen).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
  });

  it('is the only one on its slot', () => {
    expect(thrownBy(() => new Database(host.native, { memoryId: 120 }))).toMatchObject({ code: 'SLOT_BUSY' });
    expect(thrownBy(() => new Database(host.native, { memoryId: 120, create: true }))).toMatchObject({
      code: 'SLOT_NOT_EMPTY',
    });
    db.close();
    const again = new Database(host.native, { memoryId: 120 });
    expect(again.prepare('SELECT sum(x) FROM t').pluck().get()).toBe(6);
  });

  it('needs an archive, or an empty slot to make one', () => {
    expect(thrownBy(() => new Database(host.native, { memoryId: 130 }))).toMatchObject({
      code: 'SLOT_EMPTY',
      message: expect.stringContaining('create: true'),
    });
  });

  it.each([119, 255, -1, 1.5, Number.NaN])('has a slot: MemoryId %s is a RangeError', (memoryId) => {
    expect(() => new Database(host.native, { memoryId })).toThrow(RangeError);
  });

  it('has a slot that is a number', () => {
    expect(() => new Database(host.native, { memoryId: '120' as unknown as number })).toThrow(
      new TypeError('memoryId must be a number'),
    );
  });

  it('rolls an open transaction back when it closes', () => {
    db.exec('BEGIN; DELETE FROM t');
    db.close();
    const again = new Database(host.native, { memoryId: 120 });
    expect(again.prepare('SELECT count(*) FROM t').pluck().get()).toBe(3);
  });
});

describe('code that runs inside of a call', () => {
  /** A value's getter runs while the statement binds. */
  const during = (act: () => unknown) => ({
    get x() {
      return thrownBy(act) instanceof TypeError ? 1 : 0;
    },
  });

  it.each<[string, (statement: Statement) => unknown]>([
    ['run it again', (statement) => statement.get({ x: 1 })],
    ['finalize it', (statement) => statement.finalize()],
    ['close the database', () => db.close()],
  ])('cannot %s', (_, act) => {
    const statement = db.prepare('SELECT :x').pluck();
    expect(statement.get(during(() => act(statement)))).toBe(1);
    expect(statement.get({ x: 5 })).toBe(5);
  });
});

describe('methods without their object', () => {
  it.each<[string, () => unknown]>([
    ['a statement’s', () => db.prepare('SELECT 1').get.call({} as Statement)],
    ['a statement’s, on a connection', () => db.prepare('SELECT 1').get.call(host.native.open(121) as never)],
    ['a connection’s', () => host.native.create(122, 0).exec.call({} as never, 'SELECT 1')],
  ])('%s are a TypeError', (name, call) => {
    if (name.endsWith('connection')) host.native.create(121, 0).close();
    expect(call).toThrow(TypeError);
  });
});

describe('arguments', () => {
  const wrong = (value: unknown) => value as never;
  it.each<[string, () => unknown, Error]>([
    [
      'options of a database',
      () => new Database(host.native, wrong(120)),
      new TypeError('Expected options to be an object'),
    ],
    [
      'no options',
      () => new Database(host.native, wrong(undefined)),
      new TypeError('Expected options to be an object'),
    ],
    [
      'a misspelt option',
      () => new Database(host.native, wrong({ memoryId: 121, readOnly: true })),
      new TypeError('Misspelled option "readOnly" should be "readonly"'),
    ],
    [
      'an unknown option',
      () => new Database(host.native, wrong({ memoryId: 121, timeout: 1 })),
      new TypeError(
        'Unknown option "timeout"; there are "memoryId", "create", "readonly", "cachedStatements"',
      ),
    ],
    [
      'an option of a slot for a connection',
      () => new Database(host.native, wrong({ connection: 1, create: true })),
      new TypeError('Unknown option "create"; there are "connection", "readonly", "cachedStatements"'),
    ],
    [
      'create',
      () => new Database(host.native, { memoryId: 121, create: wrong(1) }),
      new TypeError('Expected the "create" option to be a boolean'),
    ],
    [
      'readonly',
      () => new Database(host.native, { memoryId: 121, readonly: wrong('yes') }),
      new TypeError('Expected the "readonly" option to be a boolean'),
    ],
    [
      'cachedStatements',
      () => new Database(host.native, { memoryId: 121, cachedStatements: 0 }),
      new RangeError('Expected the "cachedStatements" option to be an integer of at least 1'),
    ],
    [
      'cachedStatements',
      () => new Database(host.native, { memoryId: 121, cachedStatements: wrong('9') }),
      new TypeError('Expected the "cachedStatements" option to be a number'),
    ],
    ['prepare', () => db.prepare(wrong(5)), new TypeError('Expected first argument to be a string')],
    ['query', () => db.query(wrong(5)), new TypeError('Expected first argument to be a string')],
    ['exec', () => db.exec(wrong(undefined)), new TypeError('Expected first argument to be a string')],
    ['pragma', () => db.pragma(wrong(null)), new TypeError('Expected first argument to be a string')],
    [
      'an option of pragma',
      () => db.pragma('user_version', wrong({ Simple: true })),
      new TypeError('Misspelled option "Simple" should be "simple"'),
    ],
    [
      'simple',
      () => db.pragma('user_version', { simple: wrong(1) }),
      new TypeError('Expected the "simple" option to be a boolean'),
    ],
    [
      'transaction',
      () => db.transaction(wrong('BEGIN')),
      new TypeError('Expected first argument to be a function'),
    ],
    [
      'a promise in a transaction',
      () => db.transaction(async () => 1)(),
      new TypeError('Transaction function cannot return a promise'),
    ],
    ['savepoint', () => db.savepoint(wrong(1)), new TypeError('Expected first argument to be a string')],
    [
      'defaultSafeIntegers',
      () => db.defaultSafeIntegers(wrong(1)),
      new TypeError('Expected first argument to be a boolean'),
    ],
    [
      'an option of backup',
      () => db.backup(wrong({ chunksize: 1 })),
      new TypeError('Misspelled option "chunksize" should be "chunkSize"'),
    ],
    [
      'chunkSize',
      () => db.backup({ chunkSize: 0.5 }),
      new RangeError('Expected the "chunkSize" option to be an integer of at least 1'),
    ],
    [
      'runMany',
      () => db.prepare('INSERT INTO t VALUES (?)').runMany(wrong({})),
      new TypeError('runMany expects an array of rows'),
    ],
    [
      'a row of runMany',
      () => db.prepare('INSERT INTO t VALUES (?)').runMany(wrong([1])),
      new TypeError('runMany expects rows that are arrays of values or objects of names'),
    ],
    [
      'a value',
      () => db.prepare('SELECT ?').get(wrong(undefined)),
      new TypeError('Parameter 1 is undefined; pass null for NULL'),
    ],
    [
      'a named value',
      () => db.prepare('SELECT :a').get({ a: wrong(Symbol('s')) }),
      new TypeError(
        'Parameter ":a" is a symbol; only null, numbers, bigints, booleans, strings, typed arrays and ArrayBuffers can be bound',
      ),
    ],
    [
      'a bigint',
      () => db.prepare('SELECT ?').get(2n ** 64n),
      new RangeError('Parameter 1 is a bigint outside of what 64 bits hold'),
    ],
    [
      'too many values',
      () => db.prepare('SELECT ?').get(1, 2),
      new RangeError('Too many parameter values were provided'),
    ],
    ['a missing name', () => db.prepare('SELECT :a').get({}), new RangeError('Missing named parameter "a"')],
    [
      'two objects',
      () => db.prepare('SELECT :a').get({ a: 1 }, { a: 2 }),
      new TypeError('Only one object of named parameters can be bound'),
    ],
  ])('%s: misuse is told by name', (_, act, error) => {
    expect(act).toThrow(error);
    expect(db.one<{ n: number }>('SELECT count(*) AS n FROM t')).toEqual({ n: 3 });
    expect(host.native.describeSlot(121)).toBeUndefined();
  });
});

describe('modes', () => {
  it('are booleans', () => {
    const statement = db.prepare('SELECT 1');
    for (const method of ['raw', 'pluck', 'safeIntegers'] as const) {
      expect(() => statement[method](1 as unknown as boolean)).toThrow(
        new TypeError('Expected first argument to be a boolean'),
      );
    }
  });
});
