// Runs the statements of one SQL text and writes its result: the rows of the last statement that returned any, and what
// all of them did together.

import { Author } from '../binding/authorizer';
import { engineConnection, memoryIdOf } from '../binding/connection-record';
import { engineResult, secondEngineResult } from '../binding/engine-out';
import { isTooDeep, TOO_DEEP } from '../binding/expression-depth';
import { READ_ONLY } from '../binding/message-authority';
import { compile, PREPARE_ONCE, PREPARE_PERSISTENT } from '../binding/prepare';
import { SQLITE_OK, SQLITE_ROW } from '../binding/result-codes';
import { keepStatement, takeStatement } from '../binding/statement-cache';
import { BudgetKind } from '../candid/budgets';
import { RequestStatement, requestPageRows } from '../candid/request';
import {
  beginResult,
  fillRowCount,
  fillWork,
  restartRows,
  sizeOfColumns,
  writeColumns,
  writeRow,
  writtenRows,
} from '../candid/result-reply';
import { Loss, limitReply, recoverAt, replyLength, replyLoss, writeByte } from '../candid/writer';
import { allowMemory } from '../engine/allocation';
import { spentInstructions } from '../engine/instruction-budget';
import { isReplicated } from '../engine/message';
import { EnginePointer, HostPointer, toEngine } from '../externals/addresses';
import {
  sqlite3_changes64,
  sqlite3_clear_bindings,
  sqlite3_column_count,
  sqlite3_finalize,
  sqlite3_last_insert_rowid,
  sqlite3_reset,
  sqlite3_set_last_insert_rowid,
  sqlite3_step,
  sqlite3_stmt_readonly,
  sqlite3_total_changes64,
} from '../externals/engine-statements';
import { recordRun, runCosts } from '../insights/record-run';
import { storeAt } from '../pages/stores';
import { budgetOf, isWithin } from './budgets';
import { CURSOR_ROOM, REFUSED, rowsBefore, writeCursor } from './cursor';
import { writeEngineFailure, writeLoss } from './engine-failure';
import { writeRefusal } from './failure';
import { bindParameters } from './parameters';
import { beginRowsRead, rowsRead, takeRowsRead } from './rows-read';

/** Which of a statement's rows are answered. */
export enum Reading {
  All = 0,
  First = 1,
  Page = 2,
}

// One text is run at a time: while SQL waits for a JavaScript function, no other is taken.
let connection: HostPointer = 0;
let handle: EnginePointer = 0;
let request: RequestStatement = changetype<RequestStatement>(<usize>0);
let author: Author;
let reading: Reading;
/** Offset in the text of the statement that is being compiled or run. */
let position: u32 = 0;
/** An opt that is absent. */
const NO_CURSOR: u32 = 0;
/** The message's instructions when the text was begun. */
let started: u64 = 0;
let changes: i64 = 0;
let answered: bool = false;
let truncated: bool = false;
/** Rows of the request that were answered so far, over all statements. */
let rowsAnswered: u64 = 0;

/** Starts the count of rows, for all texts of a request together. */
export function beginRowCount(): void {
  rowsAnswered = 0;
}

/** Runs the text and counts what it took; false when it wrote a refusal. */
export function runText(on: HostPointer, text: RequestStatement, by: Author, how: Reading): bool {
  started = spentInstructions();
  const written = sqlite3_total_changes64(engineConnection(on));
  const done = answerText(on, text, by, how);
  const costs = runCosts();
  costs.rowsRead = rowsRead();
  costs.rowsWritten = sqlite3_total_changes64(engineConnection(on)) - written;
  costs.rowsReturned = done ? writtenRows() : 0;
  if (!done) costs.instructions = spentInstructions() - started;
  costs.failed = done ? 0 : 1;
  recordRun(memoryIdOf(on), text.sql, text.sqlLength);
  return done;
}

function answerText(on: HostPointer, text: RequestStatement, by: Author, how: Reading): bool {
  connection = on;
  handle = engineConnection(on);
  request = text;
  author = by;
  reading = how;
  changes = 0;
  answered = false;
  truncated = false;
  const written = sqlite3_total_changes64(handle);
  sqlite3_set_last_insert_rowid(handle, 0);
  beginRowsRead();
  text.result = beginResult();
  if (!isWithin(BudgetKind.SqlBytes, text.sqlLength)) return false;
  if (!isWithin(BudgetKind.Parameters, text.parameterCount)) return false;
  if (!runStatements()) return false;
  if (!answered) writeEmptyEnd();
  if (replyLoss() !== Loss.None) return failWithLoss();
  rowsAnswered += writtenRows();
  fillRowCount();
  const rowsWritten = sqlite3_total_changes64(handle) - written;
  const costs = runCosts();
  costs.instructions = spentInstructions() - started;
  fillWork(
    rowsRead(),
    rowsWritten,
    changes,
    // VACUUM inserts what it copies, and counts none of it.
    rowsWritten === 0 ? 0 : sqlite3_last_insert_rowid(handle),
    truncated,
    costs.instructions,
  );
  return true;
}

/** Whether a text has no second statement. False also when it wrote a refusal. */
export function isSingleStatement(on: HostPointer, text: RequestStatement): bool {
  handle = engineConnection(on);
  if (!isWithin(BudgetKind.SqlBytes, text.sqlLength) || !isFlatEnough(text)) return false;
  const sql = toEngine(text.sql);
  let statements = 0;
  for (position = 0; position < text.sqlLength; ) {
    const code = compile(handle, sql + position, text.sqlLength - position, PREPARE_ONCE, Author.Writer);
    if (code !== SQLITE_OK) return failWithEngine();
    if (engineResult() !== 0) statements++;
    position = secondEngineResult() - sql;
    sqlite3_finalize(engineResult());
  }
  return statements < 2 || refuse('MULTIPLE_STATEMENTS', 'VACUUM must be the only statement of its message');
}

/** Whether a text may be compiled; false when it wrote that an expression is too deep. */
function isFlatEnough(text: RequestStatement): bool {
  return !isTooDeep(text.sql, text.sqlLength) || refuse('SQL_TOO_DEEP', TOO_DEEP);
}

function runStatements(): bool {
  position = 0;
  const length = request.sqlLength;
  const kept = takeStatement(connection, request.sql, length, author);
  if (kept !== 0) return runAndKeep(kept, false);
  if (!isFlatEnough(request)) return false;
  const sql = toEngine(request.sql);
  // What a query call keeps is lost with its state, so that it compiles for once.
  const flags = isReplicated() ? PREPARE_PERSISTENT : PREPARE_ONCE;
  let statements = 0;
  while (position < length) {
    const code = compile(handle, sql + position, length - position, flags, author);
    if (code !== SQLITE_OK) return failWithEngine();
    const statement = engineResult();
    const next = secondEngineResult() - sql;
    if (statement !== 0) {
      if (statements !== 0 && (request.parameterCount !== 0 || reading === Reading.Page)) {
        sqlite3_finalize(statement);
        return refuse(
          'MULTIPLE_STATEMENTS',
          'Values can only be sent, and pages read, for a single statement',
        );
      }
      const isWhole = position === 0 && next === length && flags === PREPARE_PERSISTENT;
      if (!(isWhole ? runAndKeep(statement, true) : runOnce(statement))) return false;
      statements++;
    }
    position = next;
  }
  return statements !== 0 || refuse('NO_STATEMENT', 'The SQL text contains no statement');
}

function runAndKeep(statement: EnginePointer, isNew: bool): bool {
  if (!runStatement(statement)) {
    sqlite3_finalize(statement);
    return false;
  }
  sqlite3_clear_bindings(statement);
  keepStatement(connection, statement, request.sqlLength, author, isNew);
  return true;
}

function runOnce(statement: EnginePointer): bool {
  const done = runStatement(statement);
  sqlite3_finalize(statement);
  return done;
}

function runStatement(statement: EnginePointer): bool {
  if (author === Author.Reader && sqlite3_stmt_readonly(statement) === 0) {
    return refuse('READ_ONLY', READ_ONLY);
  }
  allowMemory();
  if (!bindParameters(handle, statement, request, position)) return false;
  const before = sqlite3_total_changes64(handle);
  if (sqlite3_column_count(statement) === 0) {
    while (sqlite3_step(statement) === SQLITE_ROW);
  } else {
    // Rows of an earlier statement give way to those of this one.
    restartRows();
    answered = true;
    if (!(reading === Reading.Page ? writePage(statement) : writeRows(statement))) return false;
  }
  takeRowsRead(statement, writtenRows());
  if (sqlite3_reset(statement) !== SQLITE_OK) return failWithEngine();
  if (sqlite3_total_changes64(handle) !== before) changes += sqlite3_changes64(handle);
  return true;
}

/** Writes all rows, or the first. */
function writeRows(statement: EnginePointer): bool {
  const most = budgetOf(BudgetKind.Rows) - rowsAnswered;
  while (sqlite3_step(statement) === SQLITE_ROW) {
    if (<u64>writtenRows() === most) return isWithin(BudgetKind.Rows, rowsAnswered + most + 1);
    if (!writeRow(statement)) return failWithLoss();
    if (reading !== Reading.First) continue;
    truncated = true;
    break;
  }
  writeColumns(statement);
  return true;
}

/** Writes the rows behind the cursor, as many as were asked for and fit. */
function writePage(statement: EnginePointer): bool {
  const superblock = storeAt(memoryIdOf(connection))!.superblock;
  const before = rowsBefore(request, superblock.generation, superblock.transactionId);
  if (before === REFUSED) return false;
  const most = min<u64>(max<u32>(requestPageRows(), 1), budgetOf(BudgetKind.Rows));
  const limit = <u32>budgetOf(BudgetKind.ResultBytes);
  limitReply(limit - min<u32>(limit, sizeOfColumns(statement) + CURSOR_ROOM));
  let left = before;
  while (left > 0 && sqlite3_step(statement) === SQLITE_ROW) left--;
  while (left === 0 && sqlite3_step(statement) === SQLITE_ROW) {
    const start = replyLength();
    truncated = <u64>writtenRows() === most || !writeRow(statement);
    if (!truncated) continue;
    if (most === 0) return isWithin(BudgetKind.Rows, 1);
    if (replyLoss() === Loss.Memory || writtenRows() === 0) return failWithLoss();
    recoverAt(start);
    break;
  }
  limitReply(limit);
  if (truncated) {
    writeCursor(request, superblock.generation, superblock.transactionId, before + writtenRows());
  } else {
    writeByte(NO_CURSOR);
  }
  writeColumns(statement);
  return true;
}

/** What ends a result without rows. */
function writeEmptyEnd(): void {
  if (reading === Reading.Page) writeByte(NO_CURSOR);
  writeColumns(0);
}

function failWithEngine(): bool {
  writeEngineFailure(handle, position);
  return false;
}

function failWithLoss(): bool {
  writeLoss();
  return false;
}

function refuse(code: string, message: string): bool {
  writeRefusal(code, message);
  return false;
}
