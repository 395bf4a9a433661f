// Insights by archive and statement, in the engine's heap: at most 200 of an archive and 2,048 in all, of about a kilobyte
// each. The one that ran longest ago gives way: of the same archive when that has its share, else of all. An upgrade forgets
// them.

import { HostPointer } from '../externals/addresses';
import { MemoryId } from '../memory/layout';
import { allocateShared, NO_MEMORY, release } from '../pages/heap';
import { INSIGHT_SIZE, insightAt, textOf } from './insight';

/** In place of an insight. */
export const NONE: HostPointer = 0;
export const MOST_OF_ARCHIVE: u32 = 200;
const MOST: u32 = 2048;
/** Longest text that is kept, in bytes. */
const LONGEST_TEXT: u32 = 1000;

const BUCKETS: u32 = 1024;
const WORD: u32 = 4;
/** First insight of each bucket; made with the first insight. */
let buckets: HostPointer = NO_MEMORY;
/** Insights of each archive, by MemoryId. */
const counts: HostPointer = <u32>memory.data(1020, 4);

let count: u32 = 0;
let newest: HostPointer = NONE;
let oldest: HostPointer = NONE;

/** The insight of a statement; NONE when there is none. */
export function findInsight(slot: MemoryId, hash: u64): HostPointer {
  if (buckets === NO_MEMORY) return NONE;
  let pointer = load<u32>(bucketOf(slot, hash));
  while (pointer !== NONE) {
    const insight = insightAt(pointer);
    if (insight.hash === hash && insight.slot === slot) return pointer;
    pointer = insight.chained;
  }
  return NONE;
}

/** A new insight of a statement; NONE when the heap has no room for it. */
export function addInsight(slot: MemoryId, hash: u64, text: HostPointer, length: u32): HostPointer {
  if (buckets === NO_MEMORY) buckets = allocateShared(BUCKETS * WORD);
  if (buckets === NO_MEMORY) return NONE;
  const ofSlot = load<u32>(counts + slot * WORD);
  if (ofSlot >= MOST_OF_ARCHIVE) removeInsight(oldestOf(slot));
  else if (count >= MOST) removeInsight(oldest);
  const kept = fittingLength(text, length);
  const pointer = allocateShared(INSIGHT_SIZE + kept);
  if (pointer === NONE) return NONE;
  const insight = insightAt(pointer);
  insight.hash = hash;
  insight.slot = slot;
  insight.length = kept;
  insight.cut = kept < length ? 1 : 0;
  memory.copy(textOf(pointer), text, kept);
  const bucket = bucketOf(slot, hash);
  insight.chained = load<u32>(bucket);
  store<u32>(bucket, pointer);
  store<u32>(counts + slot * WORD, load<u32>(counts + slot * WORD) + 1);
  count++;
  linkNewest(pointer);
  return pointer;
}

/** Makes an insight the one that ran last. */
export function touchInsight(pointer: HostPointer): void {
  if (pointer === newest) return;
  unlink(pointer);
  linkNewest(pointer);
}

/** Forgets what is known of an archive. */
export function forgetInsights(slot: MemoryId): void {
  let pointer = newest;
  while (pointer !== NONE) {
    const next = insightAt(pointer).older;
    if (insightAt(pointer).slot === slot) removeInsight(pointer);
    pointer = next;
  }
}

/** The next insight of an archive behind another one, from the newest on. */
export function nextInsight(slot: MemoryId, after: HostPointer): HostPointer {
  let pointer = after === NONE ? newest : insightAt(after).older;
  while (pointer !== NONE && insightAt(pointer).slot !== slot) pointer = insightAt(pointer).older;
  return pointer;
}

function oldestOf(slot: MemoryId): HostPointer {
  let pointer = oldest;
  while (pointer !== NONE && insightAt(pointer).slot !== slot) pointer = insightAt(pointer).newer;
  return pointer;
}

function removeInsight(pointer: HostPointer): void {
  if (pointer === NONE) return;
  const insight = insightAt(pointer);
  const bucket = bucketOf(insight.slot, insight.hash);
  if (load<u32>(bucket) === pointer) {
    store<u32>(bucket, insight.chained);
  } else {
    let before = load<u32>(bucket);
    while (insightAt(before).chained !== pointer) before = insightAt(before).chained;
    insightAt(before).chained = insight.chained;
  }
  store<u32>(counts + insight.slot * WORD, load<u32>(counts + insight.slot * WORD) - 1);
  count--;
  unlink(pointer);
  release(pointer);
}

function linkNewest(pointer: HostPointer): void {
  const insight = insightAt(pointer);
  insight.newer = NONE;
  insight.older = newest;
  if (newest !== NONE) insightAt(newest).newer = pointer;
  else oldest = pointer;
  newest = pointer;
}

function unlink(pointer: HostPointer): void {
  const newer = insightAt(pointer).newer;
  const older = insightAt(pointer).older;
  if (newer !== NONE) insightAt(newer).older = older;
  else newest = older;
  if (older !== NONE) insightAt(older).newer = newer;
  else oldest = newer;
}

function bucketOf(slot: MemoryId, hash: u64): HostPointer {
  return buckets + ((<u32>hash ^ slot) % BUCKETS) * WORD;
}

/** Bytes of the text that are kept, cut between characters. */
function fittingLength(text: HostPointer, length: u32): u32 {
  if (length <= LONGEST_TEXT) return length;
  let fitting = LONGEST_TEXT;
  while (fitting > 0 && (load<u8>(text + fitting) & 0xc0) === 0x80) fitting--;
  return fitting;
}
