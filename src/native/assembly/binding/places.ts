// Which connection each slot has, and which archives the messages use. All that a message writes to keep count lies here, on
// one page.
//
// place, by MemoryId
// offset  size  field
//      0     8  JavaScript's object of a pooled connection, UNDEFINED until somebody asks for one
//      8     8  number of its last use, counted over all archives
//     16     8  its uses
//     24     4  connection record, 0 while the slot is closed
//     28     4  1 when its page cache and statements were given up since its last use
//     32     4  1 when the pool closes it; 0 when whoever opened it does

import { HostPointer } from '../externals/addresses';
import { JSValue } from '../externals/quickjs';
import { MEMORY_COUNT, MemoryId } from '../memory/layout';
import { UNDEFINED } from '../quickjs/values';

/** In place of a MemoryId. */
export const NO_ARCHIVE: MemoryId = MEMORY_COUNT;

@unmanaged
export class Place {
  object: JSValue;
  lastUse: u64;
  uses: u64;
  connection: HostPointer;
  isShed: u32;
  isPooled: u32;
}

const places: HostPointer = <u32>memory.data(10200, 8);
/** A bit for each slot whose connection this message has used. */
const used: HostPointer = <u32>memory.data(32, 8);
const WORD: u32 = 8;
const WORD_BITS: u32 = 64;
const USED_WORDS: u32 = 4;
/** Uses of all archives. */
let clock: u64 = 0;

export function placeOf(id: MemoryId): Place {
  return changetype<Place>(<usize>(places + id * <u32>offsetof<Place>()));
}

/** The record of a slot's connection; 0 while it has none. */
export function connectionAt(id: MemoryId): HostPointer {
  return placeOf(id).connection;
}

/** Notes that a slot has a connection now. */
export function holdSlot(id: MemoryId, record: HostPointer): void {
  const place = placeOf(id);
  place.object = UNDEFINED;
  place.lastUse = 0;
  place.uses = 0;
  place.connection = record;
  place.isShed = 0;
  place.isPooled = 0;
}

/** Notes that a slot has none any more. */
export function vacateSlot(id: MemoryId): void {
  placeOf(id).object = UNDEFINED;
  placeOf(id).connection = 0;
}

/** Counts a use of a slot's connection. */
export function countUse(id: MemoryId): void {
  const place = placeOf(id);
  place.lastUse = ++clock;
  place.uses++;
  place.isShed = 0;
}

/** Notes that this message runs statements of a slot's connection; of what has no slot nothing is kept. */
export function markUsed(id: MemoryId): void {
  if (id >= MEMORY_COUNT) return;
  const word = used + (id / WORD_BITS) * WORD;
  store<u64>(word, load<u64>(word) | ((<u64>1) << (id % WORD_BITS)));
}

/** The first slot from `from` on whose connection this message has used; NO_ARCHIVE when there is none. */
export function nextUsed(from: MemoryId): MemoryId {
  for (let index = from / WORD_BITS; index < USED_WORDS; index++) {
    let bits = load<u64>(used + index * WORD);
    if (index === from / WORD_BITS) bits &= u64.MAX_VALUE << (from % WORD_BITS);
    if (bits !== 0) return index * WORD_BITS + <MemoryId>ctz(bits);
  }
  return NO_ARCHIVE;
}

/** Forgets what was used: the message ends. */
export function clearUsed(): void {
  memory.fill(used, 0, USED_WORDS * WORD);
}
