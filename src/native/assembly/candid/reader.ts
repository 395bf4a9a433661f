// Cursor over a Candid message. It never reads past the message's end: the first thing that is wrong is remembered with
// its offset, and from then on every read answers zero, so that callers check once, at the end of a step.

import { HostPointer } from '../externals/addresses';

/** Longest LEB128 number of 64 bits. */
const LEB_BITS: u32 = 63;
const CONTINUES: u32 = 0x80;
const PAYLOAD: u32 = 0x7f;
const SIGN: u32 = 0x40;
/** Brings the sign of seven bits to the top of 64. */
const SIGN_SHIFT: u32 = 57;

let start: HostPointer = 0;
let cursor: HostPointer = 0;
let end: HostPointer = 0;
let failure: string = '';
let failureOffset: u32 = 0;

export function openMessage(message: HostPointer, length: u32): void {
  start = message;
  cursor = message;
  end = message + length;
  failure = '';
  failureOffset = 0;
}

/** The message lies somewhere else now, or more of it is there; the reader stays at its offset. */
export function moveMessage(message: HostPointer, length: u32): void {
  cursor = message + (cursor - start);
  start = message;
  end = message + length;
}

export function failed(): bool {
  return failure.length !== 0;
}

export function failureText(): string {
  return failure;
}

/** Offset in the message of what is wrong. */
export function failedAt(): u32 {
  return failureOffset;
}

export function fail(reason: string): void {
  failAt(reason, offset());
}

export function failAt(reason: string, at: u32): void {
  if (failed()) return;
  failure = reason;
  failureOffset = at;
  cursor = end;
}

export function offset(): u32 {
  return cursor - start;
}

/** Where an offset of the message lies. */
export function bytesAt(at: u32): HostPointer {
  return start + at;
}

export function seek(to: u32): void {
  if (!failed()) cursor = start + to;
}

export function remaining(): u32 {
  return end - cursor;
}

/** Skips bytes and returns where they lie; 0 past the end. */
export function take(count: u64): HostPointer {
  if (count > <u64>remaining()) {
    fail('the message ends too early');
    return 0;
  }
  const at = cursor;
  cursor += <u32>count;
  return at;
}

export function readByte(): u32 {
  const at = take(1);
  return at === 0 ? 0 : load<u8>(at);
}

export function readNat32(): u32 {
  const at = take(4);
  return at === 0 ? 0 : load<u32>(at);
}

export function readNat64(): u64 {
  const at = take(8);
  return at === 0 ? 0 : load<u64>(at);
}

/** Unsigned LEB128 of at most 64 bits. */
export function readUnsigned(): u64 {
  // Nearly every number of a message is one byte. Behind a failure nothing is left to read.
  if (cursor < end && load<u8>(cursor) < CONTINUES) return load<u8>(cursor++);
  let value: u64 = 0;
  let shift: u32 = 0;
  let byte: u32 = CONTINUES;
  while ((byte & CONTINUES) !== 0) {
    byte = readByte();
    if (shift === LEB_BITS && byte > 1) fail('a number is longer than 64 bits');
    if (failed()) return 0;
    value |= (<u64>(byte & PAYLOAD)) << shift;
    shift += 7;
  }
  return value;
}

/** Signed LEB128 of at most 64 bits. */
export function readSigned(): i64 {
  if (cursor < end && load<u8>(cursor) < CONTINUES) {
    return ((<i64>load<u8>(cursor++)) << SIGN_SHIFT) >> SIGN_SHIFT;
  }
  let value: i64 = 0;
  let shift: u32 = 0;
  let byte: u32 = CONTINUES;
  while ((byte & CONTINUES) !== 0) {
    byte = readByte();
    if (shift === LEB_BITS && byte !== 0 && byte !== PAYLOAD) fail('a number is longer than 64 bits');
    if (failed()) return 0;
    value |= (<i64>(byte & PAYLOAD)) << shift;
    shift += 7;
  }
  return (byte & SIGN) !== 0 && shift < 64 ? value | ((<i64>-1) << shift) : value;
}

/** Skips a LEB128 number of any length, as nat and int have. */
export function skipNumber(): void {
  while (!failed() && (readByte() & CONTINUES) !== 0);
}
