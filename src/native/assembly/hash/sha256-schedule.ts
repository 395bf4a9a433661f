import { HostPointer } from '../externals/addresses';

// The message schedule of SHA-256 (FIPS 180-4, 6.2.2, step 1), of four blocks at once: no word of a block's schedule
// depends on the blocks before, so each of a vector's four lanes works on a block of its own.

/** Bytes of a block. */
export const BLOCK: u32 = 64;
/** Blocks that are scheduled together. */
export const LANES: u32 = 4;

const ROUNDS: u32 = 64;
const MESSAGE_WORDS: u32 = 16;
const WORD: u32 = 4;
/** Bytes from one word of a block's schedule to its next: the other blocks' words lie between. */
export const STRIDE: u32 = LANES * WORD;
export const SCHEDULE_LENGTH: u32 = ROUNDS * STRIDE;

/** W, the words as such; then W + K, what the rounds add. */
const words: HostPointer = <u32>memory.data(2 * 1024, 16);
const KEYED: u32 = SCHEDULE_LENGTH;

/** K: the first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const roundConstants: HostPointer = <u32>(
  memory.data<u32>([
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
  ])
);

/**
 * Schedules up to four blocks that lie one after the other. Lanes without a block repeat the first one.
 * @returns where the first block's words are, with the round constants added, each {@link STRIDE} bytes after the one
 *   before; the second block's begin one word later, and so on
 */
export function schedule(blocks: HostPointer, count: u32): HostPointer {
  takeMessage(blocks, count);
  expand();
  return words + KEYED;
}

function takeMessage(block0: HostPointer, count: u32): void {
  let at0 = block0;
  let at1 = count > 1 ? block0 + BLOCK : block0;
  let at2 = count > 2 ? block0 + 2 * BLOCK : block0;
  let at3 = count > 3 ? block0 + 3 * BLOCK : block0;
  let constant = roundConstants;
  const end = words + MESSAGE_WORDS * STRIDE;
  for (let word = words; word < end; word += 2 * STRIDE) {
    let lanes = v128.load_splat<u32>(at0);
    lanes = v128.load_lane<u32>(at1, lanes, 1);
    lanes = v128.load_lane<u32>(at2, lanes, 2);
    lanes = bigEndian(v128.load_lane<u32>(at3, lanes, 3));
    v128.store(word, lanes);
    v128.store(word, i32x4.add(lanes, v128.load_splat<u32>(constant)), KEYED);

    lanes = v128.load_splat<u32>(at0, WORD);
    lanes = v128.load_lane<u32>(at1, lanes, 1, WORD);
    lanes = v128.load_lane<u32>(at2, lanes, 2, WORD);
    lanes = bigEndian(v128.load_lane<u32>(at3, lanes, 3, WORD));
    v128.store(word, lanes, STRIDE);
    v128.store(word, i32x4.add(lanes, v128.load_splat<u32>(constant, WORD)), KEYED + STRIDE);

    at0 += 2 * WORD;
    at1 += 2 * WORD;
    at2 += 2 * WORD;
    at3 += 2 * WORD;
    constant += 2 * WORD;
  }
}

/**
 * Words 16 to 63, four a turn. `word` is the one that lies 16 before the first of them, so that every place is a constant
 * distance from it.
 */
function expand(): void {
  const end = words + (ROUNDS - MESSAGE_WORDS) * STRIDE;
  let constant = roundConstants + MESSAGE_WORDS * WORD;
  for (let word = words; word < end; word += 4 * STRIDE) {
    const first = expanded(
      v128.load(word),
      v128.load(word, STRIDE),
      v128.load(word, 9 * STRIDE),
      v128.load(word, 14 * STRIDE),
    );
    v128.store(word, first, 16 * STRIDE);
    v128.store(word, i32x4.add(first, v128.load_splat<u32>(constant)), KEYED + 16 * STRIDE);

    const second = expanded(
      v128.load(word, STRIDE),
      v128.load(word, 2 * STRIDE),
      v128.load(word, 10 * STRIDE),
      v128.load(word, 15 * STRIDE),
    );
    v128.store(word, second, 17 * STRIDE);
    v128.store(word, i32x4.add(second, v128.load_splat<u32>(constant, WORD)), KEYED + 17 * STRIDE);

    const third = expanded(
      v128.load(word, 2 * STRIDE),
      v128.load(word, 3 * STRIDE),
      v128.load(word, 11 * STRIDE),
      v128.load(word, 16 * STRIDE),
    );
    v128.store(word, third, 18 * STRIDE);
    v128.store(word, i32x4.add(third, v128.load_splat<u32>(constant, 2 * WORD)), KEYED + 18 * STRIDE);

    const fourth = expanded(
      v128.load(word, 3 * STRIDE),
      v128.load(word, 4 * STRIDE),
      v128.load(word, 12 * STRIDE),
      v128.load(word, 17 * STRIDE),
    );
    v128.store(word, fourth, 19 * STRIDE);
    v128.store(word, i32x4.add(fourth, v128.load_splat<u32>(constant, 3 * WORD)), KEYED + 19 * STRIDE);

    constant += 4 * WORD;
  }
}

/** The word from those 16, 15, 7 and 2 before it. */
// @ts-expect-error: decorator
function expanded(before16: v128, before15: v128, before7: v128, before2: v128): v128 {
  return i32x4.add(i32x4.add(before16, smallSigma0(before15)), i32x4.add(before7, smallSigma1(before2)));
}

/** Rotated right by 7 and by 18, and shifted right by 3: five shifts, as halves of rotations are shared. */
// @ts-expect-error: decorator
function smallSigma0(x: v128): v128 {
  const down = i32x4.shr_u(v128.xor(i32x4.shr_u(v128.xor(i32x4.shr_u(x, 11), x), 4), x), 3);
  return v128.xor(down, i32x4.shl(v128.xor(i32x4.shl(x, 11), x), 14));
}

/** Rotated right by 17 and by 19, and shifted right by 10. */
// @ts-expect-error: decorator
function smallSigma1(x: v128): v128 {
  const down = i32x4.shr_u(v128.xor(i32x4.shr_u(v128.xor(i32x4.shr_u(x, 2), x), 7), x), 10);
  return v128.xor(down, i32x4.shl(v128.xor(i32x4.shl(x, 2), x), 13));
}

/** Turns the bytes of every lane round. */
// @ts-expect-error: decorator
function bigEndian(x: v128): v128 {
  return i8x16.shuffle(x, x, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}
