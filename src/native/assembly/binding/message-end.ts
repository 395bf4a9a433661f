// A transaction is part of one message. JavaScript that awaits an inter-canister call or a timer inside of one would leave it
// open to whatever message comes next, so the message that would do so is undone before the call is made.

import { trapWithNumber } from '../engine/trap';
import { HostPointer } from '../externals/addresses';
import { JS_ExecutePendingJob, JSRuntime } from '../externals/quickjs';
import { NOBODY } from '../heap/budget';
import { chargeMemoryTo } from '../heap/heaps';
import { isJournalInUse } from '../vfs/main-journal';
import { emptyStatementJournals } from '../vfs/temporary-file';
import { clearUsed, connectionAt, NO_ARCHIVE, nextUsed } from './places';
import { settlePool } from './pool';
import { inTransaction } from './transactions';

const NO_JOB_LEFT: i32 = 0;

/** Takes the place of QuickJS's JS_ExecutePendingJob. Azle calls it until nothing is left that can run in this message. */
export function wrap_JS_ExecutePendingJob(runtime: JSRuntime, contextOut: HostPointer): i32 {
  const outcome = JS_ExecutePendingJob(runtime, contextOut);
  if (outcome === NO_JOB_LEFT) endMessageUses();
  return outcome;
}

/** Ends what a message does with connections. */
export function endMessageUses(): void {
  requireNoTransaction();
  settlePool();
  clearUsed();
  if (!isJournalInUse()) emptyStatementJournals();
  chargeMemoryTo(NOBODY);
}

/** Only a connection that the message used can be in a transaction, since every message ends here. */
function requireNoTransaction(): void {
  for (let id = nextUsed(0); id !== NO_ARCHIVE; id = nextUsed(id + 1)) {
    const record = connectionAt(id);
    if (record === 0 || !inTransaction(record)) continue;
    trapWithNumber(
      'Tabularium: the message is undone because it ends inside a transaction, on MemoryId ',
      id,
      '. Commit or roll back before you await an inter-canister call or a timer, and before the method returns.',
    );
  }
}
