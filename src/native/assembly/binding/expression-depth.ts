// How deep the expressions of an SQL text can be. The engine is built without a limit of its own on chains of operators,
// `1 + 1 + ...`, which it compiles by recursion on its C stack; its parser bounds parentheses. An operator is counted for
// the expression that it stands in and for those inside of its parentheses; a comma begins another one.

import { HostPointer } from '../externals/addresses';

/** What is said of an expression that {@link isTooDeep}. */
export const TOO_DEEP: string =
  'An expression has more than 1000 operators; split it, or put its values into a table';
/** What is said of SQL that fills the C stack. */
export const NESTED_TOO_DEEP: string =
  'Views, triggers, cascades or subqueries are nested too deeply in one another; use fewer levels, or keep a part in a table';

/** SQLite's own default for the depth of an expression. The C stack has room for three times as many. */
const MOST_OPERATORS: u32 = 1000;
/** Nested parentheses that are told apart; deeper ones count for the last. */
const LEVELS: u32 = 256;

const WORD_SIZE: u32 = 4;
const LOWER_CASE: u32 = 0x20;
/** Bytes of the longest operator that is a word: `notnull`. */
const LONGEST_WORD: u32 = 7;

/** Operators at each level of parentheses since its last comma. */
const counts: HostPointer = <u32>memory.data(1024, 4);

let level: u32 = 0;
let total: u32 = 0;

/** Whether an expression of the text has more operators than may be. */
export function isTooDeep(sql: HostPointer, length: u32): bool {
  const end = sql + length;
  level = 0;
  total = 0;
  store<u32>(counts, 0);
  let at = sql;
  while (at < end && total <= MOST_OPERATORS) {
    const byte = load<u8>(at);
    const next: u32 = at + 1 < end ? load<u8>(at + 1) : 0;
    if (isWordByte(byte)) {
      const start = at;
      while (at < end && isWordByte(load<u8>(at))) at++;
      if (isOperatorWord(start, at - start)) count();
    } else if (byte === 0x27 || byte === 0x22 || byte === 0x60) {
      at = behind(at + 1, end, byte);
    } else if (byte === 0x5b) {
      at = behind(at + 1, end, 0x5d);
    } else if (byte === 0x2d && next === 0x2d) {
      at = behind(at + 2, end, 0x0a);
    } else if (byte === 0x2f && next === 0x2a) {
      at = behindComment(at + 2, end);
    } else {
      takeSign(byte);
      at++;
    }
  }
  return total > MOST_OPERATORS;
}

function takeSign(byte: u32): void {
  switch (byte) {
    case 0x28: // (
      enter();
      return;
    case 0x29: // )
      leave();
      return;
    case 0x2c: // ,
    case 0x3b: // ;
      forget();
      return;
    case 0x21: // !
    case 0x25: // %
    case 0x26: // &
    case 0x2a: // *
    case 0x2b: // +
    case 0x2d: // -
    case 0x2f: // /
    case 0x3c: // <
    case 0x3d: // =
    case 0x3e: // >
    case 0x7c: // |
    case 0x7e: // ~
      count();
      return;
    default:
  }
}

function slot(): HostPointer {
  return counts + min<u32>(level, LEVELS - 1) * WORD_SIZE;
}

function count(): void {
  store<u32>(slot(), load<u32>(slot()) + 1);
  total++;
}

function enter(): void {
  level++;
  if (level < LEVELS) store<u32>(slot(), 0);
}

function leave(): void {
  if (level === 0) return;
  if (level < LEVELS) forget();
  level--;
}

function forget(): void {
  total -= load<u32>(slot());
  store<u32>(slot(), 0);
}

function behind(from: HostPointer, end: HostPointer, last: u32): HostPointer {
  let at = from;
  while (at < end && load<u8>(at) !== last) at++;
  return at + 1;
}

function behindComment(from: HostPointer, end: HostPointer): HostPointer {
  let at = from;
  while (at + 1 < end && !(load<u8>(at) === 0x2a && load<u8>(at + 1) === 0x2f)) at++;
  return at + 2;
}

function isWordByte(byte: u32): bool {
  const letter = byte | LOWER_CASE;
  return (
    (letter >= 0x61 && letter <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x5f || byte >= 0x80
  );
}

function isOperatorWord(word: HostPointer, length: u32): bool {
  if (length < 2 || length > LONGEST_WORD) return false;
  return (
    is(word, length, 'and') ||
    is(word, length, 'or') ||
    is(word, length, 'not') ||
    is(word, length, 'is') ||
    is(word, length, 'in') ||
    is(word, length, 'like') ||
    is(word, length, 'glob') ||
    is(word, length, 'match') ||
    is(word, length, 'regexp') ||
    is(word, length, 'between') ||
    is(word, length, 'collate') ||
    is(word, length, 'isnull') ||
    is(word, length, 'notnull')
  );
}

function is(word: HostPointer, length: u32, expected: string): bool {
  if (length !== <u32>expected.length) return false;
  for (let index: u32 = 0; index < length; index++) {
    if ((load<u8>(word + index) | LOWER_CASE) !== <u32>expected.charCodeAt(index)) return false;
  }
  return true;
}
