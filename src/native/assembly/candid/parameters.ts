// SQL parameters in a message: `variant { Null; Integer : int64; Real : float64; Text : text; Blob : blob;
// Named : record { name : text; value : Value } }`, the first five of which are a Value.

import { EnginePointer, HostPointer, toEngine } from '../externals/addresses';
import {
  sqlite3_bind_blob,
  sqlite3_bind_double,
  sqlite3_bind_int64,
  sqlite3_bind_null,
  sqlite3_bind_text,
  sqlite3_bind_zeroblob,
} from '../externals/engine-statements';
import { expectType, readBlob, readLength, readStart, readText } from './arguments';
import { beginFields, FieldWalk, nextField } from './fields';
import { CandidType, TYPE_FLOAT64, TYPE_INT64, TYPE_NULL, TYPE_RECORD, TYPE_VARIANT } from './opcodes';
import { fail, failed, offset, readNat64, readUnsigned, seek } from './reader';
import { chosenCase, skipValue, variantCase } from './skip';
import { kindOf } from './type-table';

// Field ids: hashes of the cases' and fields' names.
const CASE_NAMED: u32 = 699531161;
const CASE_BLOB: u32 = 737307005;
const CASE_NULL: u32 = 870828711;
const CASE_REAL: u32 = 914388862;
const CASE_TEXT: u32 = 936573133;
const CASE_INTEGER: u32 = 3832341918;
const FIELD_VALUE: u32 = 834174833;
const FIELD_NAME: u32 = 1224700491;

/** The message stays where it is while the statement runs. */
const STATIC: u32 = 0;

const walk = changetype<FieldWalk>(memory.data(offsetof<FieldWalk>(), 8));

let name: HostPointer = 0;
let nameLength: u32 = 0;
/** Where the value of the named parameter is, and its type. */
let valueOffset: u32 = 0;
let valueType: CandidType = 0;

/** Name of the parameter that was read last, when it has one. */
export function parameterName(): HostPointer {
  return name;
}

export function parameterNameLength(): u32 {
  return nameLength;
}

/** Reads and checks a parameter; true when it brings its name. */
export function readParameter(type: CandidType): bool {
  if (!failed() && kindOf(type) !== TYPE_VARIANT) fail('a variant was expected');
  const payload = variantCase(type, readUnsigned());
  if (failed()) return false;
  if (chosenCase() !== CASE_NAMED) {
    bindCase(payload, 0, 0);
    return false;
  }
  readNamed(payload);
  return true;
}

/** Binds a positional parameter that was checked before. The engine's result code. */
export function bindParameter(type: CandidType, statement: EnginePointer, index: i32): i32 {
  return bindCase(variantCase(type, readUnsigned()), statement, index);
}

/** Binds the value of the named parameter that was read last, as often as need be. The engine's result code. */
export function bindNamedValue(statement: EnginePointer, index: i32): i32 {
  const back = offset();
  seek(valueOffset);
  const code = bindParameter(valueType, statement, index);
  seek(back);
  return code;
}

function readNamed(type: CandidType): void {
  if (kindOf(type) !== TYPE_RECORD) {
    fail('Named holds a record of name and value');
    return;
  }
  let found = 0;
  beginFields(walk, type);
  while (nextField(walk)) {
    if (walk.id === FIELD_NAME) readName(walk.type);
    else if (walk.id === FIELD_VALUE) readNamedValue(walk.type);
    else skipValue(walk.type);
    if (walk.id === FIELD_NAME || walk.id === FIELD_VALUE) found++;
  }
  if (found !== 2) fail('Named holds a record of name and value');
}

function readName(type: CandidType): void {
  readText(type);
  name = readStart();
  nameLength = readLength();
}

function readNamedValue(type: CandidType): void {
  valueOffset = offset();
  valueType = type;
  if (!failed() && kindOf(type) !== TYPE_VARIANT) fail('a variant was expected');
  const payload = variantCase(type, readUnsigned());
  if (!failed()) bindCase(payload, 0, 0);
}

/** Reads the payload of the case that was chosen and binds it, or only checks it when there is no statement (0). */
function bindCase(payload: CandidType, statement: EnginePointer, index: i32): i32 {
  switch (chosenCase()) {
    case CASE_TEXT:
      readText(payload);
      return statement === 0 ? 0 : bindText(statement, index);
    case CASE_INTEGER: {
      expectType(payload, TYPE_INT64, 'Integer holds an int64');
      const integer = <i64>readNat64();
      return statement === 0 ? 0 : sqlite3_bind_int64(statement, index, integer);
    }
    case CASE_REAL: {
      expectType(payload, TYPE_FLOAT64, 'Real holds a float64');
      const real = reinterpret<f64>(readNat64());
      return statement === 0 ? 0 : sqlite3_bind_double(statement, index, real);
    }
    case CASE_BLOB:
      readBlob(payload);
      return statement === 0 ? 0 : bindBlob(statement, index);
    case CASE_NULL:
      expectType(payload, TYPE_NULL, 'Null holds nothing');
      return statement === 0 ? 0 : sqlite3_bind_null(statement, index);
    default:
      fail('a value is none of Null, Integer, Real, Text and Blob');
      return 0;
  }
}

function bindText(statement: EnginePointer, index: i32): i32 {
  return sqlite3_bind_text(statement, index, toEngine(readStart()), readLength(), STATIC);
}

function bindBlob(statement: EnginePointer, index: i32): i32 {
  if (readLength() === 0) return sqlite3_bind_zeroblob(statement, index, 0);
  return sqlite3_bind_blob(statement, index, toEngine(readStart()), readLength(), STATIC);
}
