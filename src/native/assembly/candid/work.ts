// How much a message may make its reader do. Values may take no bytes at all (null, an empty record), a type may nest
// values without end, and what is refused under an opt is read twice. So every step is charged against a quota that
// follows the message's size, and a message that asks for more is refused after that much work.

import { fail } from './reader';

/** Values nest no deeper, so that reading them takes a bounded stack. */
const DEEPEST: u32 = 512;
const STEPS_PER_BYTE: u64 = 4;
/** What the smallest message may take. Zero-sized values beyond that need bytes to justify them. */
const FREE_STEPS: u64 = 10000;

let steps: u64 = 0;

/** Sets the quota for a message of so many bytes. */
export function allowWork(size: u32): void {
  steps = FREE_STEPS + <u64>size * STEPS_PER_BYTE;
}

/** Takes steps from the quota; false, and the message fails, when it does not cover them. */
export function spend(count: u64): bool {
  if (count > steps) {
    fail('the message describes more values than its size justifies');
    return false;
  }
  steps -= count;
  return true;
}

/** Takes the step for a value nested so deeply. */
export function enterValue(depth: u32): bool {
  if (depth <= DEEPEST) return spend(1);
  fail('values are nested too deeply');
  return false;
}
