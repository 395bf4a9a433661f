import type { Canister, Installation, WaitingCall } from '../canister/canister';
import type { Closure, Response } from '../execution/execution';
import type { ExecutionResult, MessageExecutor } from '../execution/message-executor';
import { instructionLimit, Mode } from '../execution/mode';
import type { CallContext } from './call-context';
import { charge, type Effects } from './effects';
import { executionIn } from './execution-request';

const NO_BYTES = new Uint8Array(0);

/** Instructions of a callback that are kept back for its cleanup: 5 %. */
const CLEANUP_SHARE = 20n;

/** Runs the callbacks of calls that were answered, and their cleanups. */
export class Callbacks {
  constructor(
    private readonly executor: MessageExecutor,
    private readonly effects: Effects,
  ) {}

  /** @returns the callback's result; where it trapped, its cleanup has run too */
  run(canister: Canister, waiting: WaitingCall, response: Response, refund: bigint): ExecutionResult {
    const installation = canister.installation!;
    const result = this.runCallback(canister, installation, waiting, response, refund);
    const { onCleanup } = waiting.call;
    if (result.trap && onCleanup) {
      this.runCleanup(canister, installation, waiting.context, onCleanup, response);
    }
    return result;
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
    const request = executionIn(context, isReply ? 'reply_callback' : 'reject_callback', mode, {
      argument: isReply ? response.data : NO_BYTES,
      refundedCycles: refund,
      instructionLimit: call.onCleanup ? limit - limit / CLEANUP_SHARE : limit,
      ...(response.kind === 'reject' && { reject: response.reject }),
    });
    const entry = () => installation.instance.runCallback(closure);
    return this.executor.run(canister, installation, request, entry, 'commit');
  }

  private runCleanup(
    canister: Canister,
    installation: Installation,
    context: CallContext,
    closure: Closure,
    response: Response,
  ): void {
    const request = executionIn(context, 'cleanup', Mode.cleanup, {
      argument: NO_BYTES,
      instructionLimit: instructionLimit(Mode.cleanup) / CLEANUP_SHARE,
      ...(response.kind === 'reject' && { reject: response.reject }),
    });
    const entry = () => installation.instance.runCallback(closure);
    const result = this.executor.run(canister, installation, request, entry, 'commit');
    charge(canister, context, result, false);
    if (result.trap) return;
    this.effects.apply(canister, context, result.execution);
    canister.version++;
  }
}
