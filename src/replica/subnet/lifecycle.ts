import type { Canister } from '../canister/canister';
import { ChunkStore } from '../canister/chunk-store';
import { ErrorCode, rejectWith } from '../errors';
import type { Response } from '../execution/execution';
import { StableMemory } from '../instance/stable-memory';
import type { CallEngine, Request } from './call-engine';

/** Stops, starts and uninstalls canisters, and answers those who wait for a canister to stop. */
export class Lifecycle {
  private readonly waiting = new Map<Canister, Request[]>();

  /** @param answer sends the answer of a request that no canister's code ran for */
  constructor(
    private readonly calls: CallEngine,
    private readonly answer: (request: Request, response: Response) => void,
  ) {}

  /** From now on the canister takes only answers to calls that it has made. */
  stop(canister: Canister, request?: Request): void {
    if (canister.status === 'running') {
      canister.status = 'stopping';
      canister.version++;
    }
    if (request) this.waiting.set(canister, [...(this.waiting.get(canister) ?? []), request]);
  }

  /** Whoever still waits for the canister to stop is rejected. */
  start(canister: Canister): void {
    canister.status = 'running';
    canister.version++;
    const reject = rejectWith(
      ErrorCode.canisterStoppingCancelled,
      `Canister ${canister.name}'s stop request was cancelled.`,
    );
    for (const request of this.takeWaiting(canister)) this.answer(request, { kind: 'reject', reject });
  }

  /** Stops canisters that have no open calls any more. */
  settle(canisters: Iterable<Canister>): void {
    for (const canister of canisters) {
      if (canister.status === 'stopping' && canister.contexts.size === 0) canister.status = 'stopped';
      if (canister.status !== 'stopped') continue;
      const response: Response = { kind: 'reply', data: EMPTY_CANDID };
      for (const request of this.takeWaiting(canister)) this.answer(request, response);
    }
  }

  /** Removes code and memories; open calls are rejected, and answers to the canister's own calls find nobody. */
  uninstall(canister: Canister): void {
    canister.installation = undefined;
    canister.stable = new StableMemory();
    canister.chunks = new ChunkStore();
    canister.certifiedData = new Uint8Array(0);
    canister.globalTimer = 0n;
    canister.log.clear();
    canister.waitingCalls.clear();
    canister.version++;
    const reject = rejectWith(
      ErrorCode.canisterRejectedMessage,
      `Canister ${canister.name} has been uninstalled.`,
    );
    for (const context of canister.contexts) {
      if (!context.responded) this.calls.respond(context, { kind: 'reject', reject });
    }
    canister.contexts.clear();
  }

  private takeWaiting(canister: Canister): Request[] {
    const requests = this.waiting.get(canister) ?? [];
    this.waiting.delete(canister);
    return requests;
  }
}

/** `DIDL` with no types and no values. */
const EMPTY_CANDID = Uint8Array.of(0x44, 0x49, 0x44, 0x4c, 0, 0);
