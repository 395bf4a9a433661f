import type { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import type { Canister } from '../canister/canister';
import { defaultSettings } from '../canister/canister-settings';
import { ReplicaError } from '../errors';
import { choosePagePrices } from '../instruction-prices';
import { type CanisterStatusReport, canisterStatus } from '../management/canister-status';
import { applySettings, updateSettings } from '../management/settings';
import type { PendingAnswer } from '../subnet/ingress';
import type { InstallMode } from '../subnet/installer';
import { Subnet } from '../subnet/subnet';
import {
  type Actor,
  type ActorInterface,
  createActor,
  createDeferredActor,
  type DeferredActor,
} from './actor';
import { MILLISECOND } from './clock';
import { CanisterInspector } from './inspection';
import type {
  CallOptions,
  CanisterOptions,
  CreateCanisterOptions,
  InstallCodeOptions,
  ReplicaOptions,
  SetupCanisterOptions,
  UpdateCanisterSettingsOptions,
  UpgradeCanisterOptions,
} from './options';
import {
  controlledBy,
  isManagement,
  readWasm,
  refuseOtherSubnets,
  replyOf,
  requestOf,
  requireIngressSize,
  senderOf,
} from './requests';
import { Topology } from './topology';

/** 2025-01-01T00:00:00Z, so that runs do not depend on the clock. */
const DEFAULT_START_TIME = 1_735_689_600_000;
const DEFAULT_CYCLES = 1_000_000_000_000_000_000n;
const NO_BYTES = new Uint8Array(0);

export interface CanisterFixture<T> {
  readonly actor: Actor<T>;
  readonly canisterId: Principal;
}

/**
 * An Internet Computer subnet inside this process, with the methods of PocketIC's client. Every method that PocketIC has keeps its name, its
 * arguments and its meaning; `inspect` is this replica's own.
 *
 * Nothing depends on clock or chance: the same calls give the same replies, instruction counts and memories in every run.
 *
 * Calls that a canister or the system rejects throw `CanisterRejectError`; wrong use of the replica throws `ReplicaError`.
 */
export class PocketIc extends Topology {
  /** @param _url PocketIC's server address, which has no meaning here */
  static async create(_url?: string, options: ReplicaOptions = {}): Promise<PocketIc> {
    refuseOtherSubnets(options);
    const startTime = BigInt(options.startTime ?? DEFAULT_START_TIME) * MILLISECOND;
    const { seed = 'tabularium', profile = false } = options;
    const prices = choosePagePrices(options.rules, options.pagePrice);
    return new PocketIc(new Subnet({ startTime, seed, prices, profile }));
  }

  /** Creates a canister, installs code, and gives an actor for it. */
  async setupCanister<T extends ActorInterface<T>>(
    options: SetupCanisterOptions,
  ): Promise<CanisterFixture<T>> {
    const { sender, wasm, arg } = options;
    const canisterId = await this.createCanister(options);
    await this.installCode({ canisterId, wasm, ...(arg && { arg }), ...(sender && { sender }) });
    return { canisterId, actor: this.createActor<T>(options.idlFactory, canisterId) };
  }

  async createCanister(options: CreateCanisterOptions = {}): Promise<Principal> {
    this.requireThisSubnet(options.targetSubnetId);
    const controllers = options.controllers ?? [senderOf(options)];
    const cycles = options.cycles ?? DEFAULT_CYCLES;
    const canister = this.running.create(defaultSettings(controllers), cycles, options.targetCanisterId);
    applySettings(canister, options);
    return canister.principal;
  }

  async installCode(options: InstallCodeOptions): Promise<void> {
    this.install('install', options, false);
  }

  /** Replaces code and wipes heap and stable memory. */
  async reinstallCode(options: InstallCodeOptions): Promise<void> {
    this.install('reinstall', options, false);
  }

  /** Replaces code and heap, and keeps stable memory. */
  async upgradeCanister(options: UpgradeCanisterOptions): Promise<void> {
    const mode = options.upgradeModeOptions;
    if (mode?.wasm_memory_persistence?.[0]?.keep !== undefined) {
      throw new ReplicaError(
        'NOT_SUPPORTED',
        'upgrades that keep the heap do not run in the embedded replica',
      );
    }
    this.install('upgrade', options, mode?.skip_pre_upgrade[0] ?? false);
  }

  async startCanister(options: CanisterOptions): Promise<void> {
    this.running.start(this.controlled(options));
  }

  /** Returns once the canister has stopped: rounds run until its outstanding calls are answered. */
  async stopCanister(options: CanisterOptions): Promise<void> {
    this.running.stop(this.controlled(options));
  }

  async updateCanisterSettings(options: UpdateCanisterSettingsOptions): Promise<void> {
    updateSettings(this.controlled(options), options);
  }

  async canisterStatus(options: CanisterOptions): Promise<CanisterStatusReport> {
    return canisterStatus(this.controlled(options));
  }

  createActor<T extends ActorInterface<T>>(
    interfaceFactory: IDL.InterfaceFactory,
    canisterId: Principal,
  ): Actor<T> {
    return createActor<T>(interfaceFactory, {
      query: (method, arg, sender) => this.queryCall({ canisterId, method, arg, sender }),
      update: (method, arg, sender) => this.updateCall({ canisterId, method, arg, sender }),
    });
  }

  /** As `createActor`, but a method returns when its message is submitted, with a function that waits for the reply. */
  createDeferredActor<T extends ActorInterface<T>>(
    interfaceFactory: IDL.InterfaceFactory,
    canisterId: Principal,
  ): DeferredActor<T> {
    return createDeferredActor<T>(interfaceFactory, (method, arg, sender) => {
      const subnet = this.running;
      const pending = this.submit({ canisterId, method, arg, sender });
      return async () => replyOf(subnet.await(pending));
    });
  }

  /** Runs a query or composite query. @returns the Candid-encoded reply */
  async queryCall(options: CallOptions): Promise<Uint8Array> {
    this.requireThisSubnet(options.targetSubnetId);
    const request = requestOf(options);
    if (isManagement(options.canisterId)) return replyOf(this.running.queryManagement(request));
    return replyOf(this.running.query(this.running.canisters.get(options.canisterId), request));
  }

  /** Sends an update and runs rounds until it is answered. @returns the Candid-encoded reply */
  async updateCall(options: CallOptions): Promise<Uint8Array> {
    this.requireThisSubnet(options.targetSubnetId);
    return replyOf(this.running.await(this.submit(options)));
  }

  async getControllers(canisterId: Principal): Promise<Principal[]> {
    return [...this.running.canisters.get(canisterId).settings.controllers];
  }

  async getCyclesBalance(canisterId: Principal): Promise<bigint> {
    return this.running.canisters.get(canisterId).balance;
  }

  /** @returns the new balance */
  async addCycles(canisterId: Principal, amount: bigint): Promise<bigint> {
    const canister = this.running.canisters.get(canisterId);
    canister.balance += amount;
    return canister.balance;
  }

  /** A copy of all stable memory; `inspect().readStable` copies a part. */
  async getStableMemory(canisterId: Principal): Promise<Uint8Array> {
    const { stable } = this.running.canisters.get(canisterId);
    return stable.inspect(0, stable.byteLength);
  }

  /** Replaces stable memory, rounded up to whole 64 KiB pages. */
  async setStableMemory(canisterId: Principal, stableMemory: Uint8Array): Promise<void> {
    this.running.canisters.get(canisterId).stable.replace(stableMemory);
  }

  /** Costs, memory and faults of one canister. */
  inspect(canisterId: Principal): CanisterInspector {
    return new CanisterInspector(this.running.canisters.get(canisterId));
  }

  private install(mode: InstallMode, options: InstallCodeOptions, skipPreUpgrade: boolean): void {
    this.requireThisSubnet(options.targetSubnetId);
    this.running.install(this.running.canisters.get(options.canisterId), {
      mode,
      wasm: readWasm(options.wasm),
      argument: options.arg ?? NO_BYTES,
      sender: senderOf(options).toUint8Array(),
      skipPreUpgrade,
    });
  }

  private submit(options: CallOptions): PendingAnswer {
    const request = requestOf(options);
    requireIngressSize(options, request, this.running.time);
    if (isManagement(options.canisterId)) return this.running.ingress.submitManagement(request);
    return this.running.ingress.submit(this.running.canisters.get(options.canisterId), request);
  }

  private controlled(options: CanisterOptions): Canister {
    this.requireThisSubnet(options.targetSubnetId);
    return controlledBy(this.running.canisters.get(options.canisterId), senderOf(options));
  }
}
