import { performance_counter } from '../externals/ic0';

// Work on a whole archive goes in steps. A caller says how many pages a step may pass, and cannot know what they cost: the
// IC charges a message's first access to each 64 KiB page of memory 80,000 instructions, and its first write to it as much
// again (since July 2026). A page among its neighbours costs a sixteenth of that, one that lies alone all of it, and so do the
// tables above it. So a step that comes to cost more than expected ends before its pages are passed, by the message's own
// counter, and the next one goes on.
//
// The counter bounds the memory that a step touches as well: a message may access 2 GiB of stable memory, a query 1 GiB, in pages of
// 4 KiB, and reading or writing one takes 4,096 instructions without its touch.

/** Instructions of a message from which on a step of an update goes no further: a twentieth of what an update has. */
const UPDATE_STEP: u64 = 2000000000;
/** The same for a step of a query, which has 5 billion. */
const QUERY_STEP: u64 = 1000000000;
/** What a step gets that begins when its message has taken those: as for a caller that makes several in one message. */
const LATE_STEP: u64 = 100000000;
/** Pages between two looks at the counter, which take as much as 2 % of a page together. */
const PAGES_A_LOOK: u32 = 16;
const MESSAGE_COUNTER: u32 = 0;

/** Value of the message's counter at which the step under way ends. One message runs at a time. */
let end: u64 = 0;

/** Begins a step of an update. */
export function beginStep(): void {
  end = max<u64>(UPDATE_STEP, performance_counter(MESSAGE_COUNTER) + LATE_STEP);
}

/** Begins a step that queries take too. */
export function beginQueryStep(): void {
  end = max<u64>(QUERY_STEP, performance_counter(MESSAGE_COUNTER) + LATE_STEP);
}

/** Whether the step under way is to end. To be asked after work that was done, for steps to come to an end at all. */
export function isStepSpent(): bool {
  return performance_counter(MESSAGE_COUNTER) >= end;
}

/** The same where so many pages have been passed, or units of work that take no longer: every sixteenth of them looks. */
export function endsStep(passed: u32): bool {
  return passed % PAGES_A_LOOK === 0 && passed > 0 && isStepSpent();
}
