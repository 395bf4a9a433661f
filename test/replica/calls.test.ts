import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { describe, expect, it } from 'vitest';
import { PocketIc, RejectCode } from '../../src/replica';
import { rejectOf, TestCanister } from './support/wat-canister';

const WHOLE_REPLY = `
  (func $reply_word (param $at i32) (call $append (local.get $at) (i32.const 4)) (call $reply))`;

/** Calls the canister whose id lies in the argument; slots 1 to 3 are reply, reject and cleanup callbacks. */
const CALLER = (callee: {
  method: string;
  reply: string;
  reject?: string;
  cleanup?: string;
  before?: string;
}) => `
  (memory 1) (table 4 4 funcref) (global $g (mut i32) (i32.const 0))
  (elem (i32.const 1) $on_reply $on_reject $clean)
  (data (i32.const 1000) "${callee.method}")
  ${WHOLE_REPLY}
  (func (export "canister_update call")
    (i32.store (i32.const 0) (i32.const 1))
    (call $arg_copy (i32.const 900) (i32.const 0) (call $arg_size))
    (call $call_new (i32.const 900) (call $arg_size) (i32.const 1000) (i32.const ${callee.method.length})
      (i32.const 1) (i32.const 41) (i32.const 2) (i32.const 42))
    (call $on_cleanup (i32.const 3) (i32.const 43))
    ${callee.before ?? ''}
    (if (call $perform) (then (unreachable))))
  (func $on_reply (param $env i32) (i32.store (i32.const 4) (local.get $env)) ${callee.reply})
  (func $on_reject (param $env i32) (i32.store (i32.const 4) (local.get $env)) ${callee.reject ?? '(unreachable)'})
  (func $clean (param $env i32) (i32.store (i32.const 8) (local.get $env)) ${callee.cleanup ?? ''})
  (func (export "canister_query state") (call $append (i32.const 0) (i32.const 16)) (call $reply))`;

const CALLEE = `(memory 1) (data (i32.const 0) "\\07\\00\\00\\00no")
  (func (export "canister_update seven") (call $append (i32.const 0) (i32.const 4)) (call $reply))
  (func (export "canister_update refuse") (call $reject (i32.const 4) (i32.const 2)))
  (func (export "canister_update fail") (unreachable))
  (func (export "canister_update silent"))
  (func (export "canister_update take") (call $accept_cycles (i64.const 0) (i64.const 300) (i32.const 16))
    (call $append (i32.const 16) (i32.const 4)) (call $reply))`;

async function words(canister: TestCanister): Promise<number[]> {
  const reply = await canister.query('state');
  const view = new DataView(reply.buffer, reply.byteOffset);
  return [0, 4, 8, 12].map((at) => view.getUint32(at, true));
}

async function pair(
  caller: string,
): Promise<{ caller: TestCanister; callee: TestCanister; call: () => Promise<Uint8Array> }> {
  const pic = await PocketIc.create();
  const callee = await TestCanister.install(CALLEE, pic);
  const canister = await TestCanister.install(caller, pic);
  return { caller: canister, callee, call: () => canister.update('call', callee.id.toUint8Array()) };
}

const FORWARD = `(call $arg_copy (i32.const 12) (i32.const 0) (call $arg_size)) (call $reply_word (i32.const 12))`;

describe('calls between canisters', () => {
  it('runs the reply callback with its environment, and keeps the state in between', async () => {
    const { caller, call } = await pair(CALLER({ method: 'seven', reply: FORWARD }));
    expect([...(await call())]).toEqual([7, 0, 0, 0]);
    expect(await words(caller)).toEqual([1, 41, 0, 7]);
    expect(caller.inspect.executions.map(({ kind }) => kind)).toEqual(['update', 'reply_callback', 'query']);
  });

  it.each([
    ['refuse', RejectCode.canisterReject],
    ['fail', RejectCode.canisterError],
    ['silent', RejectCode.canisterError],
    ['missing', RejectCode.canisterError],
  ])('runs the reject callback when the callee has %s', async (method, code) => {
    const reject = '(i32.store (i32.const 12) (call $reject_code)) (call $reply_word (i32.const 12))';
    const { caller, call } = await pair(CALLER({ method, reply: '(unreachable)', reject }));
    expect([...(await call())]).toEqual([code, 0, 0, 0]);
    expect(await words(caller)).toEqual([1, 42, 0, code]);
  });

  it('rejects calls to canisters that do not exist', async () => {
    const reject = '(i32.store (i32.const 12) (call $reject_code)) (call $reply_word (i32.const 12))';
    const caller = await TestCanister.install(CALLER({ method: 'x', reply: '(unreachable)', reject }));
    const reply = await caller.update('call', Uint8Array.of(9, 9, 9));
    expect(reply[0]).toBe(RejectCode.destinationInvalid);
  });

  it('undoes a callback that traps, runs the cleanup, and rejects the first caller', async () => {
    const { caller, call } = await pair(CALLER({ method: 'seven', reply: '(unreachable)' }));
    expect((await rejectOf(call())).message).toMatch(/unreachable/);
    expect(await words(caller)).toEqual([1, 0, 43, 0]);
    expect(caller.inspect.executions.map(({ kind }) => kind)).toEqual([
      'update',
      'reply_callback',
      'cleanup',
      'query',
    ]);
  });

  it('undoes a cleanup that traps as well, and cleanups may not reply', async () => {
    const { caller, call } = await pair(
      CALLER({ method: 'seven', reply: '(unreachable)', cleanup: '(call $reply)' }),
    );
    await rejectOf(call());
    expect(await words(caller)).toEqual([1, 0, 0, 0]);
    expect(caller.inspect.last('cleanup').outcome).toMatchObject({
      kind: 'trap',
      reject: { errorCode: 'IC0504' },
    });
  });

  it('sends nothing when the calling execution traps', async () => {
    const { callee, caller, call } = await pair(
      CALLER({ method: 'seven', reply: FORWARD, before: '(drop (call $perform)) (unreachable)' }),
    );
    await rejectOf(call());
    expect(callee.inspect.executions).toEqual([]);
    expect(await words(caller)).toEqual([0, 0, 0, 0]);
  });

  it('does not accept a second reply in a callback', async () => {
    const { call, caller } = await pair(
      CALLER({ method: 'seven', reply: '(call $reply)', before: '(call $reply_word (i32.const 0))' }),
    );
    expect([...(await call())]).toEqual([1, 0, 0, 0]);
    await caller.pic.tick();
    expect(caller.inspect.last('reply_callback').outcome).toMatchObject({ kind: 'trap' });
  });

  it('traps when the callback slot holds no callback', async () => {
    const text = CALLER({ method: 'seven', reply: FORWARD }).replace(
      '(i32.const 1) (i32.const 41)',
      '(i32.const 0) (i32.const 41)',
    );
    const { call } = await pair(text);
    expect((await rejectOf(call())).message).toMatch(/indirect call/);
  });

  it('moves cycles with a call and refunds what is not accepted', async () => {
    const { caller, callee, call } = await pair(
      CALLER({
        method: 'take',
        reply: FORWARD,
        before: '(call $call_cycles (i64.const 0) (i64.const 1000))',
      }),
    );
    const before = await callee.pic.getCyclesBalance(callee.id);
    const own = await caller.pic.getCyclesBalance(caller.id);
    expect(new DataView((await call()).buffer).getUint16(0, true)).toBe(300);
    const charged = (records: TestCanister) =>
      records.inspect.executions.reduce(
        (sum, record) => sum + 5_000_000n + BigInt(record.chargedInstructions),
        0n,
      );
    expect((await callee.pic.getCyclesBalance(callee.id)) - before).toBe(300n - charged(callee));
    const ingress = 1_200_000n + 2_000n * BigInt('call'.length + callee.id.toUint8Array().length);
    // 260,000 a call and 1,000 a byte of method name, argument and reply.
    const transmission = 260_000n + 1_000n * BigInt('take'.length + 4);
    expect(own - (await caller.pic.getCyclesBalance(caller.id))).toBe(
      300n + charged(caller) + ingress + transmission,
    );
  });

  it('queues a call to itself like any other', async () => {
    const text = `${CALLER({ method: 'own', reply: FORWARD })}
      (func (export "canister_update own") (i32.store (i32.const 12) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
        (call $reply_word (i32.const 12)))`;
    const canister = await TestCanister.install(text);
    expect([...(await canister.update('call', canister.id.toUint8Array()))]).toEqual([2, 0, 0, 0]);
    expect(canister.inspect.executions.map(({ method }) => method)).toEqual(['call', 'own', 'call']);
  });

  it('keeps the order in which calls were sent', async () => {
    const pic = await PocketIc.create();
    const log = await TestCanister.install(
      `(memory 1) (global $n (mut i32) (i32.const 0))
      (func (export "canister_update log")
        (call $arg_copy (global.get $n) (i32.const 0) (i32.const 1))
        (global.set $n (i32.add (global.get $n) (i32.const 1))) (call $reply))
      (func (export "canister_query state") (call $append (i32.const 0) (global.get $n)) (call $reply))`,
      pic,
    );
    const send = (
      letter: number,
    ) => `(call $call_new (i32.const 900) (call $arg_size) (i32.const 1000) (i32.const 3)
      (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0))
      (call $call_data (i32.const ${letter}) (i32.const 1)) (drop (call $perform))`;
    const sender = await TestCanister.install(
      `(memory 1) (table 2 2 funcref) (elem (i32.const 1) $ignore) (func $ignore (param i32))
      (data (i32.const 0) "abc") (data (i32.const 1000) "log")
      (func (export "canister_update go") (call $arg_copy (i32.const 900) (i32.const 0) (call $arg_size))
        ${send(0)} ${send(1)} ${send(2)} (call $reply))`,
      pic,
    );
    await sender.update('go', log.id.toUint8Array());
    await pic.tick();
    expect(Buffer.from(await log.query('state')).toString()).toBe('abc');
  });

  it('draws raw_rand from its seed', async () => {
    const text = `(memory 1) (table 2 2 funcref) (elem (i32.const 1) $done) (data (i32.const 0) "raw_randDIDL\\00\\00")
      (func (export "canister_update go") (call $call_new (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 8)
        (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0))
        (call $call_data (i32.const 8) (i32.const 6)) (drop (call $perform)))
      (func $done (param i32) (call $arg_copy (i32.const 100) (i32.const 0) (call $arg_size))
        (call $append (i32.const 100) (call $arg_size)) (call $reply))`;
    const draw = async (seed: string) => {
      const canister = await TestCanister.install(text, await PocketIc.create(undefined, { seed }));
      return [await canister.update('go'), await canister.update('go')].map((reply) =>
        Buffer.from(reply).toString('hex'),
      );
    };
    const [first, second] = await draw('a');
    // Candid: magic, one type (vec nat8), one value of it: 32 bytes behind their count.
    expect(first).toMatch(/^4449444c016d7b010020[0-9a-f]{64}$/);
    expect(first).not.toBe(second);
    expect(await draw('a')).toEqual([first, second]);
    expect((await draw('b'))[0]).not.toBe(first);
  });
});

describe('timers and heartbeats', () => {
  const TIMER = `(memory 1) (global $g (mut i32) (i32.const 0)) ${WHOLE_REPLY}
    (func (export "canister_update set") (call $arg_copy (i32.const 0) (i32.const 0) (i32.const 8))
      (i64.store (i32.const 8) (call $timer (i64.load (i32.const 0))))
      (call $append (i32.const 8) (i32.const 8)) (call $reply))
    (func (export "canister_global_timer") (i32.store (i32.const 16) (i32.add (i32.load (i32.const 16)) (i32.const 1)))
      (if (i32.eq (i32.load (i32.const 16)) (i32.const 3)) (then (unreachable))))
    (func (export "canister_query state") (call $reply_word (i32.const 16)))`;
  const at = (milliseconds: number) => {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(milliseconds) * 1_000_000n, true);
    return bytes;
  };

  it('fires once, when its time has come', async () => {
    const canister = await TestCanister.install(TIMER);
    const now = await canister.pic.getTime();
    await canister.update('set', at(now + 1000));
    await canister.pic.tick(3);
    expect(await canister.number('query', 'state')).toBe(0);
    await canister.pic.advanceTime(1000);
    await canister.pic.tick(3);
    expect(await canister.number('query', 'state')).toBe(1);
    expect(canister.inspect.globalTimer).toBe(0n);
  });

  it('answers the earlier time, and 0 switches it off', async () => {
    const canister = await TestCanister.install(TIMER);
    const now = await canister.pic.getTime();
    expect(await canister.update('set', at(now + 1000))).toEqual(at(0));
    expect(await canister.update('set', at(0))).toEqual(at(now + 1000));
    await canister.pic.advanceTime(5000);
    await canister.pic.tick();
    expect(await canister.number('query', 'state')).toBe(0);
  });

  it('stays off after a trap, whose changes are undone', async () => {
    const canister = await TestCanister.install(TIMER);
    for (let round = 0; round < 3; round++) {
      await canister.update('set', at((await canister.pic.getTime()) + 1));
      await canister.pic.advanceTime(10);
      await canister.pic.tick();
    }
    await canister.pic.tick(3);
    expect(await canister.number('query', 'state')).toBe(2);
    expect(canister.inspect.executions.filter(({ kind }) => kind === 'global_timer')).toHaveLength(3);
  });

  it('is off after an upgrade, even when pre_upgrade sets it', async () => {
    const pre = '(func (export "canister_pre_upgrade") (drop (call $timer (i64.const 1))))';
    const canister = await TestCanister.install(TIMER + pre);
    await canister.update('set', at(await canister.pic.getTime()));
    await canister.upgrade(TIMER);
    expect(canister.inspect.globalTimer).toBe(0n);
  });

  it('runs heartbeats every round, with the management canister as caller', async () => {
    const canister = await TestCanister.install(`(memory 1) ${WHOLE_REPLY}
      (func (export "canister_heartbeat") (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
        (i32.store (i32.const 4) (call $caller_size)))
      (func (export "canister_query state") (call $append (i32.const 0) (i32.const 8)) (call $reply))`);
    await canister.pic.tick(3);
    expect([...(await canister.query('state'))]).toEqual([3, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('gives every execution a later time', async () => {
    const canister = await TestCanister.install(`(memory 1)
      (func (export "canister_update time") (i64.store (i32.const 0) (call $time)) (i64.store (i32.const 8) (call $time))
        (call $append (i32.const 0) (i32.const 16)) (call $reply))`);
    const read = async () => {
      const view = new DataView((await canister.update('time')).buffer);
      expect(view.getBigUint64(0, true)).toBe(view.getBigUint64(8, true));
      return view.getBigUint64(0, true);
    };
    const first = await read();
    expect(await read()).toBeGreaterThan(first);
    await canister.pic.setTime(1_800_000_000_000);
    expect(await read()).toBeGreaterThan(1_800_000_000_000_000_000n);
    await expect(canister.pic.setTime(0)).rejects.toThrow(/cannot go back/);
  });
});

describe('composite queries', () => {
  it('calls other queries, sees its own changes until the end, and keeps none', async () => {
    const pic = await PocketIc.create();
    const callee = await TestCanister.install(
      `(memory 1) (data (i32.const 0) "\\09\\00\\00\\00") ${WHOLE_REPLY}
      (func (export "canister_query nine") (i32.store (i32.const 4) (i32.const 1)) (call $reply_word (i32.const 0)))`,
      pic,
    );
    const text = CALLER({
      method: 'nine',
      reply: `(call $arg_copy (i32.const 12) (i32.const 0) (i32.const 4))
        (call $append (i32.const 0) (i32.const 16)) (call $reply)`,
    }).replace('canister_update call', 'canister_composite_query call');
    const caller = await TestCanister.install(text, pic);
    const reply = await caller.query('call', callee.id.toUint8Array());
    expect([...new Uint32Array(reply.buffer)]).toEqual([1, 41, 0, 9]);
    expect(await words(caller)).toEqual([0, 0, 0, 0]);
    expect((await rejectOf(caller.update('call', callee.id.toUint8Array()))).errorCode).toBe('IC0527');
  });

  /** Calls its own method `own` after changing the heap and growing stable memory; `own` replies what it sees, then so does the callback. */
  const SELF_CALLER = `${CALLER({
    method: 'own',
    before: '(drop (call $stable_grow (i64.const 3)))',
    reply: `(call $arg_copy (i32.const 100) (i32.const 0) (i32.const 8))
      (i32.store (i32.const 108) (i32.load (i32.const 0))) (i64.store (i32.const 112) (call $stable_size))
      (call $append (i32.const 100) (i32.const 16)) (call $reply)`,
  }).replace('canister_update call', 'canister_composite_query call')}
    (func (export "canister_query own") (i64.store (i32.const 4) (call $stable_size))
      (call $append (i32.const 0) (i32.const 8)) (call $reply))`;

  it('sees the committed state when it calls its own canister, and its own changes afterwards', async () => {
    const canister = await TestCanister.install(SELF_CALLER);
    const reply = await canister.query('call', canister.id.toUint8Array());
    expect([...new Uint32Array(reply.buffer)]).toEqual([0, 0, 1, 3]);
    expect(canister.inspect.executions.map(({ kind }) => kind)).toEqual([
      'composite_query',
      'query',
      'reply_callback',
    ]);
    expect(await words(canister)).toEqual([0, 0, 0, 0]);
    expect(canister.inspect.stableBytes).toBe(0);
  });

  it('calls up to six deep', async () => {
    const descend = CALLER({
      method: 'call',
      before: '(call $call_data (i32.const 900) (call $arg_size))',
      reply: '(call $append (i32.const 0) (i32.const 0)) (call $reply)',
      reject: '(i32.store (i32.const 12) (call $reject_code)) (call $reply_word (i32.const 12))',
    }).replace('canister_update call', 'canister_composite_query call');
    const canister = await TestCanister.install(descend);
    await canister.query('call', canister.id.toUint8Array());
    const kinds = canister.inspect.executions.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'composite_query')).toHaveLength(1 + 6);
    expect(kinds.filter((kind) => kind === 'reject_callback')).toHaveLength(1);
  });
});

describe('management calls of canisters', () => {
  it.each([
    ['nothing', ''],
    ['what is no Candid', 'DIDX'],
  ])('rejects raw_rand of %s', async (_what, argument) => {
    const caller = await TestCanister.install(
      CALLER({
        method: 'raw_rand',
        before: `(call $call_data (i32.const 2000) (i32.const ${argument.length}))`,
        reply: '(unreachable)',
        reject: '(i32.store (i32.const 12) (call $reject_code)) (call $reply_word (i32.const 12))',
      }).replace('(memory 1)', `(memory 1) (data (i32.const 2000) "${argument}")`),
    );
    const reply = await caller.update('call', Principal.managementCanister().toUint8Array());
    expect(reply[0]).toBe(RejectCode.canisterReject);
  });

  it('rejects unknown methods and canisters that are not controlled', async () => {
    const reject = '(i32.store (i32.const 12) (call $reject_code)) (call $reply_word (i32.const 12))';
    const caller = await TestCanister.install(CALLER({ method: 'no_such', reply: '(unreachable)', reject }));
    const reply = await caller.update('call', Principal.managementCanister().toUint8Array());
    expect(reply[0]).toBe(RejectCode.canisterError);
  });
});

describe('calls that are not waited for any longer than a deadline', () => {
  const BEST_EFFORT = `
    (import "ic0" "call_with_best_effort_response" (func $best_effort (param i32)))
    (import "ic0" "msg_deadline" (func $deadline (result i64)))`;
  const ById = IDL.Record({ canister_id: IDL.Principal });
  const anyId = Principal.fromUint8Array(new Uint8Array(10));
  /** The argument of stop_canister up to the id's 10 bytes. */
  const stopping = IDL.encode([ById], [{ canister_id: anyId }]).slice(0, -10);
  /** `wait` stops its canister and is answered when that has stopped, which waits for `wait`; `deadline` replies its own. */
  const SLOW = `${BEST_EFFORT} (memory 1) (table 2 2 funcref) (elem (i32.const 1) $never)
    (data (i32.const 1000) "stop_canister")
    (data (i32.const 1100) "${[...stopping].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('')}")
    (func $never (param i32))
    (func (export "canister_update wait")
      (call $self_copy (i32.const 100) (i32.const 0) (call $self_size))
      (call $call_new (i32.const 0) (i32.const 0) (i32.const 1000) (i32.const 13)
        (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0))
      (call $call_data (i32.const 1100) (i32.const ${stopping.length}))
      (call $call_data (i32.const 100) (call $self_size))
      (drop (call $perform)))
    (func (export "canister_update deadline") (i64.store (i32.const 0) (call $deadline))
      (call $append (i32.const 0) (i32.const 8)) (call $reply))`;

  const caller = (method: string) =>
    CALLER({
      method,
      reply: FORWARD,
      reject: '(i32.store (i32.const 12) (call $reject_code)) (call $reply_word (i32.const 12))',
      before: '(call $best_effort (i32.const 10))',
    }).replace('(memory 1)', `${BEST_EFFORT} (memory 1)`);

  it('show the deadline to the callee', async () => {
    const pic = await PocketIc.create();
    const callee = await TestCanister.install(SLOW, pic);
    const canister = await TestCanister.install(caller('deadline'), pic);
    const before = BigInt(await pic.getTime()) * 1_000_000n;
    const reply = Buffer.from(await canister.update('call', callee.id.toUint8Array()));
    expect(reply.readUInt32LE(0)).toBe(Number(BigInt.asUintN(32, before + 10_000_000_000n + 1n)));
  });

  it('end in a reject of unknown outcome when it has passed', async () => {
    const pic = await PocketIc.create();
    const callee = await TestCanister.install(SLOW, pic);
    await pic.updateCanisterSettings({
      canisterId: callee.id,
      controllers: [Principal.anonymous(), callee.id],
    });
    const canister = await TestCanister.install(caller('wait'), pic);
    await expect(canister.update('call', callee.id.toUint8Array())).rejects.toThrow(/no answer/);
    expect(await words(canister)).toEqual([1, 0, 0, 0]);
    await pic.advanceTime(11_000);
    await pic.tick();
    expect(await words(canister)).toEqual([1, 42, 0, RejectCode.sysUnknown]);
    // The answer that comes after all finds nobody, and brings no cycles back.
    const balance = await pic.getCyclesBalance(canister.id);
    await pic.startCanister({ canisterId: callee.id });
    await pic.tick(2);
    expect(await pic.getCyclesBalance(canister.id)).toBe(balance);
  });
});
