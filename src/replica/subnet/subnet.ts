import type { Principal } from '@dfinity/principal';
import type { Canister, HomeSubnet } from '../canister/canister';
import type { CanisterSettings } from '../canister/canister-settings';
import { label } from '../certification/hash-tree';
import { stateTree } from '../certification/state-tree';
import { SubnetKeys } from '../certification/subnet-keys';
import { CanisterRejectError, ReplicaError } from '../errors';
import type { Response } from '../execution/execution';
import type { ExecutionRecord } from '../execution/execution-record';
import { MessageExecutor } from '../execution/message-executor';
import { choosePagePrices, type PagePrices } from '../instruction-prices';
import { ManagementCanister } from '../management/management-canister';
import { CallEngine } from './call-engine';
import { CanisterRegistry } from './canister-registry';
import { Effects } from './effects';
import { Ingress, type PendingAnswer } from './ingress';
import { Installer, type InstallRequest } from './installer';
import { Lifecycle } from './lifecycle';
import { MANAGEMENT_CANISTER } from './messages';
import { QueryEngine, type QueryRequest } from './query-engine';
import { SeededRandom } from './random';
import { RecentModules } from './recent-modules';
import { type QueuedMessage, Rounds } from './rounds';

/** Rounds that an update call may take before the replica gives up on an answer, as PocketIC does. */
const MAXIMUM_ROUNDS = 100;

export interface SubnetOptions {
  /** Nanoseconds since 1970. */
  readonly startTime: bigint;
  /** Of raw_rand and of the subnet's keys. */
  readonly seed: string;
  /** What pages cost that messages touch; as the environment has it by default. */
  readonly prices?: PagePrices;
  /** Whether canisters count the instructions of their functions. */
  readonly profile?: boolean;
  /** Told whenever a message or task is complete and the next has not begun. */
  readonly finished?: () => void;
  /** Told of every execution. */
  readonly executed?: (record: ExecutionRecord) => void;
}

/** One subnet: canisters, the queue of messages between them, time, keys and randomness. Everything is deterministic. */
export class Subnet implements HomeSubnet {
  /** Nanoseconds since 1970. */
  time: bigint;
  readonly seed: string;
  readonly keys: SubnetKeys;
  readonly canisters: CanisterRegistry;
  readonly ingress: Ingress;
  readonly random: SeededRandom;
  /** Messages that wait for their turn. */
  readonly queue: QueuedMessage[] = [];
  readonly effects: Effects;
  private readonly queries: QueryEngine;
  private readonly installer: Installer;
  private readonly lifecycle: Lifecycle;
  private readonly management: ManagementCanister;
  private readonly rounds: Rounds;

  constructor(options: SubnetOptions) {
    const {
      startTime,
      seed,
      prices = choosePagePrices(),
      profile = false,
      finished = () => {},
      executed = () => {},
    } = options;
    this.time = startTime;
    this.seed = seed;
    this.keys = new SubnetKeys(seed);
    this.random = new SeededRandom(seed);
    this.canisters = new CanisterRegistry(this);
    const executor = new MessageExecutor(() => ++this.time, prices, executed);
    this.ingress = new Ingress(executor, (request) => this.queue.push({ kind: 'request', request }));
    this.effects = new Effects(
      {
        request: (request) => this.queue.push({ kind: 'request', request }),
        deliver: (delivery) => this.queue.push({ kind: 'delivery', delivery }),
        settle: (id, response) => this.ingress.settle(id, response),
      },
      () => this.time,
    );
    const calls = new CallEngine(executor, this.effects);
    this.queries = new QueryEngine(executor, (id) => this.canisters.find(id));
    const recent = new RecentModules();
    this.installer = new Installer(executor, this.effects, recent, profile);
    this.lifecycle = new Lifecycle(this.effects);
    this.management = new ManagementCanister({
      find: (id) => this.canisters.find(id),
      create: (settings, cycles, id) => this.create(settings, cycles, id),
      remove: (canister) => this.remove(canister),
      now: () => this.time,
      draw: () => this.random.draw(),
      install: (canister, request) => this.installer.install(canister, request),
      loadingPrice: (code, bytes) => this.installer.loadingPrice(code, bytes),
      uninstall: (canister) => this.lifecycle.uninstall(canister),
      stop: (canister, request) => this.lifecycle.stop(canister, request),
      start: (canister) => this.lifecycle.start(canister),
    });
    const { canisters, effects, lifecycle, management, queue } = this;
    const now = () => this.time;
    this.rounds = new Rounds({
      canisters,
      executor,
      calls,
      effects,
      lifecycle,
      management,
      recent,
      queue,
      now,
      finished,
    });
  }

  get subnetId(): Uint8Array {
    return this.keys.subnetId;
  }

  get rootKey(): Uint8Array {
    return this.keys.rootKey;
  }

  create(settings: CanisterSettings, cycles: bigint, id?: Principal): Canister {
    const canister = this.canisters.create(settings, cycles, id);
    canister.paidUntil = this.time;
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

  queryManagement(request: QueryRequest): Response {
    const origin = { kind: 'task' } as const;
    return this.management.query({ ...request, callee: MANAGEMENT_CANISTER, cycles: 0n, origin })!;
  }

  round(): void {
    this.rounds.run();
  }

  /** Runs rounds until a submitted update is answered. */
  await(pending: PendingAnswer): Response {
    for (let round = 0; round < MAXIMUM_ROUNDS && !pending.response; round++) this.round();
    if (!pending.response) {
      throw new ReplicaError('NO_ANSWER', `no answer to ${pending.method} after ${MAXIMUM_ROUNDS} rounds`);
    }
    return pending.response;
  }

  /** Stops a canister, running rounds until its open calls are answered. */
  stop(canister: Canister): void {
    this.lifecycle.stop(canister);
    for (let round = 0; round < MAXIMUM_ROUNDS && canister.status === 'stopping'; round++) this.round();
    if (canister.status === 'stopping') {
      throw new ReplicaError(
        'NO_ANSWER',
        `${canister.name} still waits for answers after ${MAXIMUM_ROUNDS} rounds`,
      );
    }
  }

  start(canister: Canister): void {
    this.lifecycle.start(canister);
  }

  certifyData(canister: Canister): Uint8Array {
    const tree = stateTree({ keys: this.keys, time: this.time, canisters: this.canisters.all });
    return this.keys.certify(tree, [['time'], ['canister', label(canister.id), 'certified_data']]);
  }

  private remove(canister: Canister): void {
    this.lifecycle.uninstall(canister);
    this.canisters.remove(canister);
  }
}
