import { HostPointer } from '../externals/addresses';

// XXH64, the one checksum of every layout of ours. Specification: https://github.com/Cyan4973/xxHash/blob/dev/doc

const PRIME_1: u64 = ((<u64>0x9e3779b1) << 32) | 0x85ebca87;
const PRIME_2: u64 = ((<u64>0xc2b2ae3d) << 32) | 0x27d4eb4f;
const PRIME_3: u64 = ((<u64>0x165667b1) << 32) | 0x9e3779f9;
const PRIME_4: u64 = ((<u64>0x85ebca77) << 32) | 0xc2b2ae63;
const PRIME_5: u64 = ((<u64>0x27d4eb2f) << 32) | 0x165667c5;

/** Bytes that the four lanes take in at once. */
const STRIPE: u32 = 32;

/** A hash under way, for input that arrives in pieces. Lives wherever its owner keeps it. */
@unmanaged
export class Xxh64State {
  lane1: u64;
  lane2: u64;
  lane3: u64;
  lane4: u64;
  /** Bytes taken in so far, those that wait in `pending` included. */
  length: u64;
  seed: u64;
  /** A stripe that is not complete yet: its first `length % 32` bytes. */
  pending0: u64;
  pending1: u64;
  pending2: u64;
  pending3: u64;
}

/** Hash of bytes that lie in one piece. */
export function xxh64(source: HostPointer, size: u32, seed: u64): u64 {
  const state = changetype<Xxh64State>(oneShot);
  xxh64Begin(state, seed);
  xxh64Update(state, source, size);
  return xxh64End(state);
}

const oneShot: usize = memory.data(80, 8);

export function xxh64Begin(state: Xxh64State, seed: u64): void {
  state.lane1 = seed + PRIME_1 + PRIME_2;
  state.lane2 = seed + PRIME_2;
  state.lane3 = seed;
  state.lane4 = seed - PRIME_1;
  state.length = 0;
  state.seed = seed;
}

export function xxh64Update(state: Xxh64State, source: HostPointer, size: u32): void {
  const waiting = <u32>state.length % STRIPE;
  const pending = pendingAddress(state);
  state.length += size;
  if (waiting + size < STRIPE) {
    memory.copy(pending + waiting, source, size);
    return;
  }
  let position = source;
  const end = source + size;
  if (waiting > 0) {
    memory.copy(pending + waiting, source, STRIPE - waiting);
    position = source + (STRIPE - waiting);
    takeStripes(state, pending, 1);
  }
  const stripes = (end - position) / STRIPE;
  takeStripes(state, position, stripes);
  position += stripes * STRIPE;
  memory.copy(pending, position, end - position);
}

export function xxh64End(state: Xxh64State): u64 {
  let hash = state.length >= STRIPE ? mergedLanes(state) : state.seed + PRIME_5;
  hash += state.length;
  return avalanche(takeRest(hash, pendingAddress(state), <u32>state.length % STRIPE));
}

function pendingAddress(state: Xxh64State): HostPointer {
  return <u32>(changetype<usize>(state) + offsetof<Xxh64State>('pending0'));
}

function takeStripes(state: Xxh64State, source: HostPointer, count: u32): void {
  let lane1 = state.lane1;
  let lane2 = state.lane2;
  let lane3 = state.lane3;
  let lane4 = state.lane4;
  for (const end = source + count * STRIPE; source < end; source += STRIPE) {
    lane1 = round(lane1, load<u64>(source));
    lane2 = round(lane2, load<u64>(source, 8));
    lane3 = round(lane3, load<u64>(source, 16));
    lane4 = round(lane4, load<u64>(source, 24));
  }
  state.lane1 = lane1;
  state.lane2 = lane2;
  state.lane3 = lane3;
  state.lane4 = lane4;
}

function mergedLanes(state: Xxh64State): u64 {
  let hash = rotl(state.lane1, 1) + rotl(state.lane2, 7) + rotl(state.lane3, 12) + rotl(state.lane4, 18);
  hash = mergeLane(hash, state.lane1);
  hash = mergeLane(hash, state.lane2);
  hash = mergeLane(hash, state.lane3);
  return mergeLane(hash, state.lane4);
}

function takeRest(hash: u64, source: HostPointer, size: u32): u64 {
  const end = source + size;
  for (; source + 8 <= end; source += 8) {
    hash = rotl(hash ^ round(0, load<u64>(source)), 27) * PRIME_1 + PRIME_4;
  }
  if (source + 4 <= end) {
    hash = rotl(hash ^ (<u64>load<u32>(source) * PRIME_1), 23) * PRIME_2 + PRIME_3;
    source += 4;
  }
  for (; source < end; source++) {
    hash = rotl(hash ^ (<u64>load<u8>(source) * PRIME_5), 11) * PRIME_1;
  }
  return hash;
}

function avalanche(hash: u64): u64 {
  hash = (hash ^ (hash >> 33)) * PRIME_2;
  hash = (hash ^ (hash >> 29)) * PRIME_3;
  return hash ^ (hash >> 32);
}

function round(lane: u64, input: u64): u64 {
  return rotl(lane + input * PRIME_2, 31) * PRIME_1;
}

function mergeLane(hash: u64, lane: u64): u64 {
  return (hash ^ round(0, lane)) * PRIME_1 + PRIME_4;
}
