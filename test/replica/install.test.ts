import { describe, expect, it } from 'vitest';
import { PocketIc } from '../../src/replica';
import { canisterWasm, rejectOf, TestCanister } from './support/wat-canister';

/** Version n writes n to stable memory at 8 * n in its hooks and replies with the heap word, its version and the first 64 stable bytes. */
const VERSION = (number: number, hooks: string) => `(memory 1) (global $kept (mut i32) (i32.const ${number}))
  ${hooks}
  (func $mark (param $at i64) (i64.store (i32.const 500) (i64.const ${number}))
    (call $stable_write (local.get $at) (i64.const 500) (i64.const 8)))
  (func (export "canister_update touch") (i32.store (i32.const 0) (i32.const 77)) (call $reply))
  (func (export "canister_query state")
    (i32.store (i32.const 4) (global.get $kept))
    (call $stable_read (i64.const 8) (i64.const 0) (i64.const 32))
    (call $append (i32.const 0) (i32.const 40)) (call $reply))`;

const INIT = '(func (export "canister_init") (drop (call $stable_grow (i64.const 1))))';
const PRE = '(func (export "canister_pre_upgrade") (call $mark (i64.const 0)))';
const POST = '(func (export "canister_post_upgrade") (call $mark (i64.const 8)))';
const FAILING_PRE = '(func (export "canister_pre_upgrade") (call $mark (i64.const 0)) (unreachable))';
const FAILING_POST = '(func (export "canister_post_upgrade") (call $mark (i64.const 8)) (unreachable))';

async function state(canister: TestCanister): Promise<number[]> {
  const reply = await canister.query('state');
  const view = new DataView(reply.buffer, reply.byteOffset);
  return [
    view.getUint32(0, true),
    view.getUint32(4, true),
    view.getUint32(8, true),
    view.getUint32(16, true),
  ];
}

describe('installation', () => {
  it('runs start, then init, with the installer as caller', async () => {
    const canister = await TestCanister.install(`(memory 1) (start $start)
      (func $start (i32.store (i32.const 0) (i32.const 5)))
      (func (export "canister_init") (i32.store (i32.const 4) (i32.load (i32.const 0)))
        (call $caller_copy (i32.const 8) (i32.const 0) (call $caller_size)))
      (func (export "canister_query get") (call $append (i32.const 0) (i32.const 9)) (call $reply))`);
    expect([...(await canister.query('get'))]).toEqual([5, 0, 0, 0, 5, 0, 0, 0, 4]);
    expect(canister.inspect.executions.map(({ kind }) => kind)).toEqual(['start', 'init', 'query']);
  });

  it('leaves an empty canister when init traps', async () => {
    const pic = await PocketIc.create();
    const canisterId = await pic.createCanister();
    const wasm = canisterWasm(
      '(memory 1) (func (export "canister_init") (drop (call $stable_grow (i64.const 1))) (unreachable))',
    );
    expect((await rejectOf(pic.installCode({ canisterId, wasm }))).errorCode).toBe('IC0502');
    expect((await rejectOf(pic.queryCall({ canisterId, method: 'state' }))).errorCode).toBe('IC0537');
    expect(pic.inspect(canisterId).stableBytes).toBe(0);
  });

  it('refuses time and caller in start, and modules that break the rules', async () => {
    const pic = await PocketIc.create();
    const canisterId = await pic.createCanister();
    const install = (text: string) => rejectOf(pic.installCode({ canisterId, wasm: canisterWasm(text) }));
    const inStart = await install('(start $s) (func $s (drop (call $time)))');
    expect(inStart.message).toMatch(/"ic0_time" cannot be executed in start mode/);
    const badExport = await install('(func (export "canister_nothing"))');
    expect(badExport.errorCode).toBe('IC0505');
    expect(badExport.message).toMatch(/canister_nothing/);
    const noWasm = await rejectOf(pic.installCode({ canisterId, wasm: Uint8Array.of(1, 2, 3) }));
    expect(noWasm.errorCode).toBe('IC0505');
  });

  it('refuses a module that V8 would refuse, naming the canister and not the replica', async () => {
    const pic = await PocketIc.create();
    const canisterId = await pic.createCanister();
    const wasm = canisterWasm('(func (export "canister_update go") (result i32) (i32.const 1))');
    expect((await rejectOf(pic.installCode({ canisterId, wasm }))).errorCode).toBe('IC0505');
  });

  it('installs only once, and only for a controller', async () => {
    const canister = await TestCanister.install(VERSION(1, INIT));
    const again = canister.pic.installCode({ canisterId: canister.id, wasm: canisterWasm(VERSION(1, INIT)) });
    expect((await rejectOf(again)).errorCode).toBe('IC0514');
    const sender = canister.id;
    const stranger = canister.pic.upgradeCanister({
      canisterId: canister.id,
      wasm: canisterWasm(VERSION(2, '')),
      sender,
    });
    expect((await rejectOf(stranger)).errorCode).toBe('IC0512');
  });

  it('wipes heap and stable memory on reinstallation, and keeps them when that fails', async () => {
    const canister = await TestCanister.install(VERSION(1, INIT + PRE));
    await canister.update('touch');
    const failing = VERSION(2, '(func (export "canister_init") (unreachable))');
    await rejectOf(canister.pic.reinstallCode({ canisterId: canister.id, wasm: canisterWasm(failing) }));
    expect((await state(canister)).slice(0, 2)).toEqual([77, 1]);
    await canister.pic.reinstallCode({ canisterId: canister.id, wasm: canisterWasm(VERSION(2, INIT)) });
    expect(await state(canister)).toEqual([0, 2, 0, 0]);
    expect(canister.inspect.executions.every(({ kind }) => kind !== 'pre_upgrade')).toBe(true);
  });
});

describe('upgrade', () => {
  it('runs pre_upgrade in the old code and post_upgrade in the new, keeps stable memory and drops the heap', async () => {
    const canister = await TestCanister.install(VERSION(1, INIT + PRE));
    await canister.update('touch');
    await canister.upgrade(VERSION(2, POST + INIT));
    expect(await state(canister)).toEqual([0, 2, 1, 2]);
    expect(canister.inspect.executions.map(({ kind }) => kind)).toEqual([
      'init',
      'update',
      'pre_upgrade',
      'post_upgrade',
      'query',
    ]);
  });

  it('skips pre_upgrade when asked to', async () => {
    const canister = await TestCanister.install(VERSION(1, INIT + FAILING_PRE));
    await canister.pic.upgradeCanister({
      canisterId: canister.id,
      wasm: canisterWasm(VERSION(2, POST)),
      upgradeModeOptions: { skip_pre_upgrade: [true] },
    });
    expect(await state(canister)).toEqual([0, 2, 0, 2]);
  });

  it.each([
    ['pre_upgrade', INIT + FAILING_PRE, POST],
    ['post_upgrade', INIT + PRE, FAILING_POST],
    ['start', INIT + PRE, '(start $s) (func $s (unreachable))'],
  ])('brings back code, heap and stable memory when %s traps', async (_hook, before, after) => {
    const canister = await TestCanister.install(VERSION(1, before));
    await canister.update('touch');
    const version = canister.inspect.version;
    const stable = canister.inspect.hashStable();
    expect((await rejectOf(canister.upgrade(VERSION(2, after)))).errorCode).toBe('IC0502');
    expect(await state(canister)).toEqual([77, 1, 0, 0]);
    expect(canister.inspect.hashStable()).toBe(stable);
    expect(canister.inspect.version).toBe(version);
    await canister.update('touch');
  });

  it('brings back a heap that pre_upgrade grew', async () => {
    const grow = `(func (export "canister_pre_upgrade") (drop (memory.grow (i32.const 4)))
      (i32.store (i32.const 200000) (i32.const 1)) (i32.store (i32.const 0) (i32.const 99)))`;
    const canister = await TestCanister.install(VERSION(1, INIT + grow));
    await canister.update('touch');
    await rejectOf(canister.upgrade(VERSION(2, FAILING_POST)));
    expect(canister.inspect.heapBytes).toBe(65_536);
    expect((await state(canister)).slice(0, 2)).toEqual([77, 1]);
  });

  it('counts versions: pre_upgrade sees the old one, post_upgrade the next', async () => {
    const tell = (hook: string, at: number) => `(func (export "${hook}")
      (i64.store (i32.const 600) (call $version))
      (call $stable_write (i64.const ${at}) (i64.const 600) (i64.const 8)))`;
    const canister = await TestCanister.install(VERSION(1, INIT + tell('canister_pre_upgrade', 0)));
    await canister.update('touch');
    const version = Number(canister.inspect.version);
    await canister.upgrade(VERSION(2, tell('canister_post_upgrade', 8)));
    expect((await state(canister)).slice(2)).toEqual([version, version + 1]);
  });

  it('counts a created canister as version 0 and one with code as 1, whatever its settings', async () => {
    const pic = await PocketIc.create();
    const canisterId = await pic.createCanister({ memoryAllocation: 2n ** 20n });
    expect(pic.inspect(canisterId).version).toBe(0n);
    await pic.installCode({ canisterId, wasm: canisterWasm(VERSION(1, INIT)) });
    expect(pic.inspect(canisterId).version).toBe(1n);
    await pic.updateCanisterSettings({ canisterId, memoryAllocation: 2n ** 21n });
    expect(pic.inspect(canisterId).version).toBe(2n);
    // A query that is sent as an update ends in a state that all replicas agree on; a query does not.
    await pic.queryCall({ canisterId, method: 'state' });
    expect(pic.inspect(canisterId).version).toBe(2n);
    await pic.updateCall({ canisterId, method: 'state' });
    expect(pic.inspect(canisterId).version).toBe(3n);
  });

  it('takes all hooks and compilation from one budget of 300 billion instructions', async () => {
    const canister = await TestCanister.install(VERSION(1, INIT));
    const spin = `(func (export "canister_post_upgrade") (loop $l ${'(nop)'.repeat(20_000)} (br $l)))`;
    expect((await rejectOf(canister.upgrade(VERSION(2, spin)))).errorCode).toBe('IC0522');
    const { instructions } = canister.inspect.last('post_upgrade');
    expect(instructions).toBeLessThan(300_000_000_000);
    expect(instructions).toBeGreaterThan(299_000_000_000);
  });
});
