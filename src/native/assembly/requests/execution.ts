// Runs a received request as one transaction and answers it. Nothing is sent before everything is decided: a refusal is
// written first, then what was done is rolled back, then the refusal is sent.

import { Author, setSender } from '../binding/authorizer';
import { engineConnection, memoryIdOf, OwnStatement } from '../binding/connection-record';
import { SQLITE_OK } from '../binding/result-codes';
import { beginsWithVacuum } from '../binding/sql-keyword';
import { rollBackQuietly, stepOwn } from '../binding/transactions';
import { BudgetKind } from '../candid/budgets';
import { nameStatement } from '../candid/failure-reply';
import { beginOutcome } from '../candid/outcome';
import { requestStatement, requestStatements } from '../candid/request';
import {
  addInstructions,
  beginBatchReply,
  beginPageReply,
  beginSingleReply,
  fillState,
} from '../candid/result-reply';
import { sendReply } from '../candid/writer';
import { budgetMemory } from '../engine/allocation';
import { beginMessageBudget, liftInstructionBudget, spentInstructions } from '../engine/instruction-budget';
import { beginMessageFacts } from '../engine/message';
import { HostPointer } from '../externals/addresses';
import { chargeMemoryTo } from '../heap/heaps';
import { liftCommitLimits, limitCommits } from '../pages/commit-limit';
import { storeAt } from '../pages/stores';
import { budgetOf } from './budgets';
import { limitConnection } from './connection-limits';
import { writeEngineFailure } from './engine-failure';
import { beginRowCount, isSingleStatement, Reading, runText } from './script';
import { mayVacuum } from './vacuum';

/** What a request may do and how it is answered. */
export enum Method {
  Execute = 0,
  Query = 1,
  /** A query for the first row. */
  First = 2,
  /** A query for a page of rows. */
  Page = 3,
  /** Several statements, each with a result of its own. */
  Batch = 4,
}

/** Runs the request and replies, whatever comes of it. Its budgets have begun. */
export function runRequest(connection: HostPointer, method: Method): void {
  beginMessageFacts();
  chargeMemoryTo(memoryIdOf(connection));
  const handle = engineConnection(connection);
  const instructions = budgetOf(BudgetKind.Instructions);
  beginOutcome();
  limitConnection(connection);
  setSender(writes(method) ? Author.Writer : Author.Reader);
  beginMessageBudget(handle, instructions);
  limitCommits(<u32>budgetOf(BudgetKind.DirtyPages), instructions);
  beginRowCount();
  beginReplyOf(method);
  if (writes(method)) runInTransaction(connection, method);
  else if (runAll(connection, method)) fillStates(connection);
  liftCommitLimits();
  liftInstructionBudget(handle);
  setSender(Author.Engine);
  sendReply();
}

/** Whether a method may write. */
export function writes(method: Method): bool {
  return method === Method.Execute || method === Method.Batch;
}

function beginReplyOf(method: Method): void {
  const limit = <u32>budgetOf(BudgetKind.ResultBytes);
  if (method === Method.Batch) beginBatchReply(limit, requestStatements());
  else if (method === Method.Page) beginPageReply(limit);
  else beginSingleReply(limit);
}

function runInTransaction(connection: HostPointer, method: Method): void {
  // VACUUM is a transaction of its own, and SQLite runs it in no other.
  if (method === Method.Execute && isVacuum()) {
    // It commits inside of its statement, which is not to fail after that.
    if (
      isSingleStatement(connection, requestStatement(0)) &&
      mayVacuum(storeAt(memoryIdOf(connection))!) &&
      runEach(connection, method)
    ) {
      fillStates(connection);
    }
    return;
  }
  if (stepOwn(connection, OwnStatement.BeginImmediate) !== SQLITE_OK) {
    writeEngineFailure(engineConnection(connection), 0);
    return;
  }
  if (runAll(connection, method) && commit(connection)) {
    fillStates(connection);
    return;
  }
  liftInstructionBudget(engineConnection(connection));
  rollBackQuietly(connection);
}

function isVacuum(): bool {
  const statement = requestStatement(0);
  return beginsWithVacuum(statement.sql, statement.sqlLength);
}

/** Commits; its instructions count for the last result. False when it wrote why not. */
function commit(connection: HostPointer): bool {
  const before = spentInstructions();
  if (stepOwn(connection, OwnStatement.Commit) !== SQLITE_OK) {
    writeEngineFailure(engineConnection(connection), 0);
    return false;
  }
  const count = requestStatements();
  if (count !== 0) addInstructions(requestStatement(count - 1).result, spentInstructions() - before);
  return true;
}

/** Runs all statements on the budget, compiling included, and writes their results; false when what it wrote is a refusal. */
function runAll(connection: HostPointer, method: Method): bool {
  budgetMemory(true);
  const done = runEach(connection, method);
  budgetMemory(false);
  return done;
}

function runEach(connection: HostPointer, method: Method): bool {
  const author = writes(method) ? Author.Writer : Author.Reader;
  const count = requestStatements();
  for (let index: u32 = 0; index < count; index++) {
    if (method === Method.Batch) nameStatement(index);
    if (!runText(connection, requestStatement(index), author, readingOf(method))) return false;
  }
  nameStatement(-1);
  return true;
}

function readingOf(method: Method): Reading {
  if (method === Method.First) return Reading.First;
  return method === Method.Page ? Reading.Page : Reading.All;
}

/** Fills in what became of the archive. */
function fillStates(connection: HostPointer): void {
  const superblock = storeAt(memoryIdOf(connection))!.superblock;
  const count = requestStatements();
  for (let index: u32 = 0; index < count; index++) {
    fillState(requestStatement(index).result, superblock.transactionId, superblock.logicalSize);
  }
}
