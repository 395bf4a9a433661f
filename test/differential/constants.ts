import type { BindableValue } from '../../src/database';

const INT64_LIMIT = 2n ** 63n;
const SAFE_LIMIT = 2n ** 53n;

/** Values to bind, at the edges of every type. */
export const CONSTANTS: readonly (() => BindableValue)[] = [
  () => null,
  () => true,
  () => false,
  ...[0, 1, -1, 7, 13, 127, 128, -129, 32_768, 2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1, 1 - 2 ** 53].map(always),
  ...[0n, 5n, SAFE_LIMIT, -SAFE_LIMIT - 1n, INT64_LIMIT - 1n, -INT64_LIMIT, 1n - INT64_LIMIT].map(always),
  ...[-0, 0.1, -2.5, 1e15, 2 ** 53, 2 ** 63, -(2 ** 63), 1e-7, 123_456.789].map(always),
  ...[Number.MAX_VALUE, Number.MIN_VALUE, Infinity, -Infinity, Number.NaN].map(always),
  ...['', ' ', 'a', 'A b', "it's", '%', '_', 'é', 'e\u0301', 'ß', '😀', '\u{10ffff}', '\ufeffmark'].map(
    always,
  ),
  ...[
    '12',
    ' 12',
    '12abc',
    '-3.5e2',
    '0x10',
    '9223372036854775808',
    '1e400',
    'NaN',
    '\0',
    'a\0b',
    '\ud800',
    'x\udc00y',
  ].map(always),
  () => 'long '.repeat(1_200),
  ...[[], [0], [65, 66], [0xff, 0xfe, 0], [0xe2, 0x82], [0xed, 0xa0, 0x80], [49, 50]].map(bytes),
  () => new Uint8Array(6_000).fill(0xab),
  () => Uint8Array.of(1, 2, 3).buffer,
  () => new Uint16Array(Uint8Array.of(9, 8, 7, 6, 5, 4).buffer, 2, 2),
];

/** The same in SQL. */
export const LITERALS: readonly string[] = [
  ...['NULL', 'TRUE', '0', '1', '-7', '12', '2.5', '-0.0', '1e300', '1e999', '.5', '0xff', '1_000'],
  ...['9223372036854775807', '-9223372036854775808', '9223372036854775808'],
  ...["'x'", "''", "'13'", "'Ä'", "'it''s'", "'a%'", "x''", "x'4142'", "x'00ff'", "CAST(x'61ff62' AS TEXT)"],
];

function always(value: BindableValue): () => BindableValue {
  return () => value;
}

function bytes(values: readonly number[]): () => BindableValue {
  return () => Uint8Array.from(values);
}
