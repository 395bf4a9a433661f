import { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';

export const CanisterIdRecord = IDL.Record({ canister_id: IDL.Principal });

const EnvironmentVariable = IDL.Record({ name: IDL.Text, value: IDL.Text });

const Visibility = IDL.Variant({
  controllers: IDL.Null,
  public: IDL.Null,
  allowed_viewers: IDL.Vec(IDL.Principal),
});

export type CandidVisibility =
  | { controllers: null }
  | { public: null }
  | { readonly allowed_viewers: Principal[] };

/** Settings of a change; absent ones stay as they are. */
const CanisterSettings = IDL.Record({
  controllers: IDL.Opt(IDL.Vec(IDL.Principal)),
  compute_allocation: IDL.Opt(IDL.Nat),
  memory_allocation: IDL.Opt(IDL.Nat),
  freezing_threshold: IDL.Opt(IDL.Nat),
  reserved_cycles_limit: IDL.Opt(IDL.Nat),
  log_visibility: IDL.Opt(Visibility),
  snapshot_visibility: IDL.Opt(Visibility),
  log_memory_limit: IDL.Opt(IDL.Nat),
  wasm_memory_limit: IDL.Opt(IDL.Nat),
  wasm_memory_threshold: IDL.Opt(IDL.Nat),
  environment_variables: IDL.Opt(IDL.Vec(EnvironmentVariable)),
});

export const UpdateSettingsArgument = IDL.Record({
  canister_id: IDL.Principal,
  settings: CanisterSettings,
});

/** The Candid record of a settings change. */
export interface SettingsRecord {
  readonly controllers: [] | [Principal[]];
  readonly compute_allocation: [] | [bigint];
  readonly memory_allocation: [] | [bigint];
  readonly freezing_threshold: [] | [bigint];
  readonly reserved_cycles_limit: [] | [bigint];
  readonly log_visibility: [] | [CandidVisibility];
  readonly snapshot_visibility: [] | [CandidVisibility];
  readonly log_memory_limit: [] | [bigint];
  readonly wasm_memory_limit: [] | [bigint];
  readonly wasm_memory_threshold: [] | [bigint];
  readonly environment_variables: [] | [{ name: string; value: string }[]];
}

export interface UpdateSettings {
  readonly canister_id: Principal;
  readonly settings: SettingsRecord;
}

export const CreateCanisterArgument = IDL.Record({ settings: IDL.Opt(CanisterSettings) });

export interface CreateCanister {
  readonly settings: [] | [SettingsRecord];
}

export const ProvisionalCreateArgument = IDL.Record({
  amount: IDL.Opt(IDL.Nat),
  settings: IDL.Opt(CanisterSettings),
  specified_id: IDL.Opt(IDL.Principal),
});

export interface ProvisionalCreate extends CreateCanister {
  readonly amount: [] | [bigint];
  readonly specified_id: [] | [Principal];
}

export const TopUpArgument = IDL.Record({ canister_id: IDL.Principal, amount: IDL.Nat });

export interface TopUp {
  readonly canister_id: Principal;
  readonly amount: bigint;
}

const DefiniteSettings = IDL.Record({
  controllers: IDL.Vec(IDL.Principal),
  compute_allocation: IDL.Nat,
  memory_allocation: IDL.Nat,
  freezing_threshold: IDL.Nat,
  reserved_cycles_limit: IDL.Nat,
  log_visibility: Visibility,
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
  reserved_cycles: IDL.Nat,
  idle_cycles_burned_per_day: IDL.Nat,
  version: IDL.Nat64,
  query_stats: IDL.Record({
    num_calls_total: IDL.Nat,
    num_instructions_total: IDL.Nat,
    request_payload_bytes_total: IDL.Nat,
    response_payload_bytes_total: IDL.Nat,
  }),
});
