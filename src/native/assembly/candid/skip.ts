// Skips values that nobody asked for: further arguments, and fields of types that a newer client knows. What it may cost
// is bounded by the message's size, since values of size zero could otherwise stand for any amount of work.

import {
  CandidType,
  fixedSize,
  TYPE_FUNC,
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
import {
  fail,
  failed,
  offset,
  readByte,
  readSigned,
  readUnsigned,
  remaining,
  seek,
  skipNumber,
  take,
} from './reader';
import { elementType, kindOf, openEntry, readType } from './type-table';

const DEEPEST: u32 = 64;
const WORK_PER_BYTE: u64 = 2;
const FREE_WORK: u64 = 1000;

let work: u64 = 0;

/** Allows as much skipping as the rest of the message can justify. Called once a message. */
export function allowSkipping(): void {
  work = <u64>remaining() * WORK_PER_BYTE + FREE_WORK;
}

export function skipValue(type: CandidType, depth: u32 = 0): void {
  if (failed()) return;
  if (depth > DEEPEST) {
    fail('values are nested too deeply');
    return;
  }
  if (work === 0) {
    fail('the message describes more values than its size justifies');
    return;
  }
  work--;
  const kind = kindOf(type);
  const size = fixedSize(kind);
  if (size >= 0) take(size);
  else if (kind === TYPE_NAT || kind === TYPE_INT) skipNumber();
  else if (kind === TYPE_TEXT) take(readUnsigned());
  else if (kind === TYPE_PRINCIPAL || kind === TYPE_SERVICE) skipReference();
  else if (kind === TYPE_FUNC) skipFunction();
  else if (kind === TYPE_OPT) skipOptional(type, depth);
  else if (kind === TYPE_VEC) skipVector(type, depth);
  else if (kind === TYPE_RECORD) skipRecord(type, depth);
  else if (kind === TYPE_VARIANT) skipVariant(type, depth);
  else if (kind < TYPE_PRINCIPAL) skipFuture();
  else fail('a value has type empty');
}

function skipReference(): void {
  if (readByte() !== 1) {
    fail('opaque references are not supported');
    return;
  }
  take(readUnsigned());
}

function skipFunction(): void {
  if (readByte() !== 1) {
    fail('opaque references are not supported');
    return;
  }
  skipReference();
  take(readUnsigned());
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
  const flag = readByte();
  if (flag > 1) fail('an optional value is neither absent nor present');
  return flag === 1;
}

function skipOptional(type: CandidType, depth: u32): void {
  if (readPresence()) skipValue(elementType(type), depth + 1);
}

function skipVector(type: CandidType, depth: u32): void {
  const element = elementType(type);
  const count = readUnsigned();
  const size = fixedSize(kindOf(element));
  if (size >= 0) {
    skipFixed(count, size);
    return;
  }
  for (let left = count; left > 0 && !failed(); left--) skipValue(element, depth + 1);
}

function skipFixed(count: u64, size: i32): void {
  if (size === 0) return;
  if (count > <u64>remaining()) {
    fail('the message ends too early');
    return;
  }
  take(count * size);
}

function skipRecord(type: CandidType, depth: u32): void {
  const back = offset();
  openEntry(type);
  readSigned();
  let left = readUnsigned();
  let entry = offset();
  seek(back);
  for (; left > 0 && !failed(); left--) {
    const value = offset();
    seek(entry);
    readUnsigned();
    const field = readType();
    entry = offset();
    seek(value);
    skipValue(field, depth + 1);
  }
}

function skipVariant(type: CandidType, depth: u32): void {
  const index = readUnsigned();
  const chosen = variantCase(type, index);
  skipValue(chosen, depth + 1);
}

let caseId: u32 = 0;

/** Type of a variant's `index`-th case; its id: see chosenCase. */
export function variantCase(type: CandidType, index: u64): CandidType {
  const back = offset();
  openEntry(type);
  readSigned();
  const count = readUnsigned();
  if (index >= count) {
    seek(back);
    fail('a variant has no such case');
    return 0;
  }
  for (let left = index; left > 0; left--) {
    readUnsigned();
    readSigned();
  }
  caseId = <u32>readUnsigned();
  const payload = readType();
  seek(back);
  return payload;
}

export function chosenCase(): u32 {
  return caseId;
}
