import type { Principal } from '@dfinity/principal';
import type { CanisterInspector } from '../../../src/replica';
import { CanisterRejectError, PocketIc } from '../../../src/replica';
import { assemble } from '../../wasm/support/assemble';

/** Imports that most test canisters need; unused ones cost nothing. */
const IMPORTS = `
  (import "ic0" "msg_arg_data_size" (func $arg_size (result i32)))
  (import "ic0" "msg_arg_data_copy" (func $arg_copy (param i32 i32 i32)))
  (import "ic0" "msg_caller_size" (func $caller_size (result i32)))
  (import "ic0" "msg_caller_copy" (func $caller_copy (param i32 i32 i32)))
  (import "ic0" "canister_self_size" (func $self_size (result i32)))
  (import "ic0" "canister_self_copy" (func $self_copy (param i32 i32 i32)))
  (import "ic0" "msg_reply_data_append" (func $append (param i32 i32)))
  (import "ic0" "msg_reply" (func $reply))
  (import "ic0" "msg_reject" (func $reject (param i32 i32)))
  (import "ic0" "msg_reject_code" (func $reject_code (result i32)))
  (import "ic0" "accept_message" (func $accept))
  (import "ic0" "call_new" (func $call_new (param i32 i32 i32 i32 i32 i32 i32 i32)))
  (import "ic0" "call_on_cleanup" (func $on_cleanup (param i32 i32)))
  (import "ic0" "call_data_append" (func $call_data (param i32 i32)))
  (import "ic0" "call_cycles_add128" (func $call_cycles (param i64 i64)))
  (import "ic0" "call_perform" (func $perform (result i32)))
  (import "ic0" "msg_cycles_accept128" (func $accept_cycles (param i64 i64 i32)))
  (import "ic0" "stable64_size" (func $stable_size (result i64)))
  (import "ic0" "stable64_grow" (func $stable_grow (param i64) (result i64)))
  (import "ic0" "stable64_write" (func $stable_write (param i64 i64 i64)))
  (import "ic0" "stable64_read" (func $stable_read (param i64 i64 i64)))
  (import "ic0" "certified_data_set" (func $certify (param i32 i32)))
  (import "ic0" "time" (func $time (result i64)))
  (import "ic0" "global_timer_set" (func $timer (param i64) (result i64)))
  (import "ic0" "performance_counter" (func $counter (param i32) (result i64)))
  (import "ic0" "is_controller" (func $is_controller (param i32 i32) (result i32)))
  (import "ic0" "in_replicated_execution" (func $replicated (result i32)))
  (import "ic0" "canister_version" (func $version (result i64)))
  (import "ic0" "debug_print" (func $print (param i32 i32)))
  (import "ic0" "trap" (func $trap (param i32 i32)))`;

/** Assembles a canister from functions and a memory of its own. */
export function canisterWasm(text: string): Uint8Array {
  return assemble(`${IMPORTS} ${text}`);
}

/** One canister in a replica of its own. */
export class TestCanister {
  private constructor(
    readonly pic: PocketIc,
    readonly id: Principal,
  ) {}

  static async install(text: string, pic?: PocketIc): Promise<TestCanister> {
    const replica = pic ?? (await PocketIc.create());
    const canisterId = await replica.createCanister();
    await replica.installCode({ canisterId, wasm: canisterWasm(text) });
    return new TestCanister(replica, canisterId);
  }

  get inspect(): CanisterInspector {
    return this.pic.inspect(this.id);
  }

  async update(method: string, arg: Uint8Array = new Uint8Array(0)): Promise<Uint8Array> {
    return this.pic.updateCall({ canisterId: this.id, method, arg });
  }

  async query(method: string, arg: Uint8Array = new Uint8Array(0)): Promise<Uint8Array> {
    return this.pic.queryCall({ canisterId: this.id, method, arg });
  }

  /** The reply as an unsigned little-endian number. */
  async number(kind: 'update' | 'query', method: string): Promise<number> {
    const reply = kind === 'update' ? await this.update(method) : await this.query(method);
    return reply.reduceRight((value, byte) => value * 256 + byte, 0);
  }

  async upgrade(text: string): Promise<void> {
    await this.pic.upgradeCanister({ canisterId: this.id, wasm: canisterWasm(text) });
  }
}

/** The reject that a call ends with. */
export async function rejectOf(call: Promise<unknown>): Promise<CanisterRejectError> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof CanisterRejectError) return outcome;
  throw new Error(`expected a reject, the call ended with ${String(outcome)}`);
}
