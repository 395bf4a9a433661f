import { BufferStableMemory, NativeTrap, type StableMemory } from '../../../src/native/node';

export type Fault = 'before' | 'after' | 'refuse';

/** Stable memory that fails once: traps before or after a write, or refuses a growth, of a given ordinal. */
export class FaultyMemory implements StableMemory {
  readonly #memory: BufferStableMemory;
  #countdown = 0;
  #fault: Fault = 'before';

  constructor(content: Uint8Array) {
    this.#memory = new BufferStableMemory(content);
  }

  /** @param ordinal counts writes, or growths for `refuse`, from 1 */
  arm(fault: Fault, ordinal: number): void {
    this.#fault = fault;
    this.#countdown = ordinal;
  }

  /** Whether the fault that was armed last has happened. */
  get fired(): boolean {
    return this.#countdown === 0;
  }

  get pages(): number {
    return this.#memory.pages;
  }

  grow(pages: number): number {
    if (this.#fault === 'refuse' && this.#isDue()) return -1;
    return this.#memory.grow(pages);
  }

  read(offset: number, target: Uint8Array): void {
    this.#memory.read(offset, target);
  }

  write(offset: number, source: Uint8Array): void {
    const isDue = this.#fault !== 'refuse' && this.#isDue();
    if (isDue && this.#fault === 'before') throw new NativeTrap('trap before a write');
    this.#memory.write(offset, source);
    if (isDue) throw new NativeTrap('trap after a write');
  }

  bytes(): Uint8Array {
    return this.#memory.toBytes();
  }

  #isDue(): boolean {
    if (this.#countdown === 0) return false;
    this.#countdown--;
    return this.#countdown === 0;
  }
}
