import type { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import type { LogVisibility } from '../canister/canister-settings';
import type { Rules } from '../instruction-prices';

/** PocketIC's choice of subnets and of what is on them. This replica is one application subnet; anything else is refused. */
export interface InstanceOptions {
  readonly application?: readonly object[];
  readonly nns?: object;
  readonly sns?: object;
  readonly ii?: object;
  readonly fiduciary?: object;
  readonly bitcoin?: object;
  readonly system?: readonly object[];
  readonly verifiedApplication?: readonly object[];
  readonly icpFeatures?: object;
  /** No effect: a call is answered before it returns. */
  readonly processingTimeoutMs?: number;
  /** No effect, as above. */
  readonly ingressMaxRetries?: number;
  /** No effect. */
  readonly icpConfig?: object;
  /** No effect: there are no signatures to check. */
  readonly disableIngressValidation?: boolean;
}

/** Settings of a new replica. */
export interface ReplicaOptions extends InstanceOptions {
  /** Milliseconds since 1970 at which time starts. */
  readonly startTime?: number;
  /** What raw_rand is drawn from: the same seed gives the same bytes in every run. */
  readonly seed?: string;
  /** By which rules touched pages are charged; those of today by default, or of the environment's TABULARIUM_RULES. */
  readonly rules?: Rules;
  /** Instructions of a 4 KiB page in rules that charge every touch; 5,000 by default. */
  readonly pagePrice?: number;
  /** Count instructions by function, for `inspect().profile`; messages take longer. */
  readonly profile?: boolean;
}

/** Settings of a canister, in PocketIC's names. */
export interface CanisterSettingsOptions {
  readonly controllers?: Principal[];
  /** Percent of a processor, paid for by the second. */
  readonly computeAllocation?: bigint;
  /** Bytes that the canister pays storage for even while it holds less. */
  readonly memoryAllocation?: bigint;
  /** Seconds. */
  readonly freezingThreshold?: bigint;
  readonly reservedCyclesLimit?: bigint;
  readonly logVisibility?: LogVisibility;
  readonly snapshotVisibility?: LogVisibility;
  readonly statusVisibility?: LogVisibility;
  /** Cycles that a call of another canister must bring with it. */
  readonly minimumIncomingCanisterCallCycles?: bigint;
  readonly logMemoryLimit?: bigint;
  /** Bytes of heap; 0 is no limit. */
  readonly wasmMemoryLimit?: bigint;
  readonly wasmMemoryThreshold?: bigint;
  readonly environmentVariables?: readonly { readonly name: string; readonly value: string }[];
}

/** Where PocketIC would look for the canister: only this replica's one subnet is there. */
interface Targeted {
  readonly targetSubnetId?: Principal;
}

export interface CreateCanisterOptions extends CanisterSettingsOptions, Targeted {
  /** Who creates the canister and becomes its controller; anonymous by default. */
  readonly sender?: Principal;
  readonly cycles?: bigint;
  readonly targetCanisterId?: Principal;
}

/** A module's bytes, gzipped or not, or the path of a file with them. */
export type WasmSource = Uint8Array | string;

export interface InstallCodeOptions extends Targeted {
  readonly canisterId: Principal;
  readonly wasm: WasmSource;
  /** Candid-encoded argument; empty by default. */
  readonly arg?: Uint8Array;
  readonly sender?: Principal;
}

export interface UpgradeModeOptions {
  readonly skip_pre_upgrade: [] | [boolean];
  /** `keep` is refused: see docs/REPLICA.md. */
  readonly wasm_memory_persistence?: [] | [{ readonly keep?: null; readonly replace?: null }];
}

export interface UpgradeCanisterOptions extends InstallCodeOptions {
  readonly upgradeModeOptions?: UpgradeModeOptions;
}

export interface SetupCanisterOptions extends CreateCanisterOptions {
  readonly idlFactory: IDL.InterfaceFactory;
  readonly wasm: WasmSource;
  readonly arg?: Uint8Array;
}

export interface CanisterOptions extends Targeted {
  readonly canisterId: Principal;
  readonly sender?: Principal;
}

export interface UpdateCanisterSettingsOptions extends CanisterSettingsOptions, CanisterOptions {}

/** What a signer says of the caller, as ic0.msg_caller_info_* read it. */
export interface SenderInfo {
  readonly info: Uint8Array;
  readonly signer: Principal;
}

export interface CallOptions extends CanisterOptions {
  readonly method: string;
  /** Candid-encoded argument; empty by default. */
  readonly arg?: Uint8Array;
  readonly senderInfo?: SenderInfo;
}
