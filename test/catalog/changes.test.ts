import { beforeEach, describe, expect, it } from 'vitest';
import { MOST_PRINCIPALS } from '../../catalog/access/principal';
import type { Archive } from '../../catalog/archives/archive';
import {
  blockUse,
  changeLimits,
  changeSettings,
  setAccess,
  setLabels,
  setOwner,
  unblockUse,
} from '../../catalog/archives/changes';
import { LONGEST_REASON } from '../../catalog/archives/reason';
import { assertFits } from '../../catalog/archives/size-limit';
import type { Catalog } from '../../catalog/catalog';
import { CELL_CAPACITY } from '../../catalog/record-store';
import type { MemoryRecordStore } from './memory-record-store';
import { create, newCatalog, outcome, reopened } from './support';

let catalog: Catalog;
let archive: Archive;
beforeEach(() => {
  catalog = newCatalog();
  archive = create(catalog, 'a');
});

describe('owner and access', () => {
  it('hands the archive to another principal', () => {
    setOwner(catalog, archive, 'bob');
    expect(reopened(catalog).get('a').owner).toBe('bob');
    expect(outcome(() => setOwner(catalog, archive, '2vxsx-fae'))).toBe('INVALID_PRINCIPAL');
  });

  it('replaces what it is given and keeps the rest, each principal once', () => {
    const first = setAccess(catalog, archive, { writers: ['bob', 'bob'], publicRead: true });
    setAccess(catalog, first, { readers: ['carol'] });
    expect(reopened(catalog).get('a').access).toEqual({
      writers: ['bob'],
      readers: ['carol'],
      publicRead: true,
    });
  });

  it('keeps up to 64 principals in a role', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, n) => `p-${'abcdefgh'[n % 8]}${'abcdefghijk'[n >> 3]}`);
    expect(outcome(() => setAccess(catalog, archive, { readers: many(64) }))).toBe('allowed');
    expect(outcome(() => setAccess(catalog, archive, { readers: many(65) }))).toBe('TOO_MANY_PRINCIPALS');
    expect(catalog.get('a').access.readers).toHaveLength(64);
  });
});

describe('labels', () => {
  it.each([
    [{ plan: 'gold', 'eu/west': '' }, 'allowed'],
    [{ 'no spaces': 'x' }, 'INVALID_LABEL'],
    [{ '': 'x' }, 'INVALID_LABEL'],
    [{ plan: 'ü' }, 'INVALID_LABEL'],
    [{ plan: 'x'.repeat(64) }, 'INVALID_LABEL'],
    [Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`k${n}`, ''])), 'INVALID_LABEL'],
  ])('%j: %s', (labels, expected) => {
    expect(outcome(() => setLabels(catalog, archive, labels))).toBe(expected);
    expect(reopened(catalog).get('a').labels).toEqual(expected === 'allowed' ? labels : {});
  });
});

describe('settings and limits', () => {
  it('change what they are given, and go back to the default when it is undefined', () => {
    const first = changeSettings(catalog, archive, { deleteProtection: true, recoveryWindowSeconds: 60 });
    changeSettings(catalog, first, { recoveryWindowSeconds: undefined });
    expect(reopened(catalog).get('a').settings).toEqual({
      deleteProtection: true,
      recoveryWindowSeconds: undefined,
      jobIntervals: {},
      snapshotRetention: undefined,
    });
  });

  it('change single numbers, and leave the other ones', () => {
    const first = changeSettings(catalog, archive, { jobIntervals: { checksum: 600, snapshot: 700 } });
    const second = changeSettings(catalog, first, { jobIntervals: { checksum: undefined, compaction: 800 } });
    changeLimits(catalog, second, { sizeLimit: 5, budgets: { rows: 1, parameters: 2 } });
    changeLimits(catalog, catalog.get('a'), { budgets: { rows: undefined } });
    const { settings, limits } = reopened(catalog).get('a');
    expect(settings.jobIntervals).toEqual({ snapshot: 700, compaction: 800 });
    expect(limits).toEqual({ sizeLimit: 5, bucketBudget: undefined, budgets: { parameters: 2 } });
  });

  it.each([
    [{ recoveryWindowSeconds: -1 }],
    [{ recoveryWindowSeconds: 0.5 }],
    [{ recoveryWindowSeconds: 400 * 86_400 }],
    [{ jobIntervals: { checksum: 599 } }],
    [{ snapshotRetention: { keepLast: 1_001, keepForSeconds: 0 } }],
    [{ snapshotRetention: { keepLast: 1, keepForSeconds: Number.NaN } }],
  ])('refuse %j', (change) => {
    expect(outcome(() => changeSettings(catalog, archive, change))).toBe('INVALID_SETTING');
    expect(catalog.get('a')).toEqual(archive);
  });

  it('switch a job off with an interval of 0', () => {
    expect(outcome(() => changeSettings(catalog, archive, { jobIntervals: { snapshot: 0 } }))).toBe(
      'allowed',
    );
  });

  it.each([[{ sizeLimit: 0 }], [{ bucketBudget: 40_000 }], [{ budgets: { rows: 1.5 } }]])(
    'refuse %j',
    (change) => {
      expect(outcome(() => changeLimits(catalog, archive, change))).toBe('INVALID_SETTING');
    },
  );

  it('hold a transaction to the size and the buckets', () => {
    const limited = changeLimits(catalog, archive, { sizeLimit: 8_192, bucketBudget: 2 });
    expect(outcome(() => assertFits(limited, 8_192, 2))).toBe('allowed');
    expect(outcome(() => assertFits(limited, 8_193, 2))).toBe('SIZE_LIMIT_EXCEEDED');
    expect(outcome(() => assertFits(limited, 1, 3))).toBe('BUCKET_BUDGET_EXCEEDED');
    expect(outcome(() => assertFits(archive, Number.MAX_SAFE_INTEGER, 30_000))).toBe('allowed');
  });
});

describe('blocks', () => {
  it('show their reason, survive an upgrade and can be lifted', () => {
    const blocked = blockUse(catalog, archive, 'writes', {
      reason: 'migrating – back at 3',
      byController: false,
    });
    expect(reopened(catalog).get('a').blockedWrites?.reason).toBe('migrating – back at 3');
    expect(unblockUse(catalog, blocked, 'writes', false)).toEqual(archive);
  });

  it('of a controller can be neither lifted nor replaced by the owner', () => {
    const blocked = blockUse(catalog, archive, 'reads', { reason: 'unpaid', byController: true });
    expect(outcome(() => unblockUse(catalog, blocked, 'reads', false))).toBe('BLOCKED_BY_CONTROLLER');
    expect(outcome(() => blockUse(catalog, blocked, 'reads', { reason: '', byController: false }))).toBe(
      'BLOCKED_BY_CONTROLLER',
    );
    expect(outcome(() => unblockUse(catalog, blocked, 'writes', false))).toBe('allowed');
    expect(outcome(() => unblockUse(catalog, blocked, 'reads', true))).toBe('allowed');
  });

  it('refuse a reason that is too long', () => {
    const reason = 'x'.repeat(LONGEST_REASON + 1);
    expect(outcome(() => blockUse(catalog, archive, 'reads', { reason, byController: true }))).toBe(
      'INVALID_SETTING',
    );
  });
});

it('the largest record that can be made fits a cell', () => {
  const principals = (last: string) =>
    Array.from(
      { length: MOST_PRINCIPALS },
      (_, n) => `${'a'.repeat(61)}${'abcdefgh'[n % 8]}${`${last}bcdefgh`[n >> 3]}`,
    );
  const reason = 'ü'.repeat(LONGEST_REASON);
  const largest = Number.MAX_SAFE_INTEGER;
  const year = 366 * 86_400;
  let full = create(catalog, 'x'.repeat(64), 'b'.repeat(63), { pageSize: 65_536 });
  full = setAccess(catalog, full, { writers: principals('i'), readers: principals('j'), publicRead: false });
  full = setLabels(
    catalog,
    full,
    Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`${n}`.padEnd(63, 'k'), '"'.repeat(63)])),
  );
  full = changeSettings(catalog, full, {
    recoveryWindowSeconds: year,
    jobIntervals: { checksum: year, 'quick-check': year, snapshot: year, compaction: year },
    snapshotRetention: { keepLast: 1_000, keepForSeconds: year },
  });
  const budgets = {
    instructions: largest,
    rows: largest,
    resultBytes: largest,
    sqlBytes: largest,
    parameters: largest,
    dirtyPages: largest,
  };
  full = changeLimits(catalog, full, { sizeLimit: largest, bucketBudget: 32_768, budgets });
  full = blockUse(catalog, full, 'reads', { reason, byController: false });
  full = blockUse(catalog, full, 'writes', { reason, byController: false });
  full = catalog.replace({ ...full, life: { state: 'damaged', reason } });
  const cells = (catalog.store as MemoryRecordStore).cells;
  expect(cells.get(2)?.length).toBeLessThanOrEqual(CELL_CAPACITY);
  expect(cells.get(2)?.length).toBeGreaterThan(14_000);
  expect(reopened(catalog).get('x'.repeat(64))).toEqual(full);
});
