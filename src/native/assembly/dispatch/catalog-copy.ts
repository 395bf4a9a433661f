// What the catalog decided, where a message finds it without JavaScript. The catalog owns the truth: it changes its records,
// then this copy, and makes it anew when the service starts. A caught exception rolls nothing back, so the copy changes last.
//
// A record for each slot, of 256 bytes, and an index by the archive's id beside them:
//
// offset  size  field
//      0     8  generation, 0 for a slot without an archive
//      8     4  members: identities of writers, then of readers; 0 when there are none
//     12     1  number of writers
//     13     1  number of readers
//     14     1  length of the id
//     15     1  state: one of State
//     16     1  blocks: a sum of Block
//     17     1  1 when everybody may read
//     18     1  the slot
//     24    48  budgets, by BudgetKind; UNLIMITED where the archive has none
//     72    56  usage: usage.ts
//    128    32  owner: identity.ts
//    160    64  id
//    224    32  room for quotas

import { trap } from '../engine/trap';
import { HostPointer } from '../externals/addresses';
import { NOBODY } from '../heap/budget';
import { allocateFor, NO_BLOCK } from '../heap/heaps';
import { MemoryId } from '../memory/layout';
import { release } from '../pages/heap';
import { IDENTITY_SIZE, sameIdentity } from './identity';
import { State } from './method-table';
import { mergeIntoOthers, Usage, usageAt } from './usage';

/** The slots of a catalog are some of 0 to 110, or some of 120 to 254: catalog/slots/slot-plan.ts. */
const LAST_LOW_SLOT: MemoryId = 110;
const FIRST_HIGH_SLOT: MemoryId = 120;
export const MOST_SLOTS: u32 = 135;

@unmanaged
export class ArchiveCopy {
  generation: u64;
  members: HostPointer;
  writers: u8;
  readers: u8;
  idLength: u8;
  state: u8;
  blocks: u8;
  publicRead: u8;
  slot: u8;
}

const BUDGETS: u32 = 24;
const USAGE: u32 = 72;
const OWNER: u32 = 128;
const ID: u32 = 160;
const RECORD_SIZE: u32 = 256;
export const LONGEST_ID: u32 = 64;
export const MOST_MEMBERS: u32 = 64;
const MOST_OPERATORS: u32 = 64;
const MOST_GENERATION_DIGITS: u32 = 15;
const SEPARATOR: u32 = 0x40;
const BUCKETS: u32 = 512;

/** Number of the record + 1 by the hash of its id; one that is taken sends on to the next. */
const index: HostPointer = <u32>memory.data(512);
const records: HostPointer = <u32>memory.data(34560, 8);
const operators: HostPointer = <u32>memory.data(2048, 8);
let operatorCount: u32 = 0;
/** Whether everybody may see the metrics. */
let hasAudience: bool = false;

/** The record of a slot. */
export function copyAt(slot: MemoryId): ArchiveCopy {
  const copy = recordAt(slot <= LAST_LOW_SLOT ? slot : slot - FIRST_HIGH_SLOT);
  copy.slot = <u8>slot;
  return copy;
}

/** The record of the catalog's `number`-th slot, from 0 to {@link MOST_SLOTS}. */
export function copyNumbered(number: u32): ArchiveCopy {
  return recordAt(number);
}

function recordAt(number: u32): ArchiveCopy {
  return changetype<ArchiveCopy>(<usize>(records + number * RECORD_SIZE));
}

function addressOf(copy: ArchiveCopy): HostPointer {
  return <u32>changetype<usize>(copy);
}

/** Where its budgets lie, a word each, by BudgetKind. */
export function budgetsOf(copy: ArchiveCopy): HostPointer {
  return addressOf(copy) + BUDGETS;
}

export function usageOf(copy: ArchiveCopy): Usage {
  return usageAt(addressOf(copy) + USAGE);
}

export function idOf(copy: ArchiveCopy): HostPointer {
  return addressOf(copy) + ID;
}

/** Makes the record one of an archive: what it is called, whose it is, and who else may use it is set then. */
export function beginCopy(copy: ArchiveCopy, generation: u64): void {
  if (copy.generation !== generation) {
    mergeIntoOthers(usageOf(copy));
    copy.generation = generation;
  }
  release(copy.members);
  copy.members = 0;
  copy.writers = 0;
  copy.readers = 0;
}

/** Makes the record one of a slot without an archive. */
export function dropCopy(copy: ArchiveCopy): void {
  beginCopy(copy, 0);
  copy.idLength = 0;
  rebuildIndex();
}

export function setId(copy: ArchiveCopy, id: HostPointer, length: u32): void {
  memory.copy(idOf(copy), id, length);
  copy.idLength = <u8>length;
  rebuildIndex();
}

/** Where the owner's identity lies. */
export function ownerOf(copy: ArchiveCopy): HostPointer {
  return addressOf(copy) + OWNER;
}

/** Makes room for members. Traps when there is none: the message that changes them is undone. */
export function makeMembers(copy: ArchiveCopy, writers: u32, readers: u32): void {
  if (writers + readers === 0) return;
  copy.members = allocateFor(NOBODY, (writers + readers) * IDENTITY_SIZE);
  if (copy.members === NO_BLOCK) trap('Tabularium: there is no memory for the members of an archive');
  copy.writers = <u8>writers;
  copy.readers = <u8>readers;
}

/** Where a member's identity lies: writers first, then readers. */
export function memberAt(copy: ArchiveCopy, member: u32): HostPointer {
  return copy.members + member * IDENTITY_SIZE;
}

/** The operators' identities are written where {@link operatorAt} says. */
export function setOperators(count: u32): void {
  operatorCount = min(count, MOST_OPERATORS);
}

export function operatorAt(operator: u32): HostPointer {
  return operators + operator * IDENTITY_SIZE;
}

export function setAudience(exists: bool): void {
  hasAudience = exists;
}

export function mayAnybodySeeMetrics(): bool {
  return hasAudience;
}

export function isOwner(copy: ArchiveCopy, identity: HostPointer): bool {
  return sameIdentity(ownerOf(copy), identity);
}

export function isWriter(copy: ArchiveCopy, identity: HostPointer): bool {
  return isAmong(copy.members, copy.writers, identity);
}

export function isReader(copy: ArchiveCopy, identity: HostPointer): bool {
  return isAmong(memberAt(copy, copy.writers), copy.readers, identity);
}

export function isOperator(identity: HostPointer): bool {
  return isAmong(operators, operatorCount, identity);
}

function isAmong(identities: HostPointer, count: u32, identity: HostPointer): bool {
  for (let left = count, at = identities; left > 0; left--, at += IDENTITY_SIZE) {
    if (sameIdentity(at, identity)) return true;
  }
  return false;
}

/** What a reference means. */
@unmanaged
export class Resolution {
  /** The archive: of `id` the one that has it now, of `id@generation` that one for ever. Null when there is none. */
  archive: ArchiveCopy | null;
  /** Of a stale `id@generation` the archive that has its id now. Who may use that is told that the reference is stale. */
  successor: ArchiveCopy | null;
}

const resolution = changetype<Resolution>(memory.data(offsetof<Resolution>(), 4));

/** Finds what a reference means: catalog/catalog.ts, find. The result is valid until the next one. */
export function resolve(reference: HostPointer, length: u32): Resolution {
  let at: u32 = 0;
  while (at < length && <u32>load<u8>(reference + at) !== SEPARATOR) at++;
  resolution.archive = null;
  resolution.successor = null;
  if (at === length) {
    resolution.archive = holderOf(reference, length);
    return resolution;
  }
  resolution.archive = ofGeneration(reference, at, generationIn(reference + at + 1, length - at - 1));
  if (resolution.archive === null) resolution.successor = holderOf(reference, at);
  return resolution;
}

/** The archive that has an id now: a deleted one has given it back. */
function holderOf(id: HostPointer, length: u32): ArchiveCopy | null {
  if (length === 0 || length > LONGEST_ID) return null;
  for (let bucket = bucketOf(id, length); load<u8>(index + bucket) !== 0; bucket = (bucket + 1) % BUCKETS) {
    const copy = recordAt(<u32>load<u8>(index + bucket) - 1);
    if (holdsItsId(copy) && hasId(copy, id, length)) return copy;
  }
  return null;
}

/** The archive of a generation. Its id stands before it, or nothing does. */
function ofGeneration(id: HostPointer, length: u32, generation: u64): ArchiveCopy | null {
  if (generation === 0) return null;
  for (let number: u32 = 0; number < MOST_SLOTS; number++) {
    const copy = recordAt(number);
    if (copy.generation === generation) return length === 0 || hasId(copy, id, length) ? copy : null;
  }
  return null;
}

/** A generation as it is written, without leading zeros; 0 for anything else. */
function generationIn(text: HostPointer, length: u32): u64 {
  if (length === 0 || length > MOST_GENERATION_DIGITS || load<u8>(text) === 0x30) return 0;
  let generation: u64 = 0;
  for (let at: u32 = 0; at < length; at++) {
    const digit = <u32>load<u8>(text + at) - 0x30;
    if (digit > 9) return 0;
    generation = generation * 10 + digit;
  }
  return generation;
}

function holdsItsId(copy: ArchiveCopy): bool {
  return copy.state !== State.Deleted && copy.state !== State.Purging;
}

function hasId(copy: ArchiveCopy, id: HostPointer, length: u32): bool {
  if (<u32>copy.idLength !== length) return false;
  const own = idOf(copy);
  for (let at: u32 = 0; at < length; at++) {
    if (load<u8>(own + at) !== load<u8>(id + at)) return false;
  }
  return true;
}

function rebuildIndex(): void {
  memory.fill(index, 0, BUCKETS);
  for (let number: u32 = 0; number < MOST_SLOTS; number++) {
    const copy = recordAt(number);
    if (copy.generation === 0) continue;
    let bucket = bucketOf(idOf(copy), copy.idLength);
    while (load<u8>(index + bucket) !== 0) bucket = (bucket + 1) % BUCKETS;
    store<u8>(index + bucket, number + 1);
  }
}

/** FNV-1a. Ids that collide make a look-up longer, and there are 135 of them, which controllers choose. */
function bucketOf(id: HostPointer, length: u32): u32 {
  let hash: u32 = 0x811c9dc5;
  for (let at: u32 = 0; at < length; at++) hash = (hash ^ load<u8>(id + at)) * 0x01000193;
  return hash % BUCKETS;
}
