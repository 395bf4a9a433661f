import { describe, expect, it } from 'vitest';
import { PocketIc } from '../../src/replica';
import { Management } from './support/management';
import { canisterWasm, rejectOf, TestCanister } from './support/wat-canister';

/** What the IC takes for each message that a canister executes, whatever it does. */
const BASE = 5_000_000n;
/** What a user's message costs before it is executed. */
const ingress = (method: string, argumentBytes = 0) =>
  1_200_000n + 2_000n * BigInt(method.length + argumentBytes);

/** Cycles that a canister loses while `work` is done. */
async function spent(canister: TestCanister, work: () => Promise<unknown>): Promise<bigint> {
  const before = await canister.pic.getCyclesBalance(canister.id);
  await work();
  return before - (await canister.pic.getCyclesBalance(canister.id));
}

/** Instructions that the canister's executions were charged. */
function charged(canister: TestCanister): bigint {
  return canister.inspect.executions.reduce(
    (sum, { chargedInstructions }) => sum + BigInt(chargedInstructions),
    0n,
  );
}

describe('the base fee of a message', () => {
  const CANISTER = `(memory 1) (func (export "canister_update go") (call $reply))
    (func (export "canister_query look") (call $reply))`;

  it('is paid for a method that does not exist', async () => {
    const canister = await TestCanister.install(CANISTER);
    expect(await spent(canister, () => rejectOf(canister.update('absent')))).toBe(BASE + ingress('absent'));
    expect(await spent(canister, () => rejectOf(canister.query('absent')))).toBe(0n);
  });

  it('is paid for an installation over code', async () => {
    const canister = await TestCanister.install(CANISTER);
    const wasm = canisterWasm(CANISTER);
    const again = () => rejectOf(canister.pic.installCode({ canisterId: canister.id, wasm }));
    expect(await spent(canister, again)).toBe(BASE);
  });

  /** Calls a method of the canister's own that is not there; the callback for that traps, and a cleanup follows. */
  const CLEANED = `(memory 1) (table 4 4 funcref) (elem (i32.const 1) $fail $clean)
    (data (i32.const 100) "absent")
    (func $fail (param i32) (unreachable))
    (func $clean (param i32))
    (func (export "canister_update go")
      (call $self_copy (i32.const 0) (i32.const 0) (call $self_size))
      (call $call_new (i32.const 0) (call $self_size) (i32.const 100) (i32.const 6)
        (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0))
      (call $on_cleanup (i32.const 2) (i32.const 0))
      (drop (call $perform)))`;

  it('is paid once for a callback and its cleanup', async () => {
    const canister = await TestCanister.install(CLEANED);
    let reject = '';
    const cycles = await spent(canister, async () => {
      reject = (await rejectOf(canister.update('go'))).rejectMessage;
    });
    const kinds = canister.inspect.executions.map(({ kind }) => kind);
    expect(kinds).toEqual(['update', 'reject_callback', 'cleanup']);
    expect(reject).toContain('unreachable');
    // 260,000 a call and 1,000 a byte of the method's name and of the reject's text.
    const { rejectMessage: text } = await rejectOf(canister.update('absent'));
    const transmission = 260_000n + 1_000n * BigInt('absent'.length + text.length);
    // The update, the method that is not there, the callback.
    expect(cycles).toBe(ingress('go') + 3n * BASE + charged(canister) + transmission);
  });
});

describe('performance_counter(1)', () => {
  it('counts what earlier executions of the call paid for the pages that they changed', async () => {
    const canister = await TestCanister.install(`(memory 1) (table 2 2 funcref) (elem (i32.const 1) $done)
      (data (i32.const 100) "raw_rand") (data (i32.const 200) "DIDL\\00\\00")
      (func (export "canister_update go") (i32.store (i32.const 9000) (i32.const 1))
        (call $call_new (i32.const 0) (i32.const 0) (i32.const 100) (i32.const 8)
          (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0))
        (call $call_data (i32.const 200) (i32.const 6)) (drop (call $perform)))
      (func $done (param i32) (i64.store (i32.const 0) (call $counter (i32.const 0)))
        (i64.store (i32.const 8) (i64.sub (call $counter (i32.const 1)) (call $counter (i32.const 0))))
        (call $append (i32.const 8) (i32.const 8)) (call $reply))`);
    // The second read costs 200 more than the first; the code between them was charged with their block.
    expect(await canister.number('update', 'go')).toBe(
      canister.inspect.last('update').chargedInstructions - 200,
    );
    expect(canister.inspect.last('update').heapDirtyPages).toBe(1);
  });
});

describe('composite queries', () => {
  const COMPOSITE = `(memory 1)
    (func (export "canister_inspect_message") (call $accept))
    (func (export "canister_composite_query look") (i32.store (i32.const 9000) (i32.const 1)) (call $reply))`;

  /** Writes a page of its heap, calls the query `write` of its own canister, and writes another page in the callback. */
  const WRITER = `(memory 4) (table 2 2 funcref) (elem (i32.const 1) $done) (data (i32.const 100) "write")
    (func (export "canister_query write") (i32.store (i32.const 70000) (i32.const 1)) (call $reply))
    (func $done (param i32) (i32.store (i32.const 140000) (i32.const 1)) (call $reply))
    (func (export "canister_composite_query all") (i32.store (i32.const 210000) (i32.const 1))
      (call $self_copy (i32.const 0) (i32.const 0) (call $self_size))
      (call $call_new (i32.const 0) (call $self_size) (i32.const 100) (i32.const 5)
        (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0)) (drop (call $perform)))`;

  it('pay for what they write: caller, callee and callback, though a query by itself does not', async () => {
    const canister = await TestCanister.install(WRITER);
    await canister.query('write');
    await canister.query('all');
    const written = canister.inspect.executions.map(({ kind, touched }) => [kind, touched.heapWritten]);
    // The caller also writes its own id, to the first page.
    expect(written).toEqual([
      ['query', 0],
      ['composite_query', 2],
      ['query', 1],
      ['reply_callback', 1],
    ]);
  });

  it('are not taken as updates, which costs nothing and asks nobody', async () => {
    const canister = await TestCanister.install(COMPOSITE);
    const send = async () => {
      expect(await rejectOf(canister.update('look'))).toMatchObject({ errorCode: 'IC0527', rejectCode: 5 });
    };
    expect(await spent(canister, send)).toBe(0n);
    expect(canister.inspect.executions).toEqual([]);
  });
});

describe('installing', () => {
  const MODULE = '(memory 1) (func (export "canister_update go") (call $reply))';
  /** Of making the state that a module runs in. */
  const STATE = 20_000_000n;

  async function empty(pic: PocketIc): Promise<() => Promise<bigint>> {
    const canisterId = await pic.createCanister();
    return async () => {
      const before = await pic.getCyclesBalance(canisterId);
      await pic.reinstallCode({ canisterId, wasm: canisterWasm(MODULE) });
      return before - (await pic.getCyclesBalance(canisterId));
    };
  }

  it('costs a hundredth to compile when the subnet compiled the module since its last checkpoint', async () => {
    const pic = await PocketIc.create();
    const install = await empty(pic);
    const compilation = (await install()) - BASE - STATE;
    expect(compilation).toBeGreaterThan(6_000n);
    expect(await install()).toBe(BASE + STATE + compilation / 100n);
    // Another canister's module is the subnet's too.
    const other = await empty(pic);
    expect(await other()).toBe(BASE + STATE + compilation / 100n);
    await pic.tick(500);
    expect(await other()).toBe(BASE + STATE + compilation);
    expect(await (await empty(await PocketIc.create()))()).toBe(BASE + STATE + compilation);
  });

  it('does not count a module as compiled whose installation failed', async () => {
    const failing = canisterWasm('(memory 1) (func (export "canister_init") (unreachable))');
    const pic = await PocketIc.create();
    const canisterId = await pic.createCanister();
    const cost = async () => {
      const before = await pic.getCyclesBalance(canisterId);
      await rejectOf(pic.installCode({ canisterId, wasm: failing }));
      return before - (await pic.getCyclesBalance(canisterId));
    };
    expect(await cost()).toBe(await cost());
  });
});

describe('snapshots', () => {
  const MODULE = '(memory 1) (func (export "canister_update go") (call $reply))';

  it('cost 2 billion instructions and one a byte to take, and to load the module too', async () => {
    const canister = await TestCanister.install(MODULE);
    const { pic, id: canister_id } = canister;
    const management = new Management(pic);
    const installed = await spent(canister, () => canister.upgrade(MODULE));
    let snapshot = { id: new Uint8Array(0), total_size: 0n };
    const taken = await spent(canister, async () => {
      snapshot = await management.update('take_canister_snapshot', { canister_id, replace_snapshot: [] });
    });
    expect(taken).toBe(BASE + 2_000_000_000n + snapshot.total_size);
    const load = () => management.update('load_canister_snapshot', { canister_id, snapshot_id: snapshot.id });
    // The module was compiled a moment ago: what its second installation took, base fee included, is what this takes.
    expect(await spent(canister, load)).toBe(BASE + 2_000_000_000n + installed + snapshot.total_size);
  });

  it('are refused to a canister that cannot pay for them, and nothing changes', async () => {
    const canister = await TestCanister.install(MODULE);
    const { pic, id: canister_id } = canister;
    const management = new Management(pic);
    const { id: snapshot_id } = await management.update<{ id: Uint8Array }>('take_canister_snapshot', {
      canister_id,
      replace_snapshot: [],
    });
    const { version } = canister.inspect;
    const balance = await pic.getCyclesBalance(canister_id);
    const { idleCyclesBurnedPerDay } = await pic.canisterStatus({ canisterId: canister_id });
    const freezingThreshold = ((balance - 1_000_000_000n) * 86_400n) / idleCyclesBurnedPerDay;
    await pic.updateCanisterSettings({ canisterId: canister_id, freezingThreshold });
    for (const [method, argument] of [
      ['take_canister_snapshot', { canister_id, replace_snapshot: [] }],
      ['load_canister_snapshot', { canister_id, snapshot_id }],
    ] as const) {
      expect((await rejectOf(management.update(method, argument))).errorCode).toBe('IC0207');
    }
    expect(await management.update<unknown[]>('list_canister_snapshots', { canister_id })).toHaveLength(1);
    expect(await pic.getCyclesBalance(canister_id)).toBe(balance);
    expect(canister.inspect.version).toBe(version + 1n);
  });
});
