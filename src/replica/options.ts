import type { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';

/** Settings of a new replica. */
export interface ReplicaOptions {
  /** Milliseconds since 1970 at which time starts. */
  readonly startTime?: number;
  /** What raw_rand is drawn from: the same seed gives the same bytes in every run. */
  readonly seed?: string;
}

/** Settings of a canister, in PocketIC's names; those that an embedded replica has no use for are left out. */
export interface CanisterSettingsOptions {
  readonly controllers?: Principal[];
  /** Seconds. */
  readonly freezingThreshold?: bigint;
  /** Bytes of heap; 0 is no limit. */
  readonly wasmMemoryLimit?: bigint;
  readonly wasmMemoryThreshold?: bigint;
  readonly environmentVariables?: readonly { readonly name: string; readonly value: string }[];
}

export interface CreateCanisterOptions extends CanisterSettingsOptions {
  /** Who creates the canister and becomes its controller; anonymous by default. */
  readonly sender?: Principal;
  readonly cycles?: bigint;
  readonly targetCanisterId?: Principal;
}

/** A module's bytes, gzipped or not, or the path of a file with them. */
export type WasmSource = Uint8Array | string;

export interface InstallCodeOptions {
  readonly canisterId: Principal;
  readonly wasm: WasmSource;
  /** Candid-encoded argument; empty by default. */
  readonly arg?: Uint8Array;
  readonly sender?: Principal;
}

export interface UpgradeCanisterOptions extends InstallCodeOptions {
  readonly upgradeModeOptions?: { readonly skip_pre_upgrade: [] | [boolean] };
}

export interface SetupCanisterOptions extends CreateCanisterOptions {
  readonly idlFactory: IDL.InterfaceFactory;
  readonly wasm: WasmSource;
  readonly arg?: Uint8Array;
}

export interface CanisterOptions {
  readonly canisterId: Principal;
  readonly sender?: Principal;
}

export interface UpdateCanisterSettingsOptions extends CanisterSettingsOptions, CanisterOptions {}

export interface CallOptions extends CanisterOptions {
  readonly method: string;
  /** Candid-encoded argument; empty by default. */
  readonly arg?: Uint8Array;
}
