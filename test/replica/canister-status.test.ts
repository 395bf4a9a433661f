import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { describe, expect, it } from 'vitest';
import { PocketIc } from '../../src/replica';
import { rejectOf, TestCanister } from './support/wat-canister';

const Visibility = IDL.Variant({
  controllers: IDL.Null,
  public: IDL.Null,
  allowed_viewers: IDL.Vec(IDL.Principal),
});

/** `canister_status_result` as version 0.67.0 of the IC interface specification (2026-08-31) declares it, every field required. */
const CanisterStatus = IDL.Record({
  status: IDL.Variant({ running: IDL.Null, stopping: IDL.Null, stopped: IDL.Null }),
  ready_for_migration: IDL.Bool,
  version: IDL.Nat64,
  settings: IDL.Record({
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
    environment_variables: IDL.Vec(IDL.Record({ name: IDL.Text, value: IDL.Text })),
  }),
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
  query_stats: IDL.Record({
    num_calls_total: IDL.Nat,
    num_instructions_total: IDL.Nat,
    request_payload_bytes_total: IDL.Nat,
    response_payload_bytes_total: IDL.Nat,
  }),
});

interface Status {
  readonly ready_for_migration: boolean;
  readonly version: bigint;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly memory_size: bigint;
  readonly memory_metrics: Readonly<Record<string, bigint>>;
}

const STRANGER = Principal.fromUint8Array(Uint8Array.of(3, 3));
const Target = IDL.Record({ canister_id: IDL.Principal });

async function status(
  { pic, id }: TestCanister,
  sender = Principal.anonymous(),
  kind: 'updateCall' | 'queryCall' = 'updateCall',
): Promise<Status> {
  const arg = new Uint8Array(IDL.encode([Target], [{ canister_id: id }]));
  const call = { canisterId: Principal.managementCanister(), method: 'canister_status', arg, sender };
  return IDL.decode([CanisterStatus], await pic[kind](call))[0] as unknown as Status;
}

const CANISTER = `(memory 2) (global $a (mut i32) (i32.const 0)) (global $b (mut i64) (i64.const 0))
  (func (export "canister_init") (drop (call $stable_grow (i64.const 3))))
  (func (export "canister_update go") (call $reply))
  (func (export "canister_query ask") (call $reply))`;

describe('canister_status', () => {
  it('has every field of the specification, and memory by what it holds', async () => {
    const canister = await TestCanister.install(CANISTER);
    const { settings, memory_size, memory_metrics, version, ready_for_migration } = await status(canister);
    expect(memory_metrics).toMatchObject({
      wasm_memory_size: 2n * 65_536n,
      stable_memory_size: 3n * 65_536n,
      global_memory_size: 2n * 8n,
      custom_sections_size: 0n,
      canister_history_size: 0n,
      wasm_chunk_store_size: 0n,
      snapshots_size: 0n,
      log_memory_store_size: 4096n,
    });
    expect(memory_metrics.wasm_binary_size).toBeGreaterThan(100n);
    expect(Object.values(memory_metrics).reduce((sum, bytes) => sum + bytes)).toBe(memory_size);
    expect({ version, ready_for_migration }).toEqual({ version: 1n, ready_for_migration: false });
    expect(settings).toMatchObject({
      minimum_incoming_canister_call_cycles: 0n,
      log_memory_limit: 4096n,
      snapshot_visibility: { controllers: null },
      status_visibility: { controllers: null },
    });
  });

  it('is ready for migration when the canister has stopped', async () => {
    const canister = await TestCanister.install(CANISTER);
    await canister.pic.stopCanister({ canisterId: canister.id });
    expect((await status(canister)).ready_for_migration).toBe(true);
  });

  it('is answered as a query too, to whom the settings let', async () => {
    const canister = await TestCanister.install(CANISTER);
    const { pic, id: canisterId } = canister;
    for (const kind of ['updateCall', 'queryCall'] as const) {
      await pic.updateCanisterSettings({ canisterId, statusVisibility: { controllers: null } });
      expect((await status(canister, Principal.anonymous(), kind)).version).toBeGreaterThan(0n);
      expect((await rejectOf(status(canister, STRANGER, kind))).errorCode).toBe('IC0512');
      await pic.updateCanisterSettings({ canisterId, statusVisibility: { allowedViewers: [STRANGER] } });
      expect((await status(canister, STRANGER, kind)).settings.status_visibility).toMatchObject({
        allowed_viewers: [{}],
      });
      await pic.updateCanisterSettings({ canisterId, statusVisibility: { public: null } });
      expect((await status(canister, STRANGER, kind)).settings.status_visibility).toEqual({ public: null });
    }
  });
});

describe('a minimum of cycles that incoming calls bring', () => {
  /** Calls `go` of the canister that the argument names, with as many cycles as the settings ask for; replies the reject code. */
  const CALLER = (cycles: bigint) => `(memory 1) (table 3 3 funcref) (elem (i32.const 1) $done $refused)
    (data (i32.const 100) "go")
    (func (export "canister_update call") (call $arg_copy (i32.const 0) (i32.const 0) (call $arg_size))
      (call $call_new (i32.const 0) (call $arg_size) (i32.const 100) (i32.const 2)
        (i32.const 1) (i32.const 0) (i32.const 2) (i32.const 0))
      (call $call_cycles (i64.const 0) (i64.const ${cycles})) (drop (call $perform)))
    (func (export "canister_update go") (call $reply))
    (func $done (param i32) (call $append (i32.const 200) (i32.const 4)) (call $reply))
    (func $refused (param i32) (i32.store (i32.const 200) (call $reject_code))
      (call $append (i32.const 200) (i32.const 4)) (call $reply))`;

  it('refuses calls of other canisters that bring less, for nothing', async () => {
    const pic = await PocketIc.create();
    const callee = await TestCanister.install(CANISTER, pic);
    const poor = await TestCanister.install(CALLER(99n), pic);
    const rich = await TestCanister.install(CALLER(100n), pic);
    await pic.updateCanisterSettings({ canisterId: callee.id, minimumIncomingCanisterCallCycles: 100n });
    const balance = await pic.getCyclesBalance(callee.id);
    expect((await poor.update('call', callee.id.toUint8Array()))[0]).toBe(5);
    expect(await pic.getCyclesBalance(callee.id)).toBe(balance);
    expect((await rich.update('call', callee.id.toUint8Array()))[0]).toBe(0);
    await callee.update('go');
  });

  it('is not asked of users, nor of the canister itself', async () => {
    const canister = await TestCanister.install(CALLER(0n));
    await canister.pic.updateCanisterSettings({
      canisterId: canister.id,
      minimumIncomingCanisterCallCycles: 100n,
    });
    expect((await canister.update('call', canister.id.toUint8Array()))[0]).toBe(0);
  });
});
