import { describe, expect, it } from 'vitest';
import { PocketIc, pagesText, profileText, traceText } from '../../src/replica';
import { rejectOf, TestCanister } from './support/wat-canister';

const WORKER = `(memory 1)
  (func $work (param $turns i32)
    (loop $next
      (local.set $turns (i32.sub (local.get $turns) (i32.const 1)))
      (br_if $next (local.get $turns))))
  (func (export "canister_init") (drop (call $stable_grow (i64.const 1))))
  (func (export "canister_update run")
    (call $work (i32.const 50)) (memory.fill (i32.const 0) (i32.const 0) (i32.const 2000))
    (call $stable_write (i64.const 0) (i64.const 0) (i64.const 5000)) (call $reply))
  (func (export "canister_update fail") (call $work (i32.const 3)) (unreachable))`;

async function profiled(): Promise<TestCanister> {
  return TestCanister.install(WORKER, await PocketIc.create(undefined, { profile: true }));
}

describe('a profile', () => {
  it('gives each function what its own code used, and system calls and bulk memory theirs', async () => {
    const canister = await profiled();
    canister.inspect.clearProfile();
    await canister.update('run');
    const lines = Object.fromEntries(
      canister.inspect.profile.map(({ name, instructions }) => [name, instructions]),
    );
    const work = Object.entries(lines).find(([name]) => name.startsWith('function '));
    expect(work?.[1]).toBe(1 + 50 * (1 + 1 + 1 + 1 + 1 + 2));
    expect(lines['canister_update run']).toBe(1 + (1 + 5) + (3 + 100) + (3 + 5) + 5);
    expect(lines['ic0.stable64_write']).toBe(20 + 5000);
    expect(lines['ic0.msg_reply']).toBe(500);
    expect(lines['(bulk memory, bytes)']).toBe(2000);
    const sum = Object.values(lines).reduce((total, used) => total + used, 0);
    expect(sum).toBe(canister.inspect.last('update').work);
  });

  it('changes no count, and is asked for', async () => {
    const canister = await profiled();
    const plain = await TestCanister.install(WORKER);
    await canister.update('run');
    await plain.update('run');
    expect(canister.inspect.executions).toEqual(plain.inspect.executions);
    expect(() => plain.inspect.profile).toThrow("'profile: true'");
  });

  it('counts trapped executions too, and adds up', async () => {
    const canister = await profiled();
    await rejectOf(canister.update('fail'));
    await canister.update('run');
    await rejectOf(canister.update('fail'));
    const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
    expect(sum(canister.inspect.profile.map(({ instructions }) => instructions))).toBe(
      sum(canister.inspect.executions.map(({ work }) => work)),
    );
  });

  it('prints the largest lines with their share', async () => {
    const lines = [
      { name: 'large', instructions: 7500 },
      { name: 'small', instructions: 2500 },
    ];
    expect(profileText(lines, 1).split('\n')).toEqual([
      'instructions   share  function',
      '       7,500  75.0 %  large',
    ]);
  });
});

describe('the pages of a profile', () => {
  it('tell how each was touched, how much of it was used, and what lives there', async () => {
    const canister = await TestCanister.install(
      `(func (export "canister_update run") (drop (i32.load (i32.const 65536))) (i32.store (i32.const 70000) (i32.const 1))
        (drop (i32.load (i32.const 131072))) (drop (memory.grow (i32.const 1))) (i32.store (i32.const 196608) (i32.const 1))
        (call $reply)) (memory 3) (data (i32.const 131000) "a hundred bytes, of which 72 lie before the boundary and 28 behind it................................")`,
      await PocketIc.create(undefined, { profile: true }),
    );
    await canister.update('run');
    const pages = canister.inspect.touchedPages('update', 'run');
    expect(pages).toEqual([
      { page: 1, isWritten: true, smallPages: 2, contents: ['stack, zeroed data, first heap'] },
      {
        page: 2,
        isWritten: false,
        smallPages: 1,
        contents: ['static data', 'stack, zeroed data, first heap'],
      },
      { page: 3, isWritten: true, smallPages: 1, contents: ['grown heap'] },
    ]);
    expect(pagesText(pages).split('\n')[3]).toMatch(/^ +3 +0x30000 +written +1 of 16 +grown heap$/);
    expect(() => canister.inspect.touchedPages('query', 'run')).toThrow('on record');
  });
});

describe('a trace', () => {
  it('lists executions with costs, pages, stable memory and outcome', async () => {
    const canister = await TestCanister.install(WORKER);
    await canister.update('run');
    await rejectOf(canister.update('fail'));
    const [header, init, run, fail] = traceText(canister.inspect.executions).split('\n');
    expect(header).toMatch(
      /^no\. +execution +instructions +of them work +heap pages +written +stable pages +written +reads/,
    );
    expect(init).toMatch(/^ *1 +init +/);
    const { chargedInstructions, work } = canister.inspect.last('update', 'run');
    const cost = `${chargedInstructions.toLocaleString('en-US')} +${work.toLocaleString('en-US')}`;
    expect(run).toMatch(new RegExp(`^ *2 +update run +${cost} +1 +1 +1 +1 +0 +0 +1 +5,000 +reply, 0 bytes$`));
    expect(fail).toMatch(/update fail .* trap: Error from Canister .*unreachable\.$/);
  });
});
