import { trap } from '../engine/trap';
import { position, readByte, readSigned, readUnsigned, seek, skipBytes, skipNumber } from './argument-reader';

// Candid's types as numbers: negative ones name themselves, others index the message's type table.

export type CandidType = i64;

export const TYPE_NULL: CandidType = -1;
const TYPE_BOOL: CandidType = -2;
const TYPE_NAT: CandidType = -3;
const TYPE_INT: CandidType = -4;
const TYPE_NAT8: CandidType = -5;
export const TYPE_NAT16: CandidType = -6;
const TYPE_NAT32: CandidType = -7;
const TYPE_NAT64: CandidType = -8;
const TYPE_INT8: CandidType = -9;
const TYPE_INT16: CandidType = -10;
const TYPE_INT32: CandidType = -11;
const TYPE_INT64: CandidType = -12;
const TYPE_FLOAT32: CandidType = -13;
const TYPE_FLOAT64: CandidType = -14;
const TYPE_TEXT: CandidType = -15;
export const TYPE_RESERVED: CandidType = -16;
export const TYPE_OPT: CandidType = -18;
const TYPE_VEC: CandidType = -19;
export const TYPE_RECORD: CandidType = -20;
const TYPE_VARIANT: CandidType = -21;
const TYPE_FUNC: CandidType = -22;
const TYPE_SERVICE: CandidType = -23;
const TYPE_PRINCIPAL: CandidType = -24;

/** Deeper values than this are no argument anybody means. */
const MAX_DEPTH: u32 = 64;

let tableStart: u32 = 0;
let tableLength: u64 = 0;

/** Passes the type table, so that the types after it can be resolved. */
export function openTypeTable(): void {
  tableLength = readUnsigned();
  tableStart = position();
  for (let n: u64 = 0; n < tableLength; n++) skipDefinition();
}

/** Constructor of a type; for one of the table, the cursor is left behind it, at the definition's body. */
export function kindOf(type: CandidType): CandidType {
  if (type < 0) {
    // Constructors with a body stand in the table only.
    if (type <= TYPE_OPT && type >= TYPE_SERVICE) malformed();
    return type;
  }
  if (<u64>type >= tableLength) malformed();
  seek(tableStart);
  for (let n: i64 = 0; n < type; n++) skipDefinition();
  return readSigned();
}

function skipDefinition(): void {
  const kind = readSigned();
  if (kind === TYPE_OPT || kind === TYPE_VEC) {
    readSigned();
  } else if (kind === TYPE_RECORD || kind === TYPE_VARIANT) {
    for (let n = readUnsigned(); n > 0; n--) {
      skipNumber();
      readSigned();
    }
  } else if (kind === TYPE_FUNC) {
    for (let n = readUnsigned(); n > 0; n--) readSigned();
    for (let n = readUnsigned(); n > 0; n--) readSigned();
    skipBytes(readUnsigned());
  } else if (kind === TYPE_SERVICE) {
    for (let n = readUnsigned(); n > 0; n--) {
      skipBytes(readUnsigned());
      readSigned();
    }
  } else {
    malformed();
  }
}

/** Passes a value. The cursor must be at it, and is behind it afterwards. */
export function skipValue(type: CandidType, depth: u32 = 0): void {
  if (depth > MAX_DEPTH) malformed();
  const value = position();
  const kind = kindOf(type);
  const definition = position();
  seek(value);
  if (kind === TYPE_OPT) {
    if (readByte() !== 0) skipValue(typeAt(definition), depth + 1);
  } else if (kind === TYPE_VEC) {
    skipVector(typeAt(definition), depth);
  } else if (kind === TYPE_RECORD) {
    skipRecord(definition, depth);
  } else if (kind === TYPE_VARIANT) {
    skipVariant(definition, depth);
  } else {
    skipSimple(kind);
  }
}

/** Reads a type at a place of the type table without moving the cursor. */
export function typeAt(place: u32): CandidType {
  const here = position();
  seek(place);
  const type = readSigned();
  seek(here);
  return type;
}

function skipVector(element: CandidType, depth: u32): void {
  for (let n = readUnsigned(); n > 0; n--) {
    const before = position();
    skipValue(element, depth + 1);
    // Elements without bytes could be announced by the billion.
    if (position() === before) return;
  }
}

function skipRecord(definition: u32, depth: u32): void {
  let value = position();
  seek(definition);
  for (let n = readUnsigned(); n > 0; n--) {
    skipNumber();
    const type = readSigned();
    const next = position();
    seek(value);
    skipValue(type, depth + 1);
    value = position();
    seek(next);
  }
  seek(value);
}

function skipVariant(definition: u32, depth: u32): void {
  const chosen = readUnsigned();
  const value = position();
  seek(definition);
  if (chosen >= readUnsigned()) malformed();
  for (let n: u64 = 0; n < chosen; n++) {
    skipNumber();
    readSigned();
  }
  skipNumber();
  const type = readSigned();
  seek(value);
  skipValue(type, depth + 1);
}

function skipSimple(type: CandidType): void {
  if (type === TYPE_NULL || type === TYPE_RESERVED) return;
  if (type === TYPE_NAT || type === TYPE_INT) skipNumber();
  else if (type === TYPE_BOOL || type === TYPE_NAT8 || type === TYPE_INT8) skipBytes(1);
  else if (type === TYPE_NAT16 || type === TYPE_INT16) skipBytes(2);
  else if (type === TYPE_NAT32 || type === TYPE_INT32 || type === TYPE_FLOAT32) skipBytes(4);
  else if (type === TYPE_NAT64 || type === TYPE_INT64 || type === TYPE_FLOAT64) skipBytes(8);
  else if (type === TYPE_TEXT) skipBytes(readUnsigned());
  else if (type === TYPE_PRINCIPAL || type === TYPE_SERVICE) skipReference();
  else if (type === TYPE_FUNC) skipFunction();
  else malformed();
}

function skipReference(): void {
  if (readByte() !== 1) malformed();
  skipBytes(readUnsigned());
}

function skipFunction(): void {
  if (readByte() !== 1) malformed();
  skipReference();
  skipBytes(readUnsigned());
}

function malformed(): void {
  trap('Tabularium: the install argument is malformed Candid');
}
