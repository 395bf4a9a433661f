import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IDL } from '@dfinity/candid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkCanister } from '../../src/link';
import { type Actor, type CanisterInspector, PocketIc } from '../../src/replica';
import { rejectOf } from './support/wat-canister';

interface Service {
  add: (amount: number) => Promise<number>;
  read: () => Promise<number>;
  addInQuery: (amount: number) => Promise<number>;
  addAndThrow: (amount: number) => Promise<undefined>;
  addAndTrap: (amount: number) => Promise<undefined>;
  random: () => Promise<Uint8Array>;
  remind: () => Promise<undefined>;
  history: () => Promise<string[]>;
  counted: () => Promise<bigint>;
  descend: (depth: number) => Promise<number>;
}

const idlFactory: IDL.InterfaceFactory = ({ IDL: idl }) =>
  idl.Service({
    add: idl.Func([idl.Nat32], [idl.Nat32], []),
    read: idl.Func([], [idl.Nat32], ['query']),
    addInQuery: idl.Func([idl.Nat32], [idl.Nat32], ['query']),
    addAndThrow: idl.Func([idl.Nat32], [], []),
    addAndTrap: idl.Func([idl.Nat32], [], []),
    random: idl.Func([], [idl.Vec(idl.Nat8)], []),
    remind: idl.Func([], [], []),
    history: idl.Func([], [idl.Vec(idl.Text)], ['query']),
    counted: idl.Func([], [idl.Nat64], ['query']),
    descend: idl.Func([idl.Nat32], [idl.Nat32], ['query']),
  });

const folder = mkdtempSync(join(tmpdir(), 'replica-azle-'));
let wasm: string;

beforeAll(async () => {
  ({ wasm } = await linkCanister({ main: 'test/replica/support/azle-canister.ts', outDir: folder }));
});

afterAll(() => rmSync(folder, { recursive: true }));

interface Booted {
  readonly pic: PocketIc;
  readonly actor: Actor<Service>;
  readonly inspect: CanisterInspector;
  readonly upgrade: () => Promise<void>;
}

async function boot(seed = 'test'): Promise<Booted> {
  const pic = await PocketIc.create(undefined, { seed });
  const { actor, canisterId } = await pic.setupCanister<Service>({ idlFactory, wasm });
  await pic.tick();
  const arg = new Uint8Array(IDL.encode([], []));
  const upgrade = () => pic.upgradeCanister({ canisterId, wasm, arg });
  return { pic, actor, inspect: pic.inspect(canisterId), upgrade };
}

describe('an Azle canister', () => {
  it('boots: a timer, a call to itself, and raw_rand', async () => {
    const { inspect } = await boot();
    const kinds = inspect.executions.map(({ kind }) => kind).filter((kind) => kind !== 'start');
    expect(kinds).toEqual(['init', 'global_timer', 'update', 'reply_callback', 'reply_callback']);
    expect(inspect.executions.every(({ outcome }) => outcome.kind !== 'trap')).toBe(true);
  });

  it('keeps updates, and neither queries nor failed updates', async () => {
    const { actor } = await boot();
    expect(await actor.add(5)).toBe(5);
    expect(await actor.addInQuery(10)).toBe(15);
    expect((await rejectOf(actor.addAndTrap(100))).message).toMatch(/trapped at 105/);
    expect((await rejectOf(actor.addAndThrow(1000))).message).toMatch(/TypeError: thrown at 1005/);
    expect(await actor.read()).toBe(5);
    expect(await actor.add(1)).toBe(6);
  });

  it('leaves heap and stable memory byte for byte after a trap', async () => {
    const { actor, inspect } = await boot();
    await actor.add(1);
    const before = [inspect.hashHeap(), inspect.hashStable(), inspect.heapBytes];
    await rejectOf(actor.addAndTrap(1));
    expect([inspect.hashHeap(), inspect.hashStable(), inspect.heapBytes]).toEqual(before);
  });

  it('survives a trap at any point: by instruction limit', async () => {
    const { actor, inspect } = await boot();
    await actor.add(1);
    await actor.add(1);
    const { instructions } = inspect.last('update', 'add');
    const heap = inspect.hashHeap();
    for (let part = 0; part < 10; part++) {
      inspect.inject({ instructionLimit: Math.floor((instructions * part) / 10) });
      expect((await rejectOf(actor.add(1))).errorCode).toBe('IC0522');
      expect(inspect.hashHeap()).toBe(heap);
    }
    expect(await actor.add(1)).toBe(3);
    const untouched = await boot();
    for (let round = 0; round < 3; round++) await untouched.actor.add(1);
    expect(inspect.last('update', 'add')).toMatchObject({
      instructions: untouched.inspect.last('update', 'add').instructions,
      heapDirtyPages: untouched.inspect.last('update', 'add').heapDirtyPages,
    });
    expect(inspect.hashHeap()).toBe(untouched.inspect.hashHeap());
  });

  it('awaits calls, with other messages in between', async () => {
    const { actor } = await boot();
    const first = await actor.random();
    expect(first).toHaveLength(32);
    expect(await actor.random()).not.toEqual(first);
    expect(await actor.history()).toEqual(['asking', 'answered', 'asking', 'answered']);
  });

  it('runs its timers when their time has come', async () => {
    const { actor, pic } = await boot();
    await actor.remind();
    await pic.tick(2);
    expect(await actor.history()).toEqual([]);
    await pic.advanceTime(5_000);
    await pic.tick();
    expect(await actor.history()).toEqual(['timer']);
  });

  it('loses its heap in an upgrade, and boots again', async () => {
    const { actor, inspect, upgrade } = await boot();
    await actor.add(5);
    await upgrade();
    expect(await actor.read()).toBe(0);
    expect(await actor.history()).toEqual(['upgraded']);
    expect(inspect.last('post_upgrade').outcome.kind).toBe('none');
  });

  it('goes back to the old heap when an upgrade fails', async () => {
    const { actor, inspect, upgrade } = await boot();
    await actor.add(5);
    inspect.inject({ kind: 'post_upgrade', instructionLimit: 100_000_000 });
    expect((await rejectOf(upgrade())).errorCode).toBe('IC0522');
    expect(await actor.read()).toBe(5);
  });

  it('costs the same in every run, whatever V8 has compiled by then', async () => {
    const run = async () => {
      const { actor, inspect, pic } = await boot('same');
      for (let round = 0; round < 20; round++) await actor.add(round);
      await actor.random();
      await actor.remind();
      await pic.advanceTime(10_000);
      await pic.tick();
      return [inspect.executions, inspect.hashHeap(), inspect.hashStable()];
    };
    expect(await run()).toEqual(await run());
  });

  it('reads the counter that the record ends with', async () => {
    const { actor, inspect } = await boot();
    const counted = Number(await actor.counted());
    const { instructions } = inspect.last('query', 'counted');
    expect(counted).toBeGreaterThan(10_000);
    expect(counted).toBeLessThan(instructions);
  });

  it('turns recursion that is too deep into a trap, and goes on', async () => {
    const { actor } = await boot();
    expect(await actor.descend(100)).toBe(100);
    expect((await rejectOf(actor.descend(1_000_000))).errorCode).toBe('IC0502');
    expect(await actor.descend(100)).toBe(100);
  });
});
