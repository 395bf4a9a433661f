import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Archive, stateOf } from '../../catalog/archives/archive';
import { blockUse, changeSettings } from '../../catalog/archives/changes';
import {
  deleteArchive,
  finishFirstImport,
  finishMigrating,
  liftQuarantine,
  quarantineArchive,
  quarantineLost,
  recoverArchive,
  recoveryIsOver,
  renameArchive,
  startMigrating,
} from '../../catalog/archives/life';
import { abandonFirstImport, beginPurge, purgeArchive, stepPurge } from '../../catalog/archives/purge';
import { referenceTo, unresolved } from '../../catalog/archives/reference';
import { assertRequirement } from '../../catalog/archives/state-gate';
import type { Catalog } from '../../catalog/catalog';
import { FIRST_TOMBSTONE_CELL } from '../../catalog/slots/slot-cell';
import { listTombstones } from '../../catalog/slots/tombstones';
import type { MemoryRecordStore } from './memory-record-store';
import { CREATED_AT, create, newCatalog, OWNER, outcome, reopened, SECOND } from './support';

const NOW = CREATED_AT + 1_000n * SECOND;
const DAY = 86_400n * SECOND;
const emptied = { release: () => true };

let catalog: Catalog;
beforeEach(() => {
  catalog = newCatalog();
});

describe('renaming', () => {
  it('frees the old id and makes references to it stale', () => {
    const before = create(catalog, 'old');
    const after = renameArchive(catalog, before, 'new');
    expect(after).toEqual({ ...before, id: 'new' });
    expect(catalog.find('old')).toBeUndefined();
    expect(catalog.find(referenceTo(before))).toBeUndefined();
    expect(unresolved(catalog, referenceTo(before)).code).toBe('REFERENCE_STALE');
    expect(catalog.find(referenceTo(after))).toEqual(after);
  });

  it('refuses an id that is taken, its own included', () => {
    const a = create(catalog, 'a');
    create(catalog, 'b');
    expect(outcome(() => renameArchive(catalog, a, 'b'))).toBe('ARCHIVE_EXISTS');
    expect(outcome(() => renameArchive(catalog, a, 'a'))).toBe('ARCHIVE_EXISTS');
  });
});

describe('deletion', () => {
  it('frees the id, keeps the slot, and can be undone under the old id', () => {
    const archive = create(catalog, 'a');
    const deleted = deleteArchive(catalog, archive, NOW);
    expect(catalog.find('a')).toBeUndefined();
    expect(create(catalog, 'other').slot).not.toBe(archive.slot);
    expect(recoverArchive(catalog, deleted, 'a', NOW + DAY)).toEqual(archive);
    expect(catalog.get('a').slot).toBe(archive.slot);
  });

  it('can be undone under another id when the old one was taken, and references tell the two apart', () => {
    const first = create(catalog, 'a');
    const deleted = deleteArchive(catalog, first, NOW);
    const second = create(catalog, 'a');
    expect(outcome(() => recoverArchive(catalog, deleted, 'a', NOW))).toBe('ARCHIVE_EXISTS');
    const recovered = recoverArchive(catalog, deleted, 'a-old', NOW);
    expect(recovered.generation).toBe(first.generation);
    expect(catalog.get('a')).toEqual(second);
    expect(catalog.find(referenceTo(first))).toBeUndefined();
  });

  it('is refused while the archive is protected', () => {
    const archive = changeSettings(catalog, create(catalog, 'a'), { deleteProtection: true });
    expect(outcome(() => deleteArchive(catalog, archive, NOW))).toBe('ARCHIVE_PROTECTED');
    const open = changeSettings(catalog, archive, { deleteProtection: false });
    expect(outcome(() => deleteArchive(catalog, open, NOW))).toBe('allowed');
  });

  it('can be undone until the window of the canister closes, and no later', () => {
    const deleted = deleteArchive(catalog, create(catalog, 'a'), NOW);
    const end = NOW + 7n * DAY;
    expect(recoveryIsOver(deleted, end - 1n)).toBe(false);
    expect(recoveryIsOver(deleted, end)).toBe(true);
    expect(outcome(() => recoverArchive(catalog, deleted, 'a', end))).toBe('RECOVERY_EXPIRED');
    expect(outcome(() => recoverArchive(catalog, deleted, 'a', end - 1n))).toBe('allowed');
  });

  it("follows the archive's own window", () => {
    const archive = changeSettings(catalog, create(catalog, 'a'), { recoveryWindowSeconds: 60 });
    const deleted = deleteArchive(catalog, archive, NOW);
    expect(recoveryIsOver(deleted, NOW + 59n * SECOND)).toBe(false);
    expect(recoveryIsOver(deleted, NOW + 60n * SECOND)).toBe(true);
  });

  it('survives an upgrade', () => {
    const deleted = deleteArchive(catalog, create(catalog, 'a'), NOW);
    const again = reopened(catalog);
    expect(again.find('a')).toBeUndefined();
    expect(again.ofGeneration(deleted.generation)).toEqual(deleted);
  });

  it('keeps a quarantine, across an upgrade too', () => {
    const damaged = quarantineArchive(catalog, create(catalog, 'a'), 'bad page');
    const { generation } = deleteArchive(catalog, damaged, NOW);
    const again = reopened(catalog);
    const recovered = recoverArchive(again, again.ofGeneration(generation)!, 'a', NOW);
    expect(recovered.life).toEqual({ state: 'damaged', reason: 'bad page' });
  });
});

describe('purging', () => {
  it('changes nothing when the storage refuses: the archive can still be recovered', () => {
    const deleted = deleteArchive(catalog, create(catalog, 'a'), NOW);
    const foreign = {
      release: () => {
        throw new Error('SLOT_FOREIGN');
      },
    };
    expect(() => purgeArchive(catalog, deleted, foreign, NOW)).toThrow('SLOT_FOREIGN');
    expect(reopened(catalog).ofGeneration(deleted.generation)).toEqual(deleted);
    expect(recoverArchive(catalog, deleted, 'a', NOW).life).toEqual({ state: 'active' });
  });

  it('refused the memory for its tombstone, gives nothing back and can be undone', () => {
    const deleted = deleteArchive(catalog, create(catalog, 'a'), NOW);
    const store = catalog.store as MemoryRecordStore;
    // As if other purges had filled the cell that the deletion made.
    store.cells.delete(FIRST_TOMBSTONE_CELL);
    const full = vi.spyOn(store, 'write').mockImplementation(() => {
      throw new Error('STABLE_MEMORY_FULL');
    });
    const untouched = { release: () => expect.unreachable() };
    expect(() => purgeArchive(catalog, deleted, untouched, NOW)).toThrow('STABLE_MEMORY_FULL');
    full.mockRestore();
    expect(recoverArchive(catalog, deleted, 'a', NOW).life).toEqual({ state: 'active' });
  });

  it('is refused before the storage is asked, unless the archive was deleted', () => {
    const archive = create(catalog, 'a');
    const untouched = { release: () => expect.unreachable() };
    expect(outcome(() => purgeArchive(catalog, archive, untouched, NOW))).toBe('ARCHIVE_NOT_DELETED');
  });

  it('is one call where the storage is given back in one, and else goes on', () => {
    const deleted = deleteArchive(catalog, create(catalog, 'a'), NOW);
    expect(purgeArchive(catalog, deleted, { release: () => false }, NOW)).toBe(false);
    const purging = catalog.ofGeneration(deleted.generation)!;
    expect(purging.life.state).toBe('purging');
    expect(purgeArchive(catalog, purging, emptied, NOW)).toBe(true);
    expect(catalog.entryAt(deleted.slot).kind).toBe('free');
    const small = deleteArchive(catalog, create(catalog, 'b'), NOW);
    expect(purgeArchive(catalog, small, emptied, NOW)).toBe(true);
    expect(catalog.entryAt(small.slot).kind).toBe('free');
  });

  it('takes as many calls as the storage needs, across an upgrade, and leaves a tombstone', () => {
    const archive = create(catalog, 'a');
    const purging = beginPurge(catalog, deleteArchive(catalog, archive, NOW));
    const released: number[] = [];
    const storage = { release: (slot: number) => released.push(slot) === 3 };
    expect(stepPurge(catalog, purging, storage, NOW)).toBe(false);
    const again = reopened(catalog);
    expect(again.ofGeneration(purging.generation)).toEqual(purging);
    expect(stepPurge(again, purging, storage, NOW)).toBe(false);
    expect(stepPurge(again, purging, storage, NOW + 5n)).toBe(true);
    expect(released).toEqual([120, 120, 120]);
    expect(again.ofGeneration(purging.generation)).toBeUndefined();
    expect(again.entryAt(120)).toEqual({ kind: 'free', slot: 120, lastGeneration: 1 });
    expect(listTombstones(again, 0, 10)).toEqual({
      tombstones: [
        {
          id: 'a',
          generation: 1,
          slot: 120,
          owner: OWNER,
          createdAt: CREATED_AT,
          deletedAt: NOW,
          purgedAt: NOW + 5n,
        },
      ],
      next: undefined,
    });
  });

  it('never lets an old reference fit the next archive in the slot', () => {
    const first = create(catalog, 'a');
    stepPurge(catalog, beginPurge(catalog, deleteArchive(catalog, first, NOW)), emptied, NOW);
    const second = create(catalog, 'a');
    expect(second).toMatchObject({ slot: first.slot, generation: 2 });
    expect(catalog.find('a@1')).toBeUndefined();
    expect(unresolved(catalog, 'a@1')).toMatchObject({ code: 'REFERENCE_STALE' });
    expect(catalog.find('a@2')).toEqual(second);
  });

  it('needs a deleted archive, and cannot be undone', () => {
    const archive = create(catalog, 'a');
    expect(outcome(() => beginPurge(catalog, archive))).toBe('ARCHIVE_NOT_DELETED');
    expect(outcome(() => stepPurge(catalog, archive, emptied, NOW))).toBe('ARCHIVE_STATE');
    const purging = beginPurge(catalog, deleteArchive(catalog, archive, NOW));
    expect(outcome(() => recoverArchive(catalog, purging, 'a', NOW))).toBe('ARCHIVE_PURGING');
    expect(outcome(() => beginPurge(catalog, purging))).toBe('ARCHIVE_PURGING');
  });

  it('ends an import that was given up, at once', () => {
    const archive = create(catalog, 'a', OWNER, { importing: true });
    expect(outcome(() => deleteArchive(catalog, archive, NOW))).toBe('ARCHIVE_IMPORTING');
    const purging = abandonFirstImport(catalog, archive, NOW);
    expect(catalog.find('a')).toBeUndefined();
    expect(stepPurge(catalog, purging, emptied, NOW)).toBe(true);
    expect(outcome(() => abandonFirstImport(catalog, create(catalog, 'b'), NOW))).toBe('ARCHIVE_STATE');
  });
});

describe('a first import', () => {
  it('opens the archive when it is finished, and only then', () => {
    const archive = create(catalog, 'a', OWNER, { importing: true });
    expect(outcome(() => assertRequirement(archive, 'readable'))).toBe('ARCHIVE_IMPORTING');
    expect(outcome(() => assertRequirement(archive, 'replaceable'))).toBe('allowed');
    const open = finishFirstImport(catalog, archive);
    expect(outcome(() => assertRequirement(open, 'writable'))).toBe('allowed');
    expect(outcome(() => finishFirstImport(catalog, open))).toBe('ARCHIVE_STATE');
  });
});

describe('a quarantine', () => {
  it('keeps id and slot, refuses rows, allows backups, and can be lifted', () => {
    const archive = create(catalog, 'a');
    const damaged = quarantineArchive(catalog, archive, 'page 7 does not match');
    expect(catalog.get('a')).toEqual(damaged);
    expect(outcome(() => assertRequirement(damaged, 'readable'))).toBe('ARCHIVE_DAMAGED');
    expect(() => assertRequirement(damaged, 'writable')).toThrow('page 7 does not match');
    expect(outcome(() => assertRequirement(damaged, 'stored'))).toBe('allowed');
    expect(reopened(catalog).get('a')).toEqual(damaged);
    expect(() => liftQuarantine(catalog, damaged, 'the slot is empty')).toThrow(
      /stays quarantined: the slot/,
    );
    expect(liftQuarantine(catalog, damaged, undefined)).toEqual(archive);
    expect(outcome(() => liftQuarantine(catalog, archive, undefined))).toBe('ARCHIVE_STATE');
  });

  it('meets whatever is not in its slot any more, a migration and what was deleted too', () => {
    const lost = (archive: Archive) => quarantineLost(catalog, archive, 'its slot is empty');
    expect(lost(create(catalog, 'a')).life).toEqual({ state: 'damaged', reason: 'its slot is empty' });
    const migrating = startMigrating(catalog, create(catalog, 'b'), 7);
    expect(lost(migrating).life).toEqual({ state: 'damaged', reason: 'its slot is empty' });
    const deleted = lost(deleteArchive(catalog, create(catalog, 'c'), NOW));
    const again = reopened(catalog);
    const recovered = recoverArchive(again, again.ofGeneration(deleted.generation)!, 'c', NOW);
    expect(recovered.life).toEqual({ state: 'damaged', reason: 'its slot is empty' });
  });

  it('leaves what is out of use already as it is', () => {
    const waiting = create(catalog, 'a', OWNER, { importing: true });
    const doubted = quarantineArchive(catalog, create(catalog, 'b'), 'doubt');
    const purging = beginPurge(catalog, deleteArchive(catalog, create(catalog, 'c'), NOW));
    for (const archive of [waiting, doubted, purging]) {
      expect(quarantineLost(catalog, archive, 'its slot is empty')).toEqual(archive);
    }
  });

  it('is for archives that have an image: lifting it would open one that waits for its first', () => {
    const waiting = create(catalog, 'a', OWNER, { importing: true });
    expect(outcome(() => quarantineArchive(catalog, waiting, 'doubt'))).toBe('ARCHIVE_IMPORTING');
  });
});

describe('a migration in parts', () => {
  it('closes the archive to all but itself until it is whole', () => {
    const archive = create(catalog, 'a');
    const migrating = startMigrating(catalog, archive, 7);
    expect(() => assertRequirement(migrating, 'readable')).toThrow(
      "migration 7 of the archive 'a' is under way",
    );
    expect(outcome(() => assertRequirement(migrating, 'migratable'))).toBe('allowed');
    expect(outcome(() => deleteArchive(catalog, migrating, NOW))).toBe('ARCHIVE_MIGRATING');
    expect(outcome(() => quarantineArchive(catalog, migrating, 'doubt'))).toBe('ARCHIVE_MIGRATING');
    expect(reopened(catalog).get('a')).toEqual(migrating);
    expect(startMigrating(catalog, migrating, 8).life).toEqual({ state: 'migrating', version: 8 });
    expect(finishMigrating(catalog, migrating)).toEqual(archive);
    expect(outcome(() => finishMigrating(catalog, archive))).toBe('ARCHIVE_STATE');
  });
});

describe('what an archive in each state can be used for', () => {
  const block = { reason: 'unpaid', byController: true };
  const inState = {
    active: () => create(catalog, 'a'),
    'read-only': () => blockUse(catalog, create(catalog, 'a'), 'writes', block),
    'reads blocked': () => blockUse(catalog, create(catalog, 'a'), 'reads', block),
    importing: () => create(catalog, 'a', OWNER, { importing: true }),
    migrating: () => startMigrating(catalog, create(catalog, 'a'), 7),
    damaged: () => quarantineArchive(catalog, create(catalog, 'a'), 'doubt'),
    deleted: () => deleteArchive(catalog, create(catalog, 'a'), NOW),
    purging: () => beginPurge(catalog, deleteArchive(catalog, create(catalog, 'a'), NOW)),
  };
  const ok = 'allowed';
  it.each([
    ['active', 'active', [ok, ok, ok, ok, ok, 'ARCHIVE_NOT_DELETED']],
    ['read-only', 'read-only', [ok, 'WRITES_BLOCKED', 'WRITES_BLOCKED', ok, ok, 'ARCHIVE_NOT_DELETED']],
    ['reads blocked', 'active', ['READS_BLOCKED', 'READS_BLOCKED', ok, ok, ok, 'ARCHIVE_NOT_DELETED']],
    [
      'importing',
      'importing',
      ['ARCHIVE_IMPORTING', 'ARCHIVE_IMPORTING', ok, 'ARCHIVE_IMPORTING', ok, 'ARCHIVE_NOT_DELETED'],
    ],
    ['migrating', 'migrating', [...Array(4).fill('ARCHIVE_MIGRATING'), ok, 'ARCHIVE_NOT_DELETED']],
    ['damaged', 'damaged', ['ARCHIVE_DAMAGED', 'ARCHIVE_DAMAGED', ok, ok, ok, 'ARCHIVE_NOT_DELETED']],
    ['deleted', 'deleted', [...Array(5).fill('ARCHIVE_DELETED'), ok]],
    ['purging', 'purging', Array(6).fill('ARCHIVE_PURGING')],
  ] as const)('%s', (name, state, outcomes) => {
    const archive = inState[name]();
    expect(stateOf(archive)).toBe(state);
    const requirements = ['readable', 'writable', 'replaceable', 'stored', 'named', 'deleted'] as const;
    expect(requirements.map((need) => outcome(() => assertRequirement(archive, need)))).toEqual(outcomes);
    expect(outcome(() => assertRequirement(archive, 'any'))).toBe(ok);
  });
});
