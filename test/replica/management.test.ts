import { createHash } from 'node:crypto';
import { Principal } from '@dfinity/principal';
import { describe, expect, it } from 'vitest';
import { PocketIc } from '../../src/replica';
import { Management } from './support/management';
import { canisterWasm, rejectOf, TestCanister } from './support/wat-canister';

const STRANGER = Principal.fromUint8Array(Uint8Array.of(3, 3));

/** Counts in the heap, in a global and in stable memory, and certifies the count. */
const COUNTER = `(memory 1) (global $count (mut i32) (i32.const 0))
  (func (export "canister_init") (drop (call $stable_grow (i64.const 1))))
  (func (export "canister_update add")
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (i32.store (i32.const 70) (global.get $count))
    (call $stable_write (i64.const 5000) (i64.const 70) (i64.const 4))
    (call $certify (i32.const 70) (i32.const 4))
    (call $reply))
  (func (export "canister_update grow") (drop (memory.grow (i32.const 2)))
    (i32.store (i32.const 150000) (i32.const 1)) (call $reply))
  (func (export "canister_query state")
    (i32.store (i32.const 0) (global.get $count)) (i32.store (i32.const 4) (i32.load (i32.const 70)))
    (call $stable_read (i64.const 8) (i64.const 5000) (i64.const 4))
    (i32.store (i32.const 12) (memory.size))
    (call $append (i32.const 0) (i32.const 16)) (call $reply))`;

interface Snapshot {
  readonly id: Uint8Array;
  readonly taken_at_timestamp: bigint;
  readonly total_size: bigint;
}

async function state(canister: TestCanister): Promise<number[]> {
  const reply = await canister.query('state');
  return [...new Uint32Array(reply.slice().buffer)];
}

describe('snapshots', () => {
  it('bring back heap, globals, stable memory, certified data and code, as often as one likes', async () => {
    const canister = await TestCanister.install(COUNTER);
    const management = new Management(canister.pic);
    const canister_id = canister.id;
    await canister.update('add');
    await canister.update('add');
    const hashes = [canister.inspect.hashHeap(), canister.inspect.hashStable()];
    const { id } = await management.update<Snapshot>('take_canister_snapshot', {
      canister_id,
      replace_snapshot: [],
    });
    for (let round = 0; round < 2; round++) {
      await canister.update('add');
      await canister.update('grow');
      expect(await state(canister)).toEqual([3, 3, 3, 3]);
      const version = canister.inspect.version;
      await management.update('load_canister_snapshot', { canister_id, snapshot_id: id });
      expect(await state(canister)).toEqual([2, 2, 2, 1]);
      expect([canister.inspect.hashHeap(), canister.inspect.hashStable()]).toEqual(hashes);
      expect([...canister.inspect.certifiedData]).toEqual([2, 0, 0, 0]);
      expect(canister.inspect.version).toBe(version + 1n);
    }
    await canister.upgrade('(memory 1) (func (export "canister_query other") (call $reply))');
    await management.update('load_canister_snapshot', { canister_id, snapshot_id: id });
    expect(await state(canister)).toEqual([2, 2, 2, 1]);
    await canister.update('add');
    expect(await state(canister)).toEqual([3, 3, 3, 1]);
  });

  it('are listed, replaced, deleted, paid for, and at most ten', async () => {
    const canister = await TestCanister.install(COUNTER);
    const management = new Management(canister.pic);
    const canister_id = canister.id;
    const take = (replace?: Uint8Array) =>
      management.update<Snapshot>('take_canister_snapshot', {
        canister_id,
        replace_snapshot: replace ? [replace] : [],
      });
    const list = () => management.update<Snapshot[]>('list_canister_snapshots', { canister_id });
    const { memorySize } = await canister.pic.canisterStatus({ canisterId: canister_id });
    const first = await take();
    // One page of heap, one of stable memory, and the module.
    expect(first.total_size).toBe(BigInt(2 * 65_536 + canisterWasm(COUNTER).length));
    const paid = await canister.pic.canisterStatus({ canisterId: canister_id });
    expect(paid.memorySize).toBe(memorySize + first.total_size);
    const second = await take(first.id);
    expect(await list()).toEqual([second]);
    for (let more = 0; more < 9; more++) await take();
    expect(await list()).toHaveLength(10);
    expect((await rejectOf(take())).rejectMessage).toContain('maximum number of snapshots');
    await management.update('delete_canister_snapshot', { canister_id, snapshot_id: second.id });
    expect(await list()).toHaveLength(9);
    const gone = management.update('load_canister_snapshot', { canister_id, snapshot_id: second.id });
    expect((await rejectOf(gone)).errorCode).toBe('IC0305');
  });

  it('are the business of controllers, of a canister with code', async () => {
    const canister = await TestCanister.install(COUNTER);
    const argument = { canister_id: canister.id, replace_snapshot: [] };
    const stranger = new Management(canister.pic, STRANGER);
    expect((await rejectOf(stranger.update('take_canister_snapshot', argument))).errorCode).toBe('IC0512');
    const management = new Management(canister.pic);
    await management.update('uninstall_code', { canister_id: canister.id });
    expect((await rejectOf(management.update('take_canister_snapshot', argument))).errorCode).toBe('IC0537');
    expect((await rejectOf(canister.update('add'))).errorCode).toBe('IC0537');
  });
});

describe('chunked installation', () => {
  const wasm = canisterWasm(COUNTER);
  const chunks = [wasm.slice(0, 100), wasm.slice(100, 250), wasm.slice(250)];
  const moduleHash = new Uint8Array(createHash('sha256').update(wasm).digest());

  async function uploaded() {
    const pic = await PocketIc.create();
    const management = new Management(pic);
    const canister_id = await pic.createCanister();
    const hashes: { hash: Uint8Array }[] = [];
    for (const chunk of chunks) {
      hashes.push(await management.update<{ hash: Uint8Array }>('upload_chunk', { canister_id, chunk }));
    }
    const argument = {
      mode: { install: null },
      target_canister: canister_id,
      store_canister: [],
      chunk_hashes_list: hashes,
      wasm_module_hash: moduleHash,
      arg: new Uint8Array(0),
    };
    return { pic, management, canister_id, hashes, argument };
  }

  it('installs what the chunks make together, from this canister or another', async () => {
    const { pic, management, canister_id, hashes, argument } = await uploaded();
    expect(await management.update('stored_chunks', { canister_id })).toEqual(hashes);
    await management.update('install_chunked_code', argument);
    expect((await pic.canisterStatus({ canisterId: canister_id })).moduleHash).toEqual(moduleHash);
    await pic.updateCall({ canisterId: canister_id, method: 'add' });
    const other = await pic.createCanister();
    const elsewhere = { ...argument, target_canister: other, store_canister: [canister_id] };
    await management.update('install_chunked_code', elsewhere);
    await pic.updateCall({ canisterId: other, method: 'add' });
    await management.update('clear_chunk_store', { canister_id });
    expect(await management.update('stored_chunks', { canister_id })).toEqual([]);
  });

  it('refuses missing chunks, another hash, chunks of more than 1 MiB, and strangers', async () => {
    const { pic, management, canister_id, hashes, argument } = await uploaded();
    const install = (changes: object) =>
      rejectOf(management.update('install_chunked_code', { ...argument, ...changes }));
    const missing = { chunk_hashes_list: [{ hash: new Uint8Array(32) }] };
    expect((await install(missing)).rejectMessage).toContain('was not found');
    const disordered = { chunk_hashes_list: [...hashes].reverse() };
    expect((await install(disordered)).rejectMessage).toContain('does not match given hash');
    const chunk = new Uint8Array(2 ** 20 + 1);
    const large = rejectOf(management.update('upload_chunk', { canister_id, chunk }));
    expect((await large).rejectMessage).toContain('exceeds the maximum chunk size');
    const stranger = new Management(pic, STRANGER);
    expect((await rejectOf(stranger.update('install_chunked_code', argument))).errorCode).toBe('IC0512');
    expect((await rejectOf(stranger.update('stored_chunks', { canister_id }))).errorCode).toBe('IC0512');
    expect((await pic.canisterStatus({ canisterId: canister_id })).moduleHash).toBeNull();
  });
});

describe('canister logs', () => {
  const TALKER = `(memory 1) (data (i32.const 0) "hello world")
    (func (export "canister_update say") (call $print (i32.const 0) (i32.const 5)) (call $reply))
    (func (export "canister_query ask") (call $print (i32.const 6) (i32.const 5)) (call $reply))
    (func (export "canister_update fail") (call $print (i32.const 6) (i32.const 5))
      (call $trap (i32.const 0) (i32.const 5)))
    (func (export "canister_update break") (unreachable))
    (func (export "canister_update misuse") (call $print (i32.const 6) (i32.const 5)) (call $accept))
    (func (export "canister_update much") (call $print (i32.const 0) (i32.const 3000)) (call $reply))`;

  interface Logs {
    readonly canister_log_records: { idx: bigint; timestamp_nanos: bigint; content: Uint8Array }[];
  }

  const linesOf = (logs: Logs) =>
    logs.canister_log_records.map(({ content }) => Buffer.from(content).toString('utf8'));

  it('keep what replicated executions print, with the trap that undid the rest', async () => {
    const canister = await TestCanister.install(TALKER);
    const management = new Management(canister.pic);
    await canister.update('say');
    await canister.query('ask');
    await rejectOf(canister.update('fail'));
    await rejectOf(canister.update('break'));
    // What a canister may not do is no trap of its code: only what it printed before is kept.
    await rejectOf(canister.update('misuse'));
    const logs = await management.query<Logs>('fetch_canister_logs', { canister_id: canister.id });
    expect(linesOf(logs)).toEqual(['hello', 'world', '[TRAP]: hello', '[TRAP]: unreachable', 'world']);
    expect(logs.canister_log_records.map(({ idx }) => idx)).toEqual([0n, 1n, 2n, 3n, 4n]);
    expect(await management.update('fetch_canister_logs', { canister_id: canister.id })).toEqual(logs);
  });

  it('drop the oldest lines beyond 4 KiB, survive an upgrade, and end with a reinstallation', async () => {
    const canister = await TestCanister.install(TALKER);
    const management = new Management(canister.pic);
    const read = () => management.query<Logs>('fetch_canister_logs', { canister_id: canister.id });
    await canister.update('say');
    await canister.update('much');
    await canister.update('much');
    expect((await read()).canister_log_records.map(({ idx }) => idx)).toEqual([2n]);
    await canister.upgrade(TALKER);
    expect((await read()).canister_log_records).toHaveLength(1);
    await canister.pic.reinstallCode({ canisterId: canister.id, wasm: canisterWasm(TALKER) });
    expect((await read()).canister_log_records).toHaveLength(0);
  });

  it('are seen by whom the settings let', async () => {
    const canister = await TestCanister.install(TALKER);
    const stranger = new Management(canister.pic, STRANGER);
    const read = () => stranger.query<Logs>('fetch_canister_logs', { canister_id: canister.id });
    const show = (logVisibility: { public: null } | { allowedViewers: Principal[] }) =>
      canister.pic.updateCanisterSettings({ canisterId: canister.id, logVisibility });
    expect((await rejectOf(read())).errorCode).toBe('IC0406');
    await show({ allowedViewers: [STRANGER] });
    expect((await read()).canister_log_records).toEqual([]);
    await show({ allowedViewers: [] });
    expect((await rejectOf(read())).errorCode).toBe('IC0406');
    await show({ public: null });
    expect((await read()).canister_log_records).toEqual([]);
  });

  it('cost by the room that is left: 2 a byte to take and 50 to keep', async () => {
    const canister = await TestCanister.install(TALKER);
    const cost = async (method: string) => {
      await canister.update(method);
      return canister.inspect.last('update').instructions;
    };
    const small = await cost('say');
    const large = await cost('much');
    expect(large - small).toBe((3000 - 5) * 52);
    await canister.pic.updateCanisterSettings({ canisterId: canister.id, logMemoryLimit: 1000n });
    expect(await cost('much')).toBe(small + (1000 - 5) * 52);
  });
});
