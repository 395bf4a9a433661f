import type { Canister } from '../canister/canister';
import type { CallerInfo, Response } from '../execution/execution';

/** Who waits for the answer of a call. */
export type Origin =
  | { readonly kind: 'ingress'; readonly settle: (response: Response) => void }
  | { readonly kind: 'canister'; readonly canister: Canister; readonly callId: number }
  | { readonly kind: 'task' };

/** One call from its arrival to its answer, over all callbacks that it takes. */
export class CallContext {
  responded = false;
  /** Calls that this context has made and not yet had an answer to. */
  outstanding = 0;
  /** Instructions of the executions so far, for performance_counter(1). */
  instructions = 0n;

  constructor(
    readonly origin: Origin,
    readonly caller: Uint8Array,
    readonly method: string,
    /** Cycles that came with the call and were not accepted. */
    public availableCycles: bigint,
    readonly senderInfo?: CallerInfo,
  ) {}
}
