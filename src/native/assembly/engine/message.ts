// What the system says of the message under way, asked once: each question costs 500 instructions, and the statements of a batch
// would ask in turn.

import { in_replicated_execution, time } from '../externals/ic0';

let replicated: bool = false;
let now: u64 = 0;

/** Asks. To be called first by whoever lets several parts of a message ask. */
export function beginMessageFacts(): void {
  replicated = in_replicated_execution() !== 0;
  now = 0;
}

/** Whether what the message changes lasts: not where one node answers a query alone. */
export function isReplicated(): bool {
  return replicated;
}

/** Nanoseconds since 1970. */
export function messageTime(): u64 {
  if (now === 0) now = time();
  return now;
}
