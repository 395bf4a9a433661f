import { beforeEach, describe, expect, it } from 'vitest';
import { setLabels } from '../../catalog/archives/changes';
import { deleteArchive, quarantineArchive } from '../../catalog/archives/life';
import { beginPurge, stepPurge } from '../../catalog/archives/purge';
import type { Catalog } from '../../catalog/catalog';
import { configurationArgument, configurationIn } from '../../catalog/fleet/configuration';
import { Fleet } from '../../catalog/fleet/fleet';
import { type FleetOperation, type FleetRequest, knownKind } from '../../catalog/fleet/operation';
import { OperationRecords } from '../../catalog/operations/operation-records';
import type { StepOutcome } from '../../catalog/operations/work';
import { CELL_CAPACITY } from '../../catalog/record-store';
import { MemoryRecordStore } from './memory-record-store';
import { create, newCatalog, outcome } from './support';

const DONE: StepOutcome = { kind: 'done', message: 'applied' };
const FAILED: StepOutcome = { kind: 'failed', code: 'SQLITE_ERROR', message: 'no such table' };

let catalog: Catalog;
let store: MemoryRecordStore;
let fleet: Fleet;

beforeEach(() => {
  catalog = newCatalog();
  store = new MemoryRecordStore();
  fleet = new Fleet(catalog, OperationRecords.open(store));
  for (const id of ['a', 'b', 'c', 'd']) {
    create(catalog, id);
  }
});

function start(request: Partial<FleetRequest> = {}): FleetOperation {
  return fleet.start(
    {
      kind: 'migrate',
      argument: '0007',
      selection: { kind: 'all' },
      canaries: [],
      pauseAfterCanaries: false,
      toleratedFailures: 0,
      ...request,
    },
    'root',
    1n,
  );
}

/** Works the operation off, as timers would, each step after an upgrade. */
function work(outcomeFor: (id: string, progress: string) => StepOutcome): string[] {
  const steps: string[] = [];
  for (;;) {
    fleet = new Fleet(catalog, OperationRecords.open(store));
    const step = fleet.claim(2n);
    if (step === undefined) {
      return steps;
    }
    steps.push(step.archive.id);
    fleet.settle(step.operation.number, outcomeFor(step.archive.id, step.progress), 3n);
  }
}

const summary = (number: number) =>
  fleet
    .results(fleet.get(number))
    .map(({ id, outcome, code }) => (code === '' ? `${id} ${outcome}` : `${id} ${outcome} ${code}`));

describe('a fleet operation', () => {
  it('goes through all archives, canaries first, and keeps a result for each', () => {
    const { number } = start({ canaries: ['c', 'b@2'] });
    expect(work(() => DONE)).toEqual(['c', 'b', 'a', 'd']);
    expect(fleet.get(number)).toMatchObject({ phase: 'done', cursor: 4, failures: 0, finishedAt: 3n });
    expect(fleet.results(fleet.get(number))[1]).toEqual({
      slot: 121,
      generation: 2,
      id: 'b',
      outcome: 'done',
      code: '',
      message: 'applied',
      at: 3n,
    });
  });

  it.each([
    ['a label', { kind: 'label', label: { key: 'plan', value: 'gold' } }, ['b', 'd']],
    ['names', { kind: 'named', references: ['d', 'a@1', 'd'] }, ['d', 'a']],
  ] as const)('chooses by %s', (_, selection, ids) => {
    setLabels(catalog, catalog.get('b'), { plan: 'gold' });
    setLabels(catalog, catalog.get('d'), { plan: 'gold' });
    start({ selection });
    expect(work(() => DONE)).toEqual(ids);
  });

  it('goes on within an archive from where the last step ended', () => {
    start({ selection: { kind: 'named', references: ['a'] } });
    const seen: string[] = [];
    work((_, progress) => {
      seen.push(progress);
      return progress === 'half' ? DONE : { kind: 'more', progress: 'half' };
    });
    expect(seen).toEqual(['', 'half']);
  });

  it('stops at a failed canary and leaves the rest untouched, until it is resumed', () => {
    const { number } = start({ canaries: ['b'], toleratedFailures: 99 });
    expect(work((id) => (id === 'b' ? FAILED : DONE))).toEqual(['b']);
    expect(fleet.get(number).phase).toBe('stopped');
    fleet.resume(number);
    expect(work(() => DONE)).toEqual(['a', 'c', 'd']);
    expect(summary(number)).toEqual(['b failed SQLITE_ERROR', 'a done', 'c done', 'd done']);
    expect(fleet.get(number)).toMatchObject({ phase: 'done', failures: 1 });
  });

  it('pauses after its canaries when asked to', () => {
    const { number } = start({ canaries: ['a'], pauseAfterCanaries: true });
    expect(work(() => DONE)).toEqual(['a']);
    expect(fleet.get(number).phase).toBe('paused');
    expect(outcome(() => start())).toBe('FLEET_BUSY');
    expect(() => start()).toThrow(/is paused: resume it, or cancel it/);
    fleet.resume(number);
    expect(() => start()).toThrow(/is running: let it finish, or cancel it/);
    expect(work(() => DONE)).toEqual(['b', 'c', 'd']);
  });

  it.each([
    [0, ['a'], 'stopped'],
    [1, ['a', 'b'], 'stopped'],
    [3, ['a', 'b', 'c', 'd'], 'done'],
  ])('tolerates %i failures', (toleratedFailures, steps, phase) => {
    const { number } = start({ toleratedFailures });
    expect(work(() => FAILED)).toEqual(steps);
    expect(fleet.get(number).phase).toBe(phase);
  });

  it('ends, whatever its last archive says', () => {
    const { number } = start({ selection: { kind: 'named', references: ['a'] } });
    work(() => FAILED);
    expect(fleet.get(number)).toMatchObject({ phase: 'done', failures: 1 });
    expect(outcome(() => fleet.resume(number))).toBe('FLEET_STATE');
  });

  it('passes over archives that are gone or out of service since, and says so', () => {
    const { number } = start();
    const purging = beginPurge(catalog, deleteArchive(catalog, catalog.get('a'), 0n));
    stepPurge(catalog, purging, { release: () => true }, 0n);
    create(catalog, 'a');
    deleteArchive(catalog, catalog.get('b'), 0n);
    quarantineArchive(catalog, catalog.get('c'), 'doubt');
    expect(work(() => DONE)).toEqual(['d']);
    expect(summary(number)).toEqual([
      ' skipped REFERENCE_STALE',
      'b skipped ARCHIVE_STATE',
      'c skipped ARCHIVE_STATE',
      'd done',
    ]);
  });

  it('gives up on an archive whose work traps three times', () => {
    const { number } = start({ toleratedFailures: 1 });
    expect([1, 2, 3, 4].map(() => fleet.claim(2n)?.archive.id)).toEqual(['a', 'a', 'a', 'b']);
    expect(summary(number)).toEqual(['a failed ATTEMPTS_EXHAUSTED']);
  });

  it('can be cancelled; what is done stays done', () => {
    const { number } = start();
    fleet.settle(fleet.claim(2n)!.operation.number, DONE, 3n);
    fleet.cancel(number, 4n);
    expect(fleet.claim(5n)).toBeUndefined();
    expect(summary(number)).toEqual(['a done']);
    expect(outcome(() => fleet.cancel(number, 5n))).toBe('FLEET_STATE');
    expect(outcome(() => start())).toBe('allowed');
  });

  it('is not done any more when it was cancelled after its claim, or claimed again', () => {
    const { number } = start();
    const first = fleet.claim(2n)!;
    expect(fleet.isStanding(first)).toBe(true);
    const second = fleet.claim(2n)!;
    expect([first, second].map((claim) => fleet.isStanding(claim))).toEqual([false, true]);
    fleet.settle(number, { kind: 'more', progress: 'half' }, 3n);
    const third = fleet.claim(4n)!;
    expect([second, third].map((claim) => fleet.isStanding(claim))).toEqual([false, true]);
    fleet.cancel(number, 5n);
    expect(fleet.isStanding(third)).toBe(false);
  });

  it('of a kind that this release does not know is handed out, and can be cancelled', () => {
    const { number } = start();
    const [cell, text] = [...store.cells].find(([, each]) => each.includes('"migrate"'))!;
    store.write(cell, text.replace('"migrate"', '"defragment"'));
    expect(knownKind(fleet.get(number))).toBeUndefined();
    expect(fleet.claim(2n)).toMatchObject({ operation: { kind: 'defragment' }, archive: { id: 'a' } });
    expect(fleet.cancel(number, 3n).phase).toBe('cancelled');
  });

  it('has a progress of bounded length, which is the business of its steps', () => {
    const { number } = start();
    fleet.claim(2n);
    const progress = 'x'.repeat(501);
    expect(() => fleet.settle(number, { kind: 'more', progress }, 3n)).toThrow(RangeError);
  });

  it('whose record is damaged is left out, and others can be started', () => {
    const before = new Set(store.cells.keys());
    const { number } = start();
    store.damage(
      'OPERATIONS_DAMAGED',
      ...[...store.cells.keys()].filter((cell) => cell > 0 && !before.has(cell)),
    );
    expect(fleet.claim(2n)).toBeUndefined();
    expect(fleet.list()).toEqual([]);
    expect(outcome(() => fleet.get(number))).toBe('OPERATIONS_DAMAGED');
    const next = start();
    expect(work(() => DONE)).toEqual(['a', 'b', 'c', 'd']);
    expect(fleet.list().map((operation) => operation.number)).toEqual([next.number]);
  });

  it('loses the results in a damaged record, and goes on', () => {
    const { number } = start();
    fleet.settle(fleet.claim(2n)!.operation.number, DONE, 3n);
    const resultCell = Math.max(...store.cells.keys());
    store.damage('OPERATIONS_DAMAGED', resultCell);
    expect(work(() => DONE)).toEqual(['b', 'c', 'd']);
    expect(fleet.get(number)).toMatchObject({ phase: 'done', cursor: 4 });
    expect(summary(number)).toEqual(['b done', 'c done', 'd done']);
  });

  it('refuses what it cannot do', () => {
    expect(
      outcome(() => start({ selection: { kind: 'label', label: { key: 'x', value: undefined } } })),
    ).toBe('FLEET_NO_TARGETS');
    expect(outcome(() => start({ selection: { kind: 'named', references: ['a'] }, canaries: ['b'] }))).toBe(
      'FLEET_NO_TARGETS',
    );
    expect(outcome(() => start({ canaries: ['zzz'] }))).toBe('ARCHIVE_NOT_FOUND');
    expect(outcome(() => start({ canaries: ['b@1'] }))).toBe('REFERENCE_STALE');
    expect(outcome(() => start({ toleratedFailures: -1 }))).toBe('INVALID_SETTING');
    expect(outcome(() => start({ argument: 'x'.repeat(501) }))).toBe('INVALID_SETTING');
    expect(outcome(() => fleet.get(1))).toBe('FLEET_NOT_FOUND');
    const { number } = start();
    expect(outcome(() => fleet.settle(number, DONE, 3n))).toBe('FLEET_STATE');
    expect(outcome(() => fleet.resume(number))).toBe('FLEET_STATE');
  });
});

it('the last eight operations are kept', () => {
  for (let n = 0; n < 10; n++) {
    start();
    work(() => DONE);
  }
  expect(fleet.list().map(({ number }) => number)).toEqual([10, 9, 8, 7, 6, 5, 4, 3]);
  expect(outcome(() => fleet.get(2))).toBe('FLEET_NOT_FOUND');
  expect(summary(3)).toEqual(['a done', 'b done', 'c done', 'd done']);
});

it('an operation on 135 archives with the longest texts fits its cells', () => {
  for (let n = 4; n < 135; n++) {
    create(catalog, `${n}`.padEnd(64, 'x'));
  }
  const { number } = start({ argument: '\u00fc'.repeat(500), toleratedFailures: 135 });
  const message = '\u00fc'.repeat(1_000);
  work((_, progress) =>
    progress === ''
      ? { kind: 'more', progress: '\u00fc'.repeat(500) }
      : { kind: 'failed', code: 'OPERATIONS_VERSION_UNSUPPORTED', message },
  );
  expect(fleet.results(fleet.get(number))).toHaveLength(135);
  expect(Math.max(...[...store.cells.values()].map((text) => text.length))).toBeLessThanOrEqual(
    CELL_CAPACITY,
  );
});

describe("a configuration's argument", () => {
  it('keeps what a change names, and what it makes absent', () => {
    const change = {
      deleteProtection: true,
      recoveryWindowSeconds: undefined,
      jobIntervals: { snapshot: undefined, checksum: 600 },
    };
    const read = configurationIn(configurationArgument(change));
    expect(read).toEqual(change);
    expect(Object.keys(read)).toEqual(Object.keys(change));
    expect(Object.keys(read.jobIntervals!)).toEqual(['snapshot', 'checksum']);
  });

  it('of the first release has all settings, and those that it leaves out follow the canister', () => {
    const read = configurationIn('{"deleteProtection":false,"jobIntervals":{"snapshot":3600}}');
    expect(read).toEqual({ deleteProtection: false, jobIntervals: { snapshot: 3_600 } });
    expect(Object.keys(read).sort()).toEqual([
      'deleteProtection',
      'jobIntervals',
      'recoveryWindowSeconds',
      'snapshotRetention',
    ]);
    expect(Object.keys(read.jobIntervals!).sort()).toEqual([
      'checksum',
      'compaction',
      'quick-check',
      'snapshot',
    ]);
  });
});
