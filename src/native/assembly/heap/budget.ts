// How much heaps may hold, and what is given up before anything is refused.
//
// An archive has a limit of its own, so that whatever its schema, statements and work ask for is refused there, and not by
// its neighbours. All archives together keep a budget from one message to the next; who works may go beyond it. And the
// memory as a whole has the region manager's limit. Where that one refuses, what idle archives hold is given up first.

import { HostPointer, TableIndex } from '../externals/addresses';
import { NO_RUN, REGION_PAGE_SHIFT, takeRun } from './regions';

/** Whose memory it is: a slot's MemoryId, or {@link NOBODY}. */
export type Owner = u32;
/** Owner of what belongs to no archive. */
export const NOBODY: Owner = 255;

/** What refused memory. */
export enum Shortage {
  None = 0,
  /** The archive's own limit. */
  Archive = 1,
  /** The limit of all memory. */
  Memory = 2,
}

/** Pages that one archive may hold: 128 MiB. What outgrows its share spills into stable memory before. */
const ARCHIVE_PAGES: u32 = 2048;
/** Pages that all archives together keep between messages: 96 MiB. */
const BUDGET_PAGES: u32 = 1536;

/** Gives up what the coldest idle archive holds, but for the owner's; false when there is nothing left to give up. */
let giveUp: TableIndex = 0;
let shortage: Shortage = Shortage.None;
let refusedPages: u32 = 0;
/** Pages of all archives' heaps. */
let held: u32 = 0;

/** Registers who can give up what idle archives hold: `(owner) => bool`. */
export function setGiver(index: TableIndex): void {
  giveUp = index;
}

/** A run for an owner's heap, which holds so many pages already; {@link NO_RUN} when it is refused. */
export function takeRunFor(owner: Owner, had: u32, pages: u32): HostPointer {
  if (!mayHold(owner, had + pages)) return NO_RUN;
  let run = takeRun(pages);
  while (run === NO_RUN && giveUp !== 0 && call_indirect<bool>(giveUp, owner)) run = takeRun(pages);
  if (run === NO_RUN) noteShortage(Shortage.Memory, pages);
  return run;
}

/** Whether an owner's heap may hold so many pages, as far as its own limit goes. */
export function mayHold(owner: Owner, pages: u32): bool {
  if (owner === NOBODY || pages <= ARCHIVE_PAGES) return true;
  noteShortage(Shortage.Archive, pages);
  return false;
}

function noteShortage(reason: Shortage, pages: u32): void {
  shortage = reason;
  refusedPages = pages;
}

/** Notes what an owner's heap holds. */
export function noteHeld(owner: Owner, before: u32, now: u32): void {
  if (owner !== NOBODY) held += now - before;
}

/** Pages of all archives' heaps together. */
export function heldByArchives(): u32 {
  return held;
}

/** Whether archives hold more than they may keep from one message to the next. */
export function isBeyondBudget(): bool {
  return held > BUDGET_PAGES;
}

/** Bytes that one archive may hold. */
export function archiveLimit(): u64 {
  return (<u64>ARCHIVE_PAGES) << REGION_PAGE_SHIFT;
}

/** What refused memory since {@link forgetShortage}. */
export function shortageOfMemory(): Shortage {
  return shortage;
}

/** Pages that the archive would have held, or that were asked for where all memory was at its limit. */
export function shortagePages(): u32 {
  return refusedPages;
}

export function forgetShortage(): void {
  shortage = Shortage.None;
}
