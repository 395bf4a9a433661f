// An end to work whose length nobody can tell beforehand. What is native looks itself; the engine asks now and then whether
// it may go on, and where it may not, the statement ends with SQLITE_INTERRUPT.

import { EnginePointer, toEngineFunction } from '../externals/addresses';
import { sqlite3_progress_handler } from '../externals/engine-statements';
import { performance_counter } from '../externals/ic0';
import { guardCalls } from './function-calls';

/** Steps of the engine (of its bytecode, or pages of a check) between two questions, where each may be a long one. */
const BUDGET_STEPS: i32 = 64;
/** The same for the SQL of messages, whose long steps ask for themselves: a question costs some 250 instructions. */
const MESSAGE_STEPS: i32 = 1000;
const SMALL_WORK: u64 = 100000;
const MESSAGE_COUNTER: u32 = 0;

/** Value of the message's counter from which on the work is to stop. One message runs at a time. */
let limit: u64 = 0;
/** What the message would have taken with work that was not begun; 0 when all was. */
let foreseen: u64 = 0;

/** Starts a budget of instructions, from here on. */
export function beginBudget(instructions: u64): void {
  limit = performance_counter(MESSAGE_COUNTER) + instructions;
}

/** Gives the SQL of a message, on a connection, so many instructions from the message's beginning. */
export function beginMessageBudget(connection: EnginePointer, instructions: u64): void {
  limit = instructions;
  foreseen = 0;
  guardCalls(true);
  sqlite3_progress_handler(connection, MESSAGE_STEPS, toEngineFunction(answerEngine.index), 0);
}

/** Gives a connection that many instructions from now on. */
export function giveInstructions(connection: EnginePointer, budget: u64): void {
  beginMessageBudget(connection, spentInstructions() + budget);
}

/** Lets a connection run without an end again. */
export function liftInstructionBudget(connection: EnginePointer): void {
  guardCalls(false);
  sqlite3_progress_handler(connection, 0, 0, 0);
}

/** Whether work can be begun. Where it cannot, the budget counts as used up. */
export function isForeseen(instructions: u64): bool {
  // Looking at the counter costs more than most of the work that is asked about.
  if (instructions < SMALL_WORK) return true;
  const needed = spentInstructions() + instructions;
  if (needed <= limit) return true;
  foreseen = needed;
  limit = 0;
  return false;
}

/** Instructions of the message so far, with those of the work that was refused. */
export function neededInstructions(): u64 {
  return max<u64>(foreseen, spentInstructions());
}

/** Instructions of the message so far. */
export function spentInstructions(): u64 {
  return performance_counter(MESSAGE_COUNTER);
}

/** Whether the budget that was begun last is used up. */
export function isSpent(): bool {
  return performance_counter(MESSAGE_COUNTER) >= limit;
}

/** Ends a connection's statements once the budget that was begun is used up. */
export function stopWhenSpent(connection: EnginePointer): void {
  sqlite3_progress_handler(connection, BUDGET_STEPS, toEngineFunction(answerEngine.index), 0);
}

function answerEngine(_argument: EnginePointer): i32 {
  return isSpent() ? 1 : 0;
}
