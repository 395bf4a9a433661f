/** Bytes that are told by their seed and place, and never zero. */
export function pattern(seed: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => 1 + ((seed * 31 + index * 7 + (index >> 8)) % 255));
}
