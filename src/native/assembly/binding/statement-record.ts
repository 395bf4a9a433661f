// A prepared statement's place, state and properties. Its layout: see statement-layout.

import { EnginePointer, HostPointer } from '../externals/addresses';
import { JSContext } from '../externals/quickjs';
import { NOBODY } from '../heap/budget';
import { allocateFor, NO_BLOCK, releaseBlock } from '../heap/heaps';
import { releaseColumnAtoms } from './statement-columns';
import { endStatement } from './statement-end';
import {
  COLUMN_COUNT,
  CONNECTION,
  LENT,
  MODES,
  NAMING,
  NEXT,
  PARAMETER_COUNT,
  POINTER_SIZE,
  PREVIOUS,
  READONLY,
  STATE,
  STATEMENT,
} from './statement-layout';
import { releaseAllLent } from './statement-texts';

/** Nothing under way. */
export const IDLE: u32 = 0;
/** Between start and the end of an iteration. */
export const ITERATING: u32 = 1;
/** Inside a call: binding (which may run a getter) or stepping. */
export const RUNNING: u32 = 2;

export const MODE_RAW: u32 = 1;
export const MODE_PLUCK: u32 = 2;
export const MODE_SAFE_INTEGERS: u32 = 4;
/** Its parameters are bound for good. */
export const MODE_BOUND: u32 = 8;

/** All parameters are bare `?`. */
export const NAMING_NONE: u32 = 0;
/** Some are `?NNN`, none has letters. */
export const NAMING_NUMBERS: u32 = 1;
/** Some are `:a`, `@a` or `$a`. */
export const NAMING_LETTERS: u32 = 2;

/** 0 when there is no memory. It may outlive the archive's own. */
export function createStatementRecord(
  statement: EnginePointer,
  parameterCount: i32,
  columnCount: i32,
): HostPointer {
  const size = LENT + <u32>parameterCount * POINTER_SIZE;
  const record = allocateFor(NOBODY, size);
  if (record === NO_BLOCK) return 0;
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

/** Ends the engine's statement and whatever it held; the record stays. */
export function finalizeStatement(context: JSContext, record: HostPointer): void {
  const statement = statementOf(record);
  if (statement === 0) return;
  endStatement(statement);
  store<u32>(record + STATEMENT, 0);
  releaseAllLent(context, record);
  releaseColumnAtoms(context, record);
  setState(record, IDLE);
}

export function freeStatementRecord(record: HostPointer): void {
  releaseBlock(record);
}
