// Growing buffer for a reply. What does not fit the limit is not written: the caller asks whether anything was lost
// before it replies.

import { HostPointer } from '../externals/addresses';
import { msg_reply, msg_reply_data_append } from '../externals/ic0';
import { NO_BLOCK, releaseBlock, resizeShared } from '../heap/heaps';
import { validPrefix } from './utf8';

const FIRST_CAPACITY: u32 = 4096;
/** Kept from one message to the next; what a larger reply took is given back. */
const KEPT_CAPACITY: u32 = 65536;
const CONTINUES: u32 = 0x80;
/** What the last byte of signed LEB128 holds. */
const LEAST_LAST: i64 = -64;
const MOST_LAST: i64 = 63;
const REPLACEMENT_SIZE: u32 = 3;

/** Why bytes were lost. */
export enum Loss {
  None = 0,
  Limit = 1,
  Memory = 2,
}

let buffer: HostPointer = NO_BLOCK;
let capacity: u32 = 0;
let length: u32 = 0;
let limit: u32 = 0;
let loss: Loss;
/** Bytes that the reply would have had with what was lost first. */
let wanted: u64 = 0;

/** Starts a reply of at most `bytes`. */
export function beginReply(bytes: u32): void {
  length = 0;
  limit = bytes;
  loss = Loss.None;
}

export function replyLoss(): Loss {
  return loss;
}

/** Bytes that the reply had and what did not fit any more. */
export function wantedLength(): u64 {
  return wanted;
}

export function replyLength(): u32 {
  return length;
}

/** Takes back what was written from a position on. */
export function rewind(to: u32): void {
  length = to;
}

/** Takes back what was written from a position on because it did not fit. */
export function recoverAt(to: u32): void {
  loss = Loss.None;
  length = to;
}

/** Lowers the limit, for what is to follow, or raises it again. */
export function limitReply(bytes: u32): void {
  limit = bytes;
}

/** Address of a position that was written, valid until more is. */
export function replyAt(position: u32): HostPointer {
  return buffer + position;
}

/** Sends what was written. */
export function sendReply(): void {
  msg_reply_data_append(buffer, length);
  msg_reply();
  trimReply();
}

/** Gives back what an unusually large reply took. */
export function trimReply(): void {
  length = 0;
  if (capacity <= KEPT_CAPACITY) return;
  releaseBlock(buffer);
  buffer = NO_BLOCK;
  capacity = 0;
}

/** Room for bytes at the end; 0 when they are lost. */
export function claim(count: u32): HostPointer {
  if (loss !== Loss.None) return 0;
  const needed = <u64>length + count;
  if (needed > <u64>limit) {
    wanted = needed;
    return lose(Loss.Limit);
  }
  if (needed > <u64>capacity && !growTo(<u32>needed)) return lose(Loss.Memory);
  const at = buffer + length;
  length += count;
  return at;
}

/** Gives the reply up; answers 0, as {@link claim} then does. */
export function lose(reason: Loss): HostPointer {
  loss = reason;
  return 0;
}

function growTo(needed: u32): bool {
  const next = max<u32>(max<u32>(capacity * 2, needed), FIRST_CAPACITY);
  const grown = resizeShared(buffer, next);
  if (grown === NO_BLOCK) return false;
  buffer = grown;
  capacity = next;
  return true;
}

export function writeByte(byte: u32): void {
  const at = claim(1);
  if (at !== 0) store<u8>(at, byte);
}

export function writeWord(value: u32): void {
  const at = claim(4);
  if (at !== 0) store<u32>(at, value);
}

export function writeLong(value: u64): void {
  const at = claim(8);
  if (at !== 0) store<u64>(at, value);
}

export function writeBytes(source: HostPointer, count: u32): void {
  const at = claim(count);
  if (at !== 0) memory.copy(at, source, count);
}

/** Unsigned LEB128. */
export function writeUnsigned(value: u64): void {
  let rest = value;
  while (rest >= CONTINUES) {
    writeByte(<u32>(rest & 0x7f) | CONTINUES);
    rest >>= 7;
  }
  writeByte(<u32>rest);
}

/** Bytes of a number as unsigned LEB128. */
export function sizeOfUnsigned(value: u32): u32 {
  let size: u32 = 1;
  for (let rest = value; rest >= CONTINUES; rest >>= 7) size++;
  return size;
}

/** Puts unsigned LEB128 into a place that was claimed; the place behind it. */
export function putUnsigned(at: HostPointer, value: u32): HostPointer {
  let rest = value;
  let next = at;
  while (rest >= CONTINUES) {
    store<u8>(next++, (rest & 0x7f) | CONTINUES);
    rest >>= 7;
  }
  store<u8>(next++, rest);
  return next;
}

/** Signed LEB128. */
export function writeSigned(value: i64): void {
  let rest = value;
  while (rest < LEAST_LAST || rest > MOST_LAST) {
    writeByte(<u32>(rest & 0x7f) | CONTINUES);
    rest >>= 7;
  }
  writeByte(<u32>(rest & 0x7f));
}

/** A text; bytes that are not UTF-8 become U+FFFD each, since Candid allows nothing else. */
export function writeText(text: HostPointer, byteLength: u32): void {
  const valid = validPrefix(text, byteLength);
  if (valid === byteLength) {
    writeUnsigned(byteLength);
    writeBytes(text, byteLength);
    return;
  }
  writeUnsigned(repairedLength(text, byteLength));
  writeRepaired(text, byteLength);
}

function repairedLength(text: HostPointer, byteLength: u32): u32 {
  let total: u32 = 0;
  for (let position: u32 = 0; position < byteLength; ) {
    const valid = validPrefix(text + position, byteLength - position);
    position += valid;
    total += valid;
    if (position === byteLength) break;
    position++;
    total += REPLACEMENT_SIZE;
  }
  return total;
}

function writeRepaired(text: HostPointer, byteLength: u32): void {
  for (let position: u32 = 0; position < byteLength; ) {
    const valid = validPrefix(text + position, byteLength - position);
    writeBytes(text + position, valid);
    position += valid;
    if (position === byteLength) break;
    position++;
    writeByte(0xef);
    writeByte(0xbf);
    writeByte(0xbd);
  }
}

/** An ASCII literal as a text. */
export function writeLiteral(text: string): void {
  writeUnsigned(text.length);
  for (let index = 0; index < text.length; index++) writeByte(text.charCodeAt(index));
}
