import { Principal } from '@dfinity/principal';
import type { Canister } from '../canister/canister';
import { ErrorCode, rejectWith } from '../errors';
import type { Response } from '../execution/execution';
import type { MessageExecutor } from '../execution/message-executor';
import type { ManagementCanister } from '../management/management-canister';
import type { CallEngine } from './call-engine';
import type { CanisterRegistry } from './canister-registry';
import type { Effects } from './effects';
import type { Lifecycle } from './lifecycle';
import type { Delivery, Request } from './messages';
import type { RecentModules } from './recent-modules';
import { refuseCall } from './refusals';

/** Instructions after which a round starts no further message (ic-platform.md B5). */
const ROUND_INSTRUCTIONS = 4_000_000_000;
/** Nanoseconds between two charges for memory and allocations. */
const IDLE_CHARGE_INTERVAL = 10_000_000_000n;

/** A message that waits for its turn. Plain data. */
export type QueuedMessage =
  | { readonly kind: 'request'; readonly request: Request }
  | { readonly kind: 'delivery'; readonly delivery: Delivery };

export interface RoundParts {
  readonly canisters: CanisterRegistry;
  readonly executor: MessageExecutor;
  readonly calls: CallEngine;
  readonly effects: Effects;
  readonly lifecycle: Lifecycle;
  readonly management: ManagementCanister;
  readonly recent: RecentModules;
  readonly queue: QueuedMessage[];
  /** Nanoseconds since 1970. */
  now(): bigint;
  /** Told after every message, task and change that the system makes: each is complete by then, and the next has not begun. */
  finished(): void;
}

/** Brings messages to canisters, and canisters to what is due. */
export class Rounds {
  constructor(private readonly parts: RoundParts) {}

  /** Runs the tasks that are due, then messages in the order in which they were sent, until none is left or the round is full. */
  run(): void {
    const { canisters, executor, calls, queue, lifecycle, finished } = this.parts;
    const used = executor.instructions;
    for (const canister of canisters.all) {
      this.chargeIdle(canister);
      this.parts.effects.expireCalls(canister);
      this.runTasks(canister);
    }
    while (queue.length > 0 && executor.instructions - used < ROUND_INSTRUCTIONS) {
      const message = queue.shift()!;
      if (message.kind === 'request') {
        this.route(message.request);
      } else {
        const canister = canisters.find(message.delivery.caller);
        if (canister) calls.answer(canister, message.delivery);
      }
      finished();
    }
    if (lifecycle.settle(canisters.all)) finished();
    this.parts.recent.passRound();
  }

  /** Takes what memory and allocations cost, some seconds' worth at a time; a canister that cannot pay loses its code. */
  private chargeIdle(canister: Canister): void {
    const now = this.parts.now();
    const elapsed = now - canister.paidUntil;
    if (elapsed < IDLE_CHARGE_INTERVAL) return;
    const price = canister.idlePrice(elapsed);
    canister.paidUntil = now;
    if (price <= canister.balance) {
      canister.balance -= price;
      return;
    }
    canister.balance = 0n;
    canister.settings.computeAllocation = 0n;
    canister.settings.memoryAllocation = 0n;
    this.parts.lifecycle.uninstall(canister);
    this.parts.finished();
  }

  private runTasks(canister: Canister): void {
    if (refuseCall(canister)) return;
    if (canister.takeLowMemorySignal()) {
      this.runTask(canister, 'low_wasm_memory', 'canister_on_low_wasm_memory');
    }
    if (canister.globalTimer !== 0n && canister.globalTimer <= this.parts.now()) {
      canister.globalTimer = 0n;
      this.runTask(canister, 'global_timer', 'canister_global_timer');
    }
    this.runTask(canister, 'heartbeat', 'canister_heartbeat');
  }

  private runTask(canister: Canister, kind: Parameters<CallEngine['task']>[1], exportName: string): void {
    if (this.parts.calls.task(canister, kind, exportName)) this.parts.finished();
  }

  private route(request: Request): void {
    const { management, canisters, calls } = this.parts;
    if (request.callee.length === 0) {
      const response = management.call(request);
      if (response) this.answer(request, response);
      return;
    }
    const canister = canisters.find(request.callee);
    if (canister) {
      calls.call(canister, request);
      return;
    }
    const name = Principal.fromUint8Array(request.callee).toText();
    const reject = rejectWith(ErrorCode.canisterNotFound, `Canister ${name} not found`);
    this.answer(request, { kind: 'reject', reject });
  }

  /** Answers a call that no canister's code ran for. */
  private answer({ origin, cycles, method }: Request, response: Response): void {
    const kept = KEEPS_CYCLES.has(method) && response.kind === 'reply' ? cycles : 0n;
    this.parts.effects.answer(origin, response, cycles - kept);
  }
}

/** Management methods whose cycles go where the caller wants them. */
const KEEPS_CYCLES: ReadonlySet<string> = new Set(['deposit_cycles', 'create_canister']);
