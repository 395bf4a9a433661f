// How much a transaction may change. It is asked while one grows that has spilled, and when SQLite has written all pages and
// nothing is published yet, so that a refusal undoes the transaction. Publishing itself cannot be stopped half-way: its
// instructions (commit-cost.ts), and the pages of stable memory that it writes, are foreseen.

import { spentInstructions } from '../engine/instruction-budget';
import { MOST_WRITTEN, noteShortage, Shortage, scratchWritten } from '../memory/scratch-memory';
import { PAGE_SHIFT } from './layout';

/** Tables that publishing writes, for so many pages one, and some for a few pages that lie far apart. */
const PAGES_PER_TABLE: u32 = 32;
const FEW_TABLES: u32 = 2048;

let mostPages: u32 = u32.MAX_VALUE;
let mostInstructions: u64 = u64.MAX_VALUE;
let refusedPages: u32 = 0;
let refusedInstructions: u64 = 0;

/** Sets the limits for the commits to come: storage pages, and instructions of the message with publishing included. */
export function limitCommits(pages: u32, instructions: u64): void {
  mostPages = pages;
  mostInstructions = instructions;
  refusedPages = 0;
  refusedInstructions = 0;
}

export function liftCommitLimits(): void {
  limitCommits(u32.MAX_VALUE, u64.MAX_VALUE);
}

/** Whether a transaction may have changed so many pages: what it may change, and what its message may write. */
export function mayChange(pages: u32): bool {
  if (pages > mostPages) {
    refusedPages = pages;
    return false;
  }
  const written = scratchWritten() + bytesToPublish(pages);
  if (written <= MOST_WRITTEN) return true;
  noteShortage(Shortage.Written, written);
  return false;
}

/** Bytes of stable memory that publishing so many pages writes at most. */
export function bytesToPublish(pages: u32): u64 {
  return (<u64>pages + pages / PAGES_PER_TABLE + FEW_TABLES) << PAGE_SHIFT;
}

/** Whether publishing fits that takes no more instructions than these. Not yet a refusal where it does not. */
export function fitsCommit(instructions: u64): bool {
  return mostInstructions === u64.MAX_VALUE || spentInstructions() + instructions <= mostInstructions;
}

/** Takes down that publishing would have taken so many instructions. */
export function refuseInstructions(instructions: u64): void {
  refusedInstructions = spentInstructions() + instructions;
}

/** Pages of the commit that was refused for their number; 0 when none was. */
export function pagesRefused(): u32 {
  return refusedPages;
}

/** Instructions that the refused commit would have taken the message to; 0 when none was. */
export function instructionsRefused(): u64 {
  return refusedInstructions;
}
