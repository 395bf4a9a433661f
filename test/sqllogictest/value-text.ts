import type { SqlValue } from '../../src/database';
import type { ColumnType } from './script';

const PRINTABLE = { first: 0x20, last: 0x7e };
const DECIMALS = 3;
/** Digits of a REAL that SQLite prints as text. */
const SIGNIFICANT_DIGITS = 15;
/** Digits of a REAL that SQLite's `%.3f` prints; zeros take the place of the others. */
const PRINTED_DIGITS = 16;

/**
 * A value as a script prints it. Each byte of a text that does not print is an `@`.
 * @param value an INTEGER is a `bigint`, so that 1 and 1.0 can be told apart
 */
export function valueText(value: SqlValue, type: ColumnType): string {
  if (value === null) return 'NULL';
  if (type === 'I') return String(toInteger(value));
  if (type === 'R') return fixed(toReal(value));
  const bytes = toBytes(value);
  if (bytes.length === 0) return '(empty)';
  const printed = bytes.map((byte) => (byte < PRINTABLE.first || byte > PRINTABLE.last ? 0x40 : byte));
  return String.fromCharCode(...printed);
}

/** As `sqlite3_column_int64` converts. */
function toInteger(value: SqlValue): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return BigInt(Math.trunc(value));
  return BigInt(/^\s*[+-]?\d+/.exec(toText(value))?.[0].trim().replace('+', '') ?? 0);
}

/** As `sqlite3_column_double` converts. */
function toReal(value: SqlValue): number {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  return Number(/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?/i.exec(toText(value))?.[0] ?? 0);
}

/** As SQLite's `%.3f` prints. */
function fixed(value: number): string {
  if (!Number.isFinite(value)) return realText(value);
  const [mantissa, exponent] = Math.abs(value)
    .toExponential(PRINTED_DIGITS - 1)
    .split('e') as [string, string];
  const wholeDigits = Number(exponent) + 1;
  if (wholeDigits + DECIMALS <= PRINTED_DIGITS) return value.toFixed(DECIMALS);
  const digits = mantissa.replace('.', '').padEnd(wholeDigits + DECIMALS, '0');
  const decimals = digits.slice(wholeDigits, wholeDigits + DECIMALS);
  return `${value < 0 ? '-' : ''}${digits.slice(0, wholeDigits)}.${decimals}`;
}

function toText(value: SqlValue): string {
  return new TextDecoder().decode(toBytes(value));
}

/** As `sqlite3_column_text` converts. */
function toBytes(value: SqlValue): Uint8Array {
  if (value instanceof Uint8Array) return value;
  return new TextEncoder().encode(typeof value === 'number' ? realText(value) : String(value));
}

function realText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'Inf' : '-Inf';
  const [digits, exponent] = value.toPrecision(SIGNIFICANT_DIGITS).split('e') as [string, string?];
  const mantissa = digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
  const whole = mantissa.includes('.') ? mantissa : `${mantissa}.0`;
  return exponent === undefined ? whole : `${whole}e${exponent}`;
}
