import type { CallerInfo, Response } from '../execution/execution';
import type { Origin } from './call-context';

/** A call to a canister, or to the management canister when `callee` is empty. Plain data, as everything in this file. */
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
  readonly caller: Uint8Array;
  readonly callId: number;
  /** Nanoseconds since 1970 at which the caller stops waiting; absent when it waits for good. */
  readonly deadline?: bigint;
  readonly response: Response;
  readonly refund: bigint;
}

/** Where requests and answers go that an execution gives rise to. */
export interface Outbox {
  request(request: Request): void;
  deliver(delivery: Delivery): void;
  /** Answers a message that a user submitted. */
  settle(id: string, response: Response): void;
}

const NO_BYTES = new Uint8Array(0);
/** The management canister, which is the caller of system tasks: the empty principal `aaaaa-aa`. */
export const MANAGEMENT_CANISTER = NO_BYTES;
