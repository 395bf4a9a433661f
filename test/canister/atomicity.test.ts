import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createArchiveRequest } from '../../src/client';
import { CanisterRejectError, type Faults } from '../../src/replica';
import { ImportSteps } from '../support/import-steps';
import { ALICE, failureOf, InstalledTabularium, OPERATOR } from '../support/tabularium';

const INSERT_ROWS = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 400)
  INSERT INTO t SELECT i, randomblob(400) FROM n`;

/** Less than SQLite's check of {@link INSERT_ROWS} takes, and than the walk over them. */
const WALK_BUDGET = 300_000n;

/** Every update method but those of adoption, with arguments that make it change something. */
const CHANGES: Record<string, () => Promise<unknown>> = {
  create_archive: () => service().create_archive(createArchiveRequest('new', undefined)),
  'execute, one row': () => service().execute('a', "UPDATE t SET y = 'changed' WHERE x = -2", [], []),
  'execute, many pages': () => service().execute('a', INSERT_ROWS, [], []),
  'execute, schema': () => service().execute('a', 'CREATE TABLE u(z); CREATE INDEX i ON t(y)', [], []),
  'execute, VACUUM': () => service().execute('a', 'VACUUM', [], []),
  db_begin_export: () =>
    service().db_begin_export({ archive: 'a', snapshot: ['kept'], lifetime_seconds: [] }),
  db_end_export: () => service().db_end_export('a', token),
  db_begin_import: () => new ImportSteps(service(), 'a').begin(100_000),
  db_import_chunk: () => imports.receiving.chunk(0, image),
  db_verify_import: () => imports.received.verify(),
  'db_verify_import, the walk': () => imports.walked.verify(WALK_BUDGET),
  db_finish_import: () => imports.verified.finish(),
  db_cancel_import: () => imports.verified.cancel(),
  db_create_snapshot: () => service().db_create_snapshot('a', 'new'),
  db_restore_snapshot: () => service().db_restore_snapshot({ archive: 'a', snapshot: 'kept', keep_as: [] }),
  db_delete_snapshot: () => service().db_delete_snapshot('a', 'kept'),
  db_reclaim: () => service().db_reclaim('expired', 1_000),
  db_begin_fork: () => service().db_begin_fork({ archive: 'a', snapshot: [], id: 'new', owner: [] }),
  'db_continue_fork, a part': () => service().db_continue_fork('fork', 3),
  'db_continue_fork, to its end': () => service().db_continue_fork('fork', 1_000),
  db_cancel_fork: () => service().db_cancel_fork('fork'),
  db_compact: () => service().db_compact('a', 1_000),
  'db_refresh_checksum, a part': () => service().db_refresh_checksum('a', 3),
  'db_refresh_checksum, to its end': () => service().db_refresh_checksum('checked', 1_000),
  db_cancel_checksum: () => service().db_cancel_checksum('checked'),
  db_set_page_checksums: () => service().db_set_page_checksums('a', true),
  db_continue_page_checksums: () => service().db_continue_page_checksums('checked', 1_000),
};

/** Changes that the instructions may run out in: each of its own kind. The others are stopped at every write. */
const SPENDERS = new Set([
  'create_archive',
  'execute, one row',
  'execute, many pages',
  'execute, schema',
  'execute, VACUUM',
  'db_import_chunk',
  'db_verify_import, the walk',
  'db_finish_import',
  'db_restore_snapshot',
]);

let canister: InstalledTabularium;
let restart: () => Promise<void>;
let image: Uint8Array;
let token: bigint;
let imports: Record<'receiving' | 'received' | 'walked' | 'verified', ImportSteps>;
const service = () => canister.actor(OPERATOR);

beforeAll(async () => {
  canister = await InstalledTabularium.install({ bucketSizeInPages: 1 });
  const a = await canister.archive('a', ALICE);
  await a.execute(
    "CREATE TABLE t(x INTEGER PRIMARY KEY, y); INSERT INTO t VALUES (-1, 'kept'), (-2, 'other'), (1000, randomblob(20000))",
  );
  image = await a.exportImage();
  imports = {
    receiving: await importInto('receiving', 'begin'),
    received: await importInto('received', 'begin', 'chunk'),
    walked: await walkedImport(),
    verified: await importInto('verified', 'begin', 'chunk', 'verify'),
  };
  await expiredExport();
  await service().db_begin_fork({ archive: 'a', snapshot: [], id: 'fork', owner: [] });
  await service().db_continue_fork('fork', 2);
  const checked = await canister.archive('checked');
  await checked.importImage(image);
  await service().db_refresh_checksum('checked', 2);
  await service().db_set_page_checksums('checked', true);
  await a.snapshots.create('kept');
  token = (await a.beginExport()).token;
  await service().execute('a', 'DELETE FROM t WHERE x = 1000', [], []);
  await canister.pic.tick(4);
  restart = await canister.checkpoint();
});

beforeEach(() => restart());

/** An archive with an import that has done some steps. */
async function importInto(id: string, ...done: ('begin' | 'chunk' | 'verify')[]): Promise<ImportSteps> {
  await canister.archive(id, ALICE);
  const steps = new ImportSteps(service(), id);
  for (const step of done) {
    if (step === 'begin') await steps.begin(image.length);
    else if (step === 'chunk') await steps.chunk(0, image);
    else await steps.verify();
  }
  return steps;
}

/** An archive with an import that is too large for SQLite's check under its budget, and that was walked in part. */
async function walkedImport(): Promise<ImportSteps> {
  const archive = await canister.archive('walked', ALICE);
  await archive.execute(`CREATE TABLE t(x INTEGER PRIMARY KEY, y); ${INSERT_ROWS}`);
  const large = await archive.exportImage();
  const steps = new ImportSteps(service(), 'walked');
  await steps.begin(large.length);
  await steps.chunk(0, large);
  for (let call = 0; call < 4; call++) {
    const reply = await steps.verify(WALK_BUDGET);
    if ('err' in reply) throw new Error(reply.err.message);
    if ('Trees' in reply.ok.check) return steps;
  }
  throw new Error('SQLite checked the image as a whole');
}

/** An archive with pages that only an export holds whose time is over. */
async function expiredExport(): Promise<void> {
  const archive = await canister.archive('expired');
  await archive.importImage(image);
  await archive.beginExport({ lifetimeSeconds: 1 });
  await archive.execute('DELETE FROM t WHERE x = 1000');
  await canister.pic.advanceTime(2_000);
  await canister.pic.tick();
}

/** Hashes of the slots and of the room in which adoptions work. The audit log tells of refusals, the catalog of nothing. */
function slotHashes(): Map<number, string> {
  return new Map([...canister.memoryHashes()].filter(([id]) => id === 117 || id >= 120));
}

async function expectTrapToUndo(
  change: () => Promise<unknown>,
  faults: Faults,
  state: string,
): Promise<boolean> {
  canister.inspect.inject(faults);
  let result: unknown;
  try {
    result = await change();
  } catch (error) {
    expect(error).toBeInstanceOf(CanisterRejectError);
    expect(canister.stateHash(), JSON.stringify(faults)).toBe(state);
    return true;
  }
  canister.inspect.clearFaults();
  expect(result).toHaveProperty('ok');
  return false;
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

describe.each(Object.entries(CHANGES))('%s', (name, change) => {
  it('is undone whole by a trap before any write or grow of stable memory', async () => {
    expect(await trapAtEveryChange(change, 'before')).toBeGreaterThan(0);
    await expectToWork();
  });

  it('is undone whole by a trap after any write or grow of stable memory', async () => {
    expect(await trapAtEveryChange(change, 'after')).toBeGreaterThan(0);
    await expectToWork();
  });

  it.runIf(SPENDERS.has(name))('is undone whole when the instructions run out anywhere', async () => {
    const state = canister.stateHash();
    for (let limit = 150_000, step = 0; ; limit = Math.ceil(limit * 1.35) + step++) {
      if (!(await expectTrapToUndo(change, { kind: 'update', instructionLimit: limit }, state))) break;
      expect(limit).toBeLessThan(10_000_000_000);
    }
    await expectToWork();
  });

  it('refused memory, leaves the state or succeeds', async () => {
    const before = slotHashes();
    canister.inspect.inject({ kind: 'update', refuseStableGrowFrom: 1 });
    const result = (await change()) as { ok: unknown } | { err: { code: string } };
    canister.inspect.clearFaults();
    if ('err' in result) {
      expect(['STABLE_MEMORY_FULL', 'SQLITE_FULL']).toContain(result.err.code);
      expect(slotHashes()).toEqual(before);
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
    const report = await canister.client().observation.memory();
    for (let n = 1; n < 10_000; n++) await update(n);
    expect(canister.inspect.stableBytes).toBe(size);
    expect(await canister.client().observation.memory()).toEqual(report);
    expect((await failureOf(service().execute('a', 'SELECT * FROM nothing', [], []))).code).toBe(
      'SQLITE_ERROR',
    );
  }, 300_000);
});
