// An end to work whose length nobody can tell beforehand. What is native looks itself; the engine asks now and then whether
// it may go on, and where it may not, the statement ends with SQLITE_INTERRUPT.

import { EnginePointer, toEngineFunction } from '../externals/addresses';
import { sqlite3_progress_handler } from '../externals/engine-statements';
import { performance_counter } from '../externals/ic0';

/** Steps of the engine (of its bytecode, or pages of a check) between two questions. */
export const BUDGET_STEPS: i32 = 64;
const MESSAGE_COUNTER: u32 = 0;

/** Value of the message's counter from which on the work is to stop. One message runs at a time. */
let limit: u64 = 0;

/** Starts a budget of instructions, from here on. */
export function beginBudget(instructions: u64): void {
  limit = performance_counter(MESSAGE_COUNTER) + instructions;
}

/** Starts a budget that counts from the message's beginning. */
export function beginMessageBudget(instructions: u64): void {
  limit = instructions;
}

/** Instructions of the message so far. */
export function spentInstructions(): u64 {
  return performance_counter(MESSAGE_COUNTER);
}

/** Whether the budget that was begun last is used up. */
export function isSpent(): bool {
  return performance_counter(MESSAGE_COUNTER) >= limit;
}

/** Gives a connection that many instructions from now on. */
export function giveInstructions(connection: EnginePointer, budget: u64): void {
  beginBudget(budget);
  stopWhenSpent(connection);
}

/** Ends a connection's statements once the budget that was begun is used up. */
export function stopWhenSpent(connection: EnginePointer): void {
  sqlite3_progress_handler(connection, BUDGET_STEPS, toEngineFunction(answerEngine.index), 0);
}

/** Lets a connection run without an end again. */
export function liftInstructionBudget(connection: EnginePointer): void {
  sqlite3_progress_handler(connection, 0, 0, 0);
}

function answerEngine(_argument: EnginePointer): i32 {
  return isSpent() ? 1 : 0;
}
