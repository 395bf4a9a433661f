import { beforeAll, describe, expect, it } from 'vitest';
import type { BindParameters, Database } from '../../src/database';
import { newDatabase, thrownBy } from '../support/native-host';

let db: Database;
beforeAll(async () => {
  db = await newDatabase();
});

const bound = (sql: string, ...parameters: BindParameters) =>
  db
    .prepare(sql)
    .raw()
    .get(...parameters);

describe('parameters', () => {
  it.each<[string, string, BindParameters, unknown[]]>([
    ['one by one', 'SELECT ?, ?', [1, 'a'], [1, 'a']],
    ['in an array', 'SELECT ?, ?', [[1, 'a']], [1, 'a']],
    ['in arrays and one by one', 'SELECT ?, ?, ?', [[1], 'a', [null]], [1, 'a', null]],
    ['by number', 'SELECT ?2, ?1', ['first', 'second'], ['second', 'first']],
    ['by number, used twice', 'SELECT ?1, ?1', ['x'], ['x', 'x']],
    ['by number from an object', 'SELECT ?1, ?2', [{ 1: 'one', 2: 'two' }], ['one', 'two']],
    ['by name', 'SELECT :a, @b, $c', [{ a: 1, b: 2, c: 3 }], [1, 2, 3]],
    ['by name, with further names that nobody asks for', 'SELECT :a', [{ a: 1, z: 2 }], [1]],
    ['by name and by position', 'SELECT ?, :a, ?', [1, { a: 2 }, 3], [1, 2, 3]],
    ['by name, behind a position', 'SELECT :a, ?', [{ a: 1 }, 2], [1, 2]],
    [
      'by name from an object without prototype',
      'SELECT :a',
      [Object.assign(Object.create(null), { a: 7 })],
      [7],
    ],
    ['none', 'SELECT 1', [], [1]],
  ])('are bound %s', (_, sql, parameters, row) => {
    expect(bound(sql, ...parameters)).toEqual(row);
  });

  it.each<[string, string, BindParameters, string]>([
    ['too few', 'SELECT ?, ?', [1], 'Too few parameter values were provided'],
    ['none of one', 'SELECT ?', [], 'Too few parameter values were provided'],
    ['too many', 'SELECT ?', [1, 2], 'Too many parameter values were provided'],
    ['any where there is none', 'SELECT 1', [1], 'Too many parameter values were provided'],
    ['a missing name', 'SELECT :a, :b', [{ a: 1 }], 'Missing named parameter "b"'],
    ['names without an object', 'SELECT :a', [], 'Missing named parameter "a"'],
    ['a position for a name', 'SELECT :a', [1], 'Too many parameter values were provided'],
  ])('%s: RangeError', (_, sql, parameters, message) => {
    const error = thrownBy(() => bound(sql, ...parameters));
    expect(error).toBeInstanceOf(RangeError);
    expect((error as Error).message).toBe(message);
  });

  it('come from one object at most', () => {
    expect(() => bound('SELECT :a, :b', { a: 1 }, { b: 2 })).toThrow(
      new TypeError('Only one object of named parameters can be bound'),
    );
  });

  it('are bound anew with every call', () => {
    const statement = db.prepare('SELECT ?, ?').raw();
    expect(statement.get('a', 'b')).toEqual(['a', 'b']);
    expect(() => statement.get('c')).toThrow(RangeError);
    expect(statement.get('d', null)).toEqual(['d', null]);
  });

  it('pass on what a getter or a proxy throws', () => {
    const failure = new Error('from a getter');
    const names = {
      get a(): number {
        throw failure;
      },
    };
    expect(thrownBy(() => bound('SELECT :a', names))).toBe(failure);
    const values = new Proxy([1], {
      get(target, property) {
        if (property === '0') throw failure;
        return Reflect.get(target, property);
      },
    });
    expect(thrownBy(() => bound('SELECT ?', values))).toBe(failure);
    expect(bound('SELECT ?', 1)).toEqual([1]);
  });

  it('can be shown in place', () => {
    const statement = db.prepare('INSERT INTO nowhere_yet VALUES (?, :b)'.replace('nowhere_yet', 'shown'));
    expect(statement.expandedSql("it's", { b: Uint8Array.of(1, 255) })).toBe(
      "INSERT INTO shown VALUES ('it''s', x'01ff')",
    );
  });
});

beforeAll(() => {
  db.exec('CREATE TABLE shown (a, b)');
});
