import { beforeEach, describe, expect, it } from 'vitest';
import type { Archive } from '../../catalog/archives/archive';
import { blockUse, setLabels } from '../../catalog/archives/changes';
import { deleteArchive, quarantineArchive } from '../../catalog/archives/life';
import { listArchives } from '../../catalog/archives/listing';
import { beginPurge, stepPurge } from '../../catalog/archives/purge';
import { Catalog } from '../../catalog/catalog';
import { clearDamagedSlot, describeSlots, releaseSlot, reserveSlot } from '../../catalog/slots/slot-map';
import { DEFAULT_SLOT_PLAN } from '../../catalog/slots/slot-plan';
import { listTombstones } from '../../catalog/slots/tombstones';
import { MemoryRecordStore } from './memory-record-store';
import { create, newCatalog, OWNER, outcome, reopened } from './support';

const emptied = { release: () => true };
const lost = { ...emptied, holds: () => false };

let catalog: Catalog;
beforeEach(() => {
  catalog = newCatalog();
});

describe('the plan', () => {
  const open = (first: number, last: number, anchor: number, runtimeIds: number[] = []) =>
    outcome(() => Catalog.open(new MemoryRecordStore(), { plan: { first, last, anchor }, runtimeIds }));

  it.each([
    ['the default', 120, 254, 120, [], 'allowed'],
    ['below the reserved ids', 0, 110, 5, [], 'allowed'],
    ['one slot', 130, 130, 130, [], 'allowed'],
    ['one less where the runtime uses the last', 120, 253, 120, [254], 'allowed'],
    ['the last where the runtime uses it', 120, 254, 120, [254], 'INVALID_SLOT_PLAN'],
    ['into the reserved ids from below', 100, 111, 100, [], 'INVALID_SLOT_PLAN'],
    ['into the reserved ids from above', 119, 254, 120, [], 'INVALID_SLOT_PLAN'],
    ['around the reserved ids', 0, 254, 120, [], 'INVALID_SLOT_PLAN'],
    ['past the last id', 120, 255, 120, [], 'INVALID_SLOT_PLAN'],
    ['negative', -1, 10, 0, [], 'INVALID_SLOT_PLAN'],
    ['backwards', 140, 130, 135, [], 'INVALID_SLOT_PLAN'],
    ['an anchor outside', 130, 140, 120, [], 'INVALID_SLOT_PLAN'],
    ['fractions', 120.5, 140, 130, [], 'INVALID_SLOT_PLAN'],
  ] as const)('%s: %i to %i, anchor %i', (_, first, last, anchor, runtimeIds, expected) => {
    expect(open(first, last, anchor, [...runtimeIds])).toBe(expected);
  });

  it('is fixed at install: an upgrade brings no other', () => {
    const store = new MemoryRecordStore();
    const plan = { first: 130, last: 139, anchor: 135 };
    Catalog.open(store, { plan });
    expect(Catalog.open(store, { plan: DEFAULT_SLOT_PLAN }).plan).toEqual(plan);
    expect(outcome(() => Catalog.open(store, { runtimeIds: [133] }))).toBe('INVALID_SLOT_PLAN');
  });

  it('allocates the anchor first, then from the lowest', () => {
    const small = Catalog.open(new MemoryRecordStore(), { plan: { first: 130, last: 133, anchor: 132 } });
    expect(['a', 'b', 'c', 'd'].map((id) => create(small, id).slot)).toEqual([132, 130, 131, 133]);
    expect(outcome(() => create(small, 'e'))).toBe('CATALOG_FULL');
  });
});

describe('a named slot', () => {
  it('is taken as asked, when it is free and of the plan', () => {
    expect(create(catalog, 'a', OWNER, { slot: 200 }).slot).toBe(200);
    expect(outcome(() => create(catalog, 'b', OWNER, { slot: 200 }))).toBe('SLOT_TAKEN');
    expect(outcome(() => create(catalog, 'b', OWNER, { slot: 119 }))).toBe('SLOT_OUT_OF_RANGE');
    expect(outcome(() => create(catalog, 'b', OWNER, { slot: 120.5 }))).toBe('SLOT_OUT_OF_RANGE');
  });

  it('whose memory is not empty is given to nobody, unless it is adopted', () => {
    const isVacant = (slot: number) => slot !== 120;
    expect(create(catalog, 'a', OWNER, { isVacant }).slot).toBe(121);
    expect(outcome(() => create(catalog, 'b', OWNER, { slot: 120, isVacant }))).toBe('SLOT_OCCUPIED');
    expect(create(catalog, 'b', OWNER, { slot: 120, adopt: true, isVacant }).slot).toBe(120);
  });
});

describe('a reserved slot', () => {
  it('is passed over, until it is named or released; an upgrade changes nothing', () => {
    reserveSlot(catalog, 120, 'for the migrated database');
    reserveSlot(catalog, 121, 'later');
    const again = reopened(catalog);
    expect(create(again, 'a').slot).toBe(122);
    expect(create(again, 'b', OWNER, { slot: 120 }).slot).toBe(120);
    releaseSlot(again, 121);
    expect(create(again, 'c').slot).toBe(121);
  });

  it('must be free first, and reserved to be released', () => {
    create(catalog, 'a');
    expect(outcome(() => reserveSlot(catalog, 120, ''))).toBe('SLOT_TAKEN');
    expect(outcome(() => releaseSlot(catalog, 120))).toBe('SLOT_NOT_RESERVED');
    expect(outcome(() => releaseSlot(catalog, 121))).toBe('SLOT_NOT_RESERVED');
    expect(outcome(() => reserveSlot(catalog, 111, ''))).toBe('SLOT_OUT_OF_RANGE');
  });
});

describe('a slot with a damaged record', () => {
  function withDamagedSlot(): Catalog {
    create(catalog, 'a');
    create(catalog, 'b');
    const store = (catalog.store as MemoryRecordStore).copy();
    store.cells.set(1, 'garbage');
    return Catalog.open(store);
  }

  it('can be cleared, in as many calls as it takes and across an upgrade', () => {
    const damaged = withDamagedSlot();
    expect(clearDamagedSlot(damaged, 120, { release: () => false, holds: () => false })).toBe(false);
    const again = reopened(damaged);
    expect(again.entryAt(120).kind).toBe('clearing');
    expect(outcome(() => create(again, 'c', OWNER, { slot: 120, adopt: true }))).toBe('SLOT_TAKEN');
    expect(clearDamagedSlot(again, 120, lost)).toBe(true);
    expect(create(again, 'c')).toMatchObject({ slot: 120, generation: 3 });
  });

  it('can be adopted under an id, as a new generation', () => {
    const damaged = withDamagedSlot();
    expect(outcome(() => create(damaged, 'a', OWNER, { slot: 120 }))).toBe('SLOT_TAKEN');
    expect(create(damaged, 'a', OWNER, { slot: 120, adopt: true })).toMatchObject({
      slot: 120,
      generation: 3,
    });
  });

  it('is cleared, and no free one or one in use', () => {
    create(catalog, 'a');
    expect(outcome(() => clearDamagedSlot(catalog, 120, lost))).toBe('SLOT_NOT_DAMAGED');
    expect(outcome(() => clearDamagedSlot(catalog, 121, lost))).toBe('SLOT_NOT_DAMAGED');
  });
});

describe('a slot whose archive is not there to be read', () => {
  it.each([
    [
      'waiting for its first image',
      (archive: Archive) => catalog.replace({ ...archive, life: { state: 'importing' } }),
    ],
    ['quarantined', (archive: Archive) => quarantineArchive(catalog, archive, 'doubt')],
    ['deleted', (archive: Archive) => deleteArchive(catalog, archive, 0n)],
    ['being purged', (archive: Archive) => beginPurge(catalog, deleteArchive(catalog, archive, 0n))],
  ])('can be cleared when that is %s; its record stays', (_, change) => {
    const archive = change(create(catalog, 'a'));
    const readable = { release: () => true, holds: () => true };
    expect(outcome(() => clearDamagedSlot(catalog, 120, readable))).toBe('SLOT_NOT_DAMAGED');
    expect(clearDamagedSlot(catalog, 120, { release: () => false, holds: () => false })).toBe(false);
    expect(clearDamagedSlot(catalog, 120, lost)).toBe(true);
    expect(catalog.entryAt(120)).toEqual({ kind: 'archive', slot: 120, archive });
  });
});

it('the slot map shows every slot as it is', () => {
  const store = new MemoryRecordStore();
  const small = Catalog.open(store, { plan: { first: 130, last: 136, anchor: 130 } });
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => create(small, id));
  blockUse(small, b!, 'writes', { reason: 'x', byController: true });
  deleteArchive(small, c!, 0n);
  stepPurge(small, beginPurge(small, deleteArchive(small, d!, 0n)), emptied, 0n);
  reserveSlot(small, 134, 'spare');
  store.cells.set(6, 'garbage');
  const map = describeSlots(Catalog.open(store));
  expect(map.map(({ slot, state, id, generation }) => [slot, state, id, generation])).toEqual([
    [130, 'active', 'a', a!.generation],
    [131, 'read-only', 'b', 2],
    [132, 'deleted', 'c', 3],
    [133, 'free', undefined, 4],
    [134, 'reserved', undefined, 0],
    [135, 'damaged', undefined, 0],
    [136, 'free', undefined, 0],
  ]);
  expect(map.map(({ isAnchor }) => isAnchor)).toEqual([true, ...Array(6).fill(false)]);
  expect(map.map(({ reason }) => reason !== undefined)).toEqual([
    false,
    false,
    false,
    false,
    true,
    true,
    false,
  ]);
});

describe('listing', () => {
  it('filters by label, state and owner', () => {
    const ids = (filter: Parameters<typeof listArchives>[1]) =>
      listArchives(catalog, filter, undefined, 10).archives.map(({ id }) => id);
    setLabels(catalog, create(catalog, 'a', 'alice'), { plan: 'gold' });
    setLabels(catalog, create(catalog, 'b', 'bob'), { plan: 'free' });
    deleteArchive(catalog, create(catalog, 'c', 'alice'), 0n);
    create(catalog, 'd', 'alice');
    expect(ids({})).toEqual(['a', 'b', 'd']);
    expect(ids({ owner: 'alice' })).toEqual(['a', 'd']);
    expect(ids({ state: 'deleted' })).toEqual(['c']);
    expect(ids({ label: { key: 'plan', value: undefined } })).toEqual(['a', 'b']);
    expect(ids({ label: { key: 'plan', value: 'gold' }, owner: 'bob' })).toEqual([]);
  });

  it('pages through what stays, whatever comes and goes in between', () => {
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      create(catalog, id);
    }
    const first = listArchives(catalog, {}, undefined, 2);
    expect(first.archives.map(({ id }) => id)).toEqual(['a', 'b']);
    stepPurge(catalog, beginPurge(catalog, deleteArchive(catalog, catalog.get('a'), 0n)), emptied, 0n);
    create(catalog, 'f');
    const second = listArchives(catalog, {}, first.next, 2);
    expect(second.archives.map(({ id }) => id)).toEqual(['c', 'd']);
    const third = listArchives(catalog, {}, second.next, 2);
    expect(third.archives.map(({ id }) => id)).toEqual(['e', 'f']);
    expect(third.next).toBeUndefined();
  });

  it.each(['', 'x', '-1', '1e3', '1'.repeat(16)])('refuses the cursor %j', (cursor) => {
    expect(outcome(() => listArchives(catalog, {}, cursor, 2))).toBe('INVALID_CURSOR');
  });
});

it('tombstones are paged in the order of the purges, over many cells', () => {
  for (let n = 0; n < 150; n++) {
    stepPurge(
      catalog,
      beginPurge(catalog, deleteArchive(catalog, create(catalog, `t${n}`), 1n)),
      emptied,
      2n,
    );
  }
  const again = reopened(catalog);
  const pages = [
    listTombstones(again, 0, 40),
    listTombstones(again, 40, 100),
    listTombstones(again, 140, 100),
  ];
  expect(pages.map(({ next }) => next)).toEqual([40, 140, undefined]);
  expect(pages.flatMap(({ tombstones }) => tombstones.map(({ id }) => id))).toEqual(
    Array.from({ length: 150 }, (_, n) => `t${n}`),
  );
});
