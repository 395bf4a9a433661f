import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Catalog } from '../../catalog/catalog';
import { CatalogError } from '../../catalog/error';
import { FIRST_SLOT, LAST_SLOT, SLOT_COUNT } from '../../catalog/slot-plan';
import { MemoryRecordStore } from './memory-record-store';

const OWNER = 'rrkah-fqaaa-aaaaa-aaaaq-cai';

function create(catalog: Catalog, id: string, owner = OWNER) {
  const archive = catalog.propose(id, owner, 1_700_000_000_000_000_000n);
  catalog.add(archive);
  return archive;
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof CatalogError) {
      return error.code;
    }
    throw error;
  }
  return 'no error';
}

describe('a new catalog', () => {
  it('is empty and writes nothing until an archive is added', () => {
    const store = new MemoryRecordStore();
    const catalog = Catalog.open(store);
    catalog.propose('a', OWNER, 0n);
    expect(catalog.list()).toEqual([]);
    expect(store.cells.size).toBe(0);
  });

  it('gives the anchor slot to the first archive and ascending slots to the next', () => {
    const catalog = Catalog.open(new MemoryRecordStore());
    expect(create(catalog, 'first')).toMatchObject({ slot: 120, generation: 1 });
    expect(create(catalog, 'second')).toMatchObject({ slot: 121, generation: 2 });
  });
});

describe('creation', () => {
  it('accepts 135 archives, then refuses and changes nothing', () => {
    const store = new MemoryRecordStore();
    const catalog = Catalog.open(store);
    for (let n = 0; n < SLOT_COUNT; n++) {
      create(catalog, `tenant-${n}`);
    }
    const before = new Map(store.cells);
    expect(codeOf(() => create(catalog, 'one-too-many'))).toBe('CATALOG_FULL');
    expect(store.cells).toEqual(before);
    expect(catalog.size).toBe(135);
    expect(new Set(catalog.list().map((archive) => archive.slot))).toEqual(
      new Set(Array.from({ length: SLOT_COUNT }, (_, n) => FIRST_SLOT + n)),
    );
    expect(catalog.list().at(-1)?.slot).toBe(LAST_SLOT);
  });

  it('refuses an id that is taken', () => {
    const catalog = Catalog.open(new MemoryRecordStore());
    create(catalog, 'same');
    expect(codeOf(() => catalog.propose('same', OWNER, 0n))).toBe('ARCHIVE_EXISTS');
  });

  it.each(['', '-leading', '.', 'space inside', 'ü', 'a'.repeat(65), 'a\n', 'a"b'])(
    'refuses the id %j',
    (id) => {
      const catalog = Catalog.open(new MemoryRecordStore());
      expect(codeOf(() => catalog.propose(id, OWNER, 0n))).toBe('INVALID_ARCHIVE_ID');
    },
  );

  it.each(['a', '0', 'a'.repeat(64), 'acme/eu-1', 'a.b_c:d'])('accepts the id %j', (id) => {
    expect(create(Catalog.open(new MemoryRecordStore()), id).id).toBe(id);
  });
});

describe('look-up', () => {
  it('names the archive that is missing', () => {
    expect(() => Catalog.open(new MemoryRecordStore()).get('nobody')).toThrow(/no archive 'nobody'/);
  });
});

describe('reopening', () => {
  it('brings back every archive, whatever was created before', () => {
    const ids = fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$/), {
      maxLength: SLOT_COUNT,
    });
    fc.assert(
      fc.property(ids, (names) => {
        const store = new MemoryRecordStore();
        const catalog = Catalog.open(store);
        for (const name of names) {
          create(catalog, name);
        }
        const reopened = Catalog.open(store.copy());
        expect(reopened.list()).toEqual(catalog.list());
        expect(reopened.list().map((archive) => archive.id)).toEqual(names);
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

describe('an image that this code cannot trust is refused and left as it is', () => {
  const GOOD_HEADER = '{"format":"tabularium-catalog","version":1,"nextGeneration":3}';
  const record = (fields: object) =>
    JSON.stringify({ id: 'a', slot: 120, generation: 1, owner: OWNER, createdAt: '0', ...fields });

  it.each([
    ['a later version', GOOD_HEADER.replace('"version":1', '"version":2'), [], 'CATALOG_VERSION_UNSUPPORTED'],
    ['another format', GOOD_HEADER.replace('tabularium', 'other'), [], 'CATALOG_DAMAGED'],
    ['a header that is not JSON', 'MGR', [], 'CATALOG_DAMAGED'],
    ['a header without its counter', '{"format":"tabularium-catalog","version":1}', [], 'CATALOG_DAMAGED'],
    ['a record in the wrong slot', GOOD_HEADER, [record({ slot: 121 })], 'CATALOG_DAMAGED'],
    ['a record without an owner', GOOD_HEADER, [record({ owner: undefined })], 'CATALOG_DAMAGED'],
    ['a generation that was never given out', GOOD_HEADER, [record({ generation: 3 })], 'CATALOG_DAMAGED'],
    [
      'two slots with one id',
      GOOD_HEADER,
      [record({}), record({ slot: 121, generation: 2 })],
      'CATALOG_DAMAGED',
    ],
  ])('%s', (_, header, records, code) => {
    const store = new MemoryRecordStore(
      new Map([[0, header], ...records.map((text, n) => [n + 1, text] as const)]),
    );
    const before = new Map(store.cells);
    expect(codeOf(() => Catalog.open(store))).toBe(code);
    expect(store.cells).toEqual(before);
  });
});

describe('the encoding of version 1', () => {
  it('is what released versions wrote', () => {
    const store = new MemoryRecordStore();
    const catalog = Catalog.open(store);
    create(catalog, 'runtime');
    create(catalog, 'build/tools', '2vxsx-fae');
    expect(store.cells).toEqual(
      new Map([
        [0, '{"format":"tabularium-catalog","version":1,"nextGeneration":3}'],
        [
          1,
          '{"id":"runtime","slot":120,"generation":1,"owner":"rrkah-fqaaa-aaaaa-aaaaq-cai","createdAt":"1700000000000000000"}',
        ],
        [
          2,
          '{"id":"build/tools","slot":121,"generation":2,"owner":"2vxsx-fae","createdAt":"1700000000000000000"}',
        ],
      ]),
    );
  });
});
