import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../catalog/access/principal';
import { Catalog } from '../../catalog/catalog';
import { cellOfSlot } from '../../catalog/slots/slot-cell';
import { DEFAULT_SLOT_PLAN, MOST_SLOTS } from '../../catalog/slots/slot-plan';
import { MemoryRecordStore } from './memory-record-store';
import { CREATED_AT, create, newCatalog, OWNER, outcome } from './support';

describe('creation', () => {
  it('proposes without a trace', () => {
    const store = new MemoryRecordStore();
    const catalog = Catalog.open(store);
    const before = new Map(store.cells);
    catalog.propose('a', OWNER, 0n);
    expect(catalog.list()).toEqual([]);
    expect(store.cells).toEqual(before);
  });

  it('gives the anchor slot to the first archive and ascending slots to the next', () => {
    const catalog = newCatalog();
    expect(create(catalog, 'first')).toMatchObject({ slot: 120, generation: 1, pageSize: 4096 });
    expect(create(catalog, 'second')).toMatchObject({ slot: 121, generation: 2 });
  });

  it('accepts 135 archives, then refuses and changes nothing', () => {
    const store = new MemoryRecordStore();
    const catalog = Catalog.open(store);
    for (let n = 0; n < MOST_SLOTS; n++) {
      create(catalog, `tenant-${n}`);
    }
    const before = new Map(store.cells);
    expect(outcome(() => create(catalog, 'one-too-many'))).toBe('CATALOG_FULL');
    expect(store.cells).toEqual(before);
    expect(catalog.list().map((archive) => archive.slot)).toEqual(
      Array.from({ length: MOST_SLOTS }, (_, n) => DEFAULT_SLOT_PLAN.first + n),
    );
  });

  it('refuses an id that is taken', () => {
    const catalog = newCatalog();
    create(catalog, 'same');
    expect(outcome(() => catalog.propose('same', OWNER, 0n))).toBe('ARCHIVE_EXISTS');
  });

  it.each(['', '-leading', '.', 'space inside', 'ü', 'a'.repeat(65), 'a\n', 'a"b', 'a@1'])(
    'refuses the id %j',
    (id) => {
      expect(outcome(() => newCatalog().propose(id, OWNER, 0n))).toBe('INVALID_ARCHIVE_ID');
    },
  );

  it.each(['a', '0', 'a'.repeat(64), 'acme/eu-1', 'a.b_c:d'])('accepts the id %j', (id) => {
    expect(create(newCatalog(), id).id).toBe(id);
  });

  it.each([ANONYMOUS, '', 'Not A Principal', 'a'.repeat(64), 'a--b', 'a1'])(
    'refuses the owner %j',
    (owner) => {
      expect(outcome(() => newCatalog().propose('a', owner, 0n))).toBe('INVALID_PRINCIPAL');
    },
  );

  it.each([512, 1_024, 4_096, 65_536])('accepts pages of %i bytes', (pageSize) => {
    expect(create(newCatalog(), 'a', OWNER, { pageSize }).pageSize).toBe(pageSize);
  });

  it.each([0, 256, 1_000, 4_097, 131_072, -4_096, Number.NaN])('refuses pages of %i bytes', (pageSize) => {
    expect(outcome(() => create(newCatalog(), 'a', OWNER, { pageSize }))).toBe('INVALID_SETTING');
  });

  it('lays the limits that it is given over those of the canister', () => {
    const catalog = newCatalog();
    const newArchiveLimits = { sizeLimit: 1_000_000, bucketBudget: 8, budgets: { rows: 10_000 } };
    catalog.changeHeader({ settings: { ...catalog.settings, newArchiveLimits } });
    expect(create(catalog, 'a').limits).toEqual(newArchiveLimits);
    expect(create(catalog, 'b', OWNER, { limits: { sizeLimit: 5 } }).limits).toEqual({
      ...newArchiveLimits,
      sizeLimit: 5,
    });
  });
});

describe('look-up', () => {
  it('names the archive that is missing', () => {
    expect(() => newCatalog().get('nobody')).toThrow(/no archive 'nobody'/);
  });
});

describe('reopening', () => {
  it('brings back every archive, whatever was created before', () => {
    const ids = fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$/), {
      maxLength: MOST_SLOTS,
    });
    fc.assert(
      fc.property(ids, (names) => {
        const store = new MemoryRecordStore();
        const catalog = Catalog.open(store);
        for (const name of names) {
          create(catalog, name);
        }
        const again = Catalog.open(store.copy());
        expect(again.list()).toEqual(catalog.list());
        expect(again.list().map((archive) => archive.id)).toEqual(names);
      }),
      { numRuns: 50 },
    );
  });

  it('goes on with the next generation', () => {
    const store = new MemoryRecordStore();
    create(Catalog.open(store), 'a');
    expect(create(Catalog.open(store), 'b').generation).toBe(2);
  });
});

describe('a header that this code cannot trust is refused and left as it is', () => {
  it.each([
    [
      'a later version',
      (text: string) => text.replace('"version":1', '"version":2'),
      'CATALOG_VERSION_UNSUPPORTED',
    ],
    ['another format', (text: string) => text.replace('tabularium', 'other'), 'CATALOG_DAMAGED'],
    ['no JSON', () => 'MGR', 'CATALOG_DAMAGED'],
    ['no version', (text: string) => text.replace('"version":1,', ''), 'CATALOG_DAMAGED'],
    ['no counter', (text: string) => text.replace('nextGeneration', 'next'), 'CATALOG_DAMAGED'],
    ['an impossible plan', (text: string) => text.replace('"first":120', '"first":111'), 'INVALID_SLOT_PLAN'],
  ])('%s', (_, damage, code) => {
    const store = new MemoryRecordStore();
    create(Catalog.open(store), 'a');
    store.cells.set(0, damage(store.cells.get(0) ?? ''));
    const before = new Map(store.cells);
    expect(outcome(() => Catalog.open(store))).toBe(code);
    expect(store.cells).toEqual(before);
  });

  it('refuses a slot record of a later version as well', () => {
    const store = new MemoryRecordStore();
    create(Catalog.open(store), 'a');
    store.cells.set(1, (store.cells.get(1) ?? '').replace('[1,', '[2,'));
    const before = new Map(store.cells);
    expect(outcome(() => Catalog.open(store))).toBe('CATALOG_VERSION_UNSUPPORTED');
    expect(store.cells).toEqual(before);
  });
});

describe('a slot record that cannot be trusted quarantines its slot, and the rest serves', () => {
  const cell = cellOfSlot(DEFAULT_SLOT_PLAN, 121);
  const damages: [string, (text: string) => string][] = [
    ['no JSON', () => 'garbage'],
    ['another slot', (text) => text.replace('"archive",121', '"archive",122')],
    ['no owner', (text) => text.replace('"owner"', '"proprietor"')],
    ['an unknown state', (text) => text.replace('"active"', '"asleep"')],
    ['a generation never given out', (text) => text.replace('"b",2', '"b",9')],
    ['a time that is none', (text) => text.replace(`"${CREATED_AT}"`, '"yesterday"')],
    ['an unknown job', (text) => text.replace('"jobIntervals":{}', '"jobIntervals":{"dance":1}')],
  ];

  it.each(damages)('%s', (_, damage) => {
    const store = new MemoryRecordStore();
    const catalog = Catalog.open(store);
    for (const id of ['a', 'b', 'c']) {
      create(catalog, id);
    }
    store.cells.set(cell, damage(store.cells.get(cell) ?? ''));
    const before = new Map(store.cells);
    const again = Catalog.open(store);
    expect(again.list().map((archive) => archive.id)).toEqual(['a', 'c']);
    expect(again.entryAt(121)).toMatchObject({ kind: 'damaged', slot: 121 });
    expect(store.cells).toEqual(before);
    expect(create(again, 'd').slot).toBe(123);
  });

  it('of two slots that claim one id, neither is trusted', () => {
    const store = new MemoryRecordStore();
    const catalog = Catalog.open(store);
    for (const id of ['a', 'b', 'c']) {
      create(catalog, id);
    }
    store.cells.set(cell, (store.cells.get(cell) ?? '').replace('"b",2', '"a",2'));
    const again = Catalog.open(store);
    expect(again.list().map((archive) => archive.id)).toEqual(['c']);
    expect([120, 121].map((slot) => again.entryAt(slot).kind)).toEqual(['damaged', 'damaged']);
  });

  it('gives out no generation that any record claims', () => {
    const store = new MemoryRecordStore();
    create(Catalog.open(store), 'a');
    store.cells.set(1, (store.cells.get(1) ?? '').replace('"a",1', '"a",9'));
    expect(create(Catalog.open(store), 'b').generation).toBe(10);
  });
});
