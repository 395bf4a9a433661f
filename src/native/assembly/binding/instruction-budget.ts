// An end to work whose length nobody can tell beforehand. The engine asks now and then whether it may go on; the answer is
// no once the message has taken as many instructions as it was given, and the statement ends with SQLITE_INTERRUPT.

import { EnginePointer, toEngineFunction } from '../externals/addresses';
import { sqlite3_progress_handler } from '../externals/engine-statements';
import { performance_counter } from '../externals/ic0';

/** Steps of the engine (of its bytecode, or pages of a check) between two questions. */
const STEPS: i32 = 64;
const MESSAGE_COUNTER: u32 = 0;

/** Value of the message's counter from which on the engine is to stop. One message runs at a time. */
let limit: u64 = 0;

/** Gives a connection that many instructions from now on. */
export function giveInstructions(connection: EnginePointer, budget: u64): void {
  limit = performance_counter(MESSAGE_COUNTER) + budget;
  sqlite3_progress_handler(connection, STEPS, toEngineFunction(stopWhenSpent.index), 0);
}

/** Lets a connection run without an end again. */
export function liftInstructionBudget(connection: EnginePointer): void {
  sqlite3_progress_handler(connection, 0, 0, 0);
}

function stopWhenSpent(_argument: EnginePointer): i32 {
  return performance_counter(MESSAGE_COUNTER) >= limit ? 1 : 0;
}
