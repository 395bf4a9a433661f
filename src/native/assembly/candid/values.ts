// SQL values in a message: `variant { Null; Integer : int64; Real : float64; Text : text; Blob : blob }`.

import { EnginePointer, toEngine } from '../externals/addresses';
import {
  sqlite3_bind_blob,
  sqlite3_bind_double,
  sqlite3_bind_int64,
  sqlite3_bind_null,
  sqlite3_bind_text,
  sqlite3_bind_zeroblob,
} from '../externals/engine-statements';
import { expectType, readBlob, readLength, readStart, readText } from './arguments';
import { CandidType, TYPE_FLOAT64, TYPE_INT64, TYPE_NULL, TYPE_VARIANT } from './opcodes';
import { fail, failed, readNat64, readUnsigned } from './reader';
import { chosenCase, variantCase } from './skip';
import { kindOf } from './type-table';

// Field ids: hashes of the cases' names.
const CASE_BLOB: u32 = 737307005;
const CASE_NULL: u32 = 870828711;
const CASE_REAL: u32 = 914388862;
const CASE_TEXT: u32 = 936573133;
const CASE_INTEGER: u32 = 3832341918;

/** The message stays where it is while the statement runs. */
const STATIC: u32 = 0;

/** Reads one value of the given type and binds it, or only checks it when there is no statement (0). */
export function readValue(type: CandidType, statement: EnginePointer, index: i32): i32 {
  if (!failed() && kindOf(type) !== TYPE_VARIANT) fail('a variant was expected');
  const payload = variantCase(type, readUnsigned());
  if (failed()) return 0;
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
