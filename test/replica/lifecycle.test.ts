import type { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { describe, expect, it } from 'vitest';
import { PocketIc } from '../../src/replica';
import { Management } from './support/management';
import { canisterWasm, rejectOf, TestCanister } from './support/wat-canister';

/** Calls `own` of the canister that its install argument names, and notes at 0 how that was answered: 1, or the reject code. */
const PARTNER = `(memory 1) (table 3 3 funcref) (elem (i32.const 1) $on_reply $on_reject)
  (global $size (mut i32) (i32.const 0))
  (data (i32.const 1000) "own") (data (i32.const 1010) "DIDL\\00\\00")
  (func $done (call $append (i32.const 1010) (i32.const 6)) (call $reply))
  (func (export "canister_init") (global.set $size (call $arg_size))
    (call $arg_copy (i32.const 900) (i32.const 0) (call $arg_size)))
  (func (export "canister_update go")
    (call $call_new (i32.const 900) (global.get $size) (i32.const 1000) (i32.const 3)
      (i32.const 1) (i32.const 0) (i32.const 2) (i32.const 0))
    (if (call $perform) (then (unreachable))))
  (func $on_reply (param i32) (i32.store (i32.const 0) (i32.const 1)) (call $done))
  (func $on_reject (param i32) (i32.store (i32.const 0) (call $reject_code)) (call $done))
  (func (export "canister_update own") (call $done))
  (func (export "canister_query state") (call $append (i32.const 0) (i32.const 4)) (call $reply))`;

interface Partner {
  go: () => Promise<undefined>;
}

interface Stopping {
  stop_canister: (target: { canister_id: Principal }) => Promise<undefined>;
  start_canister: (target: { canister_id: Principal }) => Promise<undefined>;
  uninstall_code: (target: { canister_id: Principal }) => Promise<undefined>;
}

const partnerIdl: IDL.InterfaceFactory = ({ IDL: idl }) => idl.Service({ go: idl.Func([], [], []) });

const managementIdl: IDL.InterfaceFactory = ({ IDL: idl }) => {
  const method = idl.Func([idl.Record({ canister_id: idl.Principal })], [], []);
  return idl.Service({ stop_canister: method, start_canister: method, uninstall_code: method });
};

/** A caller, whom it calls, and both ways to submit messages that are still to run. */
async function partners(cycles?: bigint) {
  const pic = await PocketIc.create();
  const wasm = canisterWasm(PARTNER);
  const callee = await pic.createCanister();
  await pic.installCode({ canisterId: callee, wasm });
  const caller = await pic.createCanister(cycles === undefined ? {} : { cycles });
  await pic.installCode({ canisterId: caller, wasm, arg: callee.toUint8Array() });
  return {
    pic,
    caller,
    callee,
    target: { canister_id: caller },
    submit: pic.createDeferredActor<Partner>(partnerIdl, caller),
    manage: pic.createDeferredActor<Stopping>(managementIdl, Principal.managementCanister()),
    noted: async () => (await pic.queryCall({ canisterId: caller, method: 'state' }))[0],
    status: async () => (await pic.canisterStatus({ canisterId: caller })).status,
  };
}

describe('stop and start', () => {
  it('takes no calls while stopped', async () => {
    const { pic, caller, status } = await partners();
    const target = { canisterId: caller };
    const call = (kind: 'updateCall' | 'queryCall', method: string) =>
      pic[kind]({ canisterId: caller, method });
    await pic.stopCanister(target);
    expect(await status()).toEqual({ stopped: null });
    expect((await rejectOf(call('updateCall', 'go'))).errorCode).toBe('IC0508');
    expect((await rejectOf(call('queryCall', 'state'))).errorCode).toBe('IC0508');
    await pic.startCanister(target);
    await call('updateCall', 'own');
  });

  it('lets outstanding calls be answered first, and refuses new ones', async () => {
    const { submit, manage, target, noted, status, pic, caller } = await partners();
    const first = await submit.go();
    const stopped = await manage.stop_canister(target);
    const late = await submit.go();
    await first();
    expect(await status()).toEqual({ stopped: null });
    await stopped();
    expect((await rejectOf(late())).errorCode).toBe('IC0509');
    await pic.startCanister({ canisterId: caller });
    expect(await noted()).toBe(1);
  });

  it('is a request that a start cancels', async () => {
    const { submit, manage, target, noted, status } = await partners();
    const first = await submit.go();
    const stopped = await manage.stop_canister(target);
    const started = await manage.start_canister(target);
    await first();
    await started();
    expect((await rejectOf(stopped())).errorCode).toBe('IC0511');
    expect(await status()).toEqual({ running: null });
    expect(await noted()).toBe(1);
  });

  it('rejects calls that are open when the code is uninstalled, and drops their answers', async () => {
    const { submit, manage, target, pic, caller } = await partners();
    const first = await submit.go();
    const before = await pic.getCyclesBalance(caller);
    const uninstalled = await manage.uninstall_code(target);
    await uninstalled();
    expect((await rejectOf(first())).rejectMessage).toContain('has been uninstalled');
    expect((await pic.canisterStatus({ canisterId: caller })).moduleHash).toBeNull();
    // What was set aside for the response and the callback has come back.
    expect(before - (await pic.getCyclesBalance(caller))).toBeLessThan(10_000_000n);
  });
});

describe('cycles', () => {
  const GIB = 2n ** 30n;

  it('pay for memory and compute allocation every ten seconds', async () => {
    const pic = await PocketIc.create();
    const canisterId = await pic.createCanister({ memoryAllocation: GIB, computeAllocation: 5n });
    const start = await pic.getCyclesBalance(canisterId);
    await pic.advanceTime(9_000);
    await pic.tick();
    expect(await pic.getCyclesBalance(canisterId)).toBe(start);
    await pic.advanceTime(91_000);
    await pic.tick();
    expect(start - (await pic.getCyclesBalance(canisterId))).toBe(100n * (127_000n + 5n * 10_000_000n));
  });

  it('pay for what is in use where that is more than what is allocated', async () => {
    const canister = await TestCanister.install(
      `(memory 1) (func (export "canister_init") (drop (call $stable_grow (i64.const 163840))))`,
    );
    const { memorySize, idleCyclesBurnedPerDay } = await canister.pic.canisterStatus({
      canisterId: canister.id,
    });
    expect(memorySize).toBeGreaterThan(10n * GIB);
    const start = await canister.pic.getCyclesBalance(canister.id);
    await canister.pic.advanceTime(86_400_000);
    await canister.pic.tick();
    const paid = start - (await canister.pic.getCyclesBalance(canister.id));
    expect(paid - idleCyclesBurnedPerDay).toBeLessThan(100n);
    expect(idleCyclesBurnedPerDay).toBe((memorySize * 127_000n * 86_400n) / GIB);
  });

  it('that run out take the code with them', async () => {
    const { pic, caller } = await partners(50_000_000_000n);
    await pic.updateCanisterSettings({ canisterId: caller, memoryAllocation: GIB });
    await pic.advanceTime(10 * 24 * 3_600_000);
    await pic.tick();
    expect(await pic.getCyclesBalance(caller)).toBe(0n);
    expect((await pic.canisterStatus({ canisterId: caller })).moduleHash).toBeNull();
    const reject = await rejectOf(pic.updateCall({ canisterId: caller, method: 'own' }));
    expect(reject.errorCode).toBe('IC0537');
  });

  it('below the freezing threshold end updates and then queries', async () => {
    const { pic, caller } = await partners(50_000_000_000n);
    const freeze = (freezingThreshold: bigint) =>
      pic.updateCanisterSettings({ canisterId: caller, freezingThreshold, memoryAllocation: GIB });
    const update = () => pic.updateCall({ canisterId: caller, method: 'own' });
    const query = () => pic.queryCall({ canisterId: caller, method: 'state' });
    await freeze(0n);
    await update();
    // 127,000 cycles a second: 12.7 billion, which leaves less than the longest update needs.
    await freeze(100_000n);
    expect((await rejectOf(update())).errorCode).toBe('IC0207');
    await query();
    await freeze(400_000n);
    expect((await rejectOf(query())).errorCode).toBe('IC0207');
  });

  it('too few to send a call make call_perform answer 2', async () => {
    const { pic, caller } = await partners(41_000_000_000n);
    await pic.updateCanisterSettings({ canisterId: caller, freezingThreshold: 0n });
    const go = () => pic.updateCall({ canisterId: caller, method: 'go' });
    expect((await rejectOf(go())).rejectMessage).toContain('unreachable');
    await pic.addCycles(caller, 2_000_000_000n);
    await go();
  });

  it('reject the call of a frozen canister by another', async () => {
    const { pic, caller, callee, noted } = await partners();
    await new Management(pic).update('uninstall_code', { canister_id: callee });
    await pic.updateCall({ canisterId: caller, method: 'go' });
    expect(await noted()).toBe(5);
    await pic.installCode({ canisterId: callee, wasm: canisterWasm(PARTNER) });
    await pic.updateCanisterSettings({ canisterId: callee, freezingThreshold: 10n ** 18n });
    await pic.updateCanisterSettings({ canisterId: callee, memoryAllocation: GIB });
    await pic.updateCall({ canisterId: caller, method: 'go' });
    expect(await noted()).toBe(2);
  });
});
