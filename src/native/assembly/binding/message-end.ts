// A transaction is part of one message. JavaScript that awaits an inter-canister call or a timer inside of one would leave it
// open to whatever message comes next, so the message that would do so is undone before the call is made.

import { trapWithNumber } from '../engine/trap';
import { HostPointer } from '../externals/addresses';
import { JS_ExecutePendingJob, JSRuntime } from '../externals/quickjs';
import { connectionAt, firstHeldSlot, heldSlots } from './slots';
import { inTransaction } from './transactions';

const NO_JOB_LEFT: i32 = 0;

/** Takes the place of QuickJS's JS_ExecutePendingJob. Azle calls it until nothing is left that can run in this message. */
export function wrap_JS_ExecutePendingJob(runtime: JSRuntime, contextOut: HostPointer): i32 {
  const outcome = JS_ExecutePendingJob(runtime, contextOut);
  if (outcome === NO_JOB_LEFT) requireNoTransaction();
  return outcome;
}

function requireNoTransaction(): void {
  let left = heldSlots();
  for (let id = firstHeldSlot(); left > 0; id++) {
    const record = connectionAt(id);
    if (record === 0) continue;
    left--;
    if (!inTransaction(record)) continue;
    trapWithNumber(
      'Tabularium: the message is undone because it ends inside a transaction, on MemoryId ',
      id,
      '. Commit or roll back before you await an inter-canister call or a timer, and before the method returns.',
    );
  }
}
