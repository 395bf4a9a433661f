import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newDatabase } from '../support/native-host';
import { readCorpus, sampleOf } from './corpus';
import { EngineFailure } from './engine';
import { FacadeEngine } from './facade-engine';
import { parseScript } from './parse';
import { runScript } from './run';
import { valueText } from './value-text';

const TABLE = `statement ok
CREATE TABLE t(a INTEGER, b TEXT, c REAL)

statement ok
INSERT INTO t VALUES (2, 'two', 2.5), (1, 'one', NULL), (10, '', -1)
`;

const md5 = (...lines: string[]) =>
  createHash('md5')
    .update(lines.map((line) => `${line}\n`).join(''))
    .digest('hex');

async function report(...records: string[]) {
  const db = await newDatabase();
  return runScript(parseScript('t.test', [TABLE, ...records].join('\n\n'), 'sqlite'), new FacadeEngine(db));
}

const failuresOf = async (...records: string[]) => (await report(...records)).failures;

describe('a record that holds', () => {
  it.each([
    ['statement ok', 'statement ok\nDELETE FROM t'],
    ['statement ok with several statements', 'statement ok\nDELETE FROM t; DROP TABLE t;'],
    ['statement error', 'statement error\nDELETE FROM missing'],
    ['statement count', 'statement count 2\nUPDATE t SET a = 0 WHERE a < 5'],
    ['a query as it comes', 'query IT nosort\nSELECT a, b FROM t\n----\n2\ntwo\n1\none\n10\n(empty)'],
    ['a query without sorting', 'query I\nSELECT a FROM t\n----\n2\n1\n10'],
    ['rows sorted as text', 'query IT rowsort\nSELECT a, b FROM t\n----\n1\none\n10\n(empty)\n2\ntwo'],
    ['values sorted as text', 'query IR valuesort\nSELECT a, c FROM t\n----\n-1.000\n1\n10\n2\n2.500\nNULL'],
    ['a hash', `query I rowsort\nSELECT a FROM t\n----\n3 values hashing to ${md5('1', '10', '2')}`],
    ['no expected result', 'query I\nSELECT a FROM t'],
    ['an empty result', 'query I\nSELECT a FROM t WHERE 0\n----'],
    ['an error where nothing is expected', 'query I\nSELECT abs(-9223372036854775807 - 1)\n----'],
    ['SQL over several lines', 'query I\nSELECT a\nFROM t\n----\n2\n1\n10'],
    ['a label', 'query I rowsort x\nSELECT a FROM t\n\nquery I rowsort x\nSELECT a FROM t ORDER BY a'],
  ])('passes: %s', async (_, record) => {
    expect(await report(record)).toMatchObject({ failures: [], skipped: 0 });
  });
});

describe('a record that does not hold', () => {
  it.each([
    ['a statement that fails', 'statement ok\nDELETE FROM missing', /no such table: missing/],
    ['a statement that should fail', 'statement error\nDELETE FROM t', /expected an error/],
    ['other changes', 'statement count 2\nDELETE FROM t', /expected 2 rows to change, but 3 did/],
    ['a query that fails', 'query I\nSELECT x FROM t\n----\n1', /no such column: x/],
    ['another value', 'query I\nSELECT a FROM t\n----\n2\n1\n11', /expected \[2, 1, 11\], got \[2, 1, 10\]/],
    ['another order', 'query I nosort\nSELECT a FROM t\n----\n1\n2\n10', /got \[2, 1, 10\]/],
    ['a value less', 'query I\nSELECT a FROM t\n----\n2\n1', /got \[2, 1, 10\]/],
    ['a value more', 'query I\nSELECT a FROM t\n----\n2\n1\n10\n10', /got \[2, 1, 10\]/],
    ['rows where none are expected', 'query I\nSELECT a FROM t\n----', /expected \[\], got/],
    ['more columns', 'query I\nSELECT a, b FROM t\n----\n2', /expected 1 columns, got 2/],
    ['another hash', `query I\nSELECT a FROM t\n----\n3 values hashing to ${md5('1')}`, /MD5/],
    [
      'another count',
      `query I\nSELECT a FROM t\n----\n2 values hashing to ${md5('2', '1', '10')}`,
      /2 values with MD5/,
    ],
    [
      'another result under a label',
      'query I nosort x\nSELECT a FROM t\n\nquery I nosort x\nSELECT a FROM t\n\nquery I nosort x\nSELECT 1',
      /label x/,
    ],
  ])('fails: %s', async (_, record, message) => {
    const failures = await failuresOf(record);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatch(message);
  });

  it('is named by file and line', async () => {
    expect(await failuresOf('# a comment\nstatement ok\nDELETE FROM missing')).toEqual([
      expect.stringMatching(/^t\.test:9: .*: DELETE FROM missing$/),
    ]);
  });

  it('does not hide that the engine itself fails', async () => {
    const db = await newDatabase();
    const engine = new FacadeEngine(db);
    db.close();
    const script = parseScript('t.test', 'statement error\nDELETE FROM t', 'sqlite');
    await expect(runScript(script, engine)).rejects.toThrow(EngineFailure);
  });
});

describe('directives', () => {
  const parse = (text: string) => parseScript('t.test', text, 'sqlite');

  it('keep records for other engines out, and count them', () => {
    const script = parse(
      [
        'skipif sqlite\nstatement ok\nA',
        'skipif mysql # not this one\nstatement ok\nB',
        'onlyif mssql\nstatement ok\nC',
        'onlyif sqlite\nskipif oracle\nstatement ok\nD',
        'onlyif sqlite\nskipif sqlite\nstatement ok\nE',
      ].join('\n\n'),
    );
    expect(script.records.map(({ sql }) => sql)).toEqual(['B', 'D']);
    expect(script.skipped).toBe(3);
  });

  it('end a script at its halt, and not at another engine’s', () => {
    const script = parse('onlyif mssql\nhalt\n\nstatement ok\nA\n\nhalt\n\nstatement ok\nB');
    expect(script.records.map(({ sql }) => sql)).toEqual(['A']);
  });

  it('take a hash-threshold, Windows line ends and blanks at line ends', () => {
    const script = parse('hash-threshold 8\r\n\r\nquery I nosort \r\nSELECT 1\r\n---- \r\n1\r\n');
    expect(script.records).toMatchObject([{ line: 3, sql: 'SELECT 1', expected: { values: ['1'] } }]);
  });

  it.each([
    ['an unknown one', 'statment ok\nA', 't.test:1: unknown directive statment'],
    ['an unknown outcome', 'statement fine\nA', 't.test:2: a statement is ok'],
    ['a count without a number', 'statement count\nA', 't.test:2: a statement is ok'],
    ['a statement with a result', 'statement ok\nA\n----\n1', 't.test:2: a statement has no result'],
    ['an unknown column type', 'query IX\nA\n----', 't.test:1: the column types'],
    ['an unknown sorting', 'query I sorted\nA\n----', 't.test:1: unknown sorting sorted'],
    ['a record without SQL', 'query I\n----\n1', 't.test:1: the record has no SQL'],
    ['a condition without a record', 'skipif mysql', 't.test:1: the record ends too early'],
    ['a condition without an engine', 'skipif\nstatement ok\nA', 't.test:1: skipif needs'],
    ['a threshold without a number', 'hash-threshold many', 't.test:1: hash-threshold needs a number'],
    ['text behind a halt', 'halt\nnow', 't.test:1: unexpected text after halt'],
  ])('are refused: %s', (_, text, message) => {
    expect(() => parse(text)).toThrow(message);
  });
});

describe('values', () => {
  it.each([
    [null, 'I', 'NULL'],
    [7n, 'I', '7'],
    [-(2n ** 63n), 'I', '-9223372036854775808'],
    [-2.9, 'I', '-2'],
    [' +12x', 'I', '12'],
    ['x', 'I', '0'],
    [1n, 'R', '1.000'],
    [-0.0005, 'R', '-0.001'],
    ['3.5e1 apples', 'R', '35.000'],
    [-(2 ** 63), 'R', '-9223372036854776000.000'],
    [123456789012345.67, 'R', '123456789012345.700'],
    [Infinity, 'R', 'Inf'],
    [1, 'T', '1.0'],
    [1n, 'T', '1'],
    [1e20, 'T', '1.0e+20'],
    ['', 'T', '(empty)'],
    ['a\tß', 'T', 'a@@@'],
    [Uint8Array.of(65, 0), 'T', 'A@'],
  ] as const)('%s as %s prints %s', (value, type, text) => {
    expect(valueText(value, type)).toBe(text);
  });
});

describe('a corpus', () => {
  it('is every .test file below its folder', () => {
    const folder = mkdtempSync(join(tmpdir(), 'corpus-'));
    try {
      expect(() => readCorpus(folder)).toThrow('there is no .test file');
      mkdirSync(join(folder, 'b'));
      writeFileSync(join(folder, 'b', 'y.test'), TABLE);
      writeFileSync(join(folder, 'x.test'), 'statement ok\nA');
      writeFileSync(join(folder, 'README.md'), 'no script');
      expect(readCorpus(folder).map(({ name }) => name)).toEqual([join('b', 'y.test'), 'x.test']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is sampled with all its statements and evenly spread queries', () => {
    const queries = Array.from({ length: 10 }, (_, index) => `query I\nSELECT ${index}`);
    const sample = sampleOf(parseScript('t.test', [TABLE, ...queries].join('\n\n'), 'sqlite'), 4);
    expect(sample.records.map(({ sql }) => sql).slice(2)).toEqual([
      'SELECT 0',
      'SELECT 3',
      'SELECT 6',
      'SELECT 9',
    ]);
    expect(sample.records.filter(({ kind }) => kind === 'statement')).toHaveLength(2);
  });
});
