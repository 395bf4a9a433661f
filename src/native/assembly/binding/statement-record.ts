// What native code keeps of a prepared statement. The JavaScript object holds the record's address; the record lives
// in the engine's arena until that object is collected, also when the statement itself was finalized before.
//
// offset  size  field
//      0     4  engine's statement, 0 once finalized
//      4     4  connection record, 0 once the connection is closed
//      8     4  next record of the connection
//     12     4  previous record of the connection
//     16     4  state
//     20     4  modes
//     24     4  number of parameters
//     28     4  number of result columns, when the atoms were made
//     32     4  atoms of the column names, 0 until the first row becomes an object
//     36     4  engine's count of recompilations, when the atoms were made
//     40     4  1 when the statement cannot write
//     44     4  how its parameters are named
//     48     4  number of lent strings
//     52     4  how far rows as objects have got
//     56     8  template of rows as objects, or a number when there is none
//     64   4 n  lent strings, at most one a parameter

import { EnginePointer, HostPointer, toEngine, toHost } from '../externals/addresses';
import { sqlite3_free, sqlite3_malloc64 } from '../externals/engine';
import { sqlite3_finalize } from '../externals/engine-statements';
import { JS_FreeAtom, JS_FreeCString, JS_FreeValue, JSContext, JSValue } from '../externals/quickjs';

const STATEMENT: u32 = 0;
const CONNECTION: u32 = 4;
const NEXT: u32 = 8;
const PREVIOUS: u32 = 12;
const STATE: u32 = 16;
const MODES: u32 = 20;
const PARAMETER_COUNT: u32 = 24;
const COLUMN_COUNT: u32 = 28;
const COLUMN_ATOMS: u32 = 32;
const REPREPARES: u32 = 36;
const READONLY: u32 = 40;
const NAMING: u32 = 44;
const LENT_COUNT: u32 = 48;
const OBJECT_ROWS: u32 = 52;
const TEMPLATE: u32 = 56;
const LENT: u32 = 64;
const POINTER_SIZE: u32 = 4;

/** Nothing under way. */
export const IDLE: u32 = 0;
/** Between start and the end of an iteration. */
export const ITERATING: u32 = 1;
/** Inside a call: binding (which may run a getter) or stepping. */
export const RUNNING: u32 = 2;

export const MODE_RAW: u32 = 1;
export const MODE_PLUCK: u32 = 2;
export const MODE_SAFE_INTEGERS: u32 = 4;

/** All parameters are bare `?`. */
export const NAMING_NONE: u32 = 0;
/** Some are `?NNN`, none has letters. */
export const NAMING_NUMBERS: u32 = 1;
/** Some are `:a`, `@a` or `$a`. */
export const NAMING_LETTERS: u32 = 2;

/** No row became an object yet. */
export const OBJECTS_NONE: u32 = 0;
/** One did, and no template was made for further ones. */
export const OBJECTS_FIRST: u32 = 1;
/** Whether a template can be made is settled. */
export const OBJECTS_SETTLED: u32 = 2;

/** 0 when the arena is full. */
export function createStatementRecord(
  statement: EnginePointer,
  parameterCount: i32,
  columnCount: i32,
): HostPointer {
  const size = LENT + <u32>parameterCount * POINTER_SIZE;
  const memoryOfEngine = sqlite3_malloc64(size);
  if (memoryOfEngine === 0) return 0;
  const record = toHost(memoryOfEngine);
  memory.fill(record, 0, LENT);
  store<u32>(record + STATEMENT, statement);
  store<i32>(record + PARAMETER_COUNT, parameterCount);
  store<i32>(record + COLUMN_COUNT, columnCount);
  return record;
}

export function statementOf(record: HostPointer): EnginePointer {
  return load<u32>(record + STATEMENT);
}

export function connectionOf(record: HostPointer): HostPointer {
  return load<u32>(record + CONNECTION);
}

export function setConnection(record: HostPointer, connection: HostPointer): void {
  store<u32>(record + CONNECTION, connection);
}

export function nextStatement(record: HostPointer): HostPointer {
  return load<u32>(record + NEXT);
}

export function previousStatement(record: HostPointer): HostPointer {
  return load<u32>(record + PREVIOUS);
}

export function setNextStatement(record: HostPointer, next: HostPointer): void {
  store<u32>(record + NEXT, next);
}

export function setPreviousStatement(record: HostPointer, previous: HostPointer): void {
  store<u32>(record + PREVIOUS, previous);
}

export function stateOf(record: HostPointer): u32 {
  return load<u32>(record + STATE);
}

export function setState(record: HostPointer, state: u32): void {
  store<u32>(record + STATE, state);
}

export function modesOf(record: HostPointer): u32 {
  return load<u32>(record + MODES);
}

export function setModes(record: HostPointer, modes: u32): void {
  store<u32>(record + MODES, modes);
}

export function parameterCountOf(record: HostPointer): i32 {
  return load<i32>(record + PARAMETER_COUNT);
}

export function columnCountOf(record: HostPointer): i32 {
  return load<i32>(record + COLUMN_COUNT);
}

export function columnAtomsOf(record: HostPointer): HostPointer {
  return load<u32>(record + COLUMN_ATOMS);
}

export function repreparesOf(record: HostPointer): i32 {
  return load<i32>(record + REPREPARES);
}

export function isReadonly(record: HostPointer): bool {
  return load<u32>(record + READONLY) !== 0;
}

export function setReadonly(record: HostPointer, readonly: bool): void {
  store<u32>(record + READONLY, readonly ? 1 : 0);
}

export function namingOf(record: HostPointer): u32 {
  return load<u32>(record + NAMING);
}

export function setNaming(record: HostPointer, naming: u32): void {
  store<u32>(record + NAMING, naming);
}

/** Remembers a string that QuickJS lends until the statement is done with it. */
export function lend(record: HostPointer, text: HostPointer): void {
  const count = load<u32>(record + LENT_COUNT);
  store<u32>(record + LENT + count * POINTER_SIZE, text);
  store<u32>(record + LENT_COUNT, count + 1);
}

/** Gives all lent strings back. The engine's statement must have been reset, or never been stepped. */
export function releaseLent(context: JSContext, record: HostPointer): void {
  const count = load<u32>(record + LENT_COUNT);
  for (let index: u32 = 0; index < count; index++) {
    JS_FreeCString(context, load<u32>(record + LENT + index * POINTER_SIZE));
  }
  store<u32>(record + LENT_COUNT, 0);
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
  sqlite3_free(toEngine(atoms));
  store<u32>(record + COLUMN_ATOMS, 0);
  JS_FreeValue(context, templateOf(record));
  setTemplate(record, 0);
  setObjectRows(record, OBJECTS_NONE);
}

/** Ends the engine's statement and whatever it held; the record stays. */
export function finalizeStatement(context: JSContext, record: HostPointer): void {
  const statement = statementOf(record);
  if (statement === 0) return;
  sqlite3_finalize(statement);
  store<u32>(record + STATEMENT, 0);
  releaseLent(context, record);
  releaseColumnAtoms(context, record);
  setState(record, IDLE);
}

export function freeStatementRecord(record: HostPointer): void {
  sqlite3_free(toEngine(record));
}
