import { performance_counter } from '../externals/ic0';

// How long the call that is under way may go on, in instructions of its message.

let deadline: u64 = 0;

/** Starts a budget that is measured from here on. */
export function beginBudget(instructions: u64): void {
  deadline = performance_counter(0) + instructions;
}

export function isSpent(): bool {
  return performance_counter(0) >= deadline;
}
