import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVERYTHING, ModelledArchive, PAGE, Status } from './archive-model';
import { checkManager } from './manager-image';
import { StorageHost } from './storage-host';
import { pagesHeldAlone, readSuperblock } from './store-image';

const SLOT = 120;

/** Bytes that differ from page to page and from seed to seed. */
function pattern(pages: number, seed: number): Uint8Array {
  const words = new Uint32Array((pages * PAGE) / 4);
  for (let n = 0; n < words.length; n++)
    words[n] = Math.imul(n + 1, 0x9e3779b1) ^ Math.imul(seed + 1, 0x85ebca6b);
  return new Uint8Array(words.buffer);
}

const nth = (ids: ReadonlyMap<bigint, unknown>, which: number) =>
  [...ids.keys()][which % Math.max(ids.size, 1)];

function compactWholly(model: ModelledArchive): void {
  do expect(model.host.native.compact(SLOT, 1_000)).toBe(Status.ok);
  while (readSuperblock(model.memory).freePages > 0);
}

describe('compaction among snapshots and pins', () => {
  it('moves a page that many images share once, and each image finds it', async () => {
    const model = ModelledArchive.format(await StorageHost.start(), SLOT);
    model.publish(0, pattern(600, 1));
    for (let n = 0; n < 5; n++) {
      expect(model.snapshot()).toBe(Status.ok);
      model.publish(n * 10 * PAGE, pattern(20, n + 2));
    }
    expect(model.pin(0n, 0)).toBe(Status.ok);
    model.truncate(100 * PAGE);
    expect(model.commit()).toBe(true);
    for (const id of [...model.snapshots.keys()].slice(0, 4)) model.deleteSnapshot(id);
    model.discard(EVERYTHING);
    const { highWater } = readSuperblock(model.memory);
    compactWholly(model);
    model.check();
    expect(readSuperblock(model.memory).highWater).toBeLessThan(highWater);
  });

  it('leaves nothing but the live image when all others are gone', async () => {
    const model = ModelledArchive.format(await StorageHost.start(), SLOT);
    for (let n = 0; n < 6; n++) {
      model.publish(0, pattern(400, n));
      expect(model.snapshot()).toBe(Status.ok);
    }
    const { native } = model.host;
    expect(native.pagesHeldBySnapshotsOf(SLOT)).toBe(5 * (400 + 2 + 2));
    for (const id of [...model.snapshots.keys()]) model.deleteSnapshot(id);
    model.discard(EVERYTHING);
    expect(native.pagesHeldBySnapshotsOf(SLOT)).toBe(0);
    const owned = native.ownedBuckets(SLOT);
    const returnable = native.returnableBucketsOf(SLOT);
    expect(owned).toBe(10);
    expect(returnable).toBe(8);
    compactWholly(model);
    model.check();
    expect(native.ownedBuckets(SLOT)).toBe(owned - returnable);
  });

  it('of any history keeps every image, counts what snapshots hold, and returns what the dry run said', async () => {
    const which = fc.nat({ max: 20 });
    const command = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          do: fc.constant('publish' as const),
          page: fc.nat({ max: 400 }),
          pages: fc.integer({ min: 1, max: 60 }),
        }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('cut' as const), page: fc.nat({ max: 400 }) }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('snapshot' as const) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('pin' as const) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('restore' as const), which }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), which }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('unpin' as const), which }) },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constant('discard' as const), budget: fc.nat({ max: 200 }) }),
      },
      {
        weight: 5,
        arbitrary: fc.record({ do: fc.constant('compact' as const), budget: fc.nat({ max: 150 }) }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('upgrade' as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 40, size: 'max' }), async (steps) => {
        const model = ModelledArchive.format(await StorageHost.start(), SLOT);
        let seed = 0;
        for (const step of steps) {
          if (step.do === 'publish') model.publish(step.page * PAGE, pattern(step.pages, ++seed));
          else if (step.do === 'cut') {
            model.truncate(step.page * PAGE);
            expect(model.commit()).toBe(true);
          } else if (step.do === 'snapshot') model.snapshot();
          else if (step.do === 'pin') model.pin(0n, 0);
          else if (step.do === 'discard') model.discard(step.budget);
          else if (step.do === 'compact')
            expect(model.host.native.compact(SLOT, step.budget)).toBe(Status.ok);
          else if (step.do === 'upgrade') await model.upgrade();
          else {
            const id = nth(step.do === 'unpin' ? model.pins : model.snapshots, step.which);
            if (id === undefined) continue;
            if (step.do === 'restore') model.restore(id);
            else if (step.do === 'delete') model.deleteSnapshot(id);
            else model.unpin(id);
          }
          model.check();
        }
        model.discard(EVERYTHING);
        if (model.snapshots.size + model.pins.size === 1) {
          const [id] = [...model.snapshots.keys(), ...model.pins.keys()];
          expect(model.host.native.pagesHeldBySnapshotsOf(SLOT)).toBe(pagesHeldAlone(model.memory, id!));
        }
        const { native } = model.host;
        const expected = native.ownedBuckets(SLOT) - native.returnableBucketsOf(SLOT);
        compactWholly(model);
        model.check();
        expect(native.ownedBuckets(SLOT)).toBe(expected);
        checkManager(model.host.stable.bytes());
      }),
      { numRuns: 40 },
    );
  }, 300_000);
});
