// What native code keeps of an open archive.
//
// offset  size  field
//      0     4  engine's connection, 0 once closed
//      4     4  MemoryId
//      8     4  first statement record
//     12     4  number of calls that are inside one of its statements
//     16     4  number of statements that are iterating
//     20     4  number of JavaScript functions that its statements wait for
//     24    28  prepared statements of its own, by OwnStatement
//     52     4  statements kept for messages, 0 until there are any: see statement-cache
//     56     4  1 once the limits on the SQL of messages are set

import { EnginePointer, HostPointer } from '../externals/addresses';
import { NOBODY } from '../heap/budget';
import { allocateFor, NO_BLOCK, releaseBlock } from '../heap/heaps';
import { markUsed } from './places';
import {
  nextStatement,
  previousStatement,
  setConnection,
  setNextStatement,
  setPreviousStatement,
} from './statement-record';

const CONNECTION: u32 = 0;
const MEMORY_ID: u32 = 4;
const FIRST_STATEMENT: u32 = 8;
const RUNNING: u32 = 12;
const ITERATING: u32 = 16;
const IN_FUNCTION: u32 = 20;
const OWN_STATEMENTS: u32 = 24;
const POINTER_SIZE: u32 = 4;
const STATEMENT_CACHE: u32 = OWN_STATEMENTS + 7 * POINTER_SIZE;
const LIMITED: u32 = STATEMENT_CACHE + POINTER_SIZE;
const RECORD_SIZE: u32 = LIMITED + POINTER_SIZE;

/** Statements that every connection keeps prepared. */
export enum OwnStatement {
  BeginDeferred = 0,
  BeginImmediate = 1,
  BeginExclusive = 2,
  Commit = 3,
  Rollback = 4,
  QueryOnlyOn = 5,
  QueryOnlyOff = 6,
  Count = 7,
}

/** 0 when there is no memory. It may outlive the archive's own. */
export function createConnectionRecord(connection: EnginePointer, memoryId: u32): HostPointer {
  const record = allocateFor(NOBODY, RECORD_SIZE);
  if (record === NO_BLOCK) return 0;
  memory.fill(record, 0, RECORD_SIZE);
  store<u32>(record + CONNECTION, connection);
  store<u32>(record + MEMORY_ID, memoryId);
  return record;
}

export function freeConnectionRecord(record: HostPointer): void {
  releaseBlock(record);
}

export function engineConnection(record: HostPointer): EnginePointer {
  return load<u32>(record + CONNECTION);
}

export function markClosed(record: HostPointer): void {
  store<u32>(record + CONNECTION, 0);
}

export function memoryIdOf(record: HostPointer): u32 {
  return load<u32>(record + MEMORY_ID);
}

export function firstStatement(record: HostPointer): HostPointer {
  return load<u32>(record + FIRST_STATEMENT);
}

export function linkStatement(record: HostPointer, statement: HostPointer): void {
  const first = firstStatement(record);
  setConnection(statement, record);
  setNextStatement(statement, first);
  setPreviousStatement(statement, 0);
  if (first !== 0) setPreviousStatement(first, statement);
  store<u32>(record + FIRST_STATEMENT, statement);
}

export function unlinkStatement(record: HostPointer, statement: HostPointer): void {
  const next = nextStatement(statement);
  const previous = previousStatement(statement);
  if (previous !== 0) setNextStatement(previous, next);
  else store<u32>(record + FIRST_STATEMENT, next);
  if (next !== 0) setPreviousStatement(next, previous);
  setConnection(statement, 0);
}

export function isRunning(record: HostPointer): bool {
  return load<u32>(record + RUNNING) !== 0;
}

/** A call is inside one of its statements: from now on the message uses this connection. */
export function enterRunning(record: HostPointer): void {
  markUsed(memoryIdOf(record));
  store<u32>(record + RUNNING, load<u32>(record + RUNNING) + 1);
}

export function leaveRunning(record: HostPointer): void {
  store<u32>(record + RUNNING, load<u32>(record + RUNNING) - 1);
}

export function isIterating(record: HostPointer): bool {
  return load<u32>(record + ITERATING) !== 0;
}

export function enterIterating(record: HostPointer): void {
  store<u32>(record + ITERATING, load<u32>(record + ITERATING) + 1);
}

export function leaveIterating(record: HostPointer): void {
  store<u32>(record + ITERATING, load<u32>(record + ITERATING) - 1);
}

export function isInFunction(record: HostPointer): bool {
  return load<u32>(record + IN_FUNCTION) !== 0;
}

export function enterFunction(record: HostPointer): void {
  store<u32>(record + IN_FUNCTION, load<u32>(record + IN_FUNCTION) + 1);
}

export function leaveFunction(record: HostPointer): void {
  store<u32>(record + IN_FUNCTION, load<u32>(record + IN_FUNCTION) - 1);
}

export function ownStatement(record: HostPointer, which: OwnStatement): EnginePointer {
  return load<u32>(record + OWN_STATEMENTS + <u32>which * POINTER_SIZE);
}

export function setOwnStatement(record: HostPointer, which: OwnStatement, statement: EnginePointer): void {
  store<u32>(record + OWN_STATEMENTS + <u32>which * POINTER_SIZE, statement);
}

export function statementCache(record: HostPointer): HostPointer {
  return load<u32>(record + STATEMENT_CACHE);
}

export function setStatementCache(record: HostPointer, cache: HostPointer): void {
  store<u32>(record + STATEMENT_CACHE, cache);
}

/** Whether the limits on the SQL of messages are set. */
export function isLimited(record: HostPointer): bool {
  return load<u32>(record + LIMITED) !== 0;
}

export function markLimited(record: HostPointer): void {
  store<u32>(record + LIMITED, 1);
}
