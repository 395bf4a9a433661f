// The message's argument: copied once from the system, its head first where its caller is unknown, and kept until the next one
// is received.

import { HostPointer } from '../externals/addresses';
import { msg_arg_data_copy, msg_arg_data_size } from '../externals/ic0';
import { NOBODY } from '../heap/budget';
import { allocateFor, NO_BLOCK, releaseBlock } from '../heap/heaps';
import { CandidType, MAGIC } from './opcodes';
import {
  fail,
  failed,
  moveMessage,
  offset,
  openMessage,
  readNat32,
  readUnsigned,
  remaining,
  seek,
} from './reader';
import { skipValue } from './skip';
import { readType, readTypeTable } from './type-table';
import { allowWork } from './work';

let message: HostPointer = 0;
/** Bytes of it that were copied. */
let size: u32 = 0;

/** Index of the next argument, and where its type stands. */
let next: u64 = 0;
let count: u64 = 0;
let typeOffset: u32 = 0;
/** Where the types and the values of the arguments begin. */
let typesStart: u32 = 0;
let valuesStart: u32 = 0;

/**
 * What is copied of a message before it is known whose it is: its types, and the archive that it names. The largest types of
 * a method that names one take 300 bytes, and whatever stands before the name is short.
 */
const HEAD_LENGTH: u32 = 2048;
/** Memory that is kept for messages, from the first one on; a larger one has memory of its own until the next. */
const KEPT_LENGTH: u32 = 16384;

let kept: HostPointer = NO_BLOCK;

/** Copies the argument and reads up to its first value. False when there is no memory for it. */
export function receiveMessage(): bool {
  return receive(msg_arg_data_size());
}

/** The same with no more than the message's beginning, behind which reading fails, until {@link receiveRest}. */
export function receiveHead(): bool {
  return receive(min(msg_arg_data_size(), HEAD_LENGTH));
}

/** Copies what {@link receiveHead} left; the reader stays where it is. False when there is no memory for it. */
export function receiveRest(): bool {
  const whole = msg_arg_data_size();
  if (whole === size) return true;
  const copied = size;
  if (whole <= KEPT_LENGTH) {
    msg_arg_data_copy(message + copied, copied, whole - copied);
  } else {
    if (!makeRoom(whole)) return false;
    msg_arg_data_copy(message, 0, whole);
  }
  size = whole;
  moveMessage(message, size);
  allowWork(size);
  return true;
}

function receive(length: u32): bool {
  releaseMessage();
  if (!makeRoom(length)) return false;
  size = length;
  msg_arg_data_copy(message, 0, size);
  openArguments(message, size);
  return true;
}

function makeRoom(length: u32): bool {
  if (length > KEPT_LENGTH) {
    message = allocateFor(NOBODY, length);
    return message !== NO_BLOCK;
  }
  if (kept === NO_BLOCK) kept = allocateFor(NOBODY, KEPT_LENGTH);
  message = kept;
  return message !== NO_BLOCK;
}

/** Gives back what a large message took. */
export function releaseMessage(): void {
  if (message !== kept && message !== NO_BLOCK) releaseBlock(message);
  message = kept;
  size = 0;
}

/** Host address of an offset in the message. */
export function messageAt(at: u32): HostPointer {
  return message + at;
}

/** Reads bytes that lie somewhere, as far as the first value. */
export function openArguments(at: HostPointer, length: u32): void {
  openMessage(at, length);
  allowWork(length);
  if (readNat32() !== MAGIC) fail('the message does not begin with DIDL');
  readTypeTable();
  count = readUnsigned();
  next = 0;
  if (count > <u64>remaining()) fail('there are more arguments than bytes');
  typesStart = offset();
  for (let left = count; left > 0 && !failed(); left--) readType();
  valuesStart = offset();
  typeOffset = typesStart;
}

/** Goes back to the first argument. */
export function rewindArguments(): void {
  next = 0;
  typeOffset = typesStart;
  seek(valuesStart);
}

/** True when a further argument was sent. */
export function hasArgument(): bool {
  return next < count;
}

/** Type of the next argument; the reader stands at its value. Fails when there is none. */
export function nextArgument(): CandidType {
  if (next === count) {
    fail('an argument is missing');
    return 0;
  }
  next++;
  const value = offset();
  seek(typeOffset);
  const type = readType();
  typeOffset = offset();
  seek(value);
  return type;
}

/** Skips arguments that a newer client sends, and refuses bytes behind the last one. */
export function finishArguments(): void {
  while (hasArgument() && !failed()) skipValue(nextArgument());
  if (!failed() && remaining() !== 0) fail('bytes follow the last argument');
}

/** True when a range lies inside the message that is kept. */
export function isInMessage(at: u32, length: u32): bool {
  return at <= size && length <= size - at;
}
