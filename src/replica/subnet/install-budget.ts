import type { Canister } from '../canister/canister';
import { ErrorCode, type Reject, rejectWith } from '../errors';
import { instructionLimit, Mode } from '../execution/mode';
import type { CompiledModule } from '../instance/compiled-module';
import { Price } from './prices';

/** Instructions that compiling costs (ic-platform.md B5). */
const COMPILE_COST_INSTRUCTION = 6000n;
const COMPILE_COST_GLOBAL = 2n;

/** Ends an installation; the state before it is brought back. */
export class InstallFailure extends Error {
  constructor(readonly reject: Reject) {
    super(reject.message);
  }
}

/** The instructions of one installation, paid for as they are used. */
export class InstallBudget {
  left = instructionLimit(Mode.initialize);

  constructor(
    private readonly canister: Canister,
    { instrumented }: CompiledModule,
  ) {
    const compilation =
      BigInt(instrumented.compiledInstructions) * COMPILE_COST_INSTRUCTION +
      BigInt(instrumented.globalCount) * COMPILE_COST_GLOBAL;
    if (compilation > this.left) {
      throw new InstallFailure(
        rejectWith(
          ErrorCode.instructionLimitExceeded,
          `Compiling the module takes ${compilation} instructions, an installation has ${this.left}`,
        ),
      );
    }
    this.pay(Price.updateBase);
    this.spend(Number(compilation));
  }

  spend(instructions: number): void {
    this.left -= BigInt(instructions);
    if (this.left < 0n) this.left = 0n;
    this.pay(BigInt(instructions) * Price.instruction);
  }

  private pay(price: bigint): void {
    this.canister.pay(price);
  }
}
