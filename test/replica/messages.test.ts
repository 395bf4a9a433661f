import { Principal } from '@dfinity/principal';
import { describe, expect, it } from 'vitest';
import { RejectCode } from '../../src/replica';
import { rejectOf, TestCanister } from './support/wat-canister';

/** State in a global, the heap and stable memory, each raised by one. */
const RAISE = `
  (func $raise
    (global.set $g (i32.add (global.get $g) (i32.const 1)))
    (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
    (call $stable_read (i64.const 100) (i64.const 0) (i64.const 4))
    (i32.store (i32.const 100) (i32.add (i32.load (i32.const 100)) (i32.const 1)))
    (call $stable_write (i64.const 0) (i64.const 100) (i64.const 4)))
  (func $answer
    (i32.store (i32.const 200) (i32.add (i32.mul (global.get $g) (i32.const 10000))
      (i32.add (i32.mul (i32.load (i32.const 0)) (i32.const 100)) (i32.load (i32.const 100)))))
    (call $append (i32.const 200) (i32.const 4)) (call $reply))
  (func (export "canister_query read")
    (call $stable_read (i64.const 100) (i64.const 0) (i64.const 4)) (call $answer))`;

const COUNTER = `
  (memory 1)
  (global $g (mut i32) (i32.const 0))
  (func (export "canister_init") (drop (call $stable_grow (i64.const 1))))
  (func (export "canister_update raise") (call $raise) (call $answer))
  (func (export "canister_update raise_and_trap") (call $raise) (call $answer) (unreachable))
  (func (export "canister_update raise_grow_trap") (drop (memory.grow (i32.const 3)))
    (drop (call $stable_grow (i64.const 5))) (i32.store (i32.const 196608) (i32.const 1))
    (call $stable_write (i64.const 300000) (i64.const 0) (i64.const 8)) (call $raise) (unreachable))
  (func (export "canister_query raise_in_query") (call $raise) (call $answer))
  (func (export "canister_query grow_in_query") (drop (memory.grow (i32.const 3))) (call $raise) (call $answer))
  ${RAISE}`;

describe('updates and queries', () => {
  it('keeps heap, globals and stable memory after an update', async () => {
    const canister = await TestCanister.install(COUNTER);
    expect(await canister.number('update', 'raise')).toBe(1_01_01);
    expect(await canister.number('update', 'raise')).toBe(2_02_02);
    expect(await canister.number('query', 'read')).toBe(2_02_02);
  });

  it('rolls everything back when an update traps, even its reply', async () => {
    const canister = await TestCanister.install(COUNTER);
    await canister.update('raise');
    const heap = canister.inspect.hashHeap();
    const stable = canister.inspect.hashStable();
    const reject = await rejectOf(canister.update('raise_and_trap'));
    expect(reject.rejectCode).toBe(RejectCode.canisterError);
    expect(reject.message).toMatch(/Error from Canister .*: Canister trapped: unreachable/);
    expect(canister.inspect.hashHeap()).toBe(heap);
    expect(canister.inspect.hashStable()).toBe(stable);
    expect(await canister.number('update', 'raise')).toBe(2_02_02);
  });

  it('rolls growth back', async () => {
    const canister = await TestCanister.install(COUNTER);
    await canister.update('raise');
    await rejectOf(canister.update('raise_grow_trap'));
    expect(canister.inspect.heapBytes).toBe(65_536);
    expect(canister.inspect.stableBytes).toBe(65_536);
    expect(await canister.number('query', 'read')).toBe(1_01_01);
    expect(await canister.number('update', 'raise')).toBe(2_02_02);
  });

  it('forgets what a query changed', async () => {
    const canister = await TestCanister.install(COUNTER);
    expect(await canister.number('query', 'raise_in_query')).toBe(1_01_01);
    expect(await canister.number('query', 'raise_in_query')).toBe(1_01_01);
    expect(await canister.number('query', 'grow_in_query')).toBe(1_01_01);
    expect(canister.inspect.heapBytes).toBe(65_536);
    expect(await canister.number('query', 'read')).toBe(0);
  });

  it('runs a query method as an update call, and forgets its changes too', async () => {
    const canister = await TestCanister.install(COUNTER);
    expect(await canister.number('update', 'raise_in_query')).toBe(1_01_01);
    expect(canister.inspect.last().kind).toBe('replicated_query');
    expect(await canister.number('query', 'read')).toBe(0);
  });

  it('says of an error what to do, and where more is written', async () => {
    const canister = await TestCanister.install(COUNTER);
    const name = canister.id.toText();
    const page = 'https://docs.internetcomputer.org/references/execution-errors';
    expect((await rejectOf(canister.update('nothing'))).rejectMessage).toBe(
      `Error from Canister ${name}: Canister has no update method 'nothing'..\nCheck that the method being called is exported by the target canister. See documentation: ${page}#method-not-found`,
    );
    expect((await rejectOf(canister.update('raise_and_trap'))).rejectMessage).toBe(
      `Error from Canister ${name}: Canister trapped: unreachable.\nConsider gracefully handling failures from this canister or altering the canister to handle exceptions. See documentation: ${page}#trapped`,
    );
  });

  it('refuses methods that do not exist, and updates as queries', async () => {
    const canister = await TestCanister.install(COUNTER);
    expect((await rejectOf(canister.update('nothing'))).errorCode).toBe('IC0536');
    expect((await rejectOf(canister.query('nothing'))).errorCode).toBe('IC0536');
    expect((await rejectOf(canister.query('raise'))).errorCode).toBe('IC0536');
  });

  it('gives two replicas the same history', async () => {
    const run = async () => {
      const canister = await TestCanister.install(COUNTER);
      await canister.update('raise');
      await rejectOf(canister.update('raise_grow_trap'));
      await canister.query('raise_in_query');
      return [canister.inspect.executions, canister.inspect.hashHeap(), canister.inspect.hashStable()];
    };
    expect(await run()).toEqual(await run());
  });
});

describe('replies', () => {
  const REPLIES = `(memory 40) (data (i32.const 0) "no way\\ff")
    (func (export "canister_update silent") (i32.store (i32.const 100) (i32.const 1)))
    (func (export "canister_query silent_query"))
    (func (export "canister_update twice") (call $reply) (call $reply))
    (func (export "canister_update reject") (call $reject (i32.const 0) (i32.const 6)))
    (func (export "canister_update reject_garbage") (call $reject (i32.const 0) (i32.const 7)))
    (func (export "canister_update dropped") (call $append (i32.const 0) (i32.const 6)))
    (func (export "canister_update parts") (call $append (i32.const 0) (i32.const 2))
      (call $append (i32.const 3) (i32.const 3)) (call $reply))
    (func (export "canister_update two_mib") (call $append (i32.const 0) (i32.const 2097152)) (call $reply))
    (func (export "canister_update more") (call $append (i32.const 0) (i32.const 2097153)) (call $reply))
    (func (export "canister_query three_mib") (drop (memory.grow (i32.const 20)))
      (call $append (i32.const 0) (i32.const 3145728)) (call $reply))
    (func (export "canister_query beyond") (drop (memory.grow (i32.const 20)))
      (call $append (i32.const 0) (i32.const 3145729)) (call $reply))
    (func (export "canister_update outside") (call $append (i32.const 2621440) (i32.const 1)) (call $reply))`;

  it('rejects for a canister that does not reply, and keeps what it did', async () => {
    const canister = await TestCanister.install(REPLIES);
    const reject = await rejectOf(canister.update('silent'));
    expect(reject).toMatchObject({ rejectCode: RejectCode.canisterError, errorCode: 'IC0506' });
    expect(canister.inspect.readHeap(100, 1)).toEqual(Uint8Array.of(1));
    expect((await rejectOf(canister.query('silent_query'))).errorCode).toBe('IC0506');
    expect((await rejectOf(canister.update('dropped'))).errorCode).toBe('IC0506');
  });

  it('joins the parts of a reply', async () => {
    const canister = await TestCanister.install(REPLIES);
    expect(Buffer.from(await canister.update('parts')).toString()).toBe('noway');
  });

  it('passes a reject on, in UTF-8 only', async () => {
    const canister = await TestCanister.install(REPLIES);
    expect(await rejectOf(canister.update('reject'))).toMatchObject({
      rejectCode: RejectCode.canisterReject,
      rejectMessage: 'no way',
    });
    expect((await rejectOf(canister.update('reject_garbage'))).errorCode).toBe('IC0504');
  });

  it('traps at a second reply, and at memory that does not exist', async () => {
    const canister = await TestCanister.install(REPLIES);
    expect((await rejectOf(canister.update('twice'))).errorCode).toBe('IC0504');
    expect((await rejectOf(canister.update('outside'))).message).toMatch(/heap out of bounds/);
  });

  it('limits replies to 2 MiB, of queries to 3 MiB', async () => {
    const canister = await TestCanister.install(REPLIES);
    expect((await canister.update('two_mib')).length).toBe(2_097_152);
    expect((await rejectOf(canister.update('more'))).errorCode).toBe('IC0504');
    expect((await canister.query('three_mib')).length).toBe(3_145_728);
    expect((await rejectOf(canister.query('beyond'))).errorCode).toBe('IC0504');
  });
});

describe('traps in the words of the IC', () => {
  it.each([
    ['(unreachable)', /unreachable/],
    ['(drop (i32.div_u (i32.const 1) (i32.const 0)))', /integer division by 0/],
    ['(drop (i32.div_s (i32.const -2147483648) (i32.const -1)))', /integer overflow/],
    ['(drop (i32.trunc_f64_s (f64.const nan)))', /invalid conversion to integer/],
    ['(drop (i32.load (i32.const 65533)))', /heap out of bounds/],
    ['(i32.store8 offset=4294967295 (i32.const 0) (i32.const 1))', /heap out of bounds/],
    ['(i32.store8 (i32.const -1) (i32.const 1))', /heap out of bounds/],
    ['(memory.copy (i32.const -1) (i32.const 0) (i32.const 1))', /heap out of bounds/],
    ['(memory.fill (i32.const 65536) (i32.const 0) (i32.const 1))', /heap out of bounds/],
    ['(call $stable_write (i64.const 0) (i64.const 0) (i64.const 1))', /stable memory out of bounds/],
    ['(call $stable_read (i64.const 0) (i64.const -1) (i64.const 1))', /stable memory out of bounds/],
    ['(call $trap (i32.const 0) (i32.const 5))', /IC0503/],
    ['(call $deep)', /stack overflow/],
    ['(call_indirect (type $t) (i32.const 1))', /indirect call to a null/],
    ['(call_indirect (type $t) (i32.const 9))', /table out of bounds/],
    ['(call $accept)', /"ic0_accept_message" cannot be executed in update mode/],
  ])('%s', async (body, message) => {
    const canister = await TestCanister.install(`(memory 1) (table 2 2 funcref) (type $t (func))
      (func $deep (call $deep)) (func (export "canister_update go") ${body})`);
    const reject = await rejectOf(canister.update('go'));
    expect(reject.message).toMatch(message);
    expect(canister.inspect.last().outcome.kind).toBe('trap');
  });

  it('gives the text of ic0.trap and keeps what was printed', async () => {
    const canister = await TestCanister.install(`(memory 1) (data (i32.const 0) "printed, then lost")
      (func (export "canister_update go") (call $print (i32.const 0) (i32.const 7))
        (call $trap (i32.const 9) (i32.const 9)))`);
    await expect(canister.update('go')).rejects.toThrow(
      "Canister called `ic0.trap` with message: 'then lost'",
    );
    expect(canister.inspect.last().debug).toEqual(['printed']);
  });
});

describe('who calls', () => {
  const WHO = `(memory 1)
    (func (export "canister_update who") (call $caller_copy (i32.const 0) (i32.const 0) (call $caller_size))
      (call $append (i32.const 0) (call $caller_size)) (call $reply))
    (func (export "canister_query may") (call $caller_copy (i32.const 0) (i32.const 0) (call $caller_size))
      (i32.store (i32.const 64) (call $is_controller (i32.const 0) (call $caller_size)))
      (call $append (i32.const 64) (i32.const 4)) (call $reply))
    (func (export "canister_query replicated") (i32.store (i32.const 0) (call $replicated))
      (call $append (i32.const 0) (i32.const 4)) (call $reply))`;
  const user = Principal.fromUint8Array(Uint8Array.of(1, 2, 3));

  it('tells the caller, anonymous by default', async () => {
    const { pic, id } = await TestCanister.install(WHO);
    expect(await pic.updateCall({ canisterId: id, method: 'who' })).toEqual(Uint8Array.of(4));
    expect(await pic.updateCall({ canisterId: id, method: 'who', sender: user })).toEqual(
      Uint8Array.of(1, 2, 3),
    );
  });

  it('knows its controllers', async () => {
    const { pic, id } = await TestCanister.install(WHO);
    const may = (sender: Principal) => pic.queryCall({ canisterId: id, method: 'may', sender });
    expect((await may(Principal.anonymous()))[0]).toBe(1);
    expect((await may(user))[0]).toBe(0);
    await pic.updateCanisterSettings({ canisterId: id, controllers: [user] });
    expect((await may(user))[0]).toBe(1);
    expect(await pic.getControllers(id)).toEqual([user]);
    const refused = await rejectOf(pic.updateCanisterSettings({ canisterId: id, controllers: [] }));
    expect(refused.errorCode).toBe('IC0512');
  });

  it('tells replicated from other executions', async () => {
    const canister = await TestCanister.install(WHO);
    expect(await canister.number('query', 'replicated')).toBe(0);
    expect(await canister.number('update', 'replicated')).toBe(1);
  });
});

describe('inspect_message', () => {
  const GUARDED = (inspect: string) => `(memory 1)
    (func (export "canister_inspect_message") (i32.store (i32.const 0) (i32.const 1)) ${inspect})
    (func (export "canister_update go") (call $append (i32.const 0) (i32.const 4)) (call $reply))
    (func (export "canister_query look") (call $reply))`;

  it('lets a message pass that it accepts, and keeps none of its own changes', async () => {
    const canister = await TestCanister.install(GUARDED('(call $accept)'));
    expect(await canister.number('update', 'go')).toBe(0);
    expect(canister.inspect.executions.map(({ kind }) => kind)).toEqual(['inspect_message', 'update']);
  });

  it.each([
    ['does not accept', '', 'IC0406'],
    ['accepts twice', '(call $accept) (call $accept)', 'IC0504'],
    ['traps', '(unreachable)', 'IC0502'],
  ])('refuses a message when it %s', async (_what, inspect, errorCode) => {
    const canister = await TestCanister.install(GUARDED(inspect));
    expect((await rejectOf(canister.update('go'))).errorCode).toBe(errorCode);
    expect(canister.inspect.executions.map(({ kind }) => kind)).toEqual(['inspect_message']);
    await canister.query('look');
  });
});
