import { HostPointer } from '../externals/addresses';
import { BLOCK, LANES, SCHEDULE_LENGTH, STRIDE, schedule } from './sha256-schedule';

// SHA-256 (FIPS 180-4). An image of gigabytes is hashed over many messages, so the state is a record that its owner may
// keep in stable memory.

/** Bytes of a digest. */
export const SHA256_LENGTH: u32 = 32;

/** A hash under way. */
@unmanaged
export class Sha256State {
  h0: u32;
  h1: u32;
  h2: u32;
  h3: u32;
  h4: u32;
  h5: u32;
  h6: u32;
  h7: u32;
  /** Bytes taken in so far, those that wait in `pending` included. */
  length: u64;
  /** A block that is not complete yet: its first `length % 64` bytes. */
  pending0: u64;
  pending1: u64;
  pending2: u64;
  pending3: u64;
  pending4: u64;
  pending5: u64;
  pending6: u64;
  pending7: u64;
}

/** What ends a message before its length. */
const END_MARK: u8 = 0x80;
/** Where in the last block the length stands, in bits. */
const LENGTH_FIELD: u32 = 56;

export function sha256Begin(state: Sha256State): void {
  state.h0 = 0x6a09e667;
  state.h1 = 0xbb67ae85;
  state.h2 = 0x3c6ef372;
  state.h3 = 0xa54ff53a;
  state.h4 = 0x510e527f;
  state.h5 = 0x9b05688c;
  state.h6 = 0x1f83d9ab;
  state.h7 = 0x5be0cd19;
  state.length = 0;
}

export function sha256Update(state: Sha256State, source: HostPointer, size: u32): void {
  const waiting = <u32>state.length % BLOCK;
  const pending = pendingAddress(state);
  state.length += size;
  if (waiting + size < BLOCK) {
    memory.copy(pending + waiting, source, size);
    return;
  }
  let position = source;
  const end = source + size;
  if (waiting > 0) {
    memory.copy(pending + waiting, source, BLOCK - waiting);
    position = source + (BLOCK - waiting);
    takeBlocks(state, pending, 1);
  }
  const blocks = (end - position) / BLOCK;
  takeBlocks(state, position, blocks);
  position += blocks * BLOCK;
  memory.copy(pending, position, end - position);
}

/** Ends the hash and writes its digest. The state is of no use afterwards. */
export function sha256End(state: Sha256State, digest: HostPointer): void {
  const bits = state.length << 3;
  const pending = pendingAddress(state);
  let waiting = <u32>state.length % BLOCK;
  store<u8>(pending + waiting++, END_MARK);
  if (waiting > LENGTH_FIELD) {
    memory.fill(pending + waiting, 0, BLOCK - waiting);
    takeBlocks(state, pending, 1);
    waiting = 0;
  }
  memory.fill(pending + waiting, 0, LENGTH_FIELD - waiting);
  store<u64>(pending + LENGTH_FIELD, bswap(bits));
  takeBlocks(state, pending, 1);
  const words = <u32>changetype<usize>(state);
  for (let at: u32 = 0; at < SHA256_LENGTH; at += 4) store<u32>(digest + at, bswap(load<u32>(words + at)));
}

function pendingAddress(state: Sha256State): HostPointer {
  return <u32>(changetype<usize>(state) + offsetof<Sha256State>('pending0'));
}

function takeBlocks(state: Sha256State, source: HostPointer, count: u32): void {
  while (count > 0) {
    const together = min(count, LANES);
    const first = schedule(source, together);
    for (let lane: u32 = 0; lane < together; lane++) compress(state, first + lane * 4);
    source += together * BLOCK;
    count -= together;
  }
}

/**
 * The 64 rounds of a block (FIPS 180-4, 6.2.2, steps 2 to 4). The working variables change their names from round to
 * round instead of their places, which repeats after eight rounds. `ab` and `bc` are a ^ b of this round and of the
 * round before, by which the majority of a, b and c takes one operation less.
 */
function compress(state: Sha256State, scheduled: HostPointer): void {
  let a = state.h0;
  let b = state.h1;
  let c = state.h2;
  let d = state.h3;
  let e = state.h4;
  let f = state.h5;
  let g = state.h6;
  let h = state.h7;
  let bc = b ^ c;
  let ab: u32;
  const end = scheduled + SCHEDULE_LENGTH;
  for (let word = scheduled; word < end; word += 8 * STRIDE) {
    h += bigSigma1(e) + choice(e, f, g) + load<u32>(word);
    d += h;
    ab = a ^ b;
    h += bigSigma0(a) + ((ab & bc) ^ b);

    g += bigSigma1(d) + choice(d, e, f) + load<u32>(word, STRIDE);
    c += g;
    bc = h ^ a;
    g += bigSigma0(h) + ((bc & ab) ^ a);

    f += bigSigma1(c) + choice(c, d, e) + load<u32>(word, 2 * STRIDE);
    b += f;
    ab = g ^ h;
    f += bigSigma0(g) + ((ab & bc) ^ h);

    e += bigSigma1(b) + choice(b, c, d) + load<u32>(word, 3 * STRIDE);
    a += e;
    bc = f ^ g;
    e += bigSigma0(f) + ((bc & ab) ^ g);

    d += bigSigma1(a) + choice(a, b, c) + load<u32>(word, 4 * STRIDE);
    h += d;
    ab = e ^ f;
    d += bigSigma0(e) + ((ab & bc) ^ f);

    c += bigSigma1(h) + choice(h, a, b) + load<u32>(word, 5 * STRIDE);
    g += c;
    bc = d ^ e;
    c += bigSigma0(d) + ((bc & ab) ^ e);

    b += bigSigma1(g) + choice(g, h, a) + load<u32>(word, 6 * STRIDE);
    f += b;
    ab = c ^ d;
    b += bigSigma0(c) + ((ab & bc) ^ d);

    a += bigSigma1(f) + choice(f, g, h) + load<u32>(word, 7 * STRIDE);
    e += a;
    bc = b ^ c;
    a += bigSigma0(b) + ((bc & ab) ^ c);
  }
  state.h0 += a;
  state.h1 += b;
  state.h2 += c;
  state.h3 += d;
  state.h4 += e;
  state.h5 += f;
  state.h6 += g;
  state.h7 += h;
}

/** Rotated right by 2, 13 and 22. */
// @ts-expect-error: decorator
function bigSigma0(x: u32): u32 {
  return rotr(rotr(rotr(x, 9) ^ x, 11) ^ x, 2);
}

/** Rotated right by 6, 11 and 25. */
// @ts-expect-error: decorator
function bigSigma1(x: u32): u32 {
  return rotr(rotr(rotr(x, 14) ^ x, 5) ^ x, 6);
}

/** Bits of `f` where `e` has ones, of `g` where it has zeros. */
// @ts-expect-error: decorator
function choice(e: u32, f: u32, g: u32): u32 {
  return ((f ^ g) & e) ^ g;
}
