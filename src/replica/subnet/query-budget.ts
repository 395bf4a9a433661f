import type { ExecutionResult } from '../execution/message-executor';
import { instructionLimit, Mode } from '../execution/mode';

/** Instructions that each call inside a composite query takes from the budget of the whole. */
const CALL_COST = 50_000_000n;

/** Instructions that a query and everything it calls have together. */
export class QueryBudget {
  left = instructionLimit(Mode.query);
  /** Instructions of all executions, without what calls take. */
  spent = 0n;

  spend({ record }: ExecutionResult): void {
    this.spent += BigInt(record.instructions);
    this.take(BigInt(record.instructions));
  }

  spendCall(): void {
    this.take(CALL_COST);
  }

  private take(instructions: bigint): void {
    this.left = this.left > instructions ? this.left - instructions : 0n;
  }
}
