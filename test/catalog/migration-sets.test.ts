import { beforeEach, describe, expect, it } from 'vitest';
import type { StoredMigration } from '../../catalog/migrations/migration-set';
import { MigrationSets } from '../../catalog/migrations/migration-sets';
import type { RecordStore } from '../../catalog/record-store';
import { MemoryRecordStore } from './memory-record-store';
import { outcome } from './support';

let store: MemoryRecordStore;
let sets: MigrationSets;

beforeEach(() => {
  store = new MemoryRecordStore();
  sets = new MigrationSets(store);
});

const migration = (version: number, sql: string): StoredMigration => ({
  version,
  name: `m${version}`,
  sql,
  checkForeignKeys: version % 2 === 0,
});

/** The store when its memory cannot grow after that many more cells. */
function refusingAfter(store: MemoryRecordStore, writes: number): RecordStore {
  let left = writes;
  return {
    read: (cell) => store.read(cell),
    write: (cell, text) => {
      if (left-- === 0) throw new Error('no room');
      store.write(cell, text);
    },
  };
}

describe('uploaded sets of migrations', () => {
  it('come back as they were, whatever their length and characters', () => {
    const long = [migration(1, 'x'.repeat(50_000)), migration(2, 'ä😀"\\\n\0'.repeat(2_000))];
    sets.put('tenants', long, 'root', 5n);
    sets.put('other', [migration(7, 'SELECT 1')], 'root', 6n);
    sets = new MigrationSets(store);
    expect(sets.get('tenants')).toEqual(long);
    expect(sets.get('other')).toEqual([migration(7, 'SELECT 1')]);
    expect(sets.list()).toMatchObject([
      { name: 'tenants', migrations: 2, newest: 2, uploadedBy: 'root', uploadedAt: 5n },
      { name: 'other', migrations: 1, newest: 7, uploadedBy: 'root', uploadedAt: 6n },
    ]);
  });

  it('are replaced and deleted by their names', () => {
    sets.put('a', [migration(1, 'x'.repeat(40_000))], 'root', 1n);
    sets.put('a', [migration(1, 'y')], 'root', 2n);
    expect(sets.get('a')).toEqual([migration(1, 'y')]);
    sets.delete('a');
    expect(sets.list()).toEqual([]);
    expect(outcome(() => sets.get('a'))).toBe('MIGRATION_SET_NOT_FOUND');
    expect(outcome(() => sets.delete('a'))).toBe('MIGRATION_SET_NOT_FOUND');
  });

  it('stay whole when storage has no room for what replaces them, with one set or with eight', () => {
    for (let count = 1; count <= 8; count++) {
      sets.put(`set-${count}`, [migration(count, 'x'.repeat(20_000))], 'root', 1n);
      for (let writes = 0; writes < 4; writes++) {
        const full = new MigrationSets(refusingAfter(store, writes));
        const larger = [migration(1, 'y'.repeat(40_000))];
        expect(() => full.put('set-1', larger, 'root', 2n)).toThrow('no room');
        expect(sets.get('set-1')).toEqual([migration(1, 'x'.repeat(20_000))]);
      }
    }
    sets.put('set-1', [migration(1, 'z')], 'root', 2n);
    expect(sets.get('set-1')).toEqual([migration(1, 'z')]);
    expect(sets.list()).toHaveLength(8);
  });

  it('are eight at most, of a megabyte each', () => {
    for (let count = 1; count <= 8; count++) sets.put(`set-${count}`, [], 'root', 1n);
    expect(outcome(() => sets.put('set-9', [], 'root', 1n))).toBe('MIGRATION_SETS_FULL');
    sets.delete('set-3');
    sets.put('set-9', [migration(1, 'z')], 'root', 1n);
    expect(sets.get('set-9')).toEqual([migration(1, 'z')]);
    expect(sets.get('set-4')).toEqual([]);
    const huge = [migration(1, 'x'.repeat(1_100_000))];
    expect(outcome(() => sets.put('set-9', huge, 'root', 1n))).toBe('INVALID_MIGRATION_SET');
    expect(sets.get('set-9')).toEqual([migration(1, 'z')]);
  });

  it.each(['', 'ä', 'a@3', '-a', 'x'.repeat(65)])('do not have the name %j', (name) => {
    expect(outcome(() => sets.put(name, [], 'root', 1n))).toBe('INVALID_MIGRATION_SET');
  });

  it('are refused when they are damaged, or of a later version', () => {
    store.write(0, 'nonsense');
    expect(outcome(() => sets.list())).toBe('MIGRATIONS_DAMAGED');
    store.write(0, '{"version":2,"format":"tabularium-migrations","sets":[]}');
    expect(outcome(() => sets.list())).toBe('MIGRATIONS_VERSION_UNSUPPORTED');
  });
});
