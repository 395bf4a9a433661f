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
  status_visibility: IDL.Opt(Visibility),
  minimum_incoming_canister_call_cycles: IDL.Opt(IDL.Nat),
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
  readonly status_visibility: [] | [CandidVisibility];
  readonly minimum_incoming_canister_call_cycles: [] | [bigint];
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
  minimum_incoming_canister_call_cycles: IDL.Nat,
  log_visibility: Visibility,
  log_memory_limit: IDL.Nat,
  snapshot_visibility: Visibility,
  status_visibility: Visibility,
  wasm_memory_limit: IDL.Nat,
  wasm_memory_threshold: IDL.Nat,
  environment_variables: IDL.Vec(EnvironmentVariable),
});

/** IC interface specification 0.67.0. Candid reads no record that lacks a field which is not optional, so none may be missing. */
export const CanisterStatusResult = IDL.Record({
  status: IDL.Variant({ running: IDL.Null, stopping: IDL.Null, stopped: IDL.Null }),
  ready_for_migration: IDL.Bool,
  settings: DefiniteSettings,
  module_hash: IDL.Opt(IDL.Vec(IDL.Nat8)),
  memory_size: IDL.Nat,
  memory_metrics: IDL.Record({
    wasm_memory_size: IDL.Nat,
    stable_memory_size: IDL.Nat,
    global_memory_size: IDL.Nat,
    wasm_binary_size: IDL.Nat,
    custom_sections_size: IDL.Nat,
    canister_history_size: IDL.Nat,
    wasm_chunk_store_size: IDL.Nat,
    snapshots_size: IDL.Nat,
    log_memory_store_size: IDL.Nat,
  }),
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
