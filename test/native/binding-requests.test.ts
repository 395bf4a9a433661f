import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type CandidBudgets,
  type CandidExecution,
  type CandidParameter,
  type CandidResult,
  type CandidValue,
  IdlTypes,
  METHODS,
  type MethodName,
} from '../../src/candid';
import { Database, SqliteError } from '../../src/database';
import type { ArgumentType, NativeConnection } from '../../src/native/interface';
import type { Message, NodeHost } from '../../src/native/node';
import { startHost, thrownBy } from '../support/native-host';

const TYPES = new IdlTypes<IDL.Type>(IDL);
const { parameters: REQUEST, result: RESULT } = TYPES.ofMethod(METHODS.execute);

const NO_BUDGETS: CandidBudgets = {
  instructions: [],
  rows: [],
  result_bytes: [],
  sql_bytes: [],
  parameters: [],
  dirty_pages: [],
};

let host: NodeHost;
let connection: NativeConnection;
beforeEach(async () => {
  host = await startHost();
  new Database(host.native, { memoryId: 130, create: true }).close();
  connection = host.native.create(120, 0);
  connection.exec(
    "CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO t (text) VALUES ('a'), ('b')",
  );
});

const encode = (sql: string, values: CandidParameter[] = [], budgets: Partial<CandidBudgets> = {}) =>
  IDL.encode(REQUEST, ['archive', sql, values, [{ ...NO_BUDGETS, ...budgets }]]);

type Method = 'executeRequest' | 'queryRequest';

function answer(
  argument: Uint8Array,
  method: Method,
  message: Partial<Message> = {},
): CandidResult<CandidExecution> {
  const reply = host.message({ argument, ...message }, () => {
    expect(host.native.receiveRequest()).toBe('archive');
    host.native[method](connection);
  });
  const [result] = IDL.decode([RESULT], reply!);
  return result as unknown as CandidResult<CandidExecution>;
}

const execute = (sql: string, values?: CandidParameter[]) => answer(encode(sql, values), 'executeRequest');
const query = (sql: string, values?: CandidParameter[]) => answer(encode(sql, values), 'queryRequest');

function ok(result: CandidResult<CandidExecution>): CandidExecution {
  if ('err' in result) throw new Error(`${result.err.code}: ${result.err.message}`);
  return result.ok;
}

function err(result: CandidResult<CandidExecution>) {
  if ('ok' in result) throw new Error('it succeeded');
  return result.err;
}

const texts = () => connection.prepare('SELECT text FROM t ORDER BY id').pluck().all();

const anyValue: fc.Arbitrary<CandidValue> = fc.oneof(
  fc.constant({ Null: null }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((Integer) => ({ Integer })),
  fc.double({ noNaN: true }).map((Real) => ({ Real })),
  fc.string({ unit: 'binary' }).map((Text) => ({ Text })),
  fc.uint8Array({ maxLength: 200 }).map((Blob) => ({ Blob })),
);

describe('values of a request', () => {
  it('come back as they were sent, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(anyValue, { minLength: 1, maxLength: 8 }), (values) => {
        const sql = `SELECT ${values.map(() => '?').join()}`;
        const { rows, columns } = ok(query(sql, values));
        expect(rows).toEqual([values]);
        expect(columns).toEqual(values.map(() => '?'));
      }),
      { numRuns: 500 },
    );
  });

  it('are stored with the type that they have', () => {
    const values: CandidValue[] = [
      { Integer: 1n },
      { Real: 1 },
      { Text: '1' },
      { Blob: Uint8Array.of(49) },
      { Null: null },
    ];
    const sql = `SELECT ${values.map(() => 'typeof(?)').join()}`;
    expect(ok(query(sql, values)).rows[0]).toEqual(
      ['integer', 'real', 'text', 'blob', 'null'].map((Text) => ({ Text })),
    );
  });

  it('may come in a variant of fewer cases, or of more', () => {
    const send = (value: IDL.Type, values: unknown[]) =>
      ok(
        answer(
          IDL.encode([IDL.Text, IDL.Text, IDL.Vec(value)], ['archive', 'SELECT ?', values]),
          'queryRequest',
        ),
      ).rows;
    expect(send(IDL.Variant({ Text: IDL.Text }), [{ Text: 'x' }])).toEqual([[{ Text: 'x' }]]);
    const newer = IDL.Variant({
      Integer: IDL.Int64,
      Decimal: IDL.Record({ a: IDL.Nat, b: IDL.Int }),
      Zeta: IDL.Null,
    });
    expect(send(newer, [{ Integer: -5n }])).toEqual([[{ Integer: -5n }]]);
  });

  it('may be followed by arguments that nobody knows yet', () => {
    const extra: [IDL.Type, unknown][] = [
      [IDL.Opt(IDL.Record({ a: IDL.Vec(IDL.Nat), b: IDL.Int })), [{ a: [1n, 2n ** 90n], b: -(2n ** 80n) }]],
      [IDL.Variant({ x: IDL.Null, y: IDL.Vec(IDL.Text) }), { y: ['ä', ''] }],
      [IDL.Tuple(IDL.Bool, IDL.Float32, IDL.Nat16, IDL.Principal), [true, 1.5, 7, Principal.anonymous()]],
      [IDL.Vec(IDL.Null), Array(1000).fill(null)],
      [IDL.Vec(IDL.Float64), [1, 2, 3]],
      [IDL.Func([IDL.Text], [], ['query']), [Principal.anonymous(), 'method']],
      [IDL.Service({}), Principal.anonymous()],
      [IDL.Reserved, null],
    ];
    const argument = IDL.encode(
      [...REQUEST, ...extra.map(([type]) => type)],
      ['archive', 'SELECT 1', [], [], ...extra.map(([, value]) => value)],
    );
    expect(ok(answer(argument, 'queryRequest')).rows).toEqual([[{ Integer: 1n }]]);
  });
});

describe('an execution', () => {
  it('tells rows, columns, changes and the last rowid', () => {
    expect(ok(execute("INSERT INTO t (text) VALUES ('c'), ('d')"))).toEqual({
      rows: [],
      columns: [],
      meta: {
        rows_read: 0n,
        rows_written: 2n,
        changes: 2n,
        last_row_id: 4n,
        instructions: expect.any(BigInt),
        size_after: 8192n,
        transaction_id: 3n,
        truncated: false,
      },
    });
    expect(ok(execute('DELETE FROM t WHERE id > ? RETURNING id, text AS x', [{ Integer: 2n }]))).toEqual({
      rows: [
        [{ Integer: 3n }, { Text: 'c' }],
        [{ Integer: 4n }, { Text: 'd' }],
      ],
      columns: ['id', 'x'],
      meta: expect.objectContaining({ changes: 2n, last_row_id: 0n, transaction_id: 4n }),
    });
  });

  it('runs several statements as one transaction, and answers with the last rows', () => {
    const result = ok(
      execute(
        "INSERT INTO t (text) VALUES ('c'); SELECT 1; UPDATE t SET text = upper(text); SELECT text FROM t; DELETE FROM t WHERE id = 1",
      ),
    );
    expect(result.rows).toEqual([[{ Text: 'A' }], [{ Text: 'B' }], [{ Text: 'C' }]]);
    expect(result.columns).toEqual(['text']);
    expect(result.meta).toMatchObject({ changes: 5n, rows_written: 5n });
    expect(texts()).toEqual(['B', 'C']);
  });

  it('is published as one transaction', () => {
    const before = host.native.describeSlot(120)!.transactionId;
    ok(execute("INSERT INTO t (text) VALUES ('c'); INSERT INTO t (text) VALUES ('d')"));
    expect(host.native.describeSlot(120)!.transactionId).toBe(before + 1);
    ok(query('SELECT * FROM t'));
    expect(host.native.describeSlot(120)!.transactionId).toBe(before + 1);
  });

  it.each<[string, string, CandidValue[], string, string]>([
    ['bad SQL', 'SELEKT 1', [], 'SQLITE_ERROR', 'near "SELEKT": syntax error'],
    ['no SQL', ' -- nothing', [], 'NO_STATEMENT', 'no statement'],
    [
      'too few values',
      'SELECT ?, ?',
      [{ Null: null }],
      'PARAMETER_COUNT',
      'has 2 parameters, 1 value was sent',
    ],
    [
      'too many values',
      'SELECT 1',
      [{ Null: null }],
      'PARAMETER_COUNT',
      'has 0 parameters, 1 value was sent',
    ],
    [
      'values for several statements',
      'SELECT ?; SELECT 2',
      [{ Null: null }],
      'MULTIPLE_STATEMENTS',
      'single statement',
    ],
    ['a transaction of its own', 'BEGIN', [], 'SQLITE_AUTH', 'a message is one transaction'],
    ['a commit', 'DELETE FROM t; COMMIT', [], 'SQLITE_AUTH', 'a message is one transaction'],
    ['ATTACH', "ATTACH 'x' AS y", [], 'SQLITE_AUTH', 'ATTACH is not available'],
    [
      'a setting that would outlive it',
      'PRAGMA foreign_keys = OFF',
      [],
      'SQLITE_AUTH',
      'outlive the message',
    ],
    ['WAL', 'PRAGMA journal_mode = WAL', [], 'SQLITE_AUTH', 'WAL is not available'],
    [
      'a violated constraint',
      "DELETE FROM t; INSERT INTO t VALUES (1, 'x'), (1, 'y')",
      [],
      'SQLITE_CONSTRAINT_PRIMARYKEY',
      'UNIQUE',
    ],
    [
      'a late error',
      'DELETE FROM t; SELECT abs(-9223372036854775808)',
      [],
      'SQLITE_ERROR',
      'integer overflow',
    ],
    [
      'a rollback by a trigger',
      "CREATE TRIGGER r BEFORE DELETE ON t BEGIN SELECT RAISE(ROLLBACK, 'rolled'); END; DELETE FROM t",
      [],
      'SQLITE_CONSTRAINT_TRIGGER',
      'rolled',
    ],
  ])('that fails (%s) leaves nothing behind', (_, sql, values, code, message) => {
    const before = connection.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
    const failure = err(execute(sql, values));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(message);
    expect(connection.inTransaction()).toBe(false);
    expect(texts()).toEqual(['a', 'b']);
    expect(connection.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()).toBe(before);
  });

  it('tells where in the whole text an error is', () => {
    const failure = err(execute('SELECT 1; SELECT 2, nowhere'));
    expect(failure.offset).toEqual(['SELECT 1; SELECT 2, '.length]);
    expect(failure.extended_code).toEqual([1]);
  });

  it('needs a connection without work of its own', () => {
    connection.exec('BEGIN');
    const attempt = () =>
      host.message({ argument: encode('SELECT 1') }, () => {
        host.native.receiveRequest();
        host.native.executeRequest(connection);
      });
    expect(attempt).toThrow(TypeError);
    connection.exec('ROLLBACK');
    ok(execute('SELECT 1'));
  });

  it('is run once', () => {
    host.message({ argument: encode('SELECT 1') }, () => {
      host.native.receiveRequest();
      host.native.executeRequest(connection);
      expect(() => host.native.executeRequest(connection)).toThrow('No request was received');
    });
  });
});

describe('a query', () => {
  it.each([
    'DELETE FROM t',
    "INSERT INTO t (text) VALUES ('x') RETURNING id",
    'CREATE TABLE u (x)',
    'VACUUM',
    'SELECT 1; DELETE FROM t',
  ])('cannot write: %s', (sql) => {
    expect(err(query(sql)).code).toBe('READ_ONLY');
    expect(texts()).toEqual(['a', 'b']);
  });

  it('reads', () => {
    expect(ok(query('SELECT count(*) FROM t'))).toEqual({
      rows: [[{ Integer: 2n }]],
      columns: ['count(*)'],
      meta: expect.objectContaining({ rows_read: 1n, rows_written: 0n, changes: 0n, last_row_id: 0n }),
    });
    expect(ok(query('EXPLAIN QUERY PLAN SELECT * FROM t')).rows).toHaveLength(1);
    expect(ok(query('PRAGMA table_info(t)')).rows).toHaveLength(2);
  });
});

describe('rows read', () => {
  const rowsRead = (sql: string, values?: CandidValue[]) => ok(query(sql, values)).meta.rows_read;
  beforeEach(() => {
    connection.exec(`CREATE TABLE big (id INTEGER PRIMARY KEY, other, text); CREATE INDEX by_other ON big (other);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100)
      INSERT INTO big SELECT i, i % 10, 'text ' || i FROM n`);
  });

  // docs/SQL.md says what is counted.
  it.each<[string, string, bigint]>([
    ['each row of a scan', "SELECT id FROM big WHERE text = 'text 5'", 100n],
    ['a scan that answers a sum', 'SELECT sum(id) FROM big', 100n],
    ['the row of a key', 'SELECT * FROM big WHERE id = 5', 1n],
    ['a key that is not there, not', 'SELECT * FROM big WHERE id = 500', 0n],
    ['the rows of a range', 'SELECT id FROM big WHERE id BETWEEN 11 AND 30', 21n],
    [
      'the entries of an index, and not the rows that they lead to',
      'SELECT text FROM big WHERE other = 3',
      11n,
    ],
    ['both sides of a join of scans', 'SELECT count(*) FROM t, big WHERE big.text > t.text', 200n],
    [
      'a joined row that is looked up by its key, not',
      'SELECT big.text FROM t JOIN big ON big.id = t.id',
      2n,
    ],
    ['a sorted scan twice: in the table and in the sorter', 'SELECT id FROM big ORDER BY text', 199n],
    ['a bare count(*) as its answer', 'SELECT count(*) FROM big', 1n],
  ])('are %s', (_, sql, expected) => {
    expect(rowsRead(sql)).toBe(expected);
  });

  it('are at least the rows answered, of updates too', () => {
    expect(ok(execute('UPDATE big SET other = 1 WHERE id = 7 RETURNING id')).meta.rows_read).toBe(1n);
    expect(ok(execute("DELETE FROM big WHERE text LIKE '%9'")).meta.rows_read).toBeGreaterThanOrEqual(100n);
  });
});

describe('a reply', () => {
  it('holds 2 MiB of an update and 3 MiB of a query; more is an error, and undone', () => {
    const big = (bytes: number) => `SELECT zeroblob(${bytes})`;
    // Type table, meta, counts, and the name of the column.
    const head = 121 + 1 + 57 + 5 + 1 + 1 + 4 + 1 + 20;
    ok(execute(big(2 ** 21 - head - 10)));
    expect(err(execute(`DELETE FROM t; ${big(2 ** 21)}`))).toMatchObject({ code: 'RESULT_TOO_LARGE' });
    expect(texts()).toEqual(['a', 'b']);
    // No value is larger than 2 MiB, so it takes two.
    const half = `zeroblob(${2 ** 20})`;
    const asQuery = (bytes: number) =>
      answer(encode(`SELECT ${half}, zeroblob(${bytes - 2 ** 20})`), 'queryRequest', { replicated: false });
    ok(asQuery(3 * 2 ** 20 - head - 60));
    expect(err(asQuery(3 * 2 ** 20))).toMatchObject({ code: 'RESULT_TOO_LARGE' });
    expect(err(query(big(2 ** 21))).message).toContain('2097152 bytes');
  });

  it('stops at its limit, however many rows there are', () => {
    const endless =
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, randomblob(1000) FROM n';
    expect(err(query(endless)).code).toBe('RESULT_TOO_LARGE');
  });

  it('repairs TEXT that is not UTF-8', () => {
    const text = (hex: string) => ok(query(`SELECT CAST(x'${hex}' AS TEXT)`)).rows[0]![0];
    expect(text('61ff62')).toEqual({ Text: 'a\ufffdb' });
    expect(text('eda080')).toEqual({ Text: '\ufffd\ufffd\ufffd' });
    expect(text('c3')).toEqual({ Text: '\ufffd' });
    expect(text('f09f9880')).toEqual({ Text: '😀' });
    expect(text('6161616161616161616161ff')).toEqual({ Text: 'aaaaaaaaaaa\ufffd' });
    expect(text('c080')).toEqual({ Text: '\ufffd\ufffd' });
  });

  it('has as many rows as its count says, whatever their number', () => {
    for (const rows of [0, 1, 127, 128, 16_383, 16_384]) {
      const sql =
        'WITH RECURSIVE n(i) AS (SELECT 1 WHERE ?1 > 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) SELECT i FROM n';
      expect(ok(query(sql, [{ Integer: BigInt(rows) }])).rows).toHaveLength(rows);
    }
  });
});

describe('a request that is not one', () => {
  const receive = (argument: Uint8Array) => {
    host.message({ argument }, () => host.native.receiveRequest());
  };

  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'the message ends too early'],
    ['other bytes', new TextEncoder().encode('hello, world'), 'does not begin with DIDL'],
    ['no arguments', IDL.encode([], []), 'an argument is missing'],
    ['too few arguments', IDL.encode([IDL.Text, IDL.Text], ['a', 'b']), 'an argument is missing'],
    ['another type', IDL.encode([IDL.Nat, IDL.Text, REQUEST[2]!], [1n, 'b', []]), 'a text was expected'],
    [
      'values of another type',
      IDL.encode([IDL.Text, IDL.Text, IDL.Vec(IDL.Nat8)], ['a', 'b', [1]]),
      'a variant was expected',
    ],
    [
      'values that are no vector',
      IDL.encode([IDL.Text, IDL.Text, IDL.Text], ['a', 'b', 'c']),
      'a vec of values was expected',
    ],
    [
      'an unknown case',
      IDL.encode(
        [IDL.Text, IDL.Text, IDL.Vec(IDL.Variant({ Other: IDL.Null }))],
        ['a', 'b', [{ Other: null }]],
      ),
      'none of Null, Integer, Real, Text and Blob',
    ],
    [
      'a case of another type',
      IDL.encode(
        [IDL.Text, IDL.Text, IDL.Vec(IDL.Variant({ Integer: IDL.Int }))],
        ['a', 'b', [{ Integer: 1n }]],
      ),
      'Integer holds an int64',
    ],
    ['a NUL in the SQL', encode('SELECT 1\0'), 'NUL'],
    ['bytes behind the end', Uint8Array.of(...encode('SELECT 1'), 0), 'bytes follow'],
    [
      'text that is not UTF-8',
      Uint8Array.of(...IDL.encode([IDL.Text], ['x']).slice(0, -1), 0xff),
      'a text is not UTF-8',
    ],
  ])('%s: a typed error with an offset', (_, argument, message) => {
    const error = thrownBy(() => receive(argument)) as SqliteError;
    expect(error).toBeInstanceOf(SqliteError);
    expect(error.code).toBe('CANDID_MALFORMED');
    expect(error.message).toContain(message);
    expect(error.offset).toBeGreaterThanOrEqual(0);
    expect(error.offset).toBeLessThanOrEqual(argument.length);
  });

  const leb = (value: number): number[] =>
    value < 128 ? [value] : [(value & 127) | 128, ...leb(Math.floor(value / 128))];
  const didl = (...bytes: number[]) => Uint8Array.of(0x44, 0x49, 0x44, 0x4c, ...bytes);

  it.each<[string, Uint8Array]>([
    ['a vector of a billion nulls in a record', didl(2, 0x6c, 1, 0, 0x7f, 0x6d, 0, 1, 1, ...leb(1e9))],
    [
      'vectors of empty vectors of empty records',
      didl(3, 0x6c, 0, 0x6d, 0, 0x6d, 1, 1, 2, ...leb(1e6), ...leb(1e6)),
    ],
    ['a record that holds itself', didl(1, 0x6c, 1, 0, 0, 1, 0)],
    ['a type table of a billion entries', didl(...leb(1e9))],
    ['a billion arguments', didl(0, ...leb(1e9))],
    ['a number of 100 bytes', didl(...Array(100).fill(0x80), 0)],
    ['fields out of order', didl(1, 0x6c, 2, 1, 0x7f, 0, 0x7f, 1, 0)],
    ['a type beyond the table', didl(1, 0x6e, 5, 1, 0)],
    ['options nested a thousand deep', didl(1, 0x6e, 0, 1, 0, ...Array(1000).fill(1))],
  ])('%s is refused at once', (_, argument) => {
    const before = host.liveResources();
    expect(thrownBy(() => host.message({ argument }, () => host.native.receive()))).toMatchObject({
      code: 'CANDID_MALFORMED',
    });
    expect(host.liveResources()).toEqual(before);
  });

  it('never traps, and is taken only where @dfinity/candid would take it too', () => {
    const seedValues: CandidValue[] = [
      { Integer: 5n },
      { Text: 'text' },
      { Blob: Uint8Array.of(1, 2, 3) },
      { Real: 2.5 },
      { Null: null },
    ];
    const original = encode('SELECT ?, ?, ?, ?, ?', seedValues);
    const change = fc.tuple(fc.nat(original.length - 1), fc.integer({ min: 0, max: 255 }));
    let taken = 0;
    fc.assert(
      fc.property(fc.array(change, { maxLength: 3 }), fc.nat(original.length), (changes, cut) => {
        const argument = original.slice(0, cut % 4 === 0 ? cut : original.length);
        for (const [at, byte] of changes) if (at < argument.length) argument[at] = byte;
        try {
          receive(argument);
        } catch (error) {
          expect(error).toMatchObject({ code: 'CANDID_MALFORMED' });
          return;
        }
        taken++;
        expect(IDL.decode(REQUEST, argument)).toHaveLength(4);
      }),
      { numRuns: 4000 },
    );
    expect(taken).toBeGreaterThan(0);
    expect(host.trapped).toBe(false);
  });
});

describe('other arguments', () => {
  const receive = (argumentTypes: ArgumentType[], argument: Uint8Array) => {
    let values: unknown[] = [];
    host.message({ argument }, () => {
      values = host.native.receive(...argumentTypes);
    });
    return values;
  };

  it('are decoded by type', () => {
    const principal = Principal.fromText('ryjl3-tyaaa-aaaaa-aaaba-cai');
    const argument = IDL.encode(
      [IDL.Text, IDL.Nat64, IDL.Nat32, IDL.Bool, IDL.Principal, IDL.Vec(IDL.Nat8)],
      ['tëxt', 2n ** 53n - 1n, 4_294_967_295, true, principal, [1, 2, 3]],
    );
    const values = receive(['text', 'nat64', 'nat32', 'bool', 'principal', 'blob'], argument);
    expect(values.slice(0, 5)).toEqual(['tëxt', 2 ** 53 - 1, 4_294_967_295, true, principal.toText()]);
    expect(values[5]).toEqual({ offset: argument.length - 3, length: 3 });
  });

  it.each<[string, IDL.Type[], unknown[], string | undefined]>([
    ['present', [IDL.Opt(IDL.Text)], [['tëxt']], 'tëxt'],
    ['absent', [IDL.Opt(IDL.Text)], [[]], undefined],
    ['missing', [], [], undefined],
    ['null', [IDL.Null], [null], undefined],
    ['plain', [IDL.Text], ['tëxt'], 'tëxt'],
    ['of another type', [IDL.Opt(IDL.Vec(IDL.Nat32))], [[[1, 2]]], undefined],
  ])('an optional text may be %s', (_, types, values, expected) => {
    expect(receive(['bool', 'opt text'], IDL.encode([IDL.Bool, ...types], [true, ...values]))).toEqual([
      true,
      expected,
    ]);
  });

  it.each<[ArgumentType, IDL.Type, unknown, string]>([
    ['nat64', IDL.Nat64, 2n ** 53n, 'larger than 2^53 - 1'],
    ['nat64', IDL.Nat32, 5, 'a nat64 was expected'],
    ['text', IDL.Principal, Principal.anonymous(), 'a text was expected'],
    ['blob', IDL.Vec(IDL.Nat16), [5], 'a blob was expected'],
    ['bool', IDL.Nat8, 1, 'a bool was expected'],
    ['principal', IDL.Text, 'aaaaa-aa', 'a principal was expected'],
  ])('%s is not %s', (type, sent, value, message) => {
    expect(() => receive([type], IDL.encode([sent], [value]))).toThrow(message);
  });

  it('know only their types', () => {
    expect(() => receive(['nat' as ArgumentType], IDL.encode([IDL.Nat], [1n]))).toThrow(TypeError);
    const many = Array.from({ length: 17 }, (): ArgumentType => 'bool');
    expect(() =>
      receive(
        many,
        IDL.encode(
          many.map(() => IDL.Bool),
          many.map(() => true),
        ),
      ),
    ).toThrow(TypeError);
  });
});

describe('the caller', () => {
  const principals = ['aaaaa-aa', '2vxsx-fae', 'ryjl3-tyaaa-aaaaa-aaaba-cai', 'rdmx6-jaaaa-aaaaa-aaadq-cai'];

  it('has a textual form', () => {
    const check = (principal: Principal) => {
      host.message({ caller: principal.toUint8Array() }, () => {
        expect(host.native.callerText()).toBe(principal.toText());
      });
    };
    for (const text of principals) check(Principal.fromText(text));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 29 }), (bytes) => check(Principal.fromUint8Array(bytes))),
    );
  });

  it('may be a controller', () => {
    for (const callerIsController of [true, false]) {
      host.message({ callerIsController }, () => {
        expect(host.native.callerIsController()).toBe(callerIsController);
      });
    }
  });
});

describe('replies without an execution', () => {
  const decode = (method: MethodName, run: () => void) =>
    IDL.decode([TYPES.ofMethod(METHODS[method]).result], host.message({}, run)!)[0];

  const NOTHING_ELSE = { statement: [], budget: [] };

  it('refuse', () => {
    expect(decode('db_begin_fork', () => host.native.replyError('SOME_CODE', 'why – so', 2067, 12))).toEqual({
      err: { code: 'SOME_CODE', message: 'why – so', extended_code: [2067], offset: [12], ...NOTHING_ELSE },
    });
    expect(decode('db_import_chunk', () => host.native.replyError('C', ''))).toEqual({
      err: { code: 'C', message: '', extended_code: [], offset: [], ...NOTHING_ELSE },
    });
    expect(() => host.native.replyError(1 as unknown as string, '')).toThrow(TypeError);
  });

  it('confirm', () => {
    expect(decode('db_import_chunk', () => host.native.replyNull())).toEqual({ ok: null });
  });

  it('bring a part of the image', () => {
    const image = host.native.readImage(120, 0, 8192);
    expect(new TextDecoder().decode(image.subarray(0, 15))).toBe('SQLite format 3');
    const { id, logicalSize } = host.native.beginExport(120, 60);
    const reply = (offset: number, length: number) =>
      decode('db_export_chunk', () => host.native.replyExportChunk(120, id, offset, length));
    expect(reply(100, 5000)).toEqual({ ok: image.slice(100, 5100) });
    expect(reply(logicalSize - 10, 5000)).toEqual({ ok: image.slice(logicalSize - 10) });
    expect(thrownBy(() => host.native.replyExportChunk(120, id, logicalSize + 1, 1))).toMatchObject({
      code: 'OUT_OF_BOUNDS',
    });
    connection.exec('INSERT INTO t (text) VALUES (zeroblob(3500000))');
    const large = host.native.beginExport(120, 60);
    expect(thrownBy(() => host.native.replyExportChunk(120, large.id, 0, 3 * 2 ** 20))).toMatchObject({
      code: 'RESULT_TOO_LARGE',
    });
  });
});
