import type { Canister } from '../canister/canister';
import type { Reject } from '../errors';
import type { Response } from '../execution/execution';
import type { ExecutionKind } from '../execution/execution-record';
import type { ExecutionResult, MessageExecutor } from '../execution/message-executor';
import { Mode } from '../execution/mode';
import { type CallContext, newCallContext } from './call-context';
import { Callbacks } from './callbacks';
import { charge, type Effects } from './effects';
import { executionIn } from './execution-request';
import { type Delivery, MANAGEMENT_CANISTER, type Request } from './messages';
import { callRefund, executionPrice } from './prices';
import { didNotReply, methodNotFound, refuseCall, refuseComposite, refuseForCycles } from './refusals';

const NO_BYTES = new Uint8Array(0);
const UPDATE_EXPORT = 'canister_update ';
const QUERY_EXPORT = 'canister_query ';

/** Runs replicated messages: updates, answers to calls, tasks. */
export class CallEngine {
  private readonly callbacks: Callbacks;

  constructor(
    private readonly executor: MessageExecutor,
    private readonly effects: Effects,
  ) {
    this.callbacks = new Callbacks(executor, effects);
  }

  /** Runs an update method, or a query method as an update would call it. */
  call(canister: Canister, request: Request): void {
    const context = newCallContext(request);
    const refusal = refuseCall(canister) ?? refuseForCycles(canister, request);
    if (refusal) {
      this.effects.respond(context, { kind: 'reject', reject: refusal });
      return;
    }
    const { instance } = canister.installation!;
    const { entryPoints } = instance.code;
    const isUpdate = entryPoints.has(UPDATE_EXPORT + request.method);
    const exportName = (isUpdate ? UPDATE_EXPORT : QUERY_EXPORT) + request.method;
    if (!entryPoints.has(exportName)) {
      const reject =
        refuseComposite(canister, request.method) ?? methodNotFound(canister, 'update', request.method);
      canister.pay(executionPrice(0n));
      this.effects.respond(context, { kind: 'reject', reject });
      return;
    }
    canister.contexts.add(context);
    const mode = isUpdate ? Mode.update : Mode.replicatedQuery;
    const kind: ExecutionKind = isUpdate ? 'update' : 'replicated_query';
    const result = this.executor.run(
      canister,
      canister.installation!,
      executionIn(context, kind, mode, { argument: request.argument }),
      () => instance.entry(exportName)(),
      isUpdate ? 'commit' : 'discard',
    );
    this.finish(canister, context, result);
  }

  /** Runs a callback of a call that was answered. */
  answer(canister: Canister, { callId, response, refund, deadline }: Delivery): void {
    const waiting = canister.waitingCalls.get(callId);
    // Of a call that was not waited for the answer is lost, and the cycles in it.
    if (!waiting && deadline !== undefined) return;
    canister.balance += refund + callRefund(BigInt(responseBytes(response)));
    if (!waiting) return;
    canister.waitingCalls.delete(callId);
    const { context } = waiting;
    context.outstanding--;
    this.finish(canister, context, this.callbacks.run(canister, waiting, response, refund));
  }

  /** Runs a timer, heartbeat or low-memory task. @returns whether the canister has it */
  task(canister: Canister, kind: ExecutionKind, exportName: string): boolean {
    const { installation } = canister;
    if (!installation?.instance.code.entryPoints.has(exportName)) return false;
    const origin = { kind: 'task' } as const;
    const context = newCallContext({ origin, caller: MANAGEMENT_CANISTER, method: '', cycles: 0n });
    canister.contexts.add(context);
    const result = this.executor.run(
      canister,
      installation,
      executionIn(context, kind, Mode.systemTask, { argument: NO_BYTES }),
      () => installation.instance.entry(exportName)(),
      'commit',
    );
    this.finish(canister, context, result);
    return true;
  }

  private finish(canister: Canister, context: CallContext, result: ExecutionResult): void {
    charge(canister, context, result);
    if (!result.trap) {
      this.effects.apply(canister, context, result.execution);
      canister.version++;
      if (result.execution.response) this.effects.respond(context, result.execution.response);
    }
    this.finishContext(canister, context, result.trap);
  }

  /** Answers for a context in which nothing can answer any more, and forgets it. */
  private finishContext(canister: Canister, context: CallContext, trap: Reject | undefined): void {
    if (context.outstanding > 0) return;
    canister.contexts.delete(context);
    if (context.responded) return;
    this.effects.respond(context, { kind: 'reject', reject: trap ?? didNotReply(canister) });
  }
}

function responseBytes(response: Response): number {
  return response.kind === 'reply' ? response.data.length : Buffer.byteLength(response.reject.message);
}
