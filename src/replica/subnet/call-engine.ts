import type { Canister, Installation, WaitingCall } from '../canister/canister';
import type { Reject } from '../errors';
import type { CallerInfo, Closure, Execution, Response } from '../execution/execution';
import type { ExecutionKind } from '../execution/execution-record';
import type { ExecutionRequest, ExecutionResult, MessageExecutor } from '../execution/message-executor';
import { instructionLimit, Mode } from '../execution/mode';
import { CallContext, type Origin } from './call-context';
import { callRefund, executionPrice } from './prices';
import { didNotReply, methodNotFound, refuseCall } from './refusals';

/** A call to a canister, or to the management canister when `callee` is empty. */
export interface Request {
  readonly callee: Uint8Array;
  readonly caller: Uint8Array;
  readonly method: string;
  readonly argument: Uint8Array;
  readonly senderInfo?: CallerInfo;
  readonly cycles: bigint;
  readonly origin: Origin;
}

/** An answer on its way to the canister that called. */
export interface Delivery {
  readonly canister: Canister;
  readonly callId: number;
  readonly response: Response;
  readonly refund: bigint;
}

/** Where requests and answers go that an execution gives rise to. */
export interface Outbox {
  request(request: Request): void;
  deliver(delivery: Delivery): void;
}

const NO_BYTES = new Uint8Array(0);
/** The management canister, which is the caller of system tasks: the empty principal `aaaaa-aa`. */
export const MANAGEMENT_CANISTER = NO_BYTES;

/** Instructions of a callback that are kept back for its cleanup: 5 %. */
const CLEANUP_SHARE = 20n;

const UPDATE_EXPORT = 'canister_update ';
const QUERY_EXPORT = 'canister_query ';

/** Runs replicated messages (updates, callbacks, tasks) and carries their effects out. */
export class CallEngine {
  private nextCallId = 1;

  constructor(
    private readonly executor: MessageExecutor,
    private readonly outbox: Outbox,
  ) {}

  /** Runs an update method, or a query method as an update would call it. */
  call(canister: Canister, request: Request): void {
    const context = new CallContext(
      request.origin,
      request.caller,
      request.method,
      request.cycles,
      request.senderInfo,
    );
    const refusal = refuseCall(canister);
    if (refusal) {
      this.respond(context, { kind: 'reject', reject: refusal });
      return;
    }
    const isUpdate = canister.installation!.instance.code.entryPoints.has(UPDATE_EXPORT + request.method);
    const exportName = (isUpdate ? UPDATE_EXPORT : QUERY_EXPORT) + request.method;
    if (!canister.installation!.instance.code.entryPoints.has(exportName)) {
      this.respond(context, { kind: 'reject', reject: methodNotFound(canister, 'update', request.method) });
      return;
    }
    canister.contexts.add(context);
    const mode = isUpdate ? Mode.update : Mode.replicatedQuery;
    const kind: ExecutionKind = isUpdate ? 'update' : 'replicated_query';
    const settlement = isUpdate ? 'commit' : 'discard';
    const { instance } = canister.installation!;
    const result = this.executor.run(
      canister,
      canister.installation!,
      this.requestFor(context, kind, mode, { argument: request.argument }),
      () => instance.entry(exportName)(),
      settlement,
    );
    this.finish(canister, context, result);
  }

  /** Runs a callback of a call that was answered. */
  answer({ canister, callId, response, refund }: Delivery): void {
    const waiting = canister.waitingCalls.get(callId);
    canister.balance += refund + callRefund(BigInt(responseBytes(response)));
    if (!waiting) return;
    canister.waitingCalls.delete(callId);
    const { context } = waiting;
    context.outstanding--;
    const installation = canister.installation!;
    const result = this.runCallback(canister, installation, waiting, response, refund);
    const { onCleanup } = waiting.call;
    if (result.trap && onCleanup) this.runCleanup(canister, installation, context, onCleanup, response);
    this.finish(canister, context, result);
  }

  /** Runs a timer, heartbeat or low-memory task; a canister that does not export it does nothing. */
  task(canister: Canister, kind: ExecutionKind, exportName: string): void {
    const { installation } = canister;
    if (!installation?.instance.code.entryPoints.has(exportName)) return;
    const context = new CallContext({ kind: 'task' }, MANAGEMENT_CANISTER, '', 0n);
    canister.contexts.add(context);
    const result = this.executor.run(
      canister,
      installation,
      this.requestFor(context, kind, Mode.systemTask, { argument: NO_BYTES }),
      () => installation.instance.entry(exportName)(),
      'commit',
    );
    this.finish(canister, context, result);
  }

  /** Carries out the effects of a successful execution that are not memory: timer, certified data, cycles, calls. */
  applyEffects(canister: Canister, context: CallContext, execution: Execution): void {
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
        origin: { kind: 'canister', canister, callId },
      });
    }
  }

  /** Sends the answer of a call context to whoever waits for it. */
  respond(context: CallContext, response: Response): void {
    context.responded = true;
    const { origin } = context;
    if (origin.kind === 'ingress') origin.settle(response);
    if (origin.kind !== 'canister') return;
    const refund = context.availableCycles;
    context.availableCycles = 0n;
    this.outbox.deliver({ canister: origin.canister, callId: origin.callId, response, refund });
  }

  private runCallback(
    canister: Canister,
    installation: Installation,
    { context, call }: WaitingCall,
    response: Response,
    refund: bigint,
  ): ExecutionResult {
    const isReply = response.kind === 'reply';
    const closure = isReply ? call.onReply : call.onReject;
    const mode = isReply ? Mode.replyCallback : Mode.rejectCallback;
    const limit = instructionLimit(mode);
    const request = this.requestFor(context, isReply ? 'reply_callback' : 'reject_callback', mode, {
      argument: isReply ? response.data : NO_BYTES,
      refundedCycles: refund,
      instructionLimit: call.onCleanup ? limit - limit / CLEANUP_SHARE : limit,
      ...(response.kind === 'reject' && { reject: response.reject }),
    });
    return this.executor.run(
      canister,
      installation,
      request,
      () => installation.instance.runCallback(closure),
      'commit',
    );
  }

  private runCleanup(
    canister: Canister,
    installation: Installation,
    context: CallContext,
    closure: Closure,
    response: Response,
  ): void {
    const limit = instructionLimit(Mode.cleanup) / CLEANUP_SHARE;
    const request = this.requestFor(context, 'cleanup', Mode.cleanup, {
      argument: NO_BYTES,
      instructionLimit: limit,
      ...(response.kind === 'reject' && { reject: response.reject }),
    });
    const result = this.executor.run(
      canister,
      installation,
      request,
      () => installation.instance.runCallback(closure),
      'commit',
    );
    charge(canister, context, result);
    if (result.trap) return;
    this.applyEffects(canister, context, result.execution);
    canister.version++;
  }

  private requestFor(
    context: CallContext,
    kind: ExecutionKind,
    mode: Mode,
    rest: Partial<ExecutionRequest> & Pick<ExecutionRequest, 'argument'>,
  ): ExecutionRequest {
    return {
      kind,
      mode,
      method: context.method,
      caller: context.caller,
      ...(context.senderInfo && { senderInfo: context.senderInfo }),
      instructionLimit: instructionLimit(mode),
      availableCycles: context.availableCycles,
      contextInstructions: context.instructions,
      alreadyResponded: context.responded || context.origin.kind === 'task',
      ...rest,
    };
  }

  private finish(canister: Canister, context: CallContext, result: ExecutionResult): void {
    charge(canister, context, result);
    if (!result.trap) {
      this.applyEffects(canister, context, result.execution);
      if (result.record.kind !== 'replicated_query') canister.version++;
      if (result.execution.response) this.respond(context, result.execution.response);
    }
    this.finishContext(canister, context, result.trap);
  }

  /** Answers for a context in which nothing can answer any more, and forgets it. */
  private finishContext(canister: Canister, context: CallContext, trap: Reject | undefined): void {
    if (context.outstanding > 0) return;
    canister.contexts.delete(context);
    if (context.responded) return;
    const reject = trap ?? didNotReply(canister);
    this.respond(context, { kind: 'reject', reject });
  }
}

function responseBytes(response: Response): number {
  return response.kind === 'reply' ? response.data.length : Buffer.byteLength(response.reject.message);
}

/** Takes the execution's price, also when it trapped. */
function charge(canister: Canister, context: CallContext, { record }: ExecutionResult): void {
  context.instructions += BigInt(record.instructions);
  const price = executionPrice(BigInt(record.chargedInstructions));
  canister.balance = canister.balance > price ? canister.balance - price : 0n;
}
