import { Principal } from '@dfinity/principal';
import { Canister } from '../canister/canister';
import type { CanisterSettings } from '../canister/canister-settings';
import { CanisterRejectError, ErrorCode, type Reject, ReplicaError, rejectWith } from '../errors';
import type { Response } from '../execution/execution';
import { MessageExecutor } from '../execution/message-executor';
import { instructionLimit, Mode } from '../execution/mode';
import { ManagementCanister } from '../management/management-canister';
import { CallEngine, type Delivery, MANAGEMENT_CANISTER, type Request } from './call-engine';
import { Installer, type InstallRequest } from './installer';
import { Lifecycle } from './lifecycle';
import { ingressPrice } from './prices';
import { QueryEngine, type QueryRequest } from './query-engine';
import { SeededRandom } from './random';
import { refuseCall } from './refusals';

/** Instructions after which a round starts no further message (ic-platform.md B5). */
const ROUND_INSTRUCTIONS = 4_000_000_000;
/** Largest method name and argument of an update together, in bytes. */
const MAXIMUM_INGRESS = 2 * 1024 * 1024;
/** Rounds that an update call may take before the replica gives up on an answer, as PocketIC does. */
const MAXIMUM_ROUNDS = 100;
/** Nanoseconds between two charges for memory and allocations. */
const IDLE_CHARGE_INTERVAL = 10_000_000_000n;
/** Canister ids start here, so that they cannot be taken for small numbers. */
const FIRST_CANISTER = 0x0100_0000n;
const CANISTER_ID_SUFFIX = [0x01, 0x01];

export const SUBNET_ID = Uint8Array.from({ length: 29 }, (_, index) => (index === 28 ? 2 : index + 1));
/** Stands where the IC has a DER-encoded BLS key; nothing is signed here. */
const ROOT_KEY = new Uint8Array(133);

type Task =
  | { readonly kind: 'request'; readonly request: Request }
  | { readonly kind: 'delivery'; readonly delivery: Delivery };

/** An update on its way; the response is there once a round has answered it. */
export interface PendingAnswer {
  readonly method: string;
  response: Response | undefined;
}

/** One subnet: canisters, the queue of messages between them, time and randomness. Everything is deterministic. */
export class Subnet {
  /** Nanoseconds since 1970. */
  time: bigint;
  private readonly canisters = new Map<string, Canister>();
  private readonly executor: MessageExecutor;
  private readonly calls: CallEngine;
  private readonly queries: QueryEngine;
  private readonly installer: Installer;
  private readonly lifecycle: Lifecycle;
  private readonly management: ManagementCanister;
  private readonly queue: Task[] = [];
  private created = 0n;

  /**
   * @param startTime nanoseconds since 1970
   * @param seed of raw_rand
   * @param profile whether canisters count the instructions of their functions
   */
  constructor(startTime: bigint, seed: string, profile: boolean) {
    this.time = startTime;
    const find = (id: Uint8Array) => this.canisters.get(keyOf(id));
    this.executor = new MessageExecutor(() => ++this.time);
    this.calls = new CallEngine(this.executor, {
      request: (request) => this.queue.push({ kind: 'request', request }),
      deliver: (delivery) => this.queue.push({ kind: 'delivery', delivery }),
    });
    this.queries = new QueryEngine(this.executor, find);
    this.installer = new Installer(this.executor, this.calls, profile);
    this.lifecycle = new Lifecycle(this.calls, (request, response) => this.answerRequest(request, response));
    const random = new SeededRandom(seed);
    this.management = new ManagementCanister({
      find,
      now: () => this.time,
      draw: () => random.draw(),
      install: (canister, request) => this.installer.install(canister, request),
      uninstall: (canister) => this.lifecycle.uninstall(canister),
      stop: (canister, request) => this.lifecycle.stop(canister, request),
      start: (canister) => this.lifecycle.start(canister),
    });
  }

  create(settings: CanisterSettings, cycles: bigint, id?: Principal): Canister {
    const principal = id ?? this.nextId();
    const key = keyOf(principal.toUint8Array());
    if (this.canisters.has(key)) throw new ReplicaError(`canister ${principal.toText()} exists already`);
    const canister = new Canister(principal, SUBNET_ID, ROOT_KEY, settings, cycles);
    canister.paidUntil = this.time;
    this.canisters.set(key, canister);
    return canister;
  }

  has(id: Principal): boolean {
    return this.canisters.has(keyOf(id.toUint8Array()));
  }

  /** @throws CanisterRejectError when there is no such canister */
  canister(id: Principal): Canister {
    const canister = this.canisters.get(keyOf(id.toUint8Array()));
    if (!canister) {
      throw new CanisterRejectError(
        rejectWith(ErrorCode.canisterNotFound, `Canister ${id.toText()} not found.`),
      );
    }
    return canister;
  }

  /** @throws CanisterRejectError when the installation fails, in which case nothing has changed */
  install(canister: Canister, request: InstallRequest): void {
    const reject = this.installer.install(canister, request);
    if (reject) throw new CanisterRejectError(reject);
  }

  query(canister: Canister, request: QueryRequest): Response {
    return this.queries.query(canister, request);
  }

  /**
   * Submits an update; rounds carry it out.
   * @throws CanisterRejectError when the canister does not take it
   */
  submit(canister: Canister, request: QueryRequest): PendingAnswer {
    const ingressBytes = request.method.length + request.argument.length;
    if (ingressBytes > MAXIMUM_INGRESS) {
      throw new ReplicaError(`an ingress message of ${ingressBytes} bytes, allowed are ${MAXIMUM_INGRESS}`);
    }
    const refusal = refuseCall(canister) ?? this.inspect(canister, request);
    if (refusal) throw new CanisterRejectError(refusal);
    canister.balance -= ingressPrice(ingressBytes);
    return this.enqueue(canister.id, request);
  }

  /** Submits a user's call of the management canister, which pays nothing for it. */
  submitManagement(request: QueryRequest): PendingAnswer {
    return this.enqueue(MANAGEMENT_CANISTER, request);
  }

  queryManagement(request: QueryRequest): Response {
    return this.management.query({
      ...request,
      callee: MANAGEMENT_CANISTER,
      cycles: 0n,
      origin: { kind: 'task' },
    })!;
  }

  private enqueue(callee: Uint8Array, request: QueryRequest): PendingAnswer {
    const pending: PendingAnswer = { method: request.method, response: undefined };
    const settle = (answer: Response) => {
      pending.response = answer;
    };
    this.queue.push({
      kind: 'request',
      request: { ...request, callee, cycles: 0n, origin: { kind: 'ingress', settle } },
    });
    return pending;
  }

  /** Runs rounds until a submitted update is answered. */
  await(pending: PendingAnswer): Response {
    for (let round = 0; round < MAXIMUM_ROUNDS && !pending.response; round++) this.round();
    if (!pending.response) {
      throw new ReplicaError(`no answer to ${pending.method} after ${MAXIMUM_ROUNDS} rounds`);
    }
    return pending.response;
  }

  /** Runs the tasks that are due, then messages in the order in which they were sent, until none is left or the round is full. */
  round(): void {
    const used = this.executor.instructions;
    for (const canister of this.canisters.values()) {
      this.chargeIdle(canister);
      this.runTasks(canister);
    }
    while (this.queue.length > 0 && this.executor.instructions - used < ROUND_INSTRUCTIONS) {
      const task = this.queue.shift()!;
      if (task.kind === 'request') this.route(task.request);
      else this.calls.answer(task.delivery);
    }
    this.lifecycle.settle(this.canisters.values());
  }

  /** Stops a canister, running rounds until its open calls are answered. */
  stop(canister: Canister): void {
    this.lifecycle.stop(canister);
    for (let round = 0; round < MAXIMUM_ROUNDS && canister.status === 'stopping'; round++) this.round();
    if (canister.status === 'stopping') {
      throw new ReplicaError(`${canister.name} still waits for answers after ${MAXIMUM_ROUNDS} rounds`);
    }
  }

  start(canister: Canister): void {
    this.lifecycle.start(canister);
  }

  /** Takes what memory and allocations cost, some seconds' worth at a time; a canister that cannot pay loses its code. */
  private chargeIdle(canister: Canister): void {
    const elapsed = this.time - canister.paidUntil;
    if (elapsed < IDLE_CHARGE_INTERVAL) return;
    const price = canister.idlePrice(elapsed);
    canister.paidUntil = this.time;
    if (price <= canister.balance) {
      canister.balance -= price;
      return;
    }
    canister.balance = 0n;
    canister.settings.computeAllocation = 0n;
    canister.settings.memoryAllocation = 0n;
    this.lifecycle.uninstall(canister);
  }

  private runTasks(canister: Canister): void {
    if (refuseCall(canister)) return;
    if (canister.takeLowMemorySignal()) {
      this.calls.task(canister, 'low_wasm_memory', 'canister_on_low_wasm_memory');
    }
    if (canister.globalTimer !== 0n && canister.globalTimer <= this.time) {
      canister.globalTimer = 0n;
      this.calls.task(canister, 'global_timer', 'canister_global_timer');
    }
    this.calls.task(canister, 'heartbeat', 'canister_heartbeat');
  }

  private route(request: Request): void {
    if (request.callee.length === 0) {
      const response = this.management.call(request);
      if (response) this.answerRequest(request, response);
      return;
    }
    const canister = this.canisters.get(keyOf(request.callee));
    if (canister) {
      this.calls.call(canister, request);
      return;
    }
    const name = Principal.fromUint8Array(request.callee).toText();
    const reject = rejectWith(ErrorCode.canisterNotFound, `Canister ${name} not found`);
    this.answerRequest(request, { kind: 'reject', reject });
  }

  /** Answers a call that no canister's code ran for. */
  private answerRequest({ origin, cycles, method }: Request, response: Response): void {
    const kept = method === 'deposit_cycles' && response.kind === 'reply' ? cycles : 0n;
    if (origin.kind === 'ingress') origin.settle(response);
    if (origin.kind !== 'canister') return;
    const delivery = { canister: origin.canister, callId: origin.callId, response, refund: cycles - kept };
    this.queue.push({ kind: 'delivery', delivery });
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
    return rejectWith(
      ErrorCode.canisterRejectedMessage,
      `Error from Canister ${canister.name}: Canister rejected the message`,
    );
  }

  private nextId(): Principal {
    const bytes = new Uint8Array(10);
    new DataView(bytes.buffer).setBigUint64(0, FIRST_CANISTER + this.created++);
    bytes.set(CANISTER_ID_SUFFIX, 8);
    return Principal.fromUint8Array(bytes);
  }
}

function keyOf(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.length).toString('hex');
}
