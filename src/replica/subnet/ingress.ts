import type { Canister } from '../canister/canister';
import { CanisterRejectError, canisterError, ErrorCode, type Reject } from '../errors';
import type { Response } from '../execution/execution';
import type { MessageExecutor } from '../execution/message-executor';
import { instructionLimit, Mode } from '../execution/mode';
import { MANAGEMENT_CANISTER, type Outbox, type Request } from './messages';
import { ingressPrice } from './prices';
import type { QueryRequest } from './query-engine';
import { refuseCall, refuseComposite } from './refusals';

/** Largest ingress message in bytes: its envelope as it is sent, signature and all, and its id (2025-10). */
export const MAXIMUM_INGRESS = 2 * 1024 * 1024;
const MESSAGE_ID = 32;

/** What is held against `MAXIMUM_INGRESS`. */
export function ingressBytes(envelopeBytes: number): number {
  return envelopeBytes + MESSAGE_ID;
}

/** An update on its way; the response is there once a round has answered it. */
export interface PendingAnswer {
  readonly method: string;
  response: Response | undefined;
}

/** Updates that come from outside the subnet, until they are answered. */
export class Ingress {
  private readonly pending = new Map<string, PendingAnswer>();
  private submitted = 0;

  constructor(
    private readonly executor: MessageExecutor,
    private readonly enqueue: Outbox['request'],
  ) {}

  /**
   * Takes a message for a canister that accepts it and pays for it.
   * @param id under which it is answered; one of its own by default
   * @throws CanisterRejectError when the canister does not take it
   */
  submit(canister: Canister, request: QueryRequest, id?: string): PendingAnswer {
    const refusal =
      refuseCall(canister) ?? refuseComposite(canister, request.method) ?? this.inspect(canister, request);
    if (refusal) throw new CanisterRejectError(refusal);
    canister.balance -= ingressPrice(request.method.length + request.argument.length);
    return this.accept(canister.id, request, id);
  }

  /** Takes a user's call of the management canister, which pays nothing for it. */
  submitManagement(request: QueryRequest, id?: string): PendingAnswer {
    return this.accept(MANAGEMENT_CANISTER, request, id);
  }

  /** Waits again for a message that was submitted before a restart. */
  await(id: string, method: string): PendingAnswer {
    const pending: PendingAnswer = { method, response: undefined };
    this.pending.set(id, pending);
    return pending;
  }

  settle(id: string, response: Response): void {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    if (pending) pending.response = response;
  }

  private accept(callee: Uint8Array, request: QueryRequest, id = `${++this.submitted}`): PendingAnswer {
    const pending = this.await(id, request.method);
    const message: Request = { ...request, callee, cycles: 0n, origin: { kind: 'ingress', id } };
    this.enqueue(message);
    return pending;
  }

  private inspect(canister: Canister, request: QueryRequest): Reject | undefined {
    const installation = canister.installation!;
    if (!installation.instance.code.entryPoints.has('canister_inspect_message')) return undefined;
    const mode = Mode.inspectMessage;
    const { execution, trap } = this.executor.run(
      canister,
      installation,
      { ...request, kind: 'inspect_message', mode, instructionLimit: instructionLimit(mode) },
      () => installation.instance.entry('canister_inspect_message')(),
      'discard',
    );
    if (trap) return trap;
    if (execution.accepted) return undefined;
    return canisterError(canister.name, ErrorCode.canisterRejectedMessage, 'Canister rejected the message');
  }
}
