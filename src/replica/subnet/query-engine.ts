import type { Canister } from '../canister/canister';
import { shadowOf } from '../canister/canister-snapshot';
import { ErrorCode, rejectWith } from '../errors';
import type { OutgoingCall, Response } from '../execution/execution';
import type { ExecutionResult, MessageExecutor } from '../execution/message-executor';
import { Mode } from '../execution/mode';
import { CompositeQuery } from './composite-query';
import type { Request } from './messages';
import { QueryBudget } from './query-budget';
import { didNotReply, methodNotFound, refuseCall } from './refusals';

/** How deep composite queries may call each other (ic-platform.md B5). */
const MAXIMUM_DEPTH = 6;

/** A query as whoever asks sends it. */
export type QueryRequest = Pick<Request, 'caller' | 'method' | 'argument' | 'senderInfo'>;

/** Runs non-replicated queries: nothing that they change is kept. */
export class QueryEngine {
  constructor(
    private readonly executor: MessageExecutor,
    /** Answers for a canister that a composite query calls, or undefined when there is none. */
    private readonly find: (id: Uint8Array) => Canister | undefined,
  ) {}

  query(canister: Canister, request: QueryRequest): Response {
    return this.run(canister, request, new QueryBudget(), []);
  }

  private run(
    canister: Canister,
    request: QueryRequest,
    budget: QueryBudget,
    callers: readonly Canister[],
  ): Response {
    const refusal = refuseCall(canister, Mode.query);
    if (refusal) return { kind: 'reject', reject: refusal };
    const spentBefore = budget.spent;
    const response = this.answer(canister, request, budget, callers);
    count(canister, request.argument, budget.spent - spentBefore, response);
    return response;
  }

  private answer(
    canister: Canister,
    request: QueryRequest,
    budget: QueryBudget,
    callers: readonly Canister[],
  ): Response {
    const installation = canister.installation!;
    const { entryPoints } = installation.instance.code;
    const plain = `canister_query ${request.method}`;
    const composite = `canister_composite_query ${request.method}`;
    if (entryPoints.has(composite)) return this.runComposite(canister, request, budget, callers);
    if (!entryPoints.has(plain)) {
      return { kind: 'reject', reject: methodNotFound(canister, 'query', request.method) };
    }
    const result = this.executor.run(
      canister,
      installation,
      {
        ...request,
        kind: 'query',
        mode: Mode.query,
        instructionLimit: budget.left,
        hasCertificate: callers.length === 0,
        isInCompositeQuery: callers.length > 0,
      },
      () => installation.instance.entry(plain)(),
      'discard',
    );
    budget.spend(result);
    return answerOf(canister, result);
  }

  /** All executions of a composite query see each other's changes, which are dropped at its end. */
  private runComposite(
    canister: Canister,
    request: QueryRequest,
    budget: QueryBudget,
    callers: readonly Canister[],
  ): Response {
    const installation = canister.installation!;
    try {
      const call = (made: OutgoingCall) => this.callFrom(canister, made, budget, [...callers, canister]);
      const hasCertificate = callers.length === 0;
      return new CompositeQuery(
        canister,
        installation,
        { ...request, hasCertificate },
        budget,
        this.executor,
        call,
      ).run();
    } finally {
      canister.stable.rollback();
      installation.instance.rollback();
    }
  }

  private callFrom(
    canister: Canister,
    call: OutgoingCall,
    budget: QueryBudget,
    callers: readonly Canister[],
  ): Response {
    const callee = this.find(call.callee);
    if (!callee)
      return refused('the canister that a composite query called does not exist', ErrorCode.canisterNotFound);
    if (callers.length > MAXIMUM_DEPTH)
      return refused(`composite queries call deeper than ${MAXIMUM_DEPTH}`, ErrorCode.queryCallGraphTooDeep);
    budget.spendCall();
    const request = {
      caller: canister.id,
      method: call.method,
      argument: new Uint8Array(Buffer.concat(call.payload)),
    };
    // A canister that is already at it holds changes that only its own callbacks may see.
    const isBusy = callers.some(({ name }) => name === callee.name);
    return this.run(isBusy && callee.installation ? shadowOf(callee) : callee, request, budget, callers);
  }
}

function answerOf(canister: Canister, { execution, trap }: ExecutionResult): Response {
  if (trap) return { kind: 'reject', reject: trap };
  return execution.response ?? { kind: 'reject', reject: didNotReply(canister) };
}

function refused(message: string, code: ErrorCode): Response {
  return { kind: 'reject', reject: rejectWith(code, message) };
}

function count(canister: Canister, argument: Uint8Array, instructions: bigint, response: Response): void {
  const { queryStatistics } = canister;
  queryStatistics.numCallsTotal++;
  queryStatistics.numInstructionsTotal += instructions;
  queryStatistics.requestPayloadBytesTotal += BigInt(argument.length);
  if (response.kind === 'reply') queryStatistics.responsePayloadBytesTotal += BigInt(response.data.length);
}
