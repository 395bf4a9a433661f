import type { Canister } from '../canister/canister';
import { canisterError, ErrorCode, type Reject, rejectWith } from '../errors';
import { instructionLimit, Mode } from '../execution/mode';
import type { Request } from './messages';
import { executionPrice } from './prices';

/**
 * Why a canister takes no calls at the moment, if so.
 * @param mode queries pay nothing, so a balance above the freezing threshold is enough for them
 */
export function refuseCall(canister: Canister, mode: Mode = Mode.update): Reject | undefined {
  const name = canister.name;
  if (canister.status === 'stopped')
    return rejectWith(ErrorCode.canisterStopped, `Canister ${name} is stopped`);
  if (canister.status === 'stopping') {
    return rejectWith(ErrorCode.canisterStopping, `Canister ${name} is stopping`);
  }
  if (!canister.installation) {
    return canisterError(
      name,
      ErrorCode.wasmModuleNotFound,
      'Attempted to execute a message, but the canister contains no Wasm module.',
    );
  }
  return lacksCycles(canister, mode)
    ? rejectWith(ErrorCode.canisterOutOfCycles, `Canister ${name} is out of cycles`)
    : undefined;
}

/** Whether the balance does not cover the longest execution above the freezing threshold. */
function lacksCycles(canister: Canister, mode: Mode): boolean {
  const prepaid = mode === Mode.query ? 0n : executionPrice(instructionLimit(mode));
  return canister.balance - prepaid < canister.freezingThresholdCycles;
}

export function methodNotFound(canister: Canister, kind: string, method: string): Reject {
  return canisterError(
    canister.name,
    ErrorCode.methodNotFound,
    `Canister has no ${kind} method '${method}'.`,
  );
}

/** Whether another canister calls with fewer cycles than the settings ask for. The callee pays nothing for it (#10398, 2026-06). */
export function refuseForCycles({ id, name, settings }: Canister, request: Request): Reject | undefined {
  const { minimumIncomingCanisterCallCycles: minimum } = settings;
  const isForeign = request.origin.kind === 'canister' && Buffer.compare(request.caller, id) !== 0;
  if (!isForeign || request.cycles >= minimum) return undefined;
  return rejectWith(
    ErrorCode.insufficientCyclesInCall,
    `Canister ${name} requires at least ${minimum} transferred cycles, the call has ${request.cycles}`,
  );
}

/** Composite queries see one replica's state alone: nobody else could agree to what an update of that name did. */
export function refuseComposite({ installation }: Canister, method: string): Reject | undefined {
  if (!installation?.instance.code.entryPoints.has(`canister_composite_query ${method}`)) return undefined;
  return rejectWith(
    ErrorCode.compositeQueryInReplicatedMode,
    'Composite query cannot be called in replicated mode',
  );
}

/** What the system answers for a canister that ended without an answer. */
export function didNotReply(canister: Canister): Reject {
  return canisterError(canister.name, ErrorCode.canisterDidNotReply, 'Canister did not produce a response');
}
