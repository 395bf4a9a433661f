import { beforeEach, describe, expect, it } from 'vitest';
import { createArchiveRequest } from '../../src/client';
import { CanisterRejectError, type Faults } from '../../src/replica';
import { ALICE, failureOf, InstalledTabularium, OPERATOR } from '../support/tabularium';

const INSERT_ROWS = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 400)
  INSERT INTO t SELECT i, randomblob(400) FROM n`;

/** Every update method, with arguments that make it change something. */
const CHANGES: Record<string, () => Promise<unknown>> = {
  create_archive: () => service().create_archive(createArchiveRequest('new', undefined)),
  'execute, one row': () => service().execute('a', "UPDATE t SET y = 'changed' WHERE x = -2", [], []),
  'execute, many pages': () => service().execute('a', INSERT_ROWS, [], []),
  'execute, schema': () => service().execute('a', 'CREATE TABLE u(z); CREATE INDEX i ON t(y)', [], []),
  'execute, VACUUM': () => service().execute('a', 'VACUUM', [], []),
  db_begin_import: () => service().db_begin_import('b', 100_000n),
  db_import_chunk: () => service().db_import_chunk('c', 0n, image),
  db_finish_import: () => service().db_finish_import('d'),
  db_cancel_import: () => service().db_cancel_import('d'),
};

let canister: InstalledTabularium;
let image: Uint8Array;
const service = () => canister.actor(OPERATOR);

beforeEach(async () => {
  canister = await InstalledTabularium.install({ bucketSizeInPages: 1 });
  const a = await canister.archive('a', ALICE);
  await a.execute(
    "CREATE TABLE t(x INTEGER PRIMARY KEY, y); INSERT INTO t VALUES (-1, 'kept'), (-2, 'other'), (1000, randomblob(20000))",
  );
  image = await a.exportImage();
  for (const id of ['b', 'c', 'd']) await canister.archive(id, ALICE);
  for (const id of ['c', 'd']) await service().db_begin_import(id, BigInt(image.length));
  await service().db_import_chunk('d', 0n, image);
  await service().execute('a', 'DELETE FROM t WHERE x = 1000', [], []);
  await canister.pic.tick(4);
});

async function expectTrapToUndo(
  change: () => Promise<unknown>,
  faults: Faults,
  state: string,
): Promise<boolean> {
  canister.inspect.inject(faults);
  try {
    await change();
    canister.inspect.clearFaults();
    return false;
  } catch (error) {
    expect(error).toBeInstanceOf(CanisterRejectError);
    expect(canister.stateHash(), JSON.stringify(faults)).toBe(state);
    return true;
  }
}

/** Traps at the first, second, ... change until the method gets through. Returns how many changes there were. */
async function trapAtEveryChange(change: () => Promise<unknown>, when: 'before' | 'after'): Promise<number> {
  const state = canister.stateHash();
  for (let ordinal = 1; ; ordinal++) {
    const faults: Faults = { kind: 'update', trapAtStableChange: ordinal, when };
    if (!(await expectTrapToUndo(change, faults, state))) return ordinal - 1;
  }
}

async function expectToWork(): Promise<void> {
  expect(await canister.client().archive('a').query('SELECT y FROM t WHERE x = -1')).toEqual([{ y: 'kept' }]);
  expect(await canister.client().archive('a').query('PRAGMA integrity_check')).toEqual([
    { integrity_check: 'ok' },
  ]);
}

describe.each(Object.entries(CHANGES))('%s', (_, change) => {
  it('is undone whole by a trap before any write or grow of stable memory', async () => {
    expect(await trapAtEveryChange(change, 'before')).toBeGreaterThan(0);
    await expectToWork();
  });

  it('is undone whole by a trap after any write or grow of stable memory', async () => {
    expect(await trapAtEveryChange(change, 'after')).toBeGreaterThan(0);
    await expectToWork();
  });

  it('is undone whole when the instructions run out anywhere', async () => {
    const state = canister.stateHash();
    for (let limit = 150_000, step = 0; ; limit = Math.ceil(limit * 1.35) + step++) {
      if (!(await expectTrapToUndo(change, { kind: 'update', instructionLimit: limit }, state))) break;
      expect(limit).toBeLessThan(10_000_000_000);
    }
    await expectToWork();
  });

  it('refused memory, leaves the state or succeeds', async () => {
    const before = canister.memoryHashes();
    canister.inspect.inject({ kind: 'update', refuseStableGrowFrom: 1 });
    const result = (await change()) as { ok: unknown } | { err: { code: string } };
    canister.inspect.clearFaults();
    if ('err' in result) {
      expect(['STABLE_MEMORY_FULL', 'SQLITE_FULL']).toContain(result.err.code);
      expect(canister.memoryHashes()).toEqual(before);
      expect(await change()).toHaveProperty('ok');
    }
    await expectToWork();
  });
});

describe('create_archive', () => {
  it('refused memory at any of its grows, leaves no half-made archive behind', async () => {
    // The catalog grows every fourth archive, so one of these takes memory for its slot and for its record.
    for (const id of ['e', 'f', 'g', 'new']) {
      expect(await refuseEveryGrow(id), id).toBeGreaterThan(0);
    }
    await expectToWork();
  });

  /** Creates the archive in the end. Returns how many grows were refused one by one before. */
  async function refuseEveryGrow(id: string): Promise<number> {
    const before = await slotsAndArchives();
    for (let ordinal = 1; ; ordinal++) {
      canister.inspect.inject({ kind: 'update', refuseStableGrow: ordinal });
      const result = await service().create_archive(createArchiveRequest(id, undefined));
      if (canister.inspect.last('update').stable.grows < ordinal) {
        expect(result).toHaveProperty('ok');
        canister.inspect.clearFaults();
        return ordinal - 1;
      }
      expect(result).toMatchObject({ err: { code: 'STABLE_MEMORY_FULL' } });
      expect(await slotsAndArchives()).toEqual(before);
    }
  }

  /** Without the catalog's own bytes: a generation that was given out is not given out again, even to nobody. */
  async function slotsAndArchives() {
    const hashes = canister.memoryHashes();
    hashes.delete(119);
    return { hashes, archives: await canister.client().listArchives() };
  }
});

describe('10,000 update transactions', () => {
  it('leave the stable memory at its size after the first', async () => {
    const update = (n: number) =>
      service().execute('a', 'UPDATE t SET y = ?1 WHERE x = -1', [{ Text: `value ${n}` }], []);
    await update(0);
    const size = canister.inspect.stableBytes;
    const report = await canister.client().reportMemory();
    for (let n = 1; n < 10_000; n++) await update(n);
    expect(canister.inspect.stableBytes).toBe(size);
    expect(await canister.client().reportMemory()).toEqual(report);
    expect((await failureOf(service().execute('a', 'SELECT * FROM nothing', [], []))).code).toBe(
      'SQLITE_ERROR',
    );
  }, 300_000);
});
