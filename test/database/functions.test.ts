import { beforeEach, describe, expect, it } from 'vitest';
import { Database, type SqlValue, type Statement } from '../../src/database';
import type { NodeHost } from '../../src/native/node';
import { startHost, thrownBy } from '../support/native-host';

let host: NodeHost;
let db: Database;
beforeEach(async () => {
  host = await startHost();
  db = new Database(host.native, { memoryId: 120, create: true });
  db.exec('CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (1), (2), (3), (4)');
});

const value = (sql: string, ...parameters: SqlValue[]) =>
  db
    .prepare(sql)
    .pluck()
    .get(...parameters);
const BUSY = new TypeError('This database connection is busy executing a query');

describe('a function of SQL', () => {
  it('takes values and returns one', () => {
    db.function('plus', (a: number, b: number) => a + b);
    expect(value('SELECT plus(2, 3)')).toBe(5);
    expect(value('SELECT sum(plus(x, plus(x, 1))) FROM t')).toBe(24);
  });

  it.each<[SqlValue]>([
    [null],
    [0],
    [-1],
    [0.5],
    [-0],
    [Number.POSITIVE_INFINITY],
    [2 ** 53 - 1],
    [2n ** 62n],
    [-(2n ** 63n)],
    [''],
    ['naïve 😀'],
    ['a\0b'],
    ['long '.repeat(5000)],
    [new Uint8Array(0)],
    [new Uint8Array([0, 255, 1])],
  ])('passes %s in both directions as it is', (sent) => {
    let seen: unknown;
    db.function('echo', (received: SqlValue) => {
      seen = received;
      return received;
    });
    expect(value('SELECT echo(?)', sent)).toEqual(sent);
    expect(seen).toEqual(sent);
    expect(value('SELECT typeof(echo(?1)) = typeof(?1)', sent)).toBe(1);
  });

  it.each([
    [undefined, null],
    [true, 1],
    [false, 0],
    [new Uint16Array([258]), new Uint8Array([2, 1])],
    [new Uint8Array([1, 2, 3]).subarray(1, 2), new Uint8Array([2])],
    [new ArrayBuffer(2), new Uint8Array(2)],
    [5n, 5],
    [Number.NaN, null],
    ['\ud800', '\ufffd'],
  ])('may return %s', (returned, expected) => {
    db.function('give', () => returned);
    expect(value('SELECT give()')).toEqual(expected);
  });

  it.each([
    [{}, TypeError, 'an object; only null'],
    [() => 1, TypeError, 'a function; only null'],
    [Symbol('s'), TypeError, 'a symbol; only null'],
    [new Date(0), TypeError, 'an object; only null'],
    [Promise.resolve(1), TypeError, 'a promise; SQLite needs its values at once'],
    // biome-ignore lint/suspicious/noThenProperty: an object that counts as a promise
    [{ then: () => 1 }, TypeError, 'a promise; SQLite needs its values at once'],
    [2n ** 63n, RangeError, 'a bigint outside of what 64 bits hold'],
  ])('may not return %s', (returned, type, words) => {
    db.function('give', () => returned as never);
    const error = thrownBy(() => value('SELECT give()'));
    expect(error).toBeInstanceOf(type);
    expect((error as Error).message).toMatch(`User-defined function give() returned ${words}`);
  });

  it('has as many arguments as it declares, and any number with varargs', () => {
    db.function('two', (a: number, b: number) => a * b);
    expect(thrownBy(() => value('SELECT two(1)'))).toMatchObject({
      message: 'wrong number of arguments to function two()',
    });
    db.function('count', { varargs: true }, (...values: SqlValue[]) => values.length);
    expect(value('SELECT count()')).toBe(0);
    expect(value(`SELECT count(${'1,'.repeat(999)}2)`)).toBe(1000);
  });

  it('may have the name of another with other arguments, and replaces one with the same', () => {
    db.function('f', (a: number) => a);
    db.function('f', (a: number, b: number) => a + b);
    expect(value('SELECT f(f(1), 2)')).toBe(3);
    const select = db.prepare('SELECT f(1)').pluck();
    expect(select.get()).toBe(1);
    db.function('f', (a: number) => -a);
    expect(select.get()).toBe(-1);
    db.function('upper', (text: string) => `<${text}>`);
    expect(value("SELECT upper('a')")).toBe('<a>');
  });

  it('has integers as bigints when it wants them', () => {
    const types: string[] = [];
    const tell = (x: SqlValue) => {
      types.push(typeof x);
      return x;
    };
    db.function('plain', tell).function('safe', { safeIntegers: true }, tell);
    db.defaultSafeIntegers().function('byDefault', tell);
    db.function('notByDefault', { safeIntegers: false }, tell);
    db.defaultSafeIntegers(false);
    expect(value('SELECT plain(1) + safe(2) + byDefault(3) + notByDefault(4)')).toBe(10);
    expect(types).toEqual(['number', 'bigint', 'bigint', 'number']);
  });

  it('works in statements that write, and in a script', () => {
    db.function('double', (x: number) => x * 2);
    db.prepare('UPDATE t SET x = double(x)').run();
    db.exec('INSERT INTO t SELECT double(x) FROM t WHERE x > 6');
    expect(db.prepare('SELECT x FROM t ORDER BY x').pluck().all()).toEqual([2, 4, 6, 8, 16]);
  });

  it('is the schema’s only when it is innocuous', () => {
    db.function('outside', { deterministic: true }, (x: number) => x + 1);
    expect(() => db.exec('CREATE INDEX i ON t (outside(x))')).toThrow('unsafe use of outside()');
    db.function('inside', { deterministic: true, innocuous: true }, (x: number) => x + 1);
    db.exec('CREATE INDEX i ON t (inside(x)); CREATE VIEW v AS SELECT inside(x) AS y FROM t');
    expect(db.prepare('SELECT y FROM v WHERE y > 3 ORDER BY y').pluck().all()).toEqual([4, 5]);
    db.function('varies', { innocuous: true }, (x: number) => x);
    expect(() => db.exec('CREATE INDEX j ON t (varies(x))')).toThrow('non-deterministic');
  });

  it('belongs to its connection', () => {
    const other = new Database(host.native, { memoryId: 121, create: true });
    db.function('mine', () => 1);
    expect(() => other.prepare('SELECT mine()')).toThrow('no such function: mine');
    db.close();
    const again = new Database(host.native, { memoryId: 120 });
    expect(() => again.prepare('SELECT mine()')).toThrow('no such function: mine');
  });
});

describe('what a function throws', () => {
  const failure = new Error('mine');
  beforeEach(() => {
    db.function('fail', (x: number) => {
      if (x > 2) throw failure;
      return x;
    });
  });

  it.each<[string, () => unknown]>([
    ['get', () => db.prepare('SELECT fail(3)').get()],
    ['all', () => db.prepare('SELECT fail(x) FROM t').all()],
    ['iterate', () => [...db.prepare('SELECT fail(x) FROM t').iterate()]],
    ['run', () => db.prepare('UPDATE t SET x = fail(x) + 10').run()],
    ['runMany', () => db.prepare('INSERT INTO t VALUES (fail(?))').runMany([[1], [3]])],
    ['exec', () => db.exec('UPDATE t SET x = fail(x) + 10')],
    ['a transaction', () => db.transaction(() => db.exec('UPDATE t SET x = fail(x) + 10'))()],
    ['a trigger', () => void fromTrigger()],
  ])('%s throws, and nothing stays of the statement', (_, act) => {
    expect(thrownBy(act)).toBe(failure);
    expect(db.prepare('SELECT x FROM t ORDER BY x').pluck().all()).toEqual([1, 2, 3, 4]);
    expect(thrownBy(() => db.prepare('SELECT nonsense').get())).not.toBe(failure);
  });

  const fromTrigger = () => {
    db.function('refuse', { innocuous: true }, () => {
      throw failure;
    });
    db.exec('CREATE TEMP TRIGGER no BEFORE DELETE ON main.t BEGIN SELECT refuse(); END; DELETE FROM t');
  };

  it.each([['text'], [undefined], [null], [5], [{ message: 1 }], [Object.freeze([])]])(
    'may be anything: %j',
    (thrown) => {
      db.function('odd', () => {
        throw thrown;
      });
      let caught: unknown = 'nothing';
      try {
        value('SELECT odd()');
      } catch (error) {
        caught = error;
      }
      expect(caught).toBe(thrown);
    },
  );

  it('does not reach a statement that fails for another reason', () => {
    db.aggregate('careless', {
      varargs: true,
      step: () => null,
      result: () => {
        throw failure;
      },
    });
    // The engine gives the aggregation up, and asks for a result that nobody will see.
    const sql = 'SELECT careless(x), abs(x) FROM (SELECT 1 AS x UNION ALL SELECT -9223372036854775808)';
    expect(thrownBy(() => value(`${sql} WHERE abs(x) > 0`))).toMatchObject({ message: 'integer overflow' });
    expect(value('SELECT count(*) FROM t')).toBe(4);
  });

  it('is the error of the innermost database', () => {
    const other = new Database(host.native, { memoryId: 121, create: true });
    other.function('fail', () => {
      throw failure;
    });
    db.function('ask', () => {
      expect(thrownBy(() => other.prepare('SELECT fail()').get())).toBe(failure);
      return 'went on';
    });
    expect(value('SELECT ask()')).toBe('went on');
  });
});

describe('while a function runs, its database', () => {
  let idle: Statement;
  let iterating: IterableIterator<unknown>;
  beforeEach(() => {
    idle = db.prepare('SELECT 1');
    iterating = db.prepare('SELECT x FROM t').iterate();
    iterating.next();
  });

  it.each<[string, () => unknown]>([
    ['prepare', () => db.prepare('SELECT 1')],
    ['query', () => db.query('SELECT 1')],
    ['one', () => db.one('SELECT 1')],
    ['exec', () => db.exec('SELECT 1')],
    ['pragma', () => db.pragma('user_version')],
    ['transaction', () => db.transaction(() => 1)()],
    ['savepoint', () => db.savepoint()],
    ['function', () => db.function('g', () => 1)],
    ['aggregate', () => db.aggregate('g', { step: () => null })],
    ['close', () => db.close()],
    ['an idle statement', () => idle.get()],
    ['an iteration', () => iterating.next()],
  ])('refuses %s, and works afterwards', (_, act) => {
    db.prepare('SELECT 1').get();
    iterating.return?.();
    db.function('act', () => {
      expect(act).toThrow(BUSY);
      return 1;
    });
    iterating = db.prepare('SELECT x FROM t').iterate();
    iterating.next();
    expect(value('SELECT act()')).toBe(1);
    iterating.return?.();
    expect(value('SELECT count(*) FROM t')).toBe(4);
  });

  it('refuses the same when a script calls it', () => {
    iterating.return?.();
    let calls = 0;
    db.function('act', () => {
      expect(() => db.close()).toThrow(BUSY);
      expect(() => db.exec('SELECT 1')).toThrow(BUSY);
      return ++calls;
    });
    db.exec('SELECT act(); SELECT act() FROM t');
    expect(calls).toBe(5);
  });

  it('lets the running statement be', () => {
    iterating.return?.();
    db.function('act', () => {
      expect(() => select.get()).toThrow(TypeError);
      expect(() => select.finalize()).toThrow(TypeError);
      expect(() => select.raw(false)).toThrow(TypeError);
      expect(db.open && select.busy && !db.inTransaction).toBe(true);
      return 1;
    });
    const select = db.prepare('SELECT act(), x FROM t').raw();
    expect(select.all()).toHaveLength(4);
  });

  it('may finalize an idle statement, and other databases work', () => {
    iterating.return?.();
    const other = new Database(host.native, { memoryId: 121, create: true });
    other.function('square', (x: number) => x * x);
    db.function('act', (x: number) => {
      idle.finalize();
      return other.one<{ y: number }>('SELECT square(?) AS y', x).y;
    });
    expect(value('SELECT act(7)')).toBe(49);
    expect(() => idle.get()).toThrow('finalized');
  });
});

type AnyAggregate = Record<string, () => unknown>;

describe('an aggregate of SQL', () => {
  beforeEach(() => {
    db.aggregate('total', {
      start: 0,
      step: (sum: number, x: number) => sum + x,
      inverse: (sum: number, x: number) => sum - x,
    });
    db.aggregate('joined', {
      start: () => [] as SqlValue[],
      step: (list: SqlValue[], x: SqlValue, y: SqlValue) => {
        list.push(x, y);
      },
      result: (list) => list.join('-'),
    });
  });

  it('makes one value of many rows', () => {
    expect(value('SELECT total(x) FROM t')).toBe(10);
    expect(value('SELECT joined(x, x * 10) FROM t')).toBe('1-10-2-20-3-30-4-40');
    expect(db.prepare('SELECT total(x), joined(x, x) FROM t GROUP BY x % 2').raw().all()).toEqual([
      [6, '2-2-4-4'],
      [4, '1-1-3-3'],
    ]);
  });

  it('has its start as the value of no rows', () => {
    expect(value('SELECT total(x) FROM t WHERE x > 9')).toBe(0);
    expect(value('SELECT joined(x, x) FROM t WHERE x > 9')).toBe('');
    db.aggregate('none', { step: () => 1 });
    expect(value('SELECT none() FROM t WHERE x > 9')).toBeNull();
  });

  it('serves as a window function when it has an inverse', () => {
    const frame = 'OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)';
    expect(db.prepare(`SELECT total(x) ${frame} FROM t`).pluck().all()).toEqual([1, 3, 5, 7]);
    expect(() => db.prepare(`SELECT joined(x, x) ${frame} FROM t`)).toThrow(
      'joined() may not be used as a window',
    );
  });

  it('counts the arguments behind the accumulator', () => {
    expect(() => db.prepare('SELECT joined(x) FROM t')).toThrow('wrong number of arguments');
    db.aggregate('most', {
      varargs: true,
      start: Number.NEGATIVE_INFINITY,
      step: (most: number, ...values: number[]) => Math.max(most, ...values),
    });
    expect(value('SELECT most(x, -x, 3) FROM t')).toBe(4);
  });

  it.each<[string, AnyAggregate]>([
    ['start', { start: () => fail(), step: () => 1 }],
    ['step', { step: () => fail() }],
    ['result', { step: () => 1, result: () => fail() }],
  ])('whose %s throws fails with that error', (_, options) => {
    db.aggregate('bad', options as never);
    for (const sql of ['SELECT bad() FROM t', 'SELECT joined(x, x), bad(), total(x) FROM t GROUP BY x']) {
      expect(thrownBy(() => db.prepare(sql).all())).toBe(failure);
    }
    expect(value('SELECT total(x) FROM t')).toBe(10);
  });

  const failure = new Error('mine');
  const fail = (): never => {
    throw failure;
  };

  it.each<[string, AnyAggregate]>([
    ['start', { start: async () => 1, step: () => 1 }],
    ['step', { step: async () => 1 }],
    ['result', { step: () => 1, result: async () => 1 }],
  ])('whose %s returns a promise is a TypeError', (_, options) => {
    db.aggregate('later', options as never);
    expect(() => value('SELECT later() FROM t')).toThrow(
      new TypeError('User-defined function later() returned a promise; SQLite needs its values at once'),
    );
  });

  it('runs no code for what is given up', () => {
    let results = 0;
    db.aggregate('counted', {
      start: 0,
      step: (count: number) => count + 1,
      inverse: (count: number) => count - 1,
      result: (count) => {
        results++;
        return count;
      },
    });
    const rows = db
      .prepare('SELECT counted() OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM t')
      .pluck()
      .iterate();
    expect(rows.next().value).toBe(2);
    const before = results;
    rows.return?.();
    expect(results).toBe(before);
  });
});

describe('misuse', () => {
  const fn = () => 1;
  it.each<[string, () => unknown, Error]>([
    [
      'a name that is no string',
      () => db.function(5 as never, fn),
      new TypeError('Expected first argument to be a string'),
    ],
    [
      'an empty name',
      () => db.function('', fn),
      new RangeError('Expected first argument to be the name of a function, not empty and without NUL'),
    ],
    [
      'a name of 256 bytes',
      () => db.function('ä'.repeat(128), fn),
      new RangeError('Expected first argument to have at most 255 bytes'),
    ],
    [
      'no function',
      () => db.function('f', 5 as never),
      new TypeError('Expected last argument to be a function'),
    ],
    [
      'nothing',
      () => (db.function as (name: string) => unknown).call(db, 'f'),
      new TypeError('Expected last argument to be a function'),
    ],
    [
      'options that are none',
      () => db.function('f', 5 as never, fn),
      new TypeError('Expected options to be an object'),
    ],
    [
      'an unknown option',
      () => db.function('f', { pure: true } as never, fn),
      new TypeError(
        'Unknown option "pure"; there are "deterministic", "directOnly", "innocuous", "varargs", "safeIntegers"',
      ),
    ],
    [
      'a misspelt option',
      () => db.function('f', { varArgs: true } as never, fn),
      new TypeError('Misspelled option "varArgs" should be "varargs"'),
    ],
    [
      'an option of the wrong type',
      () => db.function('f', { varargs: 1 } as never, fn),
      new TypeError('Expected the "varargs" option to be a boolean'),
    ],
    [
      'options that exclude each other',
      () => db.function('f', { directOnly: true, innocuous: true }, fn),
      new TypeError('The "directOnly" and "innocuous" options exclude each other'),
    ],
    [
      'too many arguments',
      () =>
        db.function(
          'f',
          Object.defineProperty(() => 1, 'length', { value: 1001 }),
        ),
      new RangeError('A function of SQL has at most 1000 arguments; this one declares 1001'),
    ],
    [
      'an aggregate without options',
      () => db.aggregate('f', undefined as never),
      new TypeError('Expected options to be an object'),
    ],
    [
      'an aggregate without step',
      () => db.aggregate('f', {} as never),
      new TypeError('Expected the "step" option to be a function'),
    ],
    [
      'an inverse that is none',
      () => db.aggregate('f', { step: fn, inverse: 1 as never }),
      new TypeError('Expected the "inverse" option to be a function'),
    ],
    [
      'a result that is none',
      () => db.aggregate('f', { step: fn, result: null as never }),
      new TypeError('Expected the "result" option to be a function'),
    ],
  ])('%s is refused by name', (_, act, error) => {
    expect(act).toThrow(error);
  });

  it('of native code is refused as well', () => {
    const connection = host.native.create(122, 0);
    expect(() => connection.defineFunction('f', 1, 0, 5 as never)).toThrow(TypeError);
    expect(() => connection.defineFunction('f', 1002, 0, fn)).toThrow(RangeError);
    expect(() => connection.defineFunction('f', 1, 16, fn)).toThrow(RangeError);
    expect(() => connection.defineAggregate('f', 1, 0, null, fn, 5 as never, undefined)).toThrow(TypeError);
  });
});
