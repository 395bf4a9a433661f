import { assertInside, type StableMemory } from './stable-memory';

/** Unit in which old bytes are kept. */
const UNIT = 4096;

/**
 * Stable memory that can go back to where it was, as the IC does with a message that traps. The bytes that a write
 * replaces are kept until the next {@link begin}. Pages that were grown meanwhile are zeros again and no longer counted;
 * the buffer or file behind keeps them for the next growth.
 */
export class UndoLog implements StableMemory {
  readonly #memory: StableMemory;
  readonly #units = new Map<number, Uint8Array>();
  #pages: number;
  #pagesBefore: number;

  constructor(memory: StableMemory) {
    this.#memory = memory;
    this.#pages = memory.pages;
    this.#pagesBefore = memory.pages;
  }

  get pages(): number {
    return this.#pages;
  }

  grow(pages: number): number {
    const before = this.#pages;
    const missing = before + pages - this.#memory.pages;
    if (missing > 0 && this.#memory.grow(missing) < 0) return -1;
    this.#pages += pages;
    return before;
  }

  read(offset: number, target: Uint8Array): void {
    assertInside(this.#pages, offset, target.length);
    this.#memory.read(offset, target);
  }

  write(offset: number, source: Uint8Array): void {
    assertInside(this.#pages, offset, source.length);
    const last = Math.floor((offset + source.length - 1) / UNIT);
    for (let unit = Math.floor(offset / UNIT); unit <= last; unit++) this.#keep(unit);
    this.#memory.write(offset, source);
  }

  /** Forgets what was kept: from here on, {@link undo} comes back to this state. */
  begin(): void {
    this.#units.clear();
    this.#pagesBefore = this.#pages;
  }

  undo(): void {
    for (const [unit, bytes] of this.#units) this.#memory.write(unit * UNIT, bytes);
    this.#units.clear();
    this.#pages = this.#pagesBefore;
  }

  #keep(unit: number): void {
    if (this.#units.has(unit)) return;
    const bytes = new Uint8Array(UNIT);
    this.#memory.read(unit * UNIT, bytes);
    this.#units.set(unit, bytes);
  }
}
