import { beforeEach, describe, expect, it } from 'vitest';
import { changeSettings } from '../../catalog/archives/changes';
import { deleteArchive } from '../../catalog/archives/life';
import { beginPurge, stepPurge } from '../../catalog/archives/purge';
import type { Catalog } from '../../catalog/catalog';
import { compactionPays } from '../../catalog/jobs/compaction-pays';
import { JobLedger } from '../../catalog/jobs/job-ledger';
import { expiredSnapshots } from '../../catalog/jobs/retention';
import { dueJobs } from '../../catalog/jobs/schedule';
import { OperationRecords } from '../../catalog/operations/operation-records';
import { MemoryRecordStore } from './memory-record-store';
import { CREATED_AT, create, newCatalog, outcome, SECOND } from './support';

const HOUR = 3_600n * SECOND;
const later = (hours: number) => CREATED_AT + BigInt(Math.round(hours * 3_600)) * SECOND;

let catalog: Catalog;
let store: MemoryRecordStore;
let jobs: JobLedger;
const openLedger = () => new JobLedger(catalog, OperationRecords.open(store));
const due = (now: bigint) =>
  dueJobs(catalog, (archive) => jobs.of(archive), now).map(({ archive, kind }) => `${archive.id} ${kind}`);

beforeEach(() => {
  catalog = newCatalog();
  store = new MemoryRecordStore();
  jobs = openLedger();
});

function schedule(id: string, jobIntervals: Record<string, number>) {
  return changeSettings(catalog, create(catalog, id), { jobIntervals });
}

describe('what is due', () => {
  it('nothing without a schedule', () => {
    create(catalog, 'a');
    expect(due(later(1e6))).toEqual([]);
    expect(jobs.claim(later(1e6))).toBeUndefined();
    expect(store.cells.size).toBe(0);
  });

  it('an archive follows the canister, unless it chooses otherwise', () => {
    catalog.changeHeader({ settings: { ...catalog.settings, jobIntervals: { checksum: 3_600 } } });
    create(catalog, 'a');
    schedule('b', { checksum: 7_200 });
    schedule('c', { checksum: 0 });
    expect(due(later(1) - 1n)).toEqual([]);
    expect(due(later(1))).toEqual(['a checksum']);
    expect(due(later(2))).toEqual(['a checksum', 'b checksum']);
  });

  it('nothing on archives that are not in service', () => {
    deleteArchive(catalog, schedule('a', { checksum: 3_600 }), later(0));
    expect(due(later(9))).toEqual([]);
  });
});

describe('a job', () => {
  it('runs step by step, across upgrades, and leaves its result', () => {
    schedule('a', { checksum: 3_600, snapshot: 7_200 });
    const first = jobs.claim(later(2));
    expect(first).toMatchObject({ archive: { id: 'a' }, kind: 'checksum', progress: '' });
    jobs.settle(first!.archive, { kind: 'more', progress: 'page 256' }, later(2));
    jobs = openLedger();
    const second = jobs.claim(later(2.5));
    expect(second).toMatchObject({ kind: 'checksum', progress: 'page 256' });
    jobs.settle(second!.archive, { kind: 'done', message: '512 pages' }, later(2.5));
    jobs = openLedger();
    expect(jobs.of(second!.archive)).toEqual({
      generation: 1,
      running: undefined,
      last: {
        checksum: {
          startedAt: later(2),
          finishedAt: later(2.5),
          outcome: 'done',
          code: '',
          message: '512 pages',
        },
      },
    });
    expect(due(later(2.5))).toEqual(['a snapshot']);
    expect(due(later(3.5))).toEqual(['a snapshot', 'a checksum']);
  });

  it('that failed is tried again within the hour', () => {
    schedule('a', { checksum: 86_400 });
    const { archive } = jobs.claim(later(24))!;
    jobs.settle(archive, { kind: 'failed', code: 'SLOT_BUSY', message: 'in use' }, later(24));
    expect(due(later(24) + HOUR - 1n)).toEqual([]);
    expect(due(later(25))).toEqual(['a checksum']);
  });

  it('that traps three times is given up, and the others go on', () => {
    schedule('a', { checksum: 3_600 });
    schedule('b', { checksum: 3_601 });
    const claims = [1, 2, 3, 4].map(() => jobs.claim(later(2))?.archive.id);
    expect(claims).toEqual(['a', 'a', 'a', 'b']);
    expect(jobs.of(catalog.get('a')).last.checksum).toMatchObject({
      outcome: 'failed',
      code: 'ATTEMPTS_EXHAUSTED',
    });
  });

  it('cannot be settled without a claim', () => {
    const archive = schedule('a', { checksum: 3_600 });
    expect(outcome(() => jobs.settle(archive, { kind: 'done', message: '' }, later(1)))).toBe('JOB_STATE');
  });

  it("is not inherited by the slot's next archive", () => {
    const archive = schedule('a', { checksum: 3_600 });
    jobs.settle(jobs.claim(later(1))!.archive, { kind: 'done', message: '' }, later(1));
    stepPurge(catalog, beginPurge(catalog, deleteArchive(catalog, archive, 0n)), { release: () => true }, 0n);
    expect(create(catalog, 'b').slot).toBe(archive.slot);
    expect(jobs.of(catalog.get('b')).last).toEqual({});
  });
});

it('a damaged record keeps no other archive from its jobs, and tells what happened until they have run again', () => {
  const a = schedule('a', { checksum: 3_600 });
  schedule('b', { checksum: 3_600 });
  for (let n = 0; n < 2; n++) {
    jobs.settle(jobs.claim(later(1))!.archive, { kind: 'done', message: '' }, later(1));
  }
  const [cell] = [...store.cells.keys()].filter((each) => each > 0);
  store.damage('OPERATIONS_DAMAGED', cell!);
  jobs = openLedger();
  expect(jobs.of(a).last.checksum).toMatchObject({ outcome: 'failed', code: 'OPERATIONS_DAMAGED' });
  const claimed = [1, 2].map(() => {
    const { archive } = jobs.claim(later(2))!;
    jobs.settle(archive, { kind: 'done', message: 'again' }, later(2));
    return archive.id;
  });
  expect(claimed).toEqual(['a', 'b']);
  jobs = openLedger();
  expect(jobs.of(a).last).toMatchObject({
    checksum: { outcome: 'done', message: 'again' },
    compaction: { outcome: 'failed', code: 'OPERATIONS_DAMAGED' },
  });
});

it.each([
  ['a later version', '"version":1', '"version":2', 'OPERATIONS_VERSION_UNSUPPORTED'],
  ['another format', 'tabularium-operations', 'other', 'OPERATIONS_DAMAGED'],
])('operations of %s are refused untouched', (_, from, to, code) => {
  schedule('a', { checksum: 3_600 });
  jobs.claim(later(1));
  store.cells.set(0, (store.cells.get(0) ?? '').replace(from, to));
  const before = new Map(store.cells);
  expect(outcome(openLedger)).toBe(code);
  expect(store.cells).toEqual(before);
});

describe('retention', () => {
  const at = (hours: number, automatic = true) => ({ name: `at ${hours}`, takenAt: later(hours), automatic });

  it.each([
    ['the newest', 2, 0, ['at 1', 'at 2']],
    ['the young', 0, 3 * 3_600, ['at 1']],
    ['both', 1, 2 * 3_600, ['at 1', 'at 2']],
    ['all', 9, 0, []],
  ])('keeps %s', (_, keepLast, keepForSeconds, expired) => {
    const snapshots = [at(3), at(1), at(4), at(2)];
    expect(expiredSnapshots(snapshots, { keepLast, keepForSeconds }, later(5))).toEqual(expired);
  });

  it('never deletes what somebody took', () => {
    expect(expiredSnapshots([at(1, false), at(2)], { keepLast: 0, keepForSeconds: 0 }, later(5))).toEqual([
      'at 2',
    ]);
  });
});

it.each([
  [10, 0, false],
  [10, 1, false],
  [10, 2, true],
  [3, 1, true],
  [0, 0, false],
])('compaction of %i buckets that would return %i pays: %s', (owned, reclaimable, pays) => {
  expect(compactionPays(owned, reclaimable)).toBe(pays);
});
