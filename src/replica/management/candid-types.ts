import { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';

export const CanisterIdRecord = IDL.Record({ canister_id: IDL.Principal });

const EnvironmentVariable = IDL.Record({ name: IDL.Text, value: IDL.Text });

/** Settings of an update; absent ones stay as they are. Candid skips the settings that this replica does not model. */
export const UpdateSettingsArgument = IDL.Record({
  canister_id: IDL.Principal,
  settings: IDL.Record({
    controllers: IDL.Opt(IDL.Vec(IDL.Principal)),
    freezing_threshold: IDL.Opt(IDL.Nat),
    wasm_memory_limit: IDL.Opt(IDL.Nat),
    wasm_memory_threshold: IDL.Opt(IDL.Nat),
    environment_variables: IDL.Opt(IDL.Vec(EnvironmentVariable)),
  }),
});

export interface SettingsChange {
  readonly controllers: [] | [Principal[]];
  readonly freezing_threshold: [] | [bigint];
  readonly wasm_memory_limit: [] | [bigint];
  readonly wasm_memory_threshold: [] | [bigint];
  readonly environment_variables: [] | [{ name: string; value: string }[]];
}

export interface UpdateSettings {
  readonly canister_id: Principal;
  readonly settings: SettingsChange;
}

const DefiniteSettings = IDL.Record({
  controllers: IDL.Vec(IDL.Principal),
  freezing_threshold: IDL.Nat,
  wasm_memory_limit: IDL.Nat,
  wasm_memory_threshold: IDL.Nat,
  environment_variables: IDL.Vec(EnvironmentVariable),
});

export const CanisterStatusResult = IDL.Record({
  status: IDL.Variant({ running: IDL.Null, stopping: IDL.Null, stopped: IDL.Null }),
  settings: DefiniteSettings,
  module_hash: IDL.Opt(IDL.Vec(IDL.Nat8)),
  memory_size: IDL.Nat,
  cycles: IDL.Nat,
  idle_cycles_burned_per_day: IDL.Nat,
  version: IDL.Nat64,
});
