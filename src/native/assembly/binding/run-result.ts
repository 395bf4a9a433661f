// The object that `run` returns.

import { EnginePointer } from '../externals/addresses';
import { sqlite3_last_insert_rowid } from '../externals/engine-statements';
import {
  JS_DefinePropertyValue,
  JS_NewAtomLen,
  JS_NewBigInt64,
  JS_NewObject,
  JSContext,
  JSValue,
} from '../externals/quickjs';
import { literal, messageLength } from '../quickjs/message';
import { PROPERTY_PLAIN } from '../quickjs/objects';
import { EXCEPTION, fromI64, isException } from '../quickjs/values';

let changesAtom: u32 = 0;
let rowidAtom: u32 = 0;

/** Makes the property names once, for as long as the host lives. */
export function prepareRunResults(context: JSContext): void {
  changesAtom = atomOf(context, 'changes');
  rowidAtom = atomOf(context, 'lastInsertRowid');
}

function atomOf(context: JSContext, name: string): u32 {
  const text = literal(name);
  return JS_NewAtomLen(context, text, messageLength());
}

export function runResult(
  context: JSContext,
  connection: EnginePointer,
  changes: i64,
  safeIntegers: bool,
): JSValue {
  const result = JS_NewObject(context);
  if (isException(result)) return EXCEPTION;
  JS_DefinePropertyValue(context, result, changesAtom, fromI64(context, changes), PROPERTY_PLAIN);
  const rowid = sqlite3_last_insert_rowid(connection);
  const value = safeIntegers ? JS_NewBigInt64(context, rowid) : fromI64(context, rowid);
  JS_DefinePropertyValue(context, result, rowidAtom, value, PROPERTY_PLAIN);
  return result;
}
