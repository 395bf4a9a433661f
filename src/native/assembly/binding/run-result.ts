// The object that `run` returns.

import { EnginePointer, HostPointer } from '../externals/addresses';
import { sqlite3_last_insert_rowid } from '../externals/engine-statements';
import { JS_NewBigInt64, JS_NewObject, JSContext, JSValue } from '../externals/quickjs';
import { defineValue } from '../quickjs/objects';
import { NO_SHAPE, objectOfShape, Shape, shapeOf } from '../quickjs/shapes';
import { FALSE, fromI64, VALUE_SIZE } from '../quickjs/values';

const PROPERTIES: u32 = 2;
const values: HostPointer = <u32>memory.data(16, 8);

/** Kept for its shape. */
let template: JSValue = 0;
let shape: Shape = NO_SHAPE;

/** Makes the template once, for as long as the host lives. */
export function prepareRunResults(context: JSContext): void {
  template = byTheBook(context, FALSE, FALSE);
  shape = shapeOf(template);
}

export function runResult(
  context: JSContext,
  connection: EnginePointer,
  changes: i64,
  safeIntegers: bool,
): JSValue {
  const rowid = sqlite3_last_insert_rowid(connection);
  const changesValue = fromI64(context, changes);
  const rowidValue = safeIntegers ? JS_NewBigInt64(context, rowid) : fromI64(context, rowid);
  if (shape === NO_SHAPE) return byTheBook(context, changesValue, rowidValue);
  store<u64>(values, changesValue);
  store<u64>(values + VALUE_SIZE, rowidValue);
  return objectOfShape(context, shape, values, PROPERTIES);
}

/** Takes the values over. */
function byTheBook(context: JSContext, changes: JSValue, lastInsertRowid: JSValue): JSValue {
  const result = JS_NewObject(context);
  defineValue(context, result, 'changes', changes);
  defineValue(context, result, 'lastInsertRowid', lastInsertRowid);
  return result;
}
