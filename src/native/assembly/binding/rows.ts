// Builds JavaScript values from the current row of a statement.

import { EnginePointer, HostPointer, toHost } from '../externals/addresses';
import { sqlite3_free, sqlite3_malloc64 } from '../externals/engine';
import {
  sqlite3_column_blob,
  sqlite3_column_bytes,
  sqlite3_column_count,
  sqlite3_column_double,
  sqlite3_column_int64,
  sqlite3_column_name,
  sqlite3_column_text,
  sqlite3_column_type,
  sqlite3_stmt_status,
} from '../externals/engine-statements';
import {
  JS_DefinePropertyValue,
  JS_FreeValue,
  JS_NewAtomLen,
  JS_NewBigInt64,
  JS_NewObject,
  JSContext,
  JSValue,
  js_create_array,
} from '../externals/quickjs';
import { bytesValue } from '../quickjs/bytes';
import { PROPERTY_PLAIN } from '../quickjs/objects';
import { cStringValue, textValue } from '../quickjs/text';
import { EXCEPTION, fromF64, fromI64, isException, NULL, VALUE_SIZE } from '../quickjs/values';
import { throwOutOfArena } from './sqlite-errors';
import {
  columnAtomsOf,
  columnCountOf,
  MODE_PLUCK,
  MODE_RAW,
  MODE_SAFE_INTEGERS,
  modesOf,
  releaseColumnAtoms,
  repreparesOf,
  setColumnAtoms,
  statementOf,
} from './statement-record';

const TYPE_INTEGER: i32 = 1;
const TYPE_FLOAT: i32 = 2;
const TYPE_TEXT: i32 = 3;
const TYPE_BLOB: i32 = 4;
const STATUS_REPREPARE: i32 = 5;
const ATOM_SIZE: u32 = 4;

/** Rows up to this width are collected in static memory. */
const STATIC_COLUMNS: i32 = 64;
const staticRow: HostPointer = <u32>memory.data(512, 8);

/** The current row in the statement's mode: an object, an array, or the first column's value. */
export function rowValue(context: JSContext, record: HostPointer): JSValue {
  const modes = modesOf(record);
  if (modes & MODE_PLUCK) return columnValue(context, statementOf(record), 0, modes);
  if (modes & MODE_RAW) return arrayRow(context, statementOf(record), modes);
  return objectRow(context, record, modes);
}

function columnValue(context: JSContext, statement: EnginePointer, column: i32, modes: u32): JSValue {
  switch (sqlite3_column_type(statement, column)) {
    case TYPE_TEXT: {
      const text = sqlite3_column_text(statement, column);
      if (text === 0) return throwOutOfArena(context);
      return textValue(context, toHost(text), sqlite3_column_bytes(statement, column));
    }
    case TYPE_INTEGER: {
      const integer = sqlite3_column_int64(statement, column);
      return modes & MODE_SAFE_INTEGERS ? JS_NewBigInt64(context, integer) : fromI64(context, integer);
    }
    case TYPE_FLOAT:
      return fromF64(sqlite3_column_double(statement, column));
    case TYPE_BLOB: {
      const bytes = sqlite3_column_blob(statement, column);
      return bytesValue(context, toHost(bytes), sqlite3_column_bytes(statement, column));
    }
    default:
      return NULL;
  }
}

/** The names of a statement's result columns, as an array. */
export function columnNamesValue(context: JSContext, statement: EnginePointer): JSValue {
  const count = sqlite3_column_count(statement);
  const values = sqlite3_malloc64(<u64>count * VALUE_SIZE);
  if (values === 0) return throwOutOfArena(context);
  for (let column = 0; column < count; column++) {
    const name = cStringValue(context, toHost(sqlite3_column_name(statement, column)));
    store<u64>(toHost(values) + <u32>column * VALUE_SIZE, name);
  }
  const names = js_create_array(context, count, toHost(values));
  freeValues(context, toHost(values), count);
  sqlite3_free(values);
  return names;
}

function arrayRow(context: JSContext, statement: EnginePointer, modes: u32): JSValue {
  const count = sqlite3_column_count(statement);
  if (count <= STATIC_COLUMNS) return collectRow(context, statement, modes, count, staticRow);
  const values = sqlite3_malloc64(<u64>count * VALUE_SIZE);
  if (values === 0) return throwOutOfArena(context);
  const row = collectRow(context, statement, modes, count, toHost(values));
  sqlite3_free(values);
  return row;
}

function collectRow(
  context: JSContext,
  statement: EnginePointer,
  modes: u32,
  count: i32,
  values: HostPointer,
): JSValue {
  let collected = 0;
  let failed = false;
  for (; collected < count; collected++) {
    const value = columnValue(context, statement, collected, modes);
    if (isException(value)) {
      failed = true;
      break;
    }
    store<u64>(values + <u32>collected * VALUE_SIZE, value);
  }
  const row = failed ? EXCEPTION : js_create_array(context, count, values);
  freeValues(context, values, collected);
  return row;
}

export function freeValues(context: JSContext, values: HostPointer, count: i32): void {
  const end = values + <u32>count * VALUE_SIZE;
  for (let value = values; value < end; value += VALUE_SIZE) JS_FreeValue(context, load<u64>(value));
}

function objectRow(context: JSContext, record: HostPointer, modes: u32): JSValue {
  const statement = statementOf(record);
  if (!prepareAtoms(context, record, statement)) return throwOutOfArena(context);
  const count = columnCountOf(record);
  const atoms = columnAtomsOf(record);
  const row = JS_NewObject(context);
  if (isException(row)) return EXCEPTION;
  for (let column = 0; column < count; column++) {
    const value = columnValue(context, statement, column, modes);
    const atom = load<u32>(atoms + <u32>column * ATOM_SIZE);
    if (isException(value) || JS_DefinePropertyValue(context, row, atom, value, PROPERTY_PLAIN) < 0) {
      JS_FreeValue(context, row);
      return EXCEPTION;
    }
  }
  return row;
}

/** Makes the column names' atoms, anew when the engine recompiled the statement after a change of the schema. */
function prepareAtoms(context: JSContext, record: HostPointer, statement: EnginePointer): bool {
  const reprepares = sqlite3_stmt_status(statement, STATUS_REPREPARE, 0);
  if (columnAtomsOf(record) !== 0) {
    if (repreparesOf(record) === reprepares) return true;
    releaseColumnAtoms(context, record);
  }
  const count = sqlite3_column_count(statement);
  const memoryOfEngine = sqlite3_malloc64(<u64>count * ATOM_SIZE);
  if (memoryOfEngine === 0) return false;
  const atoms = toHost(memoryOfEngine);
  for (let column = 0; column < count; column++) {
    store<u32>(atoms + <u32>column * ATOM_SIZE, columnAtom(context, statement, column));
  }
  setColumnAtoms(record, atoms, count, reprepares);
  return true;
}

function columnAtom(context: JSContext, statement: EnginePointer, column: i32): u32 {
  const name = toHost(sqlite3_column_name(statement, column));
  let end = name;
  while (load<u8>(end) !== 0) end++;
  return JS_NewAtomLen(context, name, end - name);
}
