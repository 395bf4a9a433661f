// Skips values that nobody asked for: further arguments, and fields of types that a newer client knows. They are checked
// as if somebody had asked: what is no value of its type makes the message malformed.

import { HostPointer } from '../externals/addresses';
import {
  CandidType,
  fixedSize,
  TYPE_BOOL,
  TYPE_EMPTY,
  TYPE_FUNC,
  TYPE_FUTURE,
  TYPE_INT,
  TYPE_NAT,
  TYPE_OPT,
  TYPE_PRINCIPAL,
  TYPE_RECORD,
  TYPE_SERVICE,
  TYPE_TEXT,
  TYPE_VARIANT,
  TYPE_VEC,
} from './opcodes';
import { fail, failAt, failed, offset, readByte, readUnsigned, remaining, skipNumber, take } from './reader';
import { elementType, kindOf, partId, partsOf, partType } from './type-table';
import { validPrefix } from './utf8';
import { enterValue, spend } from './work';

/** Longest principal in bytes. */
export const LONGEST_PRINCIPAL: u32 = 29;

export function skipValue(type: CandidType, depth: u32 = 0): void {
  if (failed() || !enterValue(depth)) return;
  const kind = kindOf(type);
  const size = fixedSize(kind);
  if (kind === TYPE_BOOL) readFlag('a bool is neither true nor false');
  else if (size >= 0) take(size);
  else if (kind === TYPE_NAT || kind === TYPE_INT) skipNumber();
  else if (kind === TYPE_TEXT) skipText();
  else if (kind === TYPE_PRINCIPAL || kind === TYPE_SERVICE) skipReference();
  else if (kind === TYPE_FUNC) skipFunction();
  else if (kind === TYPE_OPT) skipOptional(type, depth);
  else if (kind === TYPE_VEC) skipVector(type, depth);
  else if (kind === TYPE_RECORD) skipRecord(type, depth);
  else if (kind === TYPE_VARIANT) skipValue(variantCase(type, readUnsigned()), depth + 1);
  else if (kind === TYPE_FUTURE) skipFuture();
  else fail('a value has type empty');
}

function readFlag(otherwise: string): bool {
  const at = offset();
  const flag = readByte();
  if (flag > 1) failAt(otherwise, at);
  return flag === 1;
}

/** A text, which is UTF-8. */
export function skipText(): void {
  const at = offset();
  const length = readUnsigned();
  const text = take(length);
  if (!failed() && validPrefix(text, <u32>length) !== <u32>length) failAt('a text is not UTF-8', at);
}

/** The bytes of a principal or of a service. */
export function skipReference(): void {
  const at = offset();
  if (readByte() !== 1) {
    failAt('opaque references are not supported', at);
    return;
  }
  const length = readUnsigned();
  take(length);
  if (length > LONGEST_PRINCIPAL) failAt('a principal has more than 29 bytes', at);
}

/** A service and the name of one of its methods. */
export function skipFunction(): void {
  const at = offset();
  if (readByte() !== 1) {
    failAt('opaque references are not supported', at);
    return;
  }
  skipReference();
  skipText();
}

/** A value of a type that this version of Candid does not know: its size in bytes and its references come first. */
function skipFuture(): void {
  const size = readUnsigned();
  const references = readUnsigned();
  if (references !== 0) {
    fail('opaque references are not supported');
    return;
  }
  take(size);
}

/** Reads the flag of an opt: true when a value follows. */
export function readPresence(): bool {
  return readFlag('an optional value is neither absent nor present');
}

function skipOptional(type: CandidType, depth: u32): void {
  if (readPresence()) skipValue(elementType(type), depth + 1);
}

function skipVector(type: CandidType, depth: u32): void {
  const element = elementType(type);
  const count = readUnsigned();
  const size = fixedSize(kindOf(element));
  if (size > 0 && kindOf(element) !== TYPE_BOOL) {
    takeElements(count, size);
    return;
  }
  if (size === 0) {
    spend(count);
    return;
  }
  for (let left = count; left > 0 && !failed(); left--) skipValue(element, depth + 1);
}

/** Takes a vector's elements of fixed size, and says where they lie; 0 when there are fewer. */
export function takeElements(count: u64, size: u32): HostPointer {
  if (count <= <u64>remaining()) return take(count * size);
  fail('the message ends too early');
  return 0;
}

function skipRecord(type: CandidType, depth: u32): void {
  const count = partsOf(type);
  for (let index: u32 = 0; index < count && !failed(); index++) skipValue(partType(type, index), depth + 1);
}

let caseId: u32 = 0;

/** Type of a variant's `index`-th case; its id: see chosenCase. */
export function variantCase(type: CandidType, index: u64): CandidType {
  if (failed() || index >= partsOf(type)) {
    fail('a variant has no such case');
    return TYPE_EMPTY;
  }
  caseId = partId(type, <u32>index);
  return partType(type, <u32>index);
}

export function chosenCase(): u32 {
  return caseId;
}
