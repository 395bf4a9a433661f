import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Database, SqlValue, Statement } from '../../src/database';
import { newDatabase, thrownBy } from '../support/native-host';

let db: Database;
let echo: Statement<SqlValue>;
let typeOf: Statement<string>;
beforeAll(async () => {
  db = await newDatabase();
  echo = db.prepare<SqlValue>('SELECT ?').pluck();
  typeOf = db.prepare<string>('SELECT typeof(?)').pluck();
});

/** Strings with every kind of character, lone surrogates and NUL included. */
const anyString = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
});
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

/** What comes back of a bound value. */
function expected(value: SqlValue): SqlValue {
  if (typeof value === 'number' && Number.isNaN(value)) return null;
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value === 'bigint' && BigInt(Number(value)) === value && Number.isSafeInteger(Number(value))) {
    return Number(value);
  }
  return value;
}

describe('a value that is bound and read', () => {
  it('comes back as it was, whatever it is', () => {
    const value = fc.oneof(
      fc.constant(null),
      fc.double(),
      fc.integer(),
      fc.maxSafeInteger(),
      int64,
      anyString,
      fc.string({ unit: 'grapheme' }),
      fc.uint8Array({ maxLength: 300 }),
    );
    fc.assert(
      fc.property(value, (bound) => {
        expect(echo.get(bound)).toEqual(expected(bound));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['null', null, 'null'],
    ['0', 0, 'integer'],
    ['-0', -0, 'real'],
    ['2^31', 2 ** 31, 'integer'],
    ['2^53 - 1', Number.MAX_SAFE_INTEGER, 'integer'],
    ['-(2^53 - 1)', Number.MIN_SAFE_INTEGER, 'integer'],
    ['2^53', 2 ** 53, 'real'],
    ['0.5', 0.5, 'real'],
    ['Infinity', Number.POSITIVE_INFINITY, 'real'],
    ['-Infinity', Number.NEGATIVE_INFINITY, 'real'],
    ['NaN', Number.NaN, 'null'],
    ['a bigint', 5n, 'integer'],
    ['true', true, 'integer'],
    ['an empty string', '', 'text'],
    ['an empty blob', new Uint8Array(0), 'blob'],
  ])('%s is stored as %3$s', (_, value, type) => {
    expect(typeOf.get(value)).toBe(type);
  });

  it('keeps the sign of zero', () => {
    expect(Object.is(echo.get(-0), -0)).toBe(true);
    expect(Object.is(echo.get(0), 0)).toBe(true);
  });

  it('takes booleans as 0 and 1', () => {
    expect([echo.get(true), echo.get(false)]).toEqual([1, 0]);
  });

  it('turns lone surrogates into U+FFFD, as UTF-8 has no place for them', () => {
    expect(echo.get('a\ud800b')).toBe('a\ufffdb');
    expect(echo.get('12345678\udfff12345678')).toBe('12345678\ufffd12345678');
  });

  it('keeps NUL inside of strings', () => {
    expect(echo.get('a\0b')).toBe('a\0b');
    expect(db.prepare('SELECT length(CAST(? AS BLOB))').pluck().get('a\0b')).toBe(3);
  });

  it('tells an empty blob from NULL', () => {
    expect(echo.get(new Uint8Array(0))).toEqual(new Uint8Array(0));
    expect(echo.get(null)).toBeNull();
  });

  it('binds the bytes that any typed array or buffer spans', () => {
    const buffer = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8).buffer;
    expect(echo.get(buffer)).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    expect(echo.get(new Uint8Array(buffer, 2, 3))).toEqual(Uint8Array.of(3, 4, 5));
    expect(echo.get(new Int16Array(buffer, 4))).toEqual(Uint8Array.of(5, 6, 7, 8));
    expect(echo.get(Buffer.from('héllo'))).toEqual(new TextEncoder().encode('héllo'));
  });

  it('copies a blob at once: what happens to the array later does not matter', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const rows = db.prepare<SqlValue>('SELECT ?1 UNION ALL SELECT ?1').pluck().iterate(bytes);
    bytes.fill(9);
    expect([...rows]).toEqual([Uint8Array.of(1, 2, 3), Uint8Array.of(1, 2, 3)]);
  });

  it('reads a zeroblob and a large text', () => {
    expect(db.prepare('SELECT zeroblob(100000)').pluck().get()).toEqual(new Uint8Array(100_000));
    const text = 'äöü€😀'.repeat(20_000);
    expect(echo.get(text)).toBe(text);
  });
});

describe('integers', () => {
  const around = [2n ** 53n - 1n, 2n ** 53n, -(2n ** 53n) + 1n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)];

  it.each(around)('%s arrives exactly, as a number where a number can hold it', (integer) => {
    const value = echo.get(integer);
    expect(value).toBe(Number.isSafeInteger(Number(integer)) ? Number(integer) : integer);
  });

  it('are bigints when the statement is told so', () => {
    const statement = db.prepare('SELECT 1 AS a, 2.5 AS b').safeIntegers();
    expect(statement.get()).toEqual({ a: 1n, b: 2.5 });
    expect(statement.safeIntegers(false).get()).toEqual({ a: 1, b: 2.5 });
  });

  it.each([2n ** 63n, -(2n ** 63n) - 1n, 2n ** 64n, 10n ** 40n])(
    '%s is refused: 64 bits do not hold it',
    (integer) => {
      const error = thrownBy(() => echo.get(integer));
      expect(error).toBeInstanceOf(RangeError);
      expect(String(error)).toContain('Parameter 1 is a bigint outside of what 64 bits hold');
    },
  );
});

describe('what cannot be bound', () => {
  const refusal = (value: unknown) => thrownBy(() => echo.get(value as SqlValue));

  it.each([
    ['undefined', undefined, 'Parameter 1 is undefined; pass null for NULL'],
    ['a function', () => 1, 'Parameter 1 is a function'],
    ['a symbol', Symbol('s'), 'Parameter 1 is a symbol'],
    ['a date', new Date(), 'Parameter 1 is an object'],
    ['a plain object', { a: 1 }, 'Parameter 1 is an object'],
  ])('%s is a TypeError that names the parameter', (_, value, message) => {
    const error = refusal(value);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toContain(message);
  });

  it('names a named parameter by its name', () => {
    const error = thrownBy(() => db.prepare('SELECT :name').get({ name: undefined as unknown as null }));
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain('Parameter ":name" is undefined');
  });

  it('a detached buffer is a TypeError', () => {
    const bytes = new Uint8Array(8);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    expect(refusal(bytes)).toBeInstanceOf(TypeError);
  });
});
