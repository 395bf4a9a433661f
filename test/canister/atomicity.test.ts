import { beforeAll, describe, expect, it } from 'vitest';
import { type CandidResult, METHODS, type Method } from '../../src/candid';
import { createArchiveRequest } from '../../src/client';
import { CanisterRejectError, type ExecutionRecord, type Faults } from '../../src/replica';
import { KeptState } from '../support/kept-state';
import { failureOf, type InstalledTabularium } from '../support/tabularium';
import { adoptions } from './faults/adoption';
import { fleet, governance } from './faults/governance';
import { storage } from './faults/storage';
import { methodOf, type Scene, serviceOf } from './faults/walk';

const WALKS = [storage, governance, fleet, ...adoptions];
/** A check only reads. */
const WRITE_NOTHING = new Set(['db_check']);
/** What cannot be logged is not done: that is a trap. */
const UNLOGGED = 'the audit log cannot be written';
const MEMORY_REFUSED = ['STABLE_MEMORY_FULL', 'SQLITE_FULL'];
/** Where an adoption builds its copy, and the slots. */
const isStorage = (memoryId: number) => memoryId === 117 || memoryId >= 120;

type Call = () => Promise<CandidResult<unknown>>;

/** The state that a trap has to leave. One for all tests: the states of a hundred changes would take gigabytes. */
let before: KeptState;

it('walks every update method', () => {
  const updates = Object.entries<Method>(METHODS).filter(([, { kind }]) => kind === 'update');
  const walked = new Set(WALKS.flatMap(({ changes }) => changes.map(([name]) => methodOf(name))));
  expect([...walked].sort()).toEqual(updates.map(([name]) => name).sort());
});

describe.each(WALKS)('$name', ({ set, changes }) => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await set();
  });

  describe.each(changes)('%s', (name, change) => {
    let cost: ExecutionRecord;

    beforeAll(async () => {
      await scene.restart();
      expect(await change()).toHaveProperty('ok');
      cost = scene.canister.inspect.last('update');
      await scene.restart();
      before = new KeptState(scene.canister);
    });

    it.each(['before', 'after'] as const)(
      'is undone whole by a trap %s any write or grow of stable memory',
      async (when) => {
        const { writes, grows } = cost.stable;
        expect(writes + grows > 0).toBe(!WRITE_NOTHING.has(name));
        for (let ordinal = 1; ordinal <= writes + grows; ordinal++) {
          await expectTrapToUndo(change, { trapAtStableChange: ordinal, when });
        }
        await scene.expectToWork();
      },
    );

    it('is undone whole when the instructions run out anywhere', async () => {
      for (let limit = 150_000, step = 0; limit < cost.instructions; limit = more(limit) + step++) {
        await expectTrapToUndo(change, { instructionLimit: limit });
      }
      await scene.expectToWork();
    });

    it('refused memory at any of its grows, leaves the state or succeeds', async () => {
      for (let grow = 1; grow <= cost.stable.grows; grow++) {
        expect(await refuseMemory(scene, change, { refuseStableGrow: grow })).toBeDefined();
        await scene.expectToWork();
        await scene.restart();
      }
    });

    it('refused all memory, leaves the state or succeeds, and can be called again', async () => {
      const refused = await refuseMemory(scene, change, { refuseStableGrowFrom: 1 });
      if (refused === 'err' || refused === 'undone') expect(await change()).toHaveProperty('ok');
      await scene.expectToWork();
    });

    async function expectTrapToUndo(call: Call, faults: Faults): Promise<void> {
      scene.canister.inspect.inject({ kind: 'update', ...faults });
      await expect(call(), JSON.stringify(faults)).rejects.toBeInstanceOf(CanisterRejectError);
      expect(before.difference(), JSON.stringify(faults)).toBeUndefined();
    }
  });
});

const more = (limit: number) => Math.ceil(limit * 1.8);

/** How a method ended some of whose grows were refused; undefined when it asked for none of these. */
async function refuseMemory(
  { canister }: Scene,
  change: Call,
  faults: Pick<Faults, 'refuseStableGrow' | 'refuseStableGrowFrom'>,
): Promise<'ok' | 'err' | 'undone' | undefined> {
  const held = await stored(canister);
  const state = new KeptState(canister);
  canister.inspect.inject({ kind: 'update', ...faults });
  const result = await change().catch((error: Error) => expect(error.message).toContain(UNLOGGED));
  canister.inspect.clearFaults();
  if (result === undefined) {
    expect(state.difference()).toBeUndefined();
    return 'undone';
  }
  if ('err' in result) {
    expect(MEMORY_REFUSED).toContain(result.err.code);
    expect(await stored(canister)).toEqual(held);
    return 'err';
  }
  const { grows } = canister.inspect.last('update').stable;
  return grows < (faults.refuseStableGrow ?? faults.refuseStableGrowFrom ?? 1) ? undefined : 'ok';
}

/**
 * The slots byte for byte, and what the canister says of all else: the audit log tells of refusals, and a generation that
 * was given out is not given out again, even to nobody.
 */
async function stored(canister: InstalledTabularium) {
  const service = serviceOf({ canister });
  return {
    memories: new Map([...canister.memoryHashes()].filter(([id]) => isStorage(id))),
    archives: await service.list_archives([]),
    slots: await service.list_slots(),
    sets: await service.list_migration_sets(),
    operations: await service.list_fleet_operations(),
    tombstones: await service.list_tombstones(0n, 100),
  };
}

describe('create_archive', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await storage.set();
  });

  it('refused memory at any of its grows, leaves no half-made archive behind', async () => {
    // The catalog grows every fourth archive, so one of these takes memory for its slot and for its record.
    for (const id of ['e', 'f', 'g', 'new']) {
      const create = () => serviceOf(scene).create_archive(createArchiveRequest(id, undefined));
      let refusals = 0;
      while (await refuseMemory(scene, create, { refuseStableGrow: refusals + 1 })) refusals++;
      expect(refusals, id).toBeGreaterThan(0);
    }
    await scene.expectToWork();
  });

  it('and 10,000 update transactions leave the stable memory at its size after the first', async () => {
    const { canister } = scene;
    const service = serviceOf(scene);
    const update = (n: number) =>
      service.execute('a', 'UPDATE t SET y = ?1 WHERE x = -2', [{ Text: `value ${n}` }], []);
    await update(0);
    const size = canister.inspect.stableBytes;
    const report = await service.report_memory();
    for (let n = 1; n < 10_000; n++) await update(n);
    expect(canister.inspect.stableBytes).toBe(size);
    expect(await service.report_memory()).toEqual(report);
    expect((await failureOf(service.execute('a', 'SELECT * FROM nothing', [], []))).code).toBe(
      'SQLITE_ERROR',
    );
  }, 300_000);
});
