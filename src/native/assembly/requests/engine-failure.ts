// Writes why the engine did not do what a request asks: a budget that it ran into, or its own error.

import { NESTED_TOO_DEEP } from '../binding/expression-depth';
import { beginMemoryMessage, beginSchemaMessage, memoryCode } from '../binding/memory-message';
import {
  isOutOfMemory,
  SQLITE_CONSTRAINT_COMMITHOOK,
  SQLITE_FULL,
  SQLITE_INTERRUPT,
  SQLITE_NOMEM,
} from '../binding/result-codes';
import { BudgetKind } from '../candid/budgets';
import { ABSENT, writeFailure } from '../candid/failure-reply';
import { replyLimit } from '../candid/reply-limit';
import { Loss, replyLoss, wantedLength } from '../candid/writer';
import { Refusal, takeRefusal } from '../engine/allocation';
import { isSpent, neededInstructions } from '../engine/instruction-budget';
import { EnginePointer } from '../externals/addresses';
import { sqlite3_extended_errcode } from '../externals/engine-statements';
import { instructionsRefused, pagesRefused } from '../pages/commit-limit';
import { beginMessage, endMessage, messageLength, putInteger, putLiteral } from '../quickjs/message';
import { budgetOf, refuse } from './budgets';
import { writeConnectionFailure } from './failure';

/** The connection's last error. `sqlOffset` is where the statement starts in its text. */
export function writeEngineFailure(connection: EnginePointer, sqlOffset: u32): void {
  const code = sqlite3_extended_errcode(connection);
  const refusal = takeRefusal();
  if (refusal === Refusal.Nesting) {
    beginMessage();
    putLiteral(NESTED_TOO_DEEP);
    writeFailure('SQL_TOO_DEEP', endMessage(), messageLength(), ABSENT, ABSENT);
  } else if (refusal === Refusal.Instructions || (code === SQLITE_INTERRUPT && isSpent())) {
    refuse(BudgetKind.Instructions, neededInstructions());
  } else if (code === SQLITE_FULL && pagesRefused() !== 0) {
    refuse(BudgetKind.DirtyPages, pagesRefused());
  } else if (code === SQLITE_FULL && instructionsRefused() !== 0) {
    refuse(BudgetKind.Instructions, instructionsRefused());
  } else if (isOutOfMemory(code) && memoryCode().length > 0) {
    beginMemoryMessage();
    writeFailure(memoryCode(), endMessage(), messageLength(), code, ABSENT);
  } else if (code === SQLITE_CONSTRAINT_COMMITHOOK) {
    beginSchemaMessage();
    writeFailure('SCHEMA_TOO_LARGE', endMessage(), messageLength(), code, ABSENT);
  } else {
    writeConnectionFailure(connection, sqlOffset);
  }
}

/** What a reply that lost bytes gives way to. */
export function writeLoss(): void {
  if (replyLoss() === Loss.Memory) {
    beginMemoryMessage();
    writeFailure(memoryCode(), endMessage(), messageLength(), SQLITE_NOMEM, ABSENT);
  } else if (budgetOf(BudgetKind.ResultBytes) < <u64>replyLimit()) {
    refuse(BudgetKind.ResultBytes, wantedLength());
  } else {
    beginMessage();
    putLiteral('The result exceeds the ');
    putInteger(replyLimit());
    putLiteral(' bytes that one reply can hold; ask for fewer rows or columns, or read it in pages');
    writeFailure('RESULT_TOO_LARGE', endMessage(), messageLength(), ABSENT, ABSENT);
  }
}
