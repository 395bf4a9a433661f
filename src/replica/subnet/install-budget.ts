import type { Canister } from '../canister/canister';
import { ErrorCode, type Reject, rejectWith } from '../errors';
import { instructionLimit, Mode } from '../execution/mode';
import type { CompiledModule } from '../instance/compiled-module';
import { SystemInstructions } from '../instruction-prices';
import { Price } from './prices';

/** Ends an installation; the state before it is brought back. */
export class InstallFailure extends Error {
  constructor(readonly reject: Reject) {
    super(reject.message);
  }
}

/**
 * Instructions of making the state that a module runs in, its compilation included (ic-platform.md B5).
 * @param isKnown whether the subnet has compiled the module since its last checkpoint
 */
export function creationInstructions({ instrumented }: CompiledModule, isKnown: boolean): bigint {
  const { compiledInstruction, compiledGlobal, knownModuleShare, executionState } = SystemInstructions;
  const compilation =
    BigInt(instrumented.compiledInstructions) * compiledInstruction +
    BigInt(instrumented.globalCount) * compiledGlobal;
  return executionState + (isKnown ? compilation / knownModuleShare : compilation);
}

/** The instructions of one installation, paid for as they are used. */
export class InstallBudget {
  left = instructionLimit(Mode.initialize);

  constructor(
    private readonly canister: Canister,
    code: CompiledModule,
    isKnown: boolean,
  ) {
    const compilation = creationInstructions(code, isKnown);
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
