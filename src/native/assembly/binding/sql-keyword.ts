// Reads the first keyword of an SQL text, as SQLite's tokenizer would.

import { HostPointer } from '../externals/addresses';

const TAB: u32 = 0x09;
const NEWLINE: u32 = 0x0a;
const FORM_FEED: u32 = 0x0c;
const CARRIAGE_RETURN: u32 = 0x0d;
const SPACE: u32 = 0x20;
const STAR: u32 = 0x2a;
const DASH: u32 = 0x2d;
const SLASH: u32 = 0x2f;
const SEMICOLON: u32 = 0x3b;
const LOWER_CASE: u32 = 0x20;
const KEYWORD: string = 'vacuum';

let end: HostPointer = 0;

/** Whether the text's first statement is a VACUUM. */
export function beginsWithVacuum(sql: HostPointer, length: u32): bool {
  end = sql + length;
  const start = skipToKeyword(sql);
  if (start + <u32>KEYWORD.length > end) return false;
  for (let index = 0; index < KEYWORD.length; index++) {
    if ((load<u8>(start + <u32>index) | LOWER_CASE) !== <u32>KEYWORD.charCodeAt(index)) return false;
  }
  return !isWordByte(byteAt(start + <u32>KEYWORD.length));
}

/** Behind white space, comments and empty statements. */
function skipToKeyword(sql: HostPointer): HostPointer {
  let at = sql;
  while (at < end) {
    const byte = byteAt(at);
    if (isSpace(byte) || byte === SEMICOLON) at++;
    else if (byte === DASH && byteAt(at + 1) === DASH) at = behindLine(at);
    else if (byte === SLASH && byteAt(at + 1) === STAR) at = behindComment(at + 2);
    else break;
  }
  return at;
}

function behindLine(from: HostPointer): HostPointer {
  let at = from;
  while (at < end && byteAt(at) !== NEWLINE) at++;
  return at;
}

function behindComment(from: HostPointer): HostPointer {
  let at = from;
  while (at < end && !(byteAt(at) === STAR && byteAt(at + 1) === SLASH)) at++;
  return at + 2;
}

/** 0 behind the end. */
function byteAt(at: HostPointer): u32 {
  return at < end ? load<u8>(at) : 0;
}

function isSpace(byte: u32): bool {
  return byte === SPACE || byte === TAB || byte === NEWLINE || byte === FORM_FEED || byte === CARRIAGE_RETURN;
}

/** Letters, digits, the underscore, the dollar sign and everything beyond ASCII. */
function isWordByte(byte: u32): bool {
  const letter = byte | LOWER_CASE;
  return (
    (letter >= 0x61 && letter <= 0x7a) ||
    (byte >= 0x30 && byte <= 0x39) ||
    byte === 0x5f ||
    byte === 0x24 ||
    byte >= 0x80
  );
}
