import { HostPointer } from '../externals/addresses';
import { sqlite3_randomness } from '../externals/engine';
import { time } from '../externals/ic0';

// Randomness for the engine, which seeds its own generator from it: xoshiro256** (https://prng.di.unimi.it). Until
// the management canister's raw_rand has answered, it starts from the time alone and is predictable.

/** Bytes of a seed. */
export const SEED_LENGTH: u32 = 32;
const WORDS: u32 = 4;
const WEYL_STEP: u64 = ((<u64>0x9e3779b9) << 32) | 0x7f4a7c15;
const MIX_1: u64 = ((<u64>0xbf58476d) << 32) | 0x1ce4e5b9;
const MIX_2: u64 = ((<u64>0x94d049bb) << 32) | 0x133111eb;

const state: HostPointer = <u32>memory.data(32, 8);
let seeded = false;

/**
 * Seeds the generator with 32 bytes of entropy, and makes the engine draw from it anew. The time is mixed in, so that
 * even a seed of zeros gives a working generator.
 */
export function seedRandomness(seed: HostPointer): void {
  seedFromTime();
  for (let word: u32 = 0; word < WORDS; word++) {
    const at = state + (word << 3);
    store<u64>(at, load<u64>(at) ^ load<u64>(seed + (word << 3)));
  }
  sqlite3_randomness(0, 0);
}

/** Fills bytes. */
export function randomBytes(destination: HostPointer, size: u32): void {
  if (!seeded) seedFromTime();
  const end = destination + size;
  for (; destination + 8 <= end; destination += 8) store<u64>(destination, next());
  for (let rest = next(); destination < end; destination++, rest >>= 8) store<u8>(destination, rest);
}

/** Spreads the time over the state with SplitMix64, which never gives four zero words. */
function seedFromTime(): void {
  let counter = time();
  for (let word: u32 = 0; word < WORDS; word++) {
    counter += WEYL_STEP;
    let mixed = counter;
    mixed = (mixed ^ (mixed >> 30)) * MIX_1;
    mixed = (mixed ^ (mixed >> 27)) * MIX_2;
    store<u64>(state + (word << 3), mixed ^ (mixed >> 31));
  }
  seeded = true;
}

function next(): u64 {
  const s1 = load<u64>(state, 8);
  const result = rotl(s1 * 5, 7) * 9;
  const s2 = load<u64>(state, 16) ^ load<u64>(state);
  const s3 = load<u64>(state, 24) ^ s1;
  store<u64>(state, load<u64>(state) ^ s3);
  store<u64>(state, s1 ^ s2, 8);
  store<u64>(state, s2 ^ (s1 << 17), 16);
  store<u64>(state, rotl(s3, 45), 24);
  return result;
}
