import { CanisterTrap } from '../errors';
import type { ExecutionKind } from './execution-record';

/**
 * What goes wrong in one execution, for fault tests. Counts start at 1. A trap injected here is an ordinary trap: everything that the
 * message did is rolled back.
 */
export interface Faults {
  /** Only an execution of this kind; without it the next one that a caller starts, timers and callbacks left out. */
  readonly kind?: ExecutionKind;
  /** Trap at the N-th stable memory write. */
  readonly trapAtStableWrite?: number;
  /** Trap at the N-th stable memory grow. */
  readonly trapAtStableGrow?: number;
  /** Trap at the N-th write or grow, whichever it is. */
  readonly trapAtStableChange?: number;
  /** Whether the trap comes before the operation took place (default) or after. */
  readonly when?: 'before' | 'after';
  /** The N-th stable memory grow answers -1. */
  readonly refuseStableGrow?: number;
  /** Every stable memory grow from the N-th on answers -1. */
  readonly refuseStableGrowFrom?: number;
  /** Instruction limit in place of the IC's: traps at the function entry, loop head or system call that passes it. */
  readonly instructionLimit?: number;
}

/** Follows one execution's stable operations and fails where its faults say so. */
export class FaultInjector {
  private writes = 0;
  private grows = 0;

  constructor(readonly faults: Faults) {}

  /** @returns whether the grow must be refused */
  beforeGrow(): boolean {
    this.grows++;
    this.trapIf('before', this.grows === this.faults.trapAtStableGrow);
    const { refuseStableGrow, refuseStableGrowFrom } = this.faults;
    return (
      this.grows === refuseStableGrow ||
      (refuseStableGrowFrom !== undefined && this.grows >= refuseStableGrowFrom)
    );
  }

  afterGrow(): void {
    this.trapIf('after', this.grows === this.faults.trapAtStableGrow);
  }

  beforeWrite(): void {
    this.writes++;
    this.trapIf('before', this.writes === this.faults.trapAtStableWrite);
  }

  afterWrite(): void {
    this.trapIf('after', this.writes === this.faults.trapAtStableWrite);
  }

  private trapIf(when: 'before' | 'after', isOperation: boolean): void {
    if (when !== (this.faults.when ?? 'before')) return;
    const isChange = this.writes + this.grows === this.faults.trapAtStableChange;
    if (isOperation || isChange) {
      throw new CanisterTrap(`injected fault ${when} stable write ${this.writes}, grow ${this.grows}`);
    }
  }
}
