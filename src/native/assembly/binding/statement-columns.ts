// The names of a statement's result columns, and the shape of its rows as objects.

import { HostPointer } from '../externals/addresses';
import { JS_FreeAtom, JS_FreeValue, JSContext, JSValue } from '../externals/quickjs';
import { releaseBlock } from '../heap/heaps';
import {
  COLUMN_ATOMS,
  COLUMN_COUNT,
  OBJECT_ROWS,
  POINTER_SIZE,
  REPREPARES,
  TEMPLATE,
} from './statement-layout';

/** No row became an object yet. */
export const OBJECTS_NONE: u32 = 0;
/** One did, and no template was made for further ones. */
export const OBJECTS_FIRST: u32 = 1;
/** Whether a template can be made is settled. */
export const OBJECTS_SETTLED: u32 = 2;

export function columnCountOf(record: HostPointer): i32 {
  return load<i32>(record + COLUMN_COUNT);
}

export function columnAtomsOf(record: HostPointer): HostPointer {
  return load<u32>(record + COLUMN_ATOMS);
}

export function repreparesOf(record: HostPointer): i32 {
  return load<i32>(record + REPREPARES);
}

export function setColumnAtoms(record: HostPointer, atoms: HostPointer, count: i32, reprepares: i32): void {
  store<u32>(record + COLUMN_ATOMS, atoms);
  store<i32>(record + COLUMN_COUNT, count);
  store<i32>(record + REPREPARES, reprepares);
}

export function objectRowsOf(record: HostPointer): u32 {
  return load<u32>(record + OBJECT_ROWS);
}

export function setObjectRows(record: HostPointer, state: u32): void {
  store<u32>(record + OBJECT_ROWS, state);
}

/** The object whose shape further rows get, or a number. */
export function templateOf(record: HostPointer): JSValue {
  return load<u64>(record + TEMPLATE);
}

/** Takes the template over. */
export function setTemplate(record: HostPointer, template: JSValue): void {
  store<u64>(record + TEMPLATE, template);
}

export function releaseColumnAtoms(context: JSContext, record: HostPointer): void {
  const atoms = columnAtomsOf(record);
  if (atoms === 0) return;
  const count = <u32>columnCountOf(record);
  for (let index: u32 = 0; index < count; index++) {
    JS_FreeAtom(context, load<u32>(atoms + index * POINTER_SIZE));
  }
  releaseBlock(atoms);
  store<u32>(record + COLUMN_ATOMS, 0);
  JS_FreeValue(context, templateOf(record));
  setTemplate(record, 0);
  setObjectRows(record, OBJECTS_NONE);
}
