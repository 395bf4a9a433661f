// Rows as objects, with the column names for property names.

import { EnginePointer, HostPointer, toHost } from '../externals/addresses';
import { sqlite3_column_name, sqlite3_stmt_status } from '../externals/engine-statements';
import {
  JS_DefinePropertyValue,
  JS_FreeValue,
  JS_NewAtomLen,
  JS_NewObject,
  JSContext,
  JSValue,
} from '../externals/quickjs';
import { NOBODY } from '../heap/budget';
import { allocateFor, NO_BLOCK } from '../heap/heaps';
import { PROPERTY_PLAIN } from '../quickjs/objects';
import { freeAll, NO_SHAPE, objectOfShape, shapeOf } from '../quickjs/shapes';
import { EXCEPTION, isException, NULL, VALUE_SIZE } from '../quickjs/values';
import { throwOutOfMemory } from './sqlite-errors';
import {
  columnAtomsOf,
  columnCountOf,
  OBJECTS_FIRST,
  OBJECTS_SETTLED,
  objectRowsOf,
  releaseColumnAtoms,
  repreparesOf,
  setColumnAtoms,
  setObjectRows,
  setTemplate,
  templateOf,
} from './statement-columns';
import { statementOf } from './statement-record';

const STATUS_REPREPARE: i32 = 5;
const ATOM_SIZE: u32 = 4;
/** Wider rows are always made by the book: whether their names differ is not worth finding out. */
const MOST_COLUMNS_OF_SHAPE: i32 = 64;

/** A row with the given values, which it takes over. */
export function objectRow(context: JSContext, record: HostPointer, values: HostPointer, count: i32): JSValue {
  if (!prepareAtoms(context, record, count)) {
    freeAll(context, values, count);
    return throwOutOfMemory(context);
  }
  const shape = shapeOf(templateOf(record));
  if (shape !== NO_SHAPE) return objectOfShape(context, shape, values, count);
  prepareTemplate(context, record, count);
  return byTheBook(context, columnAtomsOf(record), values, count);
}

/** Defines the properties one by one; of columns with the same name the last one stays. */
function byTheBook(context: JSContext, atoms: HostPointer, values: HostPointer, count: i32): JSValue {
  const row = JS_NewObject(context);
  if (isException(row)) {
    freeAll(context, values, count);
    return EXCEPTION;
  }
  for (let column: u32 = 0; column < <u32>count; column++) {
    const atom = load<u32>(atoms + column * ATOM_SIZE);
    const value = load<u64>(values + column * VALUE_SIZE);
    if (JS_DefinePropertyValue(context, row, atom, value, PROPERTY_PLAIN) >= 0) continue;
    freeAll(context, values + (column + 1) * VALUE_SIZE, count - column - 1);
    JS_FreeValue(context, row);
    return EXCEPTION;
  }
  return row;
}

/** With the second row: the first pays for nothing that only further ones use. */
function prepareTemplate(context: JSContext, record: HostPointer, count: i32): void {
  const state = objectRowsOf(record);
  if (state === OBJECTS_SETTLED) return;
  if (state === OBJECTS_FIRST) makeTemplate(context, record, count);
  setObjectRows(record, state + 1);
}

/** An object of the row's properties that nobody else has, so that its shape stays as it is. */
function makeTemplate(context: JSContext, record: HostPointer, count: i32): void {
  const atoms = columnAtomsOf(record);
  if (count > MOST_COLUMNS_OF_SHAPE || !areDistinct(atoms, count)) return;
  const template = JS_NewObject(context);
  if (isException(template)) return;
  for (let column: u32 = 0; column < <u32>count; column++) {
    JS_DefinePropertyValue(context, template, load<u32>(atoms + column * ATOM_SIZE), NULL, PROPERTY_PLAIN);
  }
  setTemplate(record, template);
}

function areDistinct(atoms: HostPointer, count: i32): bool {
  for (let column: u32 = 1; column < <u32>count; column++) {
    const atom = load<u32>(atoms + column * ATOM_SIZE);
    for (let before: u32 = 0; before < column; before++) {
      if (load<u32>(atoms + before * ATOM_SIZE) === atom) return false;
    }
  }
  return true;
}

/** Makes the column names' atoms, anew when the engine recompiled the statement after a change of the schema. */
function prepareAtoms(context: JSContext, record: HostPointer, count: i32): bool {
  const statement = statementOf(record);
  const reprepares = sqlite3_stmt_status(statement, STATUS_REPREPARE, 0);
  if (columnAtomsOf(record) !== 0) {
    if (repreparesOf(record) === reprepares && columnCountOf(record) === count) return true;
    releaseColumnAtoms(context, record);
  }
  const atoms = allocateFor(NOBODY, <u32>count * ATOM_SIZE);
  if (atoms === NO_BLOCK) return false;
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
