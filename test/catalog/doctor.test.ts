import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { changeLimits } from '../../catalog/archives/changes';
import { deleteArchive, quarantineArchive } from '../../catalog/archives/life';
import { beginPurge } from '../../catalog/archives/purge';
import { Catalog } from '../../catalog/catalog';
import { diagnose } from '../../catalog/doctor/diagnose';
import { DIAGNOSTIC_CODES } from '../../catalog/doctor/finding';
import type { Observation, SlotContent } from '../../catalog/doctor/observation';
import { clearDamagedSlot, reserveSlot } from '../../catalog/slots/slot-map';
import { MemoryRecordStore } from './memory-record-store';
import { create, newCatalog, OWNER } from './support';

const NOW = 1_000_000_000_000_000_000n;

let catalog: Catalog;
beforeEach(() => {
  catalog = newCatalog();
  create(catalog, 'a');
  create(catalog, 'b');
});

const holds = (generation: number, damagedImages = 0): SlotContent => ({
  kind: 'archive',
  generation,
  size: 4_096,
  damagedImages,
});

/** What is there when all is well, with changes. */
function observed(
  contents: [number, SlotContent][] = [],
  change: Partial<Observation['memories']> = {},
): Observation {
  const memories = [118, 119, 120, 121].map((memoryId) => ({ memoryId, pages: 16, buckets: 1 }));
  return {
    memories: {
      stablePages: 65,
      bucketSizeInPages: 16,
      allocatedBuckets: 4,
      freeBuckets: 0,
      memories,
      ...change,
    },
    contents: new Map([[120, holds(1)], [121, holds(2)], ...contents]),
    now: NOW,
    differingCopies: [],
    cyclesRunwaySeconds: undefined,
  };
}

const codes = (observation: Observation, of = catalog) =>
  diagnose(of, observation).map(({ code, severity, memoryId }) => [code, severity, memoryId]);

describe('the doctor finds', () => {
  it('that calls are decided by another record than the catalog', () => {
    expect(codes({ ...observed(), differingCopies: [122] })).toEqual([['COPY_DIFFERS', 'error', 122]]);
  });

  it('nothing when all is well', () => {
    expect(diagnose(catalog, observed())).toEqual([]);
  });

  it.each([
    ['an orphaned archive', holds(9), ['SLOT_MEMORY_ORPHANED', 'error', 130]],
    [
      'a layout to adopt',
      { kind: 'adoptable', layout: 'an ic-rusqlite image' },
      ['SLOT_MEMORY_ADOPTABLE', 'notice', 130],
    ],
    ['damaged memory', { kind: 'damaged', reason: 'bad superblock' }, ['SLOT_MEMORY_DAMAGED', 'error', 130]],
    ['foreign memory', { kind: 'foreign' }, ['SLOT_MEMORY_FOREIGN', 'error', 130]],
  ] as [string, SlotContent, unknown[]][])('%s in a free and in a reserved slot', (_, content, finding) => {
    expect(codes(observed([[130, content]]))).toEqual([finding]);
    reserveSlot(catalog, 130, 'kept');
    expect(codes(observed([[130, content]]))).toEqual([finding]);
  });

  it.each([
    ['another generation', holds(1), ['GENERATION_MISMATCH', 'error', 121]],
    ['former images that are damaged', holds(2, 1), ['IMAGES_DAMAGED', 'error', 121]],
    ['damage', { kind: 'damaged', reason: 'bad superblock' }, ['SLOT_MEMORY_DAMAGED', 'error', 121]],
    ['foreign bytes', { kind: 'foreign' }, ['SLOT_MEMORY_FOREIGN', 'error', 121]],
    [
      'a layout to adopt',
      { kind: 'adoptable', layout: 'layout v8' },
      ['SLOT_MEMORY_ADOPTABLE', 'notice', 121],
    ],
  ] as [string, SlotContent, unknown[]][])('%s in the slot of an archive', (_, content, finding) => {
    expect(codes(observed([[121, content]]))).toEqual([finding]);
  });

  it('an archive without storage, unless it is on its way in or out', () => {
    const observation = observed();
    const contents = new Map(observation.contents);
    contents.delete(121);
    expect(codes({ ...observation, contents })).toEqual([['ARCHIVE_WITHOUT_STORAGE', 'error', 121]]);
    create(catalog, 'c', OWNER, { importing: true });
    expect(codes(observation)).toEqual([]);
  });

  it('quarantines, purges that are due, and nothing about what can still be recovered', () => {
    quarantineArchive(catalog, catalog.get('a'), 'doubt');
    const deleted = deleteArchive(catalog, catalog.get('b'), NOW);
    expect(codes(observed())).toEqual([['ARCHIVE_QUARANTINED', 'error', 120]]);
    const later = { ...observed(), now: NOW + 10n ** 15n };
    expect(codes(later)).toEqual([
      ['ARCHIVE_QUARANTINED', 'error', 120],
      ['PURGE_DUE', 'notice', 121],
    ]);
    beginPurge(catalog, deleted);
    expect(codes(observed())).toContainEqual(['PURGE_DUE', 'notice', 121]);
  });

  it('damaged records, and slots that are being cleared', () => {
    const store = (catalog.store as MemoryRecordStore).copy();
    store.cells.set(1, 'garbage');
    const damaged = Catalog.open(store);
    expect(codes(observed(), damaged)).toEqual([['SLOT_RECORD_DAMAGED', 'error', 120]]);
    clearDamagedSlot(damaged, 120, { release: () => false, holds: () => false });
    expect(codes(observed(), damaged)).toEqual([['PURGE_DUE', 'notice', 120]]);
  });

  it('limits that are nearly reached', () => {
    changeLimits(catalog, catalog.get('a'), { sizeLimit: 4_551 });
    changeLimits(catalog, catalog.get('b'), { sizeLimit: 4_552, bucketBudget: 1 });
    expect(codes(observed())).toEqual([
      ['SIZE_LIMIT_NEAR', 'warning', 120],
      ['BUCKET_BUDGET_REACHED', 'warning', 121],
    ]);
  });

  it('memories that nobody knows, but not the application’s', () => {
    const memories = [7, 111, 112, 113, 114, 115, 117, 118, 119, 120, 121].map((memoryId) => ({
      memoryId,
      pages: 1,
      buckets: 1,
    }));
    expect(codes(observed([], { memories, allocatedBuckets: 11 }))).toEqual([
      ['UNKNOWN_MEMORY', 'notice', 115],
    ]);
  });

  it('buckets that are nobody’s', () => {
    expect(codes(observed([], { allocatedBuckets: 5 }))).toEqual([
      ['BUCKETS_UNACCOUNTED', 'error', undefined],
    ]);
    expect(codes(observed([], { allocatedBuckets: 5, freeBuckets: 1 }))).toEqual([]);
  });

  it('capacity that runs out', () => {
    const plan = { first: 120, last: 129, anchor: 120 };
    const small = Catalog.open(new MemoryRecordStore(), { plan });
    const contents = new Map<number, SlotContent>();
    for (let n = 0; n < 9; n++) {
      const { slot, generation } = create(small, `t${n}`);
      contents.set(slot, holds(generation));
    }
    const memories = [{ memoryId: 120, pages: 1, buckets: 29_492 }];
    const observation = observed([], { memories, allocatedBuckets: 29_492 });
    expect(codes({ ...observation, contents, cyclesRunwaySeconds: 30 * 86_400 - 1 }, small)).toEqual([
      ['SLOTS_NEARLY_USED', 'warning', undefined],
      ['BUCKETS_NEARLY_USED', 'warning', undefined],
      ['CYCLES_LOW', 'warning', undefined],
    ]);
  });

  it('errors first, and names archive and slot in every message', () => {
    changeLimits(catalog, catalog.get('a'), { sizeLimit: 4_100 });
    const findings = diagnose(
      catalog,
      observed([
        [121, { kind: 'foreign' }],
        [125, holds(3)],
      ]),
    );
    expect(findings.map(({ severity }) => severity)).toEqual(['error', 'error', 'warning']);
    expect(findings.map(({ message }) => message.slice(0, 14))).toEqual([
      "archive 'b@2':",
      'slot 125: the ',
      "archive 'a@1':",
    ]);
    expect(findings[0]).toMatchObject({ archive: 'b@2', memoryId: 121 });
  });
});

it('every diagnostic code is found by a test here and documented', () => {
  const tests = readFileSync('test/catalog/doctor.test.ts', 'utf8');
  const documentation = readFileSync('docs/ERRORS.md', 'utf8');
  expect(DIAGNOSTIC_CODES.filter((code) => !tests.includes(`'${code}'`))).toEqual([]);
  expect(DIAGNOSTIC_CODES.filter((code) => !documentation.includes(`| \`${code}\` |`))).toEqual([]);
});
