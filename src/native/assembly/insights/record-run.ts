// Counts what the texts of requests cost. Only where it lasts: what a query call writes to the heap is discarded.

import { isReplicated, messageTime } from '../engine/message';
import { HostPointer } from '../externals/addresses';

import { MemoryId } from '../memory/layout';
import { allocateShared, NO_MEMORY } from '../pages/heap';
import { xxh64 } from '../pages/xxh64';
import { insightAt } from './insight';
import { addInsight, findInsight, NONE, touchInsight } from './insight-table';
import { NormalForm, normalize } from './normal-form';

/** What one run took. */
@unmanaged
export class RunCosts {
  rowsRead: u64;
  rowsWritten: u64;
  rowsReturned: u64;
  instructions: u64;
  failed: u32;
}

/** Bytes of a text by which it is known; what differs only behind them counts as the same. */
const LONGEST_TEXT: u32 = 4096;
const NORMAL_CAPACITY: u32 = 8192;

// Texts that ran of late as they were sent, and the hashes of their normal forms: a text that comes back is not normalised
// again. 256 places, by the hash of archive and text.
const PLACES: u64 = 256;
const PLACE_SIZE: u32 = 16;
const SENT: u32 = 0;
const NORMAL: u32 = 8;
const PLACES_SIZE: u32 = <u32>PLACES * PLACE_SIZE;

/** Both, made when the first run is recorded. */
let places: HostPointer = NO_MEMORY;
let normalForm: HostPointer = NO_MEMORY;

const costs: usize = memory.data(offsetof<RunCosts>(), 8);

/** The costs that {@link recordRun} takes, to be filled in first. */
export function runCosts(): RunCosts {
  return changetype<RunCosts>(costs);
}

/** Adds a run to the insight of its text. */
export function recordRun(slot: MemoryId, sql: HostPointer, length: u32): void {
  if (!isReplicated() || !isReady()) return;
  const pointer = insightOf(slot, sql, min(length, LONGEST_TEXT));
  if (pointer === NONE) return;
  touchInsight(pointer);
  const run = runCosts();
  const insight = insightAt(pointer);
  const now = messageTime();
  if (insight.runs === 0) insight.since = now;
  insight.last = now;
  insight.runs++;
  insight.failures += run.failed;
  insight.rowsRead += run.rowsRead;
  insight.rowsWritten += run.rowsWritten;
  insight.rowsReturned += run.rowsReturned;
  insight.instructions += run.instructions;
  insight.worstInstructions = max(insight.worstInstructions, run.instructions);
}

/** False when the heap has no room for what recording needs. */
function isReady(): bool {
  if (places !== NO_MEMORY) return true;
  places = allocateShared(PLACES_SIZE + NORMAL_CAPACITY);
  normalForm = places + PLACES_SIZE;
  return places !== NO_MEMORY;
}

function insightOf(slot: MemoryId, sql: HostPointer, length: u32): HostPointer {
  const sent = xxh64(sql, length, slot);
  const place = places + <u32>(sent % PLACES) * PLACE_SIZE;
  if (load<u64>(place + SENT) === sent) {
    const known = findInsight(slot, load<u64>(place + NORMAL));
    if (known !== NONE) return known;
  }
  const normalLength = normalize(sql, length, normalForm, NormalForm.Statement);
  const hash = xxh64(normalForm, normalLength, 0);
  store<u64>(place + SENT, sent);
  store<u64>(place + NORMAL, hash);
  const known = findInsight(slot, hash);
  return known === NONE ? addInsight(slot, hash, normalForm, normalLength) : known;
}
