import type { Canister, Installation } from '../canister/canister';
import type { ExecutionInput, OutgoingCall, Response } from '../execution/execution';
import type { MessageExecutor } from '../execution/message-executor';
import { Mode } from '../execution/mode';
import { type CallContext, newCallContext } from './call-context';
import type { QueryBudget } from './query-budget';
import type { QueryRequest } from './query-engine';
import { didNotReply } from './refusals';

const NO_BYTES = new Uint8Array(0);

/** One composite query from its method to its last callback. */
export class CompositeQuery {
  private readonly context: CallContext;
  private readonly waiting: OutgoingCall[] = [];
  private response: Response | undefined;

  constructor(
    private readonly canister: Canister,
    private readonly installation: Installation,
    private readonly request: QueryRequest & Pick<ExecutionInput, 'hasCertificate'>,
    private readonly budget: QueryBudget,
    private readonly executor: MessageExecutor,
    private readonly call: (call: OutgoingCall) => Response,
  ) {
    this.context = newCallContext({ ...request, origin: { kind: 'task' }, cycles: 0n });
  }

  run(): Response {
    const { instance } = this.installation;
    this.execute('composite_query', Mode.compositeQuery, this.request.argument, undefined, () =>
      instance.entry(`canister_composite_query ${this.request.method}`)(),
    );
    for (let call = this.waiting.shift(); call && !this.response; call = this.waiting.shift()) {
      this.answer(call, this.call(call));
    }
    return this.response ?? { kind: 'reject', reject: didNotReply(this.canister) };
  }

  private answer(call: OutgoingCall, response: Response): void {
    const isReply = response.kind === 'reply';
    this.execute(
      isReply ? 'reply_callback' : 'reject_callback',
      isReply ? Mode.compositeReplyCallback : Mode.compositeRejectCallback,
      isReply ? response.data : NO_BYTES,
      response,
      () => this.installation.instance.runCallback(isReply ? call.onReply : call.onReject),
    );
  }

  private execute(
    kind: 'composite_query' | 'reply_callback' | 'reject_callback',
    mode: Mode,
    argument: Uint8Array,
    answered: Response | undefined,
    entry: () => unknown,
  ): void {
    const result = this.executor.run(
      this.canister,
      this.installation,
      {
        kind,
        mode,
        method: this.request.method,
        caller: this.request.caller,
        ...(this.request.senderInfo && { senderInfo: this.request.senderInfo }),
        argument,
        instructionLimit: this.budget.left,
        contextInstructions: this.context.instructions,
        hasCertificate: kind === 'composite_query' && (this.request.hasCertificate ?? false),
        ...(answered?.kind === 'reject' && { reject: answered.reject }),
      },
      entry,
      'hold',
    );
    this.context.instructions += BigInt(result.record.chargedInstructions);
    this.budget.spend(result);
    if (result.trap) this.response = { kind: 'reject', reject: result.trap };
    else if (result.execution.response) this.response = result.execution.response;
    else this.waiting.push(...result.execution.outgoing);
  }
}
