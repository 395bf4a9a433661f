import { trap } from '../engine/trap';
import { msg_arg_data_copy, msg_arg_data_size } from '../externals/ic0';
import { SCRATCH_LENGTH, scratch } from './scratch';

// Cursor over the head of the message's Candid argument. It knows bytes and numbers; types and values are its callers'.

const CONTINUATION: u8 = 0x80;
const PAYLOAD: u8 = 0x7f;
const SIGN: u8 = 0x40;
const NUMBER_BITS: u32 = 64;

let cursor: u32 = 0;
let end: u32 = 0;

/** Loads the argument and returns its length in bytes. */
export function openArgument(): u32 {
  const size = msg_arg_data_size();
  cursor = 0;
  end = min(size, SCRATCH_LENGTH);
  msg_arg_data_copy(scratch, 0, end);
  return size;
}

export function position(): u32 {
  return cursor;
}

export function seek(to: u32): void {
  cursor = to;
}

export function skipBytes(count: u64): void {
  if (count > end - cursor) {
    trap(
      'Tabularium: the install argument is malformed, or its bucket_size_in_pages lies beyond the first 32 KiB',
    );
  }
  cursor += <u32>count;
}

export function readByte(): u32 {
  const at = cursor;
  skipBytes(1);
  return load<u8>(scratch + at);
}

export function readNat16(): u32 {
  const at = cursor;
  skipBytes(2);
  return load<u16>(scratch + at);
}

export function readNat32(): u32 {
  const at = cursor;
  skipBytes(4);
  return load<u32>(scratch + at);
}

/** LEB128 number that fits 64 bits. */
export function readUnsigned(): u64 {
  let value: u64 = 0;
  let shift: u32 = 0;
  let byte: u8;
  do {
    if (shift >= NUMBER_BITS) trap('Tabularium: the install argument is malformed: a number is too long');
    byte = <u8>readByte();
    value |= (<u64>(byte & PAYLOAD)) << shift;
    shift += 7;
  } while (byte & CONTINUATION);
  return value;
}

/** Signed LEB128 number that fits 64 bits. */
export function readSigned(): i64 {
  let value: i64 = 0;
  let shift: u32 = 0;
  let byte: u8;
  do {
    if (shift >= NUMBER_BITS) trap('Tabularium: the install argument is malformed: a number is too long');
    byte = <u8>readByte();
    value |= (<i64>(byte & PAYLOAD)) << shift;
    shift += 7;
  } while (byte & CONTINUATION);
  return byte & SIGN && shift < NUMBER_BITS ? value | ((<i64>-1) << shift) : value;
}

/** Passes a LEB128 number of any length. */
export function skipNumber(): void {
  while (readByte() & CONTINUATION) {}
}
