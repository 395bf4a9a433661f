// The current row of a statement as a JavaScript value.

import { trapWithNumber } from '../engine/trap';
import { EnginePointer, HostPointer, toHost } from '../externals/addresses';
import { ROW_VALUES } from '../externals/cold-places';
import { sqlite3_column_count, sqlite3_column_name } from '../externals/engine-statements';
import { JSContext, JSValue } from '../externals/quickjs';
import { arrayOf, freeAll } from '../quickjs/shapes';
import { cStringValue } from '../quickjs/text';
import { EXCEPTION, isException, VALUE_SIZE } from '../quickjs/values';
import { columnValue } from './column-value';
import { objectRow } from './object-rows';
import { MODE_PLUCK, MODE_RAW, MODE_SAFE_INTEGERS, modesOf, statementOf } from './statement-record';

/** SQLITE_MAX_COLUMN of the engine. */
const MOST_COLUMNS: i32 = 2000;
/** One row's values while it is put together. Nothing that runs meanwhile can start another row. */
const values: HostPointer = ROW_VALUES;

/** The row in the statement's mode: an object, an array, or the first column's value. */
export function rowValue(context: JSContext, record: HostPointer): JSValue {
  const modes = modesOf(record);
  const statement = statementOf(record);
  const safeIntegers = (modes & MODE_SAFE_INTEGERS) !== 0;
  if (modes & MODE_PLUCK) return columnValue(context, statement, 0, safeIntegers);
  const count = sqlite3_column_count(statement);
  if (!collect(context, statement, count, safeIntegers)) return EXCEPTION;
  if (modes & MODE_RAW) return arrayOf(context, values, count);
  return objectRow(context, record, values, count);
}

/** Fills the values; false when it threw, and then none is left. */
function collect(context: JSContext, statement: EnginePointer, count: i32, safeIntegers: bool): bool {
  requireRoom(count);
  for (let column = 0; column < count; column++) {
    const value = columnValue(context, statement, column, safeIntegers);
    if (isException(value)) {
      freeAll(context, values, column);
      return false;
    }
    store<u64>(values + <u32>column * VALUE_SIZE, value);
  }
  return true;
}

/** The names of a statement's result columns, as an array. */
export function columnNamesValue(context: JSContext, statement: EnginePointer): JSValue {
  const count = sqlite3_column_count(statement);
  requireRoom(count);
  for (let column = 0; column < count; column++) {
    const name = cStringValue(context, toHost(sqlite3_column_name(statement, column)));
    store<u64>(values + <u32>column * VALUE_SIZE, name);
  }
  return arrayOf(context, values, count);
}

function requireRoom(count: i32): void {
  if (count > MOST_COLUMNS)
    trapWithNumber('Tabularium: a row has more columns than the engine allows: ', count, '');
}
