import { gzipSync } from 'node:zlib';
import type { IDL } from '@dfinity/candid';
import { encodeWithSelfDescribedTag } from '@dfinity/cbor';
import { Principal } from '@dfinity/principal';
import { describe, expect, it } from 'vitest';
import { PocketIc } from '../../src/replica';
import { canisterWasm, rejectOf } from './support/wat-canister';

/** Echoes its argument, which makes it a method of any type (t) -> (t). */
const ECHO = `(memory 1)
  (func $echo (call $arg_copy (i32.const 0) (i32.const 0) (call $arg_size))
    (call $append (i32.const 0) (call $arg_size)) (call $reply))
  (func (export "canister_update text") (call $echo))
  (func (export "canister_query pair") (call $echo))
  (func (export "canister_update nothing") (call $echo))
  (data (i32.const 1000) "DIDL\\00\\01\\68\\01")
  (func (export "canister_update who") (i32.store8 (i32.const 1008) (call $caller_size))
    (call $caller_copy (i32.const 1009) (i32.const 0) (call $caller_size))
    (call $append (i32.const 1000) (i32.add (i32.const 9) (call $caller_size))) (call $reply))`;

interface Echo {
  text: (value: string) => Promise<string>;
  pair: (count: bigint, flag: boolean) => Promise<[bigint, boolean]>;
  nothing: () => Promise<undefined>;
  who: () => Promise<Principal>;
}

const idlFactory: IDL.InterfaceFactory = ({ IDL: idl }) =>
  idl.Service({
    text: idl.Func([idl.Text], [idl.Text], []),
    pair: idl.Func([idl.Nat, idl.Bool], [idl.Nat, idl.Bool], ['query']),
    nothing: idl.Func([], [], []),
    who: idl.Func([], [idl.Principal], []),
  });

describe('PocketIc', () => {
  it('sets a canister up and gives a typed actor', async () => {
    const pic = await PocketIc.create();
    const { actor } = await pic.setupCanister<Echo>({ idlFactory, wasm: canisterWasm(ECHO) });
    expect(await actor.text('grüezi')).toBe('grüezi');
    expect(await actor.pair(2n ** 70n, true)).toEqual([2n ** 70n, true]);
    expect(await actor.nothing()).toBeUndefined();
  });

  it('calls as whoever the actor is told to', async () => {
    const pic = await PocketIc.create();
    const { actor } = await pic.setupCanister<Echo>({ idlFactory, wasm: canisterWasm(ECHO) });
    const user = Principal.fromUint8Array(Uint8Array.of(7, 7, 7));
    expect((await actor.who()).isAnonymous()).toBe(true);
    actor.setPrincipal(user);
    expect((await actor.who()).toText()).toBe(user.toText());
    actor.setIdentity({ getPrincipal: () => Principal.anonymous() });
    expect((await actor.who()).isAnonymous()).toBe(true);
  });

  it('takes gzipped modules, and reports the hash of what was sent', async () => {
    const pic = await PocketIc.create();
    const wasm = canisterWasm(ECHO);
    const { canisterId } = await pic.setupCanister<Echo>({
      idlFactory,
      wasm: new Uint8Array(gzipSync(wasm)),
    });
    const zipped = (await pic.canisterStatus({ canisterId })).moduleHash!;
    await pic.upgradeCanister({ canisterId, wasm });
    const plain = (await pic.canisterStatus({ canisterId })).moduleHash!;
    expect(zipped).toHaveLength(32);
    expect(plain).not.toEqual(zipped);
  });

  it('creates canisters with ids, controllers and cycles of choice', async () => {
    const pic = await PocketIc.create();
    const sender = Principal.fromUint8Array(Uint8Array.of(1));
    const target = Principal.fromUint8Array(Uint8Array.of(5, 5, 5));
    const id = await pic.createCanister({ sender, cycles: 5_000n, targetCanisterId: target });
    expect(id.toText()).toBe(target.toText());
    expect(await pic.getControllers(id)).toEqual([sender]);
    expect(await pic.addCycles(id, 500n)).toBe(5_500n);
    expect(await pic.getCyclesBalance(id)).toBe(5_500n);
    await expect(pic.createCanister({ targetCanisterId: target })).rejects.toThrow(/exists already/);
    const first = await pic.createCanister();
    expect((await pic.createCanister()).toText()).not.toBe(first.toText());
  });

  it('refuses calls of a canister without cycles', async () => {
    const pic = await PocketIc.create();
    const canisterId = await pic.createCanister({ cycles: 50_000_000_000n });
    await pic.installCode({ canisterId, wasm: canisterWasm(ECHO) });
    const update = () => pic.updateCall({ canisterId, method: 'text' });
    await update();
    await pic.updateCanisterSettings({ canisterId, freezingThreshold: 10n ** 12n });
    expect((await rejectOf(update())).errorCode).toBe('IC0207');
  });

  it('submits messages of a deferred actor at once and answers them later, in the order they came', async () => {
    const pic = await PocketIc.create();
    const { canisterId } = await pic.setupCanister<Echo>({ idlFactory, wasm: canisterWasm(ECHO) });
    const deferred = pic.createDeferredActor<Echo>(idlFactory, canisterId);
    const first = await deferred.text('first');
    const second = await deferred.text('second');
    expect(pic.inspect(canisterId).executions).toHaveLength(0);
    expect(await second()).toBe('second');
    expect(await first()).toBe('first');
    expect(pic.inspect(canisterId).executions.map(({ sequence }) => sequence)).toEqual([1, 2]);
  });

  it("reports state, settings and queries in PocketIC's shape", async () => {
    const pic = await PocketIc.create();
    const logVisibility = { public: null };
    const { canisterId, actor } = await pic.setupCanister<Echo>({
      idlFactory,
      wasm: canisterWasm(ECHO),
      memoryAllocation: 2n ** 30n,
      logVisibility,
    });
    await actor.pair(1n, true);
    const status = await pic.canisterStatus({ canisterId });
    expect(status.status).toEqual({ running: null });
    expect(status.settings).toMatchObject({ memoryAllocation: 2n ** 30n, logVisibility });
    expect(status.queryStats).toMatchObject({ numCallsTotal: 1n, responsePayloadBytesTotal: 10n });
    // One GiB for a day, at 127,000 cycles a second.
    expect(status.idleCyclesBurnedPerDay).toBe(127_000n * 86_400n);
  });

  it('shows who signed for the caller', async () => {
    const pic = await PocketIc.create();
    const wasm = canisterWasm(`
      (import "ic0" "msg_caller_info_data_size" (func $size (result i32)))
      (import "ic0" "msg_caller_info_data_copy" (func $copy (param i32 i32 i32)))
      (memory 1)
      (func (export "canister_query info") (call $copy (i32.const 0) (i32.const 0) (call $size))
        (call $append (i32.const 0) (call $size)) (call $reply))`);
    const canisterId = await pic.createCanister();
    await pic.installCode({ canisterId, wasm });
    const senderInfo = { info: Uint8Array.of(1, 2, 3), signer: Principal.anonymous() };
    expect(await pic.queryCall({ canisterId, method: 'info', senderInfo })).toEqual(senderInfo.info);
    expect(await pic.queryCall({ canisterId, method: 'info' })).toHaveLength(0);
  });

  it('refuses subnets that only a server has, by name', async () => {
    const subnet = { state: { type: 'new' } };
    await expect(PocketIc.create('', { application: [subnet] })).resolves.toBeInstanceOf(PocketIc);
    await expect(PocketIc.create('', { nns: subnet })).rejects.toThrow(/'nns' needs a PocketIC server/);
    await expect(PocketIc.create('', { application: [subnet, subnet] })).rejects.toThrow(/several/);
    const pic = await PocketIc.create();
    const canisterId = await pic.createCanister();
    const subnetId = await pic.getCanisterSubnetId(canisterId);
    await pic.startCanister({ canisterId, targetSubnetId: subnetId! });
    await expect(pic.startCanister({ canisterId, targetSubnetId: canisterId })).rejects.toThrow(/no subnet/);
  });

  it('refuses ingress messages whose envelope and id have more than 2 MiB', async () => {
    const pic = await PocketIc.create();
    const { canisterId } = await pic.setupCanister<Echo>({ idlFactory, wasm: canisterWasm(ECHO) });
    const send = (bytes: number) =>
      pic.updateCall({ canisterId, method: 'absent', arg: new Uint8Array(bytes) });
    const content = {
      request_type: 'call',
      canister_id: canisterId.toUint8Array(),
      method_name: 'absent',
      arg: new Uint8Array(100_000),
      sender: Principal.anonymous().toUint8Array(),
      ingress_expiry: BigInt(await pic.getTime()) * 1_000_000n,
    };
    const around = encodeWithSelfDescribedTag({ content }).length - 100_000 + 32;
    expect((await rejectOf(send(2_097_152 - around))).errorCode).toBe('IC0536');
    await expect(send(2_097_152 - around + 1)).rejects.toThrow(/message of 2097153 bytes/);
  });

  it('says which canister does not exist, and that it has been torn down', async () => {
    const pic = await PocketIc.create();
    const canisterId = Principal.fromUint8Array(Uint8Array.of(9));
    expect((await rejectOf(pic.queryCall({ canisterId, method: 'x' }))).errorCode).toBe('IC0301');
    await pic.tearDown();
    await expect(pic.tick()).rejects.toThrow(/torn down/);
  });
});
