import type { CallerInfo } from '../execution/execution';

/** Who waits for the answer of a call: a user, by the id that the message was submitted under; a canister; or nobody. */
export type Origin =
  | { readonly kind: 'ingress'; readonly id: string }
  | {
      readonly kind: 'canister';
      readonly caller: Uint8Array;
      readonly callId: number;
      readonly deadline?: bigint;
    }
  | { readonly kind: 'task' };

/** One call from its arrival to its answer, over all callbacks that it takes. Plain data: it is written to disk as it is. */
export interface CallContext {
  readonly origin: Origin;
  readonly caller: Uint8Array;
  readonly method: string;
  readonly senderInfo?: CallerInfo;
  /** Cycles that came with the call and were not accepted. */
  availableCycles: bigint;
  responded: boolean;
  /** Calls that this context has made and not yet had an answer to. */
  outstanding: number;
  /** Instructions that the executions so far were charged, for performance_counter(1). */
  instructions: bigint;
}

type Arrival = Pick<CallContext, 'origin' | 'caller' | 'method' | 'senderInfo'> & { readonly cycles: bigint };

export function newCallContext({ origin, caller, method, senderInfo, cycles }: Arrival): CallContext {
  return {
    origin,
    caller,
    method,
    ...(senderInfo && { senderInfo }),
    availableCycles: cycles,
    responded: false,
    outstanding: 0,
    instructions: 0n,
  };
}
