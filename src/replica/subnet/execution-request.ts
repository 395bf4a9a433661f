import type { ExecutionKind } from '../execution/execution-record';
import type { ExecutionRequest } from '../execution/message-executor';
import { instructionLimit, type Mode } from '../execution/mode';
import type { CallContext } from './call-context';

/** What an execution inside a call context is given. */
export function executionIn(
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
    ...(context.origin.kind === 'canister' &&
      context.origin.deadline !== undefined && { deadline: context.origin.deadline }),
    ...rest,
  };
}
