// Requests of SQL, checked as a whole when they are received:
//
//   statement  (text archive, text sql, vec Parameter, opt Budgets)
//   page       (text archive, text sql, vec Parameter, opt blob cursor, nat32 rows, opt Budgets)
//   batch      (text archive, vec record { sql : text; parameters : vec Parameter }, opt Budgets)
//
// What is optional may be missing. The statements' parameters stay in the message until they are bound.

import { HostPointer } from '../externals/addresses';
import { NOBODY } from '../heap/budget';
import { allocateFor, NO_BLOCK, releaseBlock } from '../heap/heaps';
import { expectType, readBlob, readLength, readStart, readText } from './arguments';
import { clearBudgets, readBudgets } from './budgets';
import { beginFields, FieldWalk, nextField } from './fields';
import { finishArguments, hasArgument, nextArgument } from './message';
import { CandidType, TYPE_NAT32, TYPE_OPT, TYPE_RECORD, TYPE_VEC } from './opcodes';
import { readParameter } from './parameters';
import { fail, failed, offset, readNat32, readUnsigned, remaining } from './reader';
import { readPresence, skipValue } from './skip';
import { elementType, kindOf } from './type-table';

/** What a request asks for. */
export enum RequestShape {
  Statement = 0,
  Page = 1,
  Batch = 2,
}

/** One SQL text with its parameters. */
@unmanaged
export class RequestStatement {
  sql: HostPointer;
  sqlLength: u32;
  parameterType: CandidType;
  parameterCount: u32;
  /** How many of them bring their name. */
  namedCount: u32;
  /** Offsets in the message of the first parameter, and behind the last. */
  parametersStart: u32;
  parametersEnd: u32;
  /** Position of its result in the reply. */
  result: u32;
}

// Field ids: hashes of the names.
const FIELD_SQL: u32 = 5744142;
const FIELD_PARAMETERS: u32 = 1367260842;
/** Statements of a batch: at 40 bytes each they take less than the message itself may. */
const MOST_STATEMENTS: u64 = 10000;

const walk = changetype<FieldWalk>(memory.data(offsetof<FieldWalk>(), 8));

let archive: HostPointer = 0;
let archiveLength: u32 = 0;
let shape: RequestShape;
let statements: HostPointer = 0;
let statementCount: u32 = 0;
let cursor: HostPointer = 0;
let cursorLength: u32 = 0;
let pageRows: u32 = 0;

/** Reads and checks the whole request from a message that was received. */
export function readRequest(expected: RequestShape): void {
  readText(nextArgument());
  archive = readStart();
  archiveLength = readLength();
  readRequestOf(expected);
}

/** The same behind the archive, which was read already. */
export function readRequestOf(expected: RequestShape): void {
  shape = expected;
  clearBudgets();
  if (expected === RequestShape.Batch) readBatch(nextArgument());
  else readSingle(expected === RequestShape.Page);
  if (!failed() && hasArgument()) readBudgets(nextArgument());
  finishArguments();
}

export function requestArchive(): HostPointer {
  return archive;
}

export function requestArchiveLength(): u32 {
  return archiveLength;
}

export function requestShape(): RequestShape {
  return shape;
}

export function requestStatements(): u32 {
  return statementCount;
}

export function requestStatement(index: u32): RequestStatement {
  return changetype<RequestStatement>(<usize>(statements + index * <u32>offsetof<RequestStatement>()));
}

/** Bytes of the page's cursor; 0 for the first page. */
export function requestCursor(): HostPointer {
  return cursor;
}

export function requestCursorLength(): u32 {
  return cursorLength;
}

/** Rows that the page may have. */
export function requestPageRows(): u32 {
  return pageRows;
}

function readSingle(isPage: bool): void {
  if (!makeStatements(1)) return;
  const statement = requestStatement(0);
  readSql(nextArgument(), statement);
  readParameters(nextArgument(), statement);
  cursor = 0;
  if (!isPage) return;
  readCursor(nextArgument());
  expectType(nextArgument(), TYPE_NAT32, 'a nat32 was expected');
  pageRows = readNat32();
}

function readCursor(type: CandidType): void {
  if (failed()) return;
  if (kindOf(type) !== TYPE_OPT) {
    skipValue(type);
    return;
  }
  if (!readPresence()) return;
  readBlob(elementType(type));
  cursor = readStart();
  cursorLength = readLength();
}

function readBatch(type: CandidType): void {
  if (!failed() && kindOf(type) !== TYPE_VEC) fail('a vec of statements was expected');
  if (failed()) return;
  const element = elementType(type);
  if (kindOf(element) !== TYPE_RECORD) fail('a statement is a record of sql and parameters');
  const count = readUnsigned();
  if (count > MOST_STATEMENTS) fail('a batch has at most 10000 statements');
  if (failed() || !makeStatements(<u32>count)) return;
  for (let index: u32 = 0; index < statementCount && !failed(); index++) {
    readStatement(element, requestStatement(index));
  }
}

function readStatement(type: CandidType, statement: RequestStatement): void {
  let hasSql = false;
  statement.parameterCount = 0;
  statement.namedCount = 0;
  beginFields(walk, type);
  while (nextField(walk)) {
    if (walk.id === FIELD_SQL) readSql(walk.type, statement);
    else if (walk.id === FIELD_PARAMETERS) readParameters(walk.type, statement);
    else skipValue(walk.type);
    if (walk.id === FIELD_SQL) hasSql = true;
  }
  if (!hasSql) fail('a statement of the batch has no sql');
}

/** Makes room for a request's statements; fails when there is no memory for them. */
function makeStatements(count: u32): bool {
  if (statements !== NO_BLOCK) releaseBlock(statements);
  statementCount = 0;
  statements = allocateFor(NOBODY, count * <u32>offsetof<RequestStatement>());
  if (statements === NO_BLOCK) {
    fail('the statements do not fit into memory');
    return false;
  }
  statementCount = count;
  return true;
}

function readSql(type: CandidType, statement: RequestStatement): void {
  readText(type);
  statement.sql = readStart();
  statement.sqlLength = readLength();
  for (let index: u32 = 0; index < statement.sqlLength; index++) {
    if (load<u8>(statement.sql + index) === 0) fail('the SQL text contains a NUL character');
  }
}

function readParameters(type: CandidType, statement: RequestStatement): void {
  if (!failed() && kindOf(type) !== TYPE_VEC) fail('a vec of values was expected');
  if (failed()) return;
  statement.parameterType = elementType(type);
  const count = readUnsigned();
  // A value has at least the byte that chooses its case.
  if (count > <u64>remaining()) {
    fail('there are more values than bytes');
    return;
  }
  statement.parameterCount = <u32>count;
  statement.namedCount = 0;
  statement.parametersStart = offset();
  for (let left = <u32>count; left > 0 && !failed(); left--) {
    if (readParameter(statement.parameterType)) statement.namedCount++;
  }
  statement.parametersEnd = offset();
}
