// Builds one text at a time in a fixed buffer: the messages of errors, and names handed to C functions.

import { HostPointer } from '../externals/addresses';

const CAPACITY: u32 = 2048;
const REPLACEMENT: u32 = 0x3f; // '?': literals in native code are ASCII
const buffer: HostPointer = <u32>memory.data(2049);
const digits: HostPointer = <u32>memory.data(20);

let length: u32 = 0;

export function beginMessage(): void {
  length = 0;
}

function putByte(byte: u32): void {
  if (length === CAPACITY) return;
  store<u8>(buffer + length, byte);
  length += 1;
}

/** Appends a literal of native code. */
export function putLiteral(text: string): void {
  for (let index = 0; index < text.length; index++) {
    const unit = <u32>text.charCodeAt(index);
    putByte(unit < 0x80 ? unit : REPLACEMENT);
  }
}

/** Appends UTF-8 up to its NUL; what does not fit is cut at a character's boundary. */
export function putCString(text: HostPointer): void {
  let end = text;
  while (load<u8>(end) !== 0) end++;
  putBytes(text, end - text);
}

export function putBytes(text: HostPointer, byteLength: u32): void {
  let fitting = min(byteLength, CAPACITY - length);
  if (fitting < byteLength) while (fitting > 0 && isContinuation(load<u8>(text + fitting))) fitting--;
  memory.copy(buffer + length, text, fitting);
  length += fitting;
}

function isContinuation(byte: u32): bool {
  return (byte & 0xc0) === 0x80;
}

export function putInteger(value: i64): void {
  let rest = value < 0 ? <u64>-value : <u64>value;
  let start: u32 = 20;
  do {
    start--;
    store<u8>(digits + start, 0x30 + <u32>(rest % 10));
    rest /= 10;
  } while (rest !== 0);
  if (value < 0) putByte(0x2d);
  putBytes(digits + start, 20 - start);
}

/** The text, NUL-terminated, valid until the next beginMessage. */
export function endMessage(): HostPointer {
  store<u8>(buffer + length, 0);
  return buffer;
}

export function messageLength(): u32 {
  return length;
}

/** A literal as a C string. */
export function literal(text: string): HostPointer {
  beginMessage();
  putLiteral(text);
  return endMessage();
}
