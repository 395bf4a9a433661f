// What calls of SQL took: sums for each archive, and one for what was about none, or about archives that are gone. They count
// since the canister was installed or upgraded. A call that one node answers counts nothing, since its changes are discarded.

import { outcomeCode, outcomeRowsRead, outcomeRowsWritten } from '../candid/outcome';
import { spentInstructions } from '../engine/instruction-budget';
import { messageTime } from '../engine/message';
import { HostPointer } from '../externals/addresses';
import { allocateShared, NO_MEMORY, release } from '../pages/heap';
import { literal } from '../quickjs/message';

@unmanaged
export class Usage {
  queries: u64;
  updates: u64;
  rowsRead: u64;
  rowsWritten: u64;
  instructions: u64;
  /** When an update last wrote rows; 0 for never. */
  lastWriteAt: u64;
  /** First of the counts of refusals, each of a code, in the order in which these came up. */
  refusals: HostPointer;
}

/** How often calls were refused with a code, whose text lies behind. */
@unmanaged
export class Refusals {
  times: u64;
  next: HostPointer;
  codeLength: u32;
}

const LONGEST_CODE: u32 = 64;

/** What is counted for no archive. */
export const others: HostPointer = <u32>memory.data(offsetof<Usage>(), 8);

export function usageAt(place: HostPointer): Usage {
  return changetype<Usage>(<usize>place);
}

export function refusalsAt(place: HostPointer): Refusals {
  return changetype<Refusals>(<usize>place);
}

export function codeOf(refusals: HostPointer): HostPointer {
  return refusals + <u32>offsetof<Refusals>();
}

/** Counts the request of SQL that was run last. */
export function countOutcome(usage: Usage, isUpdate: bool): void {
  countCall(usage, isUpdate);
  usage.rowsRead += outcomeRowsRead();
  usage.rowsWritten += outcomeRowsWritten();
  const code = outcomeCode();
  if (code.length !== 0) countRefusal(usage, literal(code), code.length, 1);
  else if (isUpdate && outcomeRowsWritten() !== 0) usage.lastWriteAt = messageTime();
}

/** Counts a request that was refused before it ran. */
export function countRefused(usage: Usage, isUpdate: bool, code: HostPointer, length: u32): void {
  countCall(usage, isUpdate);
  countRefusal(usage, code, length, 1);
}

function countCall(usage: Usage, isUpdate: bool): void {
  if (isUpdate) usage.updates++;
  else usage.queries++;
  usage.instructions += spentInstructions();
}

/** Counts refusals by their code. Where the heap has no room for a code that was not seen before, it is left out. */
function countRefusal(usage: Usage, code: HostPointer, length: u32, times: u64): void {
  const known = findRefusals(usage, code, length);
  const refusals = known !== 0 ? known : addRefusals(usage, code, length);
  if (refusals !== 0) refusalsAt(refusals).times += times;
}

/** Adds what an archive's calls took to the others', and forgets it: the sum over all never falls. */
export function mergeIntoOthers(usage: Usage): void {
  addUsage(usageAt(others), usage);
  forgetUsage(usage);
}

export function addUsage(sum: Usage, usage: Usage): void {
  sum.queries += usage.queries;
  sum.updates += usage.updates;
  sum.rowsRead += usage.rowsRead;
  sum.rowsWritten += usage.rowsWritten;
  sum.instructions += usage.instructions;
  sum.lastWriteAt = max(sum.lastWriteAt, usage.lastWriteAt);
  for (let place = usage.refusals; place !== 0; place = refusalsAt(place).next) {
    const refusals = refusalsAt(place);
    countRefusal(sum, codeOf(place), refusals.codeLength, refusals.times);
  }
}

export function forgetUsage(usage: Usage): void {
  let place = usage.refusals;
  while (place !== 0) {
    const next = refusalsAt(place).next;
    release(place);
    place = next;
  }
  memory.fill(<u32>changetype<usize>(usage), 0, offsetof<Usage>());
}

function findRefusals(usage: Usage, code: HostPointer, length: u32): HostPointer {
  for (let place = usage.refusals; place !== 0; place = refusalsAt(place).next) {
    if (refusalsAt(place).codeLength === length && isText(codeOf(place), code, length)) return place;
  }
  return 0;
}

function addRefusals(usage: Usage, code: HostPointer, length: u32): HostPointer {
  if (length > LONGEST_CODE) return 0;
  const place = allocateShared(<u32>offsetof<Refusals>() + length);
  if (place === NO_MEMORY) return 0;
  refusalsAt(place).codeLength = length;
  memory.copy(codeOf(place), code, length);
  if (usage.refusals === 0) usage.refusals = place;
  else refusalsAt(lastOf(usage.refusals)).next = place;
  return place;
}

function lastOf(refusals: HostPointer): HostPointer {
  let last = refusals;
  while (refusalsAt(last).next !== 0) last = refusalsAt(last).next;
  return last;
}

function isText(one: HostPointer, other: HostPointer, length: u32): bool {
  for (let at: u32 = 0; at < length; at++) {
    if (load<u8>(one + at) !== load<u8>(other + at)) return false;
  }
  return true;
}
