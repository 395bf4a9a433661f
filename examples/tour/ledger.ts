import type { CanisterInspector } from '../../src/replica';

/** What one step of the tour cost. */
export interface LedgerEntry {
  readonly step: string;
  readonly messages: number;
  readonly instructions: number;
  readonly rows: number | undefined;
  readonly bytes: number | undefined;
}

/** What a step handled, for the closing table. */
export interface Handled {
  readonly rows?: number;
  readonly bytes?: number;
}

/** Adds up what the canister's messages cost, step by step. */
export class Ledger {
  readonly entries: LedgerEntry[] = [];
  readonly #inspector: () => CanisterInspector;
  #seen = 0;

  constructor(inspector: () => CanisterInspector) {
    this.#inspector = inspector;
  }

  /** Books every execution since the last entry under a step. */
  book(step: string, { rows, bytes }: Handled = {}): void {
    const fresh = this.#inspector().executions.filter(({ sequence }) => sequence > this.#seen);
    this.#seen = fresh.at(-1)?.sequence ?? this.#seen;
    const instructions = fresh.reduce((sum, execution) => sum + execution.chargedInstructions, 0);
    this.entries.push({ step, messages: fresh.length, instructions, rows, bytes });
  }
}
