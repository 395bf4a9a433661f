import type { Canister } from '../canister/canister';
import { ChunkStore } from '../canister/chunk-store';
import { ErrorCode, rejectWith } from '../errors';
import type { Response } from '../execution/execution';
import { StableMemory } from '../instance/stable-memory';
import type { Effects } from './effects';
import type { Request } from './messages';

/** Stops, starts and uninstalls canisters, and answers those who wait for a canister to stop. */
export class Lifecycle {
  constructor(private readonly effects: Effects) {}

  /** From now on the canister takes only answers to calls that it has made. */
  stop(canister: Canister, request?: Request): void {
    if (canister.status === 'running') {
      canister.status = 'stopping';
      canister.version++;
    }
    if (request) canister.stopRequests.push(request);
  }

  /** Whoever still waits for the canister to stop is rejected. */
  start(canister: Canister): void {
    canister.status = 'running';
    canister.version++;
    const reject = rejectWith(
      ErrorCode.canisterStoppingCancelled,
      `Canister ${canister.name}'s stop request was cancelled.`,
    );
    for (const { origin, cycles } of canister.stopRequests.splice(0)) {
      this.effects.answer(origin, { kind: 'reject', reject }, cycles);
    }
  }

  /** Stops canisters that have no open calls any more. @returns whether there was anything to do */
  settle(canisters: Iterable<Canister>): boolean {
    let changed = false;
    for (const canister of canisters) {
      const stops = canister.status === 'stopping' && canister.contexts.size === 0;
      if (stops) canister.status = 'stopped';
      if (canister.status !== 'stopped') continue;
      changed ||= stops || canister.stopRequests.length > 0;
      const response: Response = { kind: 'reply', data: EMPTY_CANDID };
      for (const request of canister.stopRequests.splice(0))
        this.effects.answer(request.origin, response, request.cycles);
    }
    return changed;
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
      if (!context.responded) this.effects.respond(context, { kind: 'reject', reject });
    }
    canister.contexts.clear();
  }
}

/** `DIDL` with no types and no values. */
const EMPTY_CANDID = Uint8Array.of(0x44, 0x49, 0x44, 0x4c, 0, 0);
