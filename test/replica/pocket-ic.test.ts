import { gzipSync } from 'node:zlib';
import type { IDL } from '@dfinity/candid';
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
    const zipped = (await pic.canisterStatus({ canisterId })).module_hash[0]!;
    await pic.upgradeCanister({ canisterId, wasm });
    const plain = (await pic.canisterStatus({ canisterId })).module_hash[0]!;
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

  it('refuses ingress messages of more than 2 MiB', async () => {
    const pic = await PocketIc.create();
    const { canisterId } = await pic.setupCanister<Echo>({ idlFactory, wasm: canisterWasm(ECHO) });
    const arg = new Uint8Array(2_097_152);
    await expect(pic.updateCall({ canisterId, method: 'text', arg })).rejects.toThrow(/2097156 bytes/);
  });

  it('says which canister does not exist, and that it has been torn down', async () => {
    const pic = await PocketIc.create();
    const canisterId = Principal.fromUint8Array(Uint8Array.of(9));
    expect((await rejectOf(pic.queryCall({ canisterId, method: 'x' }))).errorCode).toBe('IC0301');
    await pic.tearDown();
    await expect(pic.tick()).rejects.toThrow(/torn down/);
  });
});
