import { NativeTrap } from './native-trap';

/** Bytes of a 64 KiB page, the unit in which stable memory grows. */
export const STABLE_PAGE = 65536;

/** The IC's stable memory, as the Node host needs it. Offsets and sizes in bytes. */
export interface StableMemory {
  /** Number of 64 KiB pages. */
  readonly pages: number;
  /** Grows by pages of zeros and returns the previous count, or -1 when it refuses. */
  grow(pages: number): number;
  /** Fills `target` from `offset`. Throws {@link NativeTrap} past the end. */
  read(offset: number, target: Uint8Array): void;
  /** Throws {@link NativeTrap} past the end. */
  write(offset: number, source: Uint8Array): void;
}

/** Traps when a range is not inside a memory of that many pages. */
export function assertInside(pages: number, offset: number, length: number): void {
  if (offset + length <= pages * STABLE_PAGE) return;
  throw new NativeTrap(`stable memory out of bounds: ${offset} + ${length} of ${pages} pages`);
}
