// One form for SQL texts that differ only in what does not matter, in one pass over SQLite's tokens.

import { HostPointer } from '../externals/addresses';

/** What does not matter. */
export enum NormalForm {
  /** Also which values a statement names: literals and parameters become `?`, lists of them `?, *`. */
  Statement = 0,
  /** Only how the text is laid out: white space, comments, letter case and quotes around plain names. */
  Layout = 1,
}

const TAB: u32 = 0x09;
const NEWLINE: u32 = 0x0a;
const CARRIAGE_RETURN: u32 = 0x0d;
const SPACE: u32 = 0x20;
const EXCLAMATION: u32 = 0x21;
const DOUBLE_QUOTE: u32 = 0x22;
const HASH: u32 = 0x23;
const DOLLAR: u32 = 0x24;
const QUOTE: u32 = 0x27;
const OPEN: u32 = 0x28;
const CLOSE: u32 = 0x29;
const STAR: u32 = 0x2a;
const PLUS: u32 = 0x2b;
const COMMA: u32 = 0x2c;
const MINUS: u32 = 0x2d;
const DOT: u32 = 0x2e;
const SLASH: u32 = 0x2f;
const COLON: u32 = 0x3a;
const SEMICOLON: u32 = 0x3b;
const LESS: u32 = 0x3c;
const EQUAL: u32 = 0x3d;
const GREATER: u32 = 0x3e;
const QUESTION: u32 = 0x3f;
const AT: u32 = 0x40;
const LETTER_E: u32 = 0x65;
const LETTER_X: u32 = 0x78;
const OPEN_BRACKET: u32 = 0x5b;
const CLOSE_BRACKET: u32 = 0x5d;
const BACKTICK: u32 = 0x60;
const BAR: u32 = 0x7c;
/** Makes an ASCII letter a small one. */
const SMALL: u32 = 0x20;
/** Bytes of `(?)` and `(?, *)`: rows of values, which repeat. */
const SINGLE_ROW: u32 = 3;
const WIDE_ROW: u32 = 6;
/** Each token may get a space before it. */
const GROWTH: u32 = 2;

let end: HostPointer = 0;
let start: HostPointer = 0;
let out: HostPointer = 0;
let form: NormalForm;

/** Bytes that the normal form of a text takes at most. */
export function normalCapacity(length: u32): u32 {
  return length * GROWTH;
}

/** Writes the normal form of a text to `target`, which has {@link normalCapacity}. @returns its length */
export function normalize(text: HostPointer, length: u32, target: HostPointer, what: NormalForm): u32 {
  end = text + length;
  start = target;
  out = target;
  form = what;
  let at = text;
  while (at < end) at = takeToken(at);
  while (out > start && <u32>load<u8>(out - 1) === SEMICOLON) out--;
  return out - start;
}

/** Takes the token that begins at a place, and returns where the next one does. */
function takeToken(at: HostPointer): HostPointer {
  const byte = <u32>load<u8>(at);
  const next = byteAt(at + 1);
  if (isSpace(byte)) return at + 1;
  if (byte === MINUS && next === MINUS) return behindLine(at);
  if (byte === SLASH && next === STAR) return behindComment(at + 2);
  if (byte === QUOTE) return takeValue(at, behindQuoted(at, QUOTE));
  if ((byte | SMALL) === LETTER_X && next === QUOTE) return takeValue(at, behindQuoted(at + 1, QUOTE));
  if (isDigit(byte) || (byte === DOT && isDigit(next))) return takeValue(at, behindNumber(at));
  if (isParameterSign(byte, next)) return takeValue(at, behindWord(at + 1));
  if (byte === DOUBLE_QUOTE || byte === BACKTICK) return takeName(at, behindQuoted(at, byte));
  if (byte === OPEN_BRACKET) return takeName(at, behindQuoted(at, CLOSE_BRACKET));
  if (isWord(byte)) return takeWord(at, behindWord(at));
  return takeSign(at, byte, next);
}

/** A bracket, a comma, an operator. */
function takeSign(from: HostPointer, byte: u32, next: u32): HostPointer {
  const to = from + signLength(from, byte, next);
  const joins = byte === CLOSE || byte === COMMA || byte === DOT || byte === SEMICOLON;
  if (!joins && !(byte === OPEN && endsWithWord())) separate();
  putBytes(from, to);
  if (byte === CLOSE && form === NormalForm.Statement) foldRows();
  return to;
}

/** A literal or a parameter. */
function takeValue(from: HostPointer, to: HostPointer): HostPointer {
  if (form === NormalForm.Layout) {
    separate();
    putBytes(from, to);
  } else if (endsWith(QUESTION, COMMA)) {
    // The second value of a list.
    putByte(SPACE);
    putByte(STAR);
  } else if (endsWith(STAR, COMMA) && isListBefore()) {
    // One more of them.
    out--;
  } else {
    separate();
    putByte(QUESTION);
  }
  return to;
}

/** Whether `?, *,` ends what is written. */
function isListBefore(): bool {
  return out - start >= 5 && <u32>load<u8>(out - 5) === QUESTION && <u32>load<u8>(out - 4) === COMMA;
}

/** A quoted name. */
function takeName(from: HostPointer, to: HostPointer): HostPointer {
  if (form === NormalForm.Layout && isPlain(from + 1, to - 1)) {
    takeWord(from + 1, to - 1);
    return to;
  }
  separate();
  putBytes(from, to);
  return to;
}

function takeWord(from: HostPointer, to: HostPointer): HostPointer {
  separate();
  for (let at = from; at < to; at++) putByte(smallLetter(<u32>load<u8>(at)));
  return to;
}

/** A space before a token, but behind an opening bracket and a dot. */
function separate(): void {
  if (out === start) return;
  const last = <u32>load<u8>(out - 1);
  if (last !== OPEN && last !== DOT) putByte(SPACE);
}

function endsWithWord(): bool {
  if (out === start) return false;
  const last = <u32>load<u8>(out - 1);
  return isWord(last) || last === DOUBLE_QUOTE || last === BACKTICK || last === CLOSE_BRACKET;
}

/** Makes one of two equal rows of values. */
function foldRows(): void {
  foldRowsOf(SINGLE_ROW);
  foldRowsOf(WIDE_ROW);
}

/** `(?), (?)` becomes `(?), *`, and `(?), *, (?)` does too. */
function foldRowsOf(length: u32): void {
  if (!isRow(out - length, length)) return;
  const comma = out - length - 2;
  if (comma <= start || <u32>load<u8>(comma) !== COMMA) return;
  if (isRow(comma - length, length)) {
    out = comma + 2;
    putByte(STAR);
  } else if (<u32>load<u8>(comma - 1) === STAR && isRow(comma - 3 - length, length)) {
    out = comma;
  }
}

function isRow(at: HostPointer, length: u32): bool {
  if (at < start || <u32>load<u8>(at) !== OPEN || <u32>load<u8>(at + 1) !== QUESTION) return false;
  if (<u32>load<u8>(at + length - 1) !== CLOSE) return false;
  return length === SINGLE_ROW || (<u32>load<u8>(at + 2) === COMMA && <u32>load<u8>(at + 4) === STAR);
}

function endsWith(before: u32, last: u32): bool {
  return out - start >= 2 && <u32>load<u8>(out - 1) === last && <u32>load<u8>(out - 2) === before;
}

function putByte(byte: u32): void {
  store<u8>(out++, byte);
}

function putBytes(from: HostPointer, to: HostPointer): void {
  memory.copy(out, from, to - from);
  out += to - from;
}

/** 0 behind the end. */
function byteAt(at: HostPointer): u32 {
  return at < end ? <u32>load<u8>(at) : 0;
}

function behindLine(from: HostPointer): HostPointer {
  let at = from;
  while (at < end && <u32>load<u8>(at) !== NEWLINE) at++;
  return at;
}

function behindComment(from: HostPointer): HostPointer {
  let at = from;
  while (at < end && !(<u32>load<u8>(at) === STAR && byteAt(at + 1) === SLASH)) at++;
  return min(at + 2, end);
}

/** Behind the quote that ends a text; twice the same is part of it, but for a bracket. */
function behindQuoted(from: HostPointer, quote: u32): HostPointer {
  let at = from + 1;
  while (at < end) {
    if (<u32>load<u8>(at) === quote) {
      if (quote === CLOSE_BRACKET || byteAt(at + 1) !== quote) return at + 1;
      at++;
    }
    at++;
  }
  return end;
}

/** Hexadecimal digits, digits in groups, a fraction and an exponent with its sign are all part of a number. */
function behindNumber(from: HostPointer): HostPointer {
  let at = from;
  while (at < end) {
    const byte = <u32>load<u8>(at);
    const isHexadecimal = (byteAt(from + 1) | SMALL) === LETTER_X;
    if ((byte === PLUS || byte === MINUS) && (isHexadecimal || (<u32>load<u8>(at - 1) | SMALL) !== LETTER_E))
      break;
    if (!isWord(byte) && byte !== DOT && byte !== PLUS && byte !== MINUS) break;
    at++;
  }
  return at;
}

function behindWord(from: HostPointer): HostPointer {
  let at = from;
  while (at < end && isWord(<u32>load<u8>(at))) at++;
  return at;
}

/** `?`, or what stands before a parameter's name. */
function isParameterSign(byte: u32, next: u32): bool {
  if (byte === QUESTION) return true;
  return (byte === COLON || byte === AT || byte === HASH || byte === DOLLAR) && isWord(next);
}

function isSpace(byte: u32): bool {
  return byte === SPACE || (byte >= TAB && byte <= CARRIAGE_RETURN);
}

function isDigit(byte: u32): bool {
  return byte >= 0x30 && byte <= 0x39;
}

/** Bytes of the operator that begins at a place; 1 for any other sign. */
function signLength(at: HostPointer, byte: u32, next: u32): u32 {
  if (byte === MINUS && next === GREATER) return byteAt(at + 2) === GREATER ? 3 : 2;
  if (byte === LESS && (next === EQUAL || next === GREATER || next === LESS)) return 2;
  if (byte === GREATER && (next === EQUAL || next === GREATER)) return 2;
  if ((byte === EQUAL || byte === EXCLAMATION) && next === EQUAL) return 2;
  return byte === BAR && next === BAR ? 2 : 1;
}

/** Letters, digits, the underscore, the dollar sign and everything beyond ASCII. */
function isWord(byte: u32): bool {
  const letter = byte | SMALL;
  return (
    (letter >= 0x61 && letter <= 0x7a) || isDigit(byte) || byte === 0x5f || byte === DOLLAR || byte >= 0x80
  );
}

/** Whether a quoted name would be the same without its quotes. */
function isPlain(from: HostPointer, to: HostPointer): bool {
  if (from >= to || isDigit(<u32>load<u8>(from))) return false;
  for (let at = from; at < to; at++) {
    if (!isWord(<u32>load<u8>(at)) || <u32>load<u8>(at) === DOLLAR) return false;
  }
  return true;
}

function smallLetter(byte: u32): u32 {
  return byte >= 0x41 && byte <= 0x5a ? byte + SMALL : byte;
}
