// One column of a statement's current row as a JavaScript value.

import { EnginePointer, toHost } from '../externals/addresses';
import {
  sqlite3_column_value,
  sqlite3_value_blob,
  sqlite3_value_bytes,
  sqlite3_value_double,
  sqlite3_value_int64,
  sqlite3_value_text,
  sqlite3_value_type,
} from '../externals/engine-statements';
import { JS_NewBigInt64, JSContext, JSValue } from '../externals/quickjs';
import { bytesValue } from '../quickjs/bytes';
import { textValue } from '../quickjs/text';
import { fromF64, fromI64, NULL } from '../quickjs/values';
import { throwOutOfMemory } from './sqlite-errors';

export const TYPE_INTEGER: i32 = 1;
export const TYPE_FLOAT: i32 = 2;
export const TYPE_TEXT: i32 = 3;
export const TYPE_BLOB: i32 = 4;

/** Owned by the caller; the exception marker when it threw. The column is looked up once and then asked as a value. */
export function columnValue(
  context: JSContext,
  statement: EnginePointer,
  column: i32,
  safeIntegers: bool,
): JSValue {
  return engineValue(context, sqlite3_column_value(statement, column), safeIntegers);
}

/** The same for any of the engine's values. */
export function engineValue(context: JSContext, value: EnginePointer, safeIntegers: bool): JSValue {
  switch (sqlite3_value_type(value)) {
    case TYPE_TEXT: {
      const text = sqlite3_value_text(value);
      if (text === 0) return throwOutOfMemory(context);
      return textValue(context, toHost(text), sqlite3_value_bytes(value));
    }
    case TYPE_INTEGER: {
      const integer = sqlite3_value_int64(value);
      return safeIntegers ? JS_NewBigInt64(context, integer) : fromI64(context, integer);
    }
    case TYPE_FLOAT:
      return fromF64(sqlite3_value_double(value));
    case TYPE_BLOB:
      return blobValue(context, value);
    default:
      return NULL;
  }
}

/** A zeroblob is expanded first, which can fail; an empty blob has no address. */
function blobValue(context: JSContext, value: EnginePointer): JSValue {
  const bytes = sqlite3_value_blob(value);
  const length = sqlite3_value_bytes(value);
  if (bytes === 0 && length !== 0) return throwOutOfMemory(context);
  return bytesValue(context, toHost(bytes), length);
}
