import type { Canister } from '../canister/canister';
import { ErrorCode, rejectWith } from '../errors';
import type { Execution, Response } from '../execution/execution';
import type { ExecutionResult } from '../execution/message-executor';
import type { CallContext, Origin } from './call-context';
import type { Outbox } from './messages';
import { executionPrice, Price } from './prices';

const SECOND = 1_000_000_000n;

/** Carries out what executions decided beyond memory: answers, calls, timers, certified data, cycles. */
export class Effects {
  /** The number that the next call gets. */
  nextCallId = 1;

  /** @param now nanoseconds since 1970 */
  constructor(
    private readonly outbox: Outbox,
    private readonly now: () => bigint,
  ) {}

  apply(canister: Canister, context: CallContext, execution: Execution): void {
    if (execution.globalTimer !== undefined) canister.globalTimer = execution.globalTimer;
    if (execution.certifiedData !== undefined) canister.certifiedData = execution.certifiedData;
    canister.balance += execution.acceptedCycles - execution.spentCycles;
    context.availableCycles -= execution.acceptedCycles;
    if (execution.pendingCall) canister.balance += execution.pendingCall.cycles;
    for (const call of execution.outgoing) {
      const callId = this.nextCallId++;
      context.outstanding++;
      const { timeoutSeconds } = call;
      const deadline =
        timeoutSeconds === undefined ? {} : { deadline: this.now() + BigInt(timeoutSeconds) * SECOND };
      canister.waitingCalls.set(callId, { context, call, ...deadline });
      this.outbox.request({
        callee: call.callee,
        caller: canister.id,
        method: call.method,
        argument: new Uint8Array(Buffer.concat(call.payload)),
        cycles: call.cycles,
        origin: { kind: 'canister', caller: canister.id, callId, ...deadline },
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

  /** Answers calls of the canister whose time is up; the answers that come later are dropped. */
  expireCalls(canister: Canister): void {
    for (const [callId, { deadline }] of canister.waitingCalls) {
      if (deadline === undefined || deadline > this.now()) continue;
      const reject = rejectWith(ErrorCode.deadlineExpired, 'Call has timed out.');
      const response: Response = { kind: 'reject', reject };
      this.outbox.deliver({ caller: canister.id, callId, deadline, response, refund: 0n });
    }
  }

  answer(origin: Origin, response: Response, refund: bigint): void {
    if (origin.kind === 'ingress') this.outbox.settle(origin.id, response);
    if (origin.kind === 'canister') this.outbox.deliver({ ...origin, response, refund });
  }
}

/**
 * Takes an execution's price, also when it trapped.
 * @param isMessage whether it is a message of its own, which pays the base fee, or goes on with the one before, as a cleanup does
 */
export function charge(
  canister: Canister,
  context: CallContext,
  { record }: ExecutionResult,
  isMessage = true,
): void {
  const instructions = BigInt(record.chargedInstructions);
  context.instructions += instructions;
  canister.pay(isMessage ? executionPrice(instructions) : instructions * Price.instruction);
}
