/** What one function, system call or kind of instruction has used. */
export interface ProfileLine {
  readonly name: string;
  /** Of the function's own code; what it calls has lines of its own. */
  readonly instructions: number;
}

/** The dynamic cost of memory.copy, memory.fill and memory.init, a byte an instruction, wherever they were. */
const BULK_MEMORY = '(bulk memory, bytes)';

/** One 64 KiB heap page that an execution touched. */
export interface TouchedHeapPage {
  readonly page: number;
  readonly isWritten: boolean;
  /** How many of its 16 pages of 4 KiB the execution read or wrote. */
  readonly smallPages: number;
  /** What lives on those pages of 4 KiB, in the order of addresses. */
  readonly contents: readonly string[];
}

/** Instructions by function, summed over executions. */
export class Profile {
  /** What the latest execution of each kind and method touched, by `kind method`. */
  readonly pages = new Map<string, readonly TouchedHeapPage[]>();
  private readonly used = new Map<string, number>();
  /** Of the execution under way. */
  private counted = 0;

  /** Most first. */
  get lines(): ProfileLine[] {
    return [...this.used]
      .map(([name, instructions]) => ({ name, instructions }))
      .sort((a, b) => b.instructions - a.instructions);
  }

  add(name: string, instructions: number): void {
    if (instructions === 0) return;
    this.used.set(name, (this.used.get(name) ?? 0) + instructions);
    this.counted += instructions;
  }

  /** Ends an execution. @param instructions all that it used */
  finish(instructions: number): void {
    // A trapped execution may have been charged for the rest of a block that lay beyond its limit.
    this.add(BULK_MEMORY, Math.max(0, instructions - this.counted));
    this.counted = 0;
  }

  clear(): void {
    this.used.clear();
    this.pages.clear();
  }
}
