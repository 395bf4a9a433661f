import type { Reject } from '../errors';
import type { PagePrices } from '../instruction-prices';
import { type ExecutionKind, emptyStableFigures, type StableFigures } from './execution-record';
import type { FaultInjector } from './faults';
import { type Mode, tracksWrites } from './mode';

/** A function to call later: a slot of the table and the value that it is given. */
export interface Closure {
  readonly slot: number;
  readonly environment: number;
}

/** A call to another canister as the system calls build it. */
export interface OutgoingCall {
  readonly callee: Uint8Array;
  readonly method: string;
  readonly onReply: Closure;
  readonly onReject: Closure;
  payload: Uint8Array[];
  payloadBytes: number;
  cycles: bigint;
  onCleanup?: Closure;
  timeoutSeconds?: number;
}

/** An answer to a call. */
export type Response =
  | { readonly kind: 'reply'; readonly data: Uint8Array }
  | { readonly kind: 'reject'; readonly reject: Reject };

/** What a signer says of the caller. */
export interface CallerInfo {
  readonly info: Uint8Array;
  readonly signer: Uint8Array;
}

/** What an execution is given. */
export interface ExecutionInput {
  readonly kind: ExecutionKind;
  readonly mode: Mode;
  readonly method: string;
  readonly caller: Uint8Array;
  readonly senderInfo?: CallerInfo;
  /** Candid argument, or the reply's data in a reply callback. */
  readonly argument: Uint8Array;
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  readonly instructionLimit: bigint;
  /** What touched pages cost. */
  readonly prices: PagePrices;
  /** The reject that a reject callback or its cleanup answers. */
  readonly reject?: Reject;
  readonly availableCycles?: bigint;
  readonly refundedCycles?: bigint;
  /** Nanoseconds since 1970 until which the caller waits for the answer; absent when it waits for good. */
  readonly deadline?: bigint;
  /** Whether the execution can read a certificate of the canister's certified data: what a query's caller asked itself. */
  readonly hasCertificate?: boolean;
  /** Whether a composite query calls: the IC tracks, and charges, what such a query writes, as it does the caller's own writes. */
  readonly isInCompositeQuery?: boolean;
  /** Instructions that earlier executions of the same call context used. */
  readonly contextInstructions?: bigint;
  /** Whether the call context has been answered before. */
  readonly alreadyResponded?: boolean;
  readonly faults?: FaultInjector;
}

/** One run of an entry point: its input, and the effects that take place only if it does not trap. */
export class Execution {
  response: Response | undefined;
  replyData: Uint8Array[] = [];
  replyBytes = 0;
  /** The call between call_new and call_perform. */
  pendingCall: OutgoingCall | undefined;
  readonly outgoing: OutgoingCall[] = [];
  accepted = false;
  certifiedData: Uint8Array | undefined;
  globalTimer: bigint | undefined;
  acceptedCycles = 0n;
  /** Cycles that the canister gave away: burned or attached to calls, minus refunds. */
  spentCycles = 0n;
  readonly debug: string[] = [];
  /** Bytes of `debug` and of the trap's message that went to the canister's log. */
  loggedBytes = 0;
  readonly stable: StableFigures = emptyStableFigures();

  constructor(readonly input: ExecutionInput) {}

  get mode(): Mode {
    return this.input.mode;
  }

  get tracksWrites(): boolean {
    return this.input.isInCompositeQuery === true || tracksWrites(this.mode);
  }

  /** Whether this call context is still to be answered. */
  get mayRespond(): boolean {
    return this.response === undefined && !this.input.alreadyResponded;
  }
}
