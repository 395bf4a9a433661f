import type { ExecutionResult } from '../execution/message-executor';
import { instructionLimit, Mode } from '../execution/mode';
import { SystemInstructions } from '../instruction-prices';

/** Instructions that a query and everything it calls have together. */
export class QueryBudget {
  left = instructionLimit(Mode.query);
  /** Instructions of all executions, without what calls take. */
  spent = 0n;

  spend({ record }: ExecutionResult): void {
    this.spent += BigInt(record.chargedInstructions);
    this.take(BigInt(record.chargedInstructions));
  }

  spendCall(): void {
    this.take(SystemInstructions.compositeQueryCall);
  }

  private take(instructions: bigint): void {
    this.left = this.left > instructions ? this.left - instructions : 0n;
  }
}
