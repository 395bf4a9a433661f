// XXH64 from its specification, in big integers: slow, and independent of the native one.

const MASK = (1n << 64n) - 1n;
const PRIME = [
  0n,
  0x9e3779b185ebca87n,
  0xc2b2ae3d27d4eb4fn,
  0x165667b19e3779f9n,
  0x85ebca77c2b2ae63n,
  0x27d4eb2f165667c5n,
];

const rotate = (value: bigint, by: bigint) => ((value << by) | (value >> (64n - by))) & MASK;
const round = (lane: bigint, input: bigint) =>
  (rotate((lane + input * PRIME[2]!) & MASK, 31n) * PRIME[1]!) & MASK;

export function xxh64(bytes: Uint8Array, seed = 0n): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  let hash = (seed + PRIME[5]!) & MASK;
  if (bytes.length >= 32) {
    const lanes = [seed + PRIME[1]! + PRIME[2]!, seed + PRIME[2]!, seed, seed - PRIME[1]!].map(
      (lane) => lane & MASK,
    );
    for (; at + 32 <= bytes.length; at += 32) {
      lanes.forEach((lane, n) => {
        lanes[n] = round(lane, view.getBigUint64(at + 8 * n, true));
      });
    }
    hash = [1n, 7n, 12n, 18n].reduce((sum, by, n) => (sum + rotate(lanes[n]!, by)) & MASK, 0n);
    for (const lane of lanes) hash = ((hash ^ round(0n, lane)) * PRIME[1]! + PRIME[4]!) & MASK;
  }
  hash = (hash + BigInt(bytes.length)) & MASK;
  for (; at + 8 <= bytes.length; at += 8) {
    hash = (rotate(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * PRIME[1]! + PRIME[4]!) & MASK;
  }
  if (at + 4 <= bytes.length) {
    hash =
      (rotate(hash ^ ((BigInt(view.getUint32(at, true)) * PRIME[1]!) & MASK), 23n) * PRIME[2]! + PRIME[3]!) &
      MASK;
    at += 4;
  }
  for (; at < bytes.length; at++) {
    hash = (rotate(hash ^ ((BigInt(bytes[at]!) * PRIME[5]!) & MASK), 11n) * PRIME[1]!) & MASK;
  }
  hash = ((hash ^ (hash >> 33n)) * PRIME[2]!) & MASK;
  hash = ((hash ^ (hash >> 29n)) * PRIME[3]!) & MASK;
  return hash ^ (hash >> 32n);
}
