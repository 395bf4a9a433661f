// Decodes a message's arguments by the types that the canister expects. Subtyping is checked value by value: an argument
// may be of any type whose value is one of the expected type, and an optional one may be missing or of another type.

import { HostPointer } from '../externals/addresses';
import { hasArgument, nextArgument } from './message';
import { CandidType, TYPE_BOOL, TYPE_NAT8, TYPE_OPT, TYPE_PRINCIPAL, TYPE_TEXT, TYPE_VEC } from './opcodes';
import { fail, failAt, failed, offset, readByte, readUnsigned, take } from './reader';
import { LONGEST_PRINCIPAL, readPresence, skipValue } from './skip';
import { elementType, kindOf } from './type-table';
import { validPrefix } from './utf8';

let start: HostPointer = 0;
let length: u32 = 0;

/** Bytes of the text, blob or principal that was read last. */
export function readStart(): HostPointer {
  return start;
}

export function readLength(): u32 {
  return length;
}

/** Fails unless the value at the reader has the expected primitive type. */
export function expectType(type: CandidType, expected: CandidType, message: string): void {
  if (!failed() && kindOf(type) !== expected) fail(message);
}

/** Reads a text of the given type: see readStart and readLength. */
export function readText(type: CandidType): void {
  expectType(type, TYPE_TEXT, 'a text was expected');
  const at = offset();
  takeSized();
  if (!failed() && validPrefix(start, length) !== length) failAt('a text is not UTF-8', at);
}

/** Reads the next argument, an opt text; false when there is none, or one of another type. */
export function readOptionalText(): bool {
  if (!hasArgument()) return false;
  let type = nextArgument();
  if (kindOf(type) === TYPE_OPT) {
    if (!readPresence()) return false;
    type = elementType(type);
  }
  if (kindOf(type) !== TYPE_TEXT) {
    skipValue(type);
    return false;
  }
  readText(type);
  return true;
}

/** Reads a blob: a vector of nat8. */
export function readBlob(type: CandidType): void {
  expectType(type, TYPE_VEC, 'a blob was expected');
  if (failed()) return;
  if (elementType(type) !== TYPE_NAT8) {
    fail('a blob was expected');
    return;
  }
  takeSized();
}

export function readPrincipal(type: CandidType): void {
  expectType(type, TYPE_PRINCIPAL, 'a principal was expected');
  const at = offset();
  if (readByte() !== 1) {
    failAt('opaque references are not supported', at);
    return;
  }
  takeSized();
  if (!failed() && length > LONGEST_PRINCIPAL) failAt('a principal has more than 29 bytes', at);
}

function takeSized(): void {
  const size = readUnsigned();
  start = take(size);
  length = failed() ? 0 : <u32>size;
}

/** Reads a boolean. */
export function readBool(type: CandidType): bool {
  expectType(type, TYPE_BOOL, 'a bool was expected');
  const value = readByte();
  if (value > 1) fail('a bool is neither true nor false');
  return value === 1;
}
