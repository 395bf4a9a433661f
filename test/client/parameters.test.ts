import { describe, expect, it } from 'vitest';
import { type ClientParameter, type ClientParameters, TabulariumClient } from '../../src/client';
import { EXECUTION, fakeService } from './fake-service';

const INTEGER = 'an integer of SQLite has at most 64 bits';
const ACCEPTED = 'pass null, a number, bigint, boolean, string or Uint8Array';
const MESSAGE_BYTES = 2 * 2 ** 20 - 4_096;

async function sent(...parameters: ClientParameter[]): Promise<unknown> {
  const { service, calls } = fakeService(() => ({ ok: EXECUTION }));
  await new TabulariumClient(service).archive('a').query('', ...parameters);
  return calls[0]!.parameters[2];
}

async function sentInBatch(parameters: ClientParameters): Promise<unknown> {
  const { service, calls } = fakeService(() => ({ ok: [EXECUTION] }));
  await new TabulariumClient(service).archive('a').batch([{ sql: '', parameters }]);
  return (calls[0]!.parameters[1] as { parameters: unknown }[])[0]!.parameters;
}

const one = { Integer: 1n };
const two = { Integer: 2n };
const named = { Named: { name: 'a', value: one } };

describe('parameters', () => {
  it.each<[string, ClientParameter[], unknown[]]>([
    ['one by one', [1, 2], [one, two]],
    ['in an array', [[1, 2]], [one, two]],
    ['in arrays and one by one', [[1], 2, []], [one, two]],
    ['by name', [{ a: 1 }], [named]],
    ['by name, from an object without prototype', [Object.assign(Object.create(null), { a: 1 })], [named]],
    ['by name and in order', [2, { a: 1 }], [two, named]],
    [
      'up to the ends of 64 bits',
      [2n ** 63n - 1n, -(2n ** 63n)],
      [{ Integer: 2n ** 63n - 1n }, { Integer: -(2n ** 63n) }],
    ],
  ])('are sent %s', async (_, parameters, expected) => {
    expect(await sent(...parameters)).toEqual(expected);
  });

  it('of a batch are an array, or an object of names', async () => {
    expect(await sentInBatch([1, [2]])).toEqual([one, two]);
    expect(await sentInBatch({ a: 1 })).toEqual([named]);
  });

  it.each<[string, unknown[], Error]>([
    ['a date', [1, new Date(0)], new TypeError(`parameter 2 is Date: ${ACCEPTED}`)],
    [
      'a buffer without a view',
      [new ArrayBuffer(1)],
      new TypeError(`parameter 1 is ArrayBuffer: ${ACCEPTED}`),
    ],
    ['a map', [new Map()], new TypeError(`parameter 1 is Map: ${ACCEPTED}`)],
    ['an instance of a class', [new (class Point {})()], new TypeError(`parameter 1 is Object: ${ACCEPTED}`)],
    ['undefined', [[1, undefined]], new TypeError(`parameter 2 is undefined: ${ACCEPTED}`)],
    ['an array in an array', [[1, [2]]], new TypeError(`parameter 2 is Array: ${ACCEPTED}`)],
    ['a date by name', [{ at: new Date(0) }], new TypeError(`parameter "at" is Date: ${ACCEPTED}`)],
    ['2^63', [2n ** 63n], new RangeError(`parameter 1 is 9223372036854775808: ${INTEGER}`)],
  ])('are not %s', async (_, parameters, error) => {
    await expect(sent(...(parameters as ClientParameter[]))).rejects.toThrow(error);
  });

  it('of a page are no single value', async () => {
    const { service } = fakeService(() => ({ ok: EXECUTION }));
    const pages = new TabulariumClient(service).archive('a').pages('SELECT ?', 5 as never);
    await expect(pages.next()).rejects.toThrow(
      new TypeError('Expected parameters to be an array of values, or an object of values by name'),
    );
  });
});

describe('a message', () => {
  it('carries SQL and values of 2 MiB less what is put around them', async () => {
    const blob = new Uint8Array(MESSAGE_BYTES);
    expect(await sent(blob)).toHaveLength(1);
    expect(await sent('é'.repeat(MESSAGE_BYTES / 2))).toHaveLength(1);
  });

  it.each<[string, ClientParameter[]]>([
    ['a blob', [new Uint8Array(MESSAGE_BYTES), 'x']],
    ['a text, in UTF-8', [`${'é'.repeat(MESSAGE_BYTES / 2)}x`]],
    ['a value with its name', [{ x: new Uint8Array(MESSAGE_BYTES) }]],
  ])('is refused before it is sent, for %s', async (_, parameters) => {
    await expect(sent(...parameters)).rejects.toThrow(
      new RangeError(
        `SQL and values have ${MESSAGE_BYTES + 1} bytes, and a message carries ${MESSAGE_BYTES}: send less at a time, and append to large values (x = x || ?) or import them`,
      ),
    );
  });

  it('is refused for all statements of a batch together', async () => {
    const { service, calls } = fakeService(() => ({ ok: [] }));
    const half = { sql: 'x', parameters: [new Uint8Array(MESSAGE_BYTES / 2)] };
    await expect(new TabulariumClient(service).archive('a').batch([half, half])).rejects.toThrow(RangeError);
    expect(calls).toEqual([]);
  });
});

describe('results', () => {
  it('hold columns of one name in arrays', async () => {
    const { service } = fakeService(() => ({ ok: EXECUTION }));
    const result = await new TabulariumClient(service)
      .archive('a')
      .queryResult<{ a: number }>('SELECT 1 AS a, 2 AS a');
    expect(result).toMatchObject({ columns: ['a', 'a'], rows: [{ a: 2 }], values: [[1, 2]] });
  });
});
