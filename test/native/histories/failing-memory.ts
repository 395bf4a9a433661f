import { BufferStableMemory, NativeTrap } from '../../../src/native/node';

export type Moment = 'before' | 'after';

/**
 * Stable memory that traps once, before or after its n-th change, which is a write or a growth; and that refuses to grow
 * when told to.
 */
export class FailingMemory extends BufferStableMemory {
  refusesGrowth = false;
  #left: number | undefined;
  #moment: Moment = 'before';

  /** @param change counted from 1; 0 for none */
  failAt(change: number, moment: Moment): void {
    this.#left = change === 0 ? undefined : change;
    this.#moment = moment;
  }

  override write(offset: number, source: Uint8Array): void {
    this.#change(() => super.write(offset, source));
  }

  override grow(pages: number): number {
    if (this.refusesGrowth) return -1;
    return this.#change(() => super.grow(pages));
  }

  #change<T>(change: () => T): T {
    const fails = this.#left !== undefined && --this.#left === 0;
    if (fails) this.#left = undefined;
    if (fails && this.#moment === 'before') throw new NativeTrap('a fault before the change');
    const result = change();
    if (fails) throw new NativeTrap('a fault after the change');
    return result;
  }
}
