import type { CanisterInspector } from '../../src/replica';
import type { InstalledTabularium } from './tabularium';

const STEP = 1 << 20;

/** Heap and stable memory as they were, to be compared with what they are: many times faster than hashes. */
export class KeptState {
  readonly #inspect: CanisterInspector;
  readonly #heap: Uint8Array;
  readonly #stable: Uint8Array;

  constructor({ inspect }: InstalledTabularium) {
    this.#inspect = inspect;
    this.#heap = inspect.readHeap(0, inspect.heapBytes);
    this.#stable = inspect.readStable(0, inspect.stableBytes);
  }

  /** Where something has changed since; undefined when nothing has. */
  difference(): string | undefined {
    const { heapBytes, stableBytes } = this.#inspect;
    const heap = firstChange(this.#heap, heapBytes, (at, length) => this.#inspect.readHeap(at, length));
    const stable = firstChange(this.#stable, stableBytes, (at, length) =>
      this.#inspect.readStable(at, length),
    );
    return heap === undefined ? stable && `stable memory ${stable}` : `heap ${heap}`;
  }
}

function firstChange(
  kept: Uint8Array,
  size: number,
  read: (at: number, length: number) => Uint8Array,
): string | undefined {
  if (size !== kept.length) return `has ${size} bytes instead of ${kept.length}`;
  for (let at = 0; at < size; at += STEP) {
    const part = kept.subarray(at, at + STEP);
    if (Buffer.compare(read(at, part.length), part) !== 0) return `differs behind ${at}`;
  }
  return undefined;
}
