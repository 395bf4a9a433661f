import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Principal } from '@dfinity/principal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkCanister } from '../../src/link';
import { type Actor, CanisterRejectError, type Faults, PocketIc } from '../../src/replica';
import { readManager, readVirtualMemory } from './storage/manager-image';
import { checkConservation } from './storage/store-image';

interface StepService {
  prepare(): Promise<null>;
  perform(step: string): Promise<string>;
  examine(): Promise<string>;
}

const FIRST_SLOT = 120;
const STEPS = [
  'create a snapshot',
  'restore a snapshot',
  'delete a snapshot',
  'reclaim a deleted snapshot',
  'begin an export',
  'begin an export of a snapshot',
  'end an export',
  'begin a fork',
  'continue a fork',
  'finish a fork',
  'cancel a fork',
  'write what is shared',
  'cut what is shared',
];

const folder = mkdtempSync(join(tmpdir(), 'image-faults-'));
afterAll(() => rmSync(folder, { recursive: true }));

let wasm: string;
beforeAll(async () => {
  ({ wasm } = await linkCanister({ main: 'test/canisters/image-steps.ts', outDir: folder }));
});

let pic: PocketIc;
let actor: Actor<StepService>;
let canisterId: Principal;

/** A canister in buckets of 64 KiB, so that most steps have to grow. */
async function prepare(): Promise<void> {
  pic = await PocketIc.create();
  ({ actor, canisterId } = await pic.setupCanister<StepService>({
    idlFactory: ({ IDL }) =>
      IDL.Service({
        prepare: IDL.Func([], [IDL.Null], []),
        perform: IDL.Func([IDL.Text], [IDL.Text], []),
        examine: IDL.Func([], [IDL.Text], []),
      }),
    wasm,
    arg: SMALLEST_BUCKETS,
  }));
  await actor.prepare();
}

/** Candid of `(opt record { bucket_size_in_pages = opt (1 : nat16) })`. */
const SMALLEST_BUCKETS = Uint8Array.from([
  ...[0x44, 0x49, 0x44, 0x4c, 3, 0x6e, 1, 0x6c, 1],
  ...unsigned(candidHash('bucket_size_in_pages')),
  ...[2, 0x6e, 0x7a, 1, 0, 1, 1, 1, 0],
]);

function candidHash(name: string): number {
  return [...new TextEncoder().encode(name)].reduce((hash, byte) => (Math.imul(hash, 223) + byte) >>> 0, 0);
}

function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(Math.floor(value / 128))];
}

const state = () => `${pic.inspect(canisterId).hashHeap()} ${pic.inspect(canisterId).hashStable()}`;

function slotMemories(): Uint8Array[] {
  const inspect = pic.inspect(canisterId);
  const bytes = inspect.readStable(0, inspect.stableBytes);
  const slots = Object.keys(readManager(bytes).sizes).map(Number);
  return slots.filter((id) => id >= FIRST_SLOT).map((id) => readVirtualMemory(bytes, id));
}

async function expectSound(): Promise<void> {
  for (const memory of slotMemories()) checkConservation(memory);
  expect(await actor.examine()).toBe('');
  for (const memory of slotMemories()) checkConservation(memory);
}

/** Whether the step was undone by a trap, whole. */
async function isUndone(step: string, faults: Faults, before: string): Promise<boolean> {
  pic.inspect(canisterId).inject(faults);
  try {
    expect(await actor.perform(step)).toBe('');
    pic.inspect(canisterId).clearFaults();
    return false;
  } catch (error) {
    expect(error).toBeInstanceOf(CanisterRejectError);
    expect(state()).toBe(before);
    return true;
  }
}

describe.each(STEPS)('%s', (step) => {
  it.each(['before', 'after'] as const)('is undone by a trap %s any write or grow', async (when) => {
    await prepare();
    const before = state();
    let ordinal = 1;
    while (await isUndone(step, { kind: 'update', trapAtStableChange: ordinal, when }, before)) ordinal++;
    expect(ordinal).toBeGreaterThan(2);
    await expectSound();
    await pic.tearDown();
  });

  it('is refused whole when memory is, and succeeds when it is not', async () => {
    await prepare();
    const before = slotMemories();
    pic.inspect(canisterId).inject({ kind: 'update', refuseStableGrowFrom: 1 });
    const refusal = await actor.perform(step);
    pic.inspect(canisterId).clearFaults();
    if (refusal !== '') {
      expect(['STABLE_MEMORY_FULL', 'SQLITE_FULL']).toContain(refusal);
      expect(slotMemories().map((memory) => Buffer.from(memory))).toEqual(
        before.map((memory) => Buffer.from(memory)),
      );
      expect(await actor.perform(step)).toBe('');
    }
    await expectSound();
    await pic.tearDown();
  });
});
