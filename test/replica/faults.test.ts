import { describe, expect, it } from 'vitest';
import type { Faults } from '../../src/replica';
import { rejectOf, TestCanister } from './support/wat-canister';

/** Grows, writes 1, grows, writes 2, writes 3; replies with what the two grows answered. */
const STEPS = `(memory 1) (data (i32.const 0) "\\01\\02\\03")
  (func $write (param $at i64) (call $stable_write (local.get $at) (local.get $at) (i64.const 1)))
  (func (export "canister_update steps")
    (i64.store (i32.const 64) (call $stable_grow (i64.const 1)))
    (if (i64.eqz (call $stable_size)) (then (call $append (i32.const 64) (i32.const 8)) (call $reply) (return)))
    (call $write (i64.const 0))
    (i64.store (i32.const 72) (call $stable_grow (i64.const 1)))
    (call $write (i64.const 1)) (call $write (i64.const 2))
    (call $append (i32.const 64) (i32.const 16)) (call $reply))
  (func (export "canister_heartbeat"))
  (func (export "canister_post_upgrade") (call $write (i64.const 0)))
  (func (export "canister_query nothing") (call $reply))`;

function grows(reply: Uint8Array): number[] {
  return [...new BigInt64Array(new Uint8Array(reply).buffer)].map(Number);
}

describe('injected faults', () => {
  const traps: readonly (readonly [Faults, writes: number, growCalls: number])[] = [
    [{ trapAtStableWrite: 1 }, 0, 1],
    [{ trapAtStableWrite: 1, when: 'after' }, 1, 1],
    [{ trapAtStableWrite: 3 }, 2, 2],
    [{ trapAtStableGrow: 2, when: 'after' }, 1, 2],
    [{ trapAtStableGrow: 1 }, 0, 0],
    [{ trapAtStableChange: 4 }, 1, 2],
    [{ trapAtStableChange: 5, when: 'after' }, 3, 2],
  ];

  it.each(traps)('%o traps, and the message is undone', async (faults, writes, growCalls) => {
    const canister = await TestCanister.install(STEPS);
    canister.inspect.inject(faults);
    expect((await rejectOf(canister.update('steps'))).message).toMatch(/injected fault/);
    expect(canister.inspect.last('update').stable).toMatchObject({ writes, grows: growCalls });
    expect(canister.inspect.stableBytes).toBe(0);
    expect(grows(await canister.update('steps'))).toEqual([0, 1]);
    expect([...canister.inspect.readStable(0, 4)]).toEqual([1, 2, 3, 0]);
  });

  it('refuses grows', async () => {
    const canister = await TestCanister.install(STEPS);
    canister.inspect.inject({ refuseStableGrow: 2 });
    expect(grows(await canister.update('steps'))).toEqual([0, -1]);
    expect(canister.inspect.stableBytes).toBe(65_536);
    canister.inspect.inject({ refuseStableGrowFrom: 1 });
    expect(grows(await canister.update('steps'))).toEqual([-1, -1]);
  });

  it('waits for an execution that a caller starts, or for the kind it names', async () => {
    const canister = await TestCanister.install(STEPS);
    await canister.update('steps');
    canister.inspect.inject({ kind: 'post_upgrade', trapAtStableWrite: 1, when: 'after' });
    canister.inspect.inject({ instructionLimit: 0 });
    await canister.pic.tick();
    expect(canister.inspect.last('heartbeat').outcome.kind).toBe('none');
    expect((await rejectOf(canister.query('nothing'))).errorCode).toBe('IC0522');
    await canister.query('nothing');
    const stable = canister.inspect.hashStable();
    expect((await rejectOf(canister.upgrade(STEPS))).message).toMatch(/injected fault after/);
    expect(canister.inspect.hashStable()).toBe(stable);
    expect(canister.inspect.clearFaults()).toBe(0);
  });

  it('can be taken back', async () => {
    const canister = await TestCanister.install(STEPS);
    canister.inspect.inject({ trapAtStableWrite: 1 });
    canister.inspect.inject({ trapAtStableGrow: 1 });
    expect(canister.inspect.clearFaults()).toBe(2);
    await canister.update('steps');
  });
});
