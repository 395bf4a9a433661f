import type { Canister } from './canister';
import { ErrorCode, type Reject, rejectWith } from './errors';
import { instructionLimit, Mode } from './mode';
import { executionPrice } from './prices';

/** Why a canister takes no calls at the moment, if so. */
export function refuseCall(canister: Canister): Reject | undefined {
  const name = canister.name;
  if (canister.status === 'stopped')
    return rejectWith(ErrorCode.canisterStopped, `Canister ${name} is stopped`);
  if (canister.status === 'stopping') {
    return rejectWith(ErrorCode.canisterStopping, `Canister ${name} is stopping`);
  }
  if (!canister.installation) {
    return rejectWith(
      ErrorCode.wasmModuleNotFound,
      `Error from Canister ${name}: Attempted to execute a message, but the canister contains no Wasm module`,
    );
  }
  return lacksCycles(canister)
    ? rejectWith(ErrorCode.canisterOutOfCycles, `Canister ${name} is out of cycles`)
    : undefined;
}

/** Whether the balance does not cover the longest execution above the freezing threshold. */
function lacksCycles(canister: Canister): boolean {
  const prepaid = executionPrice(instructionLimit(Mode.update));
  return canister.balance - prepaid < canister.freezingThresholdCycles;
}

export function methodNotFound(canister: Canister, kind: string, method: string): Reject {
  return rejectWith(
    ErrorCode.methodNotFound,
    `Error from Canister ${canister.name}: Canister has no ${kind} method '${method}'`,
  );
}

/** What the system answers for a canister that ended without an answer. */
export function didNotReply(canister: Canister): Reject {
  return rejectWith(
    ErrorCode.canisterDidNotReply,
    `Error from Canister ${canister.name}: Canister did not produce a response`,
  );
}
