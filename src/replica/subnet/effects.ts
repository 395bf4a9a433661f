import type { Canister } from '../canister/canister';
import type { Execution, Response } from '../execution/execution';
import type { ExecutionResult } from '../execution/message-executor';
import type { CallContext, Origin } from './call-context';
import type { Outbox } from './messages';
import { executionPrice } from './prices';

/** Carries out what executions decided beyond memory: answers, calls, timers, certified data, cycles. */
export class Effects {
  /** The number that the next call gets. */
  nextCallId = 1;

  constructor(private readonly outbox: Outbox) {}

  apply(canister: Canister, context: CallContext, execution: Execution): void {
    if (execution.globalTimer !== undefined) canister.globalTimer = execution.globalTimer;
    if (execution.certifiedData !== undefined) canister.certifiedData = execution.certifiedData;
    canister.balance += execution.acceptedCycles - execution.spentCycles;
    context.availableCycles -= execution.acceptedCycles;
    if (execution.pendingCall) canister.balance += execution.pendingCall.cycles;
    for (const call of execution.outgoing) {
      const callId = this.nextCallId++;
      context.outstanding++;
      canister.waitingCalls.set(callId, { context, call });
      this.outbox.request({
        callee: call.callee,
        caller: canister.id,
        method: call.method,
        argument: new Uint8Array(Buffer.concat(call.payload)),
        cycles: call.cycles,
        origin: { kind: 'canister', caller: canister.id, callId },
      });
    }
  }

  /** Sends the answer of a call context to whoever waits for it, with the cycles that were not accepted. */
  respond(context: CallContext, response: Response): void {
    context.responded = true;
    const refund = context.availableCycles;
    context.availableCycles = 0n;
    this.answer(context.origin, response, refund);
  }

  answer(origin: Origin, response: Response, refund: bigint): void {
    if (origin.kind === 'ingress') this.outbox.settle(origin.id, response);
    if (origin.kind === 'canister') this.outbox.deliver({ ...origin, response, refund });
  }
}

/** Takes an execution's price, also when it trapped. */
export function charge(canister: Canister, context: CallContext, { record }: ExecutionResult): void {
  context.instructions += BigInt(record.instructions);
  canister.pay(executionPrice(BigInt(record.chargedInstructions)));
}
