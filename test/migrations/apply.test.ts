import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  applyMigrations,
  cancelMigration,
  knownMigrations,
  type Migration,
  type MigrationReport,
  readHistory,
} from '../../src/migrations';
import { thrownBy } from '../support/native-host';
import { MigratedArchive, numbered } from './support';

const PLENTY = 1_000_000;

let archive: MigratedArchive;

beforeEach(async () => {
  archive = await MigratedArchive.create();
});

const apply = (migrations: readonly Migration[], instructions = PLENTY, to?: number): MigrationReport => {
  const target = archive.reopen();
  return applyMigrations(target, knownMigrations(target.native, migrations), { instructions, to });
};

const inserts = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `INSERT INTO t VALUES (${from + index});`).join('\n');

describe('migrations', () => {
  it('are applied once, in order, and told in the history', () => {
    const [first, second, third] = numbered('CREATE TABLE t(x)', inserts(3), 'ALTER TABLE t ADD COLUMN y');
    expect(apply([second!, first!])).toMatchObject({ version: 2, applied: [1, 2], pending: 0, done: true });
    expect(apply([first!, second!, third!])).toMatchObject({ version: 3, applied: [3], done: true });
    expect(apply([first!, second!, third!])).toMatchObject({ version: 3, applied: [], done: true });
    expect(archive.rows('SELECT x, y FROM t')).toEqual([
      [0, null],
      [1, null],
      [2, null],
    ]);
    const { applied } = readHistory(archive.target.connection);
    expect(applied.map(({ version, name, adopted }) => [version, name, adopted])).toEqual([
      [1, 'step-1', false],
      [2, 'step-2', false],
      [3, 'step-3', false],
    ]);
    expect(applied[0]!.checksum).toBe(archive.native.sha256Text('CREATE TABLE t(x)'));
    expect(Math.abs(applied[0]!.at - Date.now())).toBeLessThan(60_000);
  });

  it('go as far as one wants', () => {
    const all = numbered('CREATE TABLE t(x)', inserts(1), inserts(1, 1));
    expect(apply(all, PLENTY, 2)).toMatchObject({ version: 2, applied: [1, 2], done: true });
    expect(apply(all)).toMatchObject({ version: 3, applied: [3] });
  });

  it('in TypeScript work on the archive, in the same transaction as their record', () => {
    const up: Migration = {
      version: 2,
      name: 'fill',
      up: (connection) => connection.exec(inserts(2)),
    };
    apply([...numbered('CREATE TABLE t(x)'), up]);
    expect(archive.rows('SELECT count(*) FROM t')).toEqual([[2]]);
    const failing: Migration = {
      version: 3,
      name: 'fail',
      up: (connection) => {
        connection.exec(inserts(2));
        throw new Error('no');
      },
    };
    expect(thrownBy(() => apply([...numbered('CREATE TABLE t(x)'), up, failing]))).toMatchObject({
      code: 'MIGRATION_FAILED',
      message: 'migration 3 (fail) failed: no; the archive is at version 2',
    });
    expect(archive.rows('SELECT count(*) FROM t')).toEqual([[2]]);
  });
});

describe('a migration that fails', () => {
  it('is undone as a whole, keeps those before it, and names the place', () => {
    const sql = `${inserts(2)} INSERT INTO nowhere VALUES (1); ${inserts(1)}`;
    const all = numbered('CREATE TABLE t(x)', sql, inserts(5));
    expect(thrownBy(() => apply(all))).toMatchObject({
      code: 'MIGRATION_FAILED',
      extendedCode: 1,
      message: 'migration 2 (step-2) failed: no such table: nowhere; the archive is at version 1',
    });
    expect(archive.versions()).toEqual([[1, 'step-1', 'applied']]);
    expect(archive.rows('SELECT count(*) FROM t')).toEqual([[0]]);
    expect(archive.target.connection.inTransaction()).toBe(false);
    expect(apply(numbered('CREATE TABLE t(x)', inserts(2)))).toMatchObject({ version: 2, applied: [2] });
  });

  it('because one of its statements never ends says so', () => {
    const endless = 'WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c';
    const target = archive.reopen();
    const known = knownMigrations(target.native, numbered(`CREATE TABLE t(x); ${endless}`));
    const budget = { instructions: PLENTY, statementInstructions: 1_000 };
    expect(thrownBy(() => applyMigrations(target, known, budget))).toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringContaining('takes more instructions than a message has'),
    });
    expect(archive.rows('SELECT count(*) FROM sqlite_schema')).toEqual([[0]]);
  });

  it('because it would end its transaction changes nothing', () => {
    for (const sql of ['COMMIT', 'BEGIN', 'ROLLBACK', 'VACUUM']) {
      const before = archive.content();
      expect(
        thrownBy(() => apply(numbered(`CREATE TABLE t(x); ${sql}; SELECT 1`))),
        sql,
      ).toMatchObject({
        code: 'MIGRATION_FAILED',
      });
      expect(archive.content()).toBe(before);
    }
  });
});

describe('foreign keys', () => {
  const REBUILD = `CREATE TABLE new_p(id INTEGER PRIMARY KEY, name TEXT);
    INSERT INTO new_p SELECT id, 'x' FROM p; DROP TABLE p; ALTER TABLE new_p RENAME TO p;`;
  const schema = `CREATE TABLE p(id INTEGER PRIMARY KEY);
    CREATE TABLE c(p REFERENCES p(id) ON DELETE CASCADE);
    INSERT INTO p VALUES (1), (2); INSERT INTO c VALUES (1), (2)`;

  it('that are checked at the end let a table be rebuilt', () => {
    const [first] = numbered(schema);
    const rebuild: Migration = { version: 2, name: 'rebuild', sql: REBUILD, foreignKeys: 'checked' };
    apply([first!, rebuild]);
    expect(archive.rows('SELECT count(*) FROM c')).toEqual([[2]]);
    expect(archive.rows('PRAGMA foreign_keys')).toEqual([[1]]);
  });

  it('that are enforced cascade when a table is dropped', () => {
    apply(numbered(schema, REBUILD));
    expect(archive.rows('SELECT count(*) FROM c')).toEqual([[0]]);
  });

  it('that do not hold in the end undo the migration', () => {
    const broken: Migration = {
      version: 2,
      name: 'break',
      sql: 'DELETE FROM p WHERE id = 1',
      foreignKeys: 'checked',
    };
    expect(thrownBy(() => apply([...numbered(schema), broken]))).toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringContaining('leaves row 1 of c without its parent in p'),
    });
    expect(archive.rows('SELECT count(*) FROM p')).toEqual([[2]]);
    expect(archive.rows('PRAGMA foreign_keys')).toEqual([[1]]);
  });
});

describe('a migration longer than a message', () => {
  const long = numbered('CREATE TABLE t(x)', inserts(20), inserts(3, 20));

  it('goes on from call to call behind a snapshot, which it drops in the end', () => {
    apply(long, PLENTY, 1);
    const reports = [apply(long, 8)];
    expect(archive.snapshots()).toEqual(['before migration 2']);
    expect(reports[0]).toMatchObject({ version: 1, done: false, pending: 1 });
    while (!reports.at(-1)!.done) reports.push(apply(long, 8));
    expect(reports.length).toBeGreaterThan(3);
    const positions = reports.flatMap(({ running }) => (running?.version === 2 ? [running.position] : []));
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(reports.at(-1)).toMatchObject({ version: 3, running: undefined });
    expect(archive.rows('SELECT count(*), sum(x) FROM t')).toEqual([[23, 253]]);
    expect(archive.snapshots()).toEqual([]);
  });

  it('goes on after an upgrade', async () => {
    apply(long, 8);
    for (let message = 0; message < 100 && !apply(long, 8).done; message++) await archive.upgrade();
    expect(archive.rows('SELECT count(*), sum(x) FROM t')).toEqual([[23, 253]]);
    expect(archive.versions()).toHaveLength(3);
  });

  it('goes on by a statement with each call, however small the budget', () => {
    const statements = 1 + 20 + 3;
    const calls = Array.from({ length: statements }, () => apply(long, 0));
    expect(calls.map(({ done }) => done)).toEqual([...Array(statements - 1).fill(false), true]);
    expect(archive.rows('SELECT count(*), sum(x) FROM t')).toEqual([[23, 253]]);
  });

  it('that fails in a later part leaves nothing of it', async () => {
    const failing = numbered(
      'CREATE TABLE t(x)',
      `${inserts(20)} CREATE TABLE u(x); INSERT INTO nowhere VALUES (1)`,
    );
    apply(failing, PLENTY, 1);
    const before = archive.content();
    let thrown: unknown;
    for (let message = 0; thrown === undefined; message++) {
      try {
        apply(failing, 8);
        if (message === 1) await archive.upgrade();
      } catch (error) {
        thrown = error;
      }
    }
    expect(thrown).toMatchObject({
      code: 'MIGRATION_FAILED',
      message: 'migration 2 (step-2) failed: no such table: nowhere; the archive is at version 1',
    });
    expect(archive.target.connection.isOpen()).toBe(false);
    expect(archive.content()).toBe(before);
    expect(archive.snapshots()).toEqual([]);
    expect(apply(long)).toMatchObject({ version: 3, applied: [2, 3] });
  });

  it('can be given up', () => {
    apply(long, PLENTY, 1);
    const before = archive.content();
    apply(long, 8);
    expect(cancelMigration(archive.reopen())).toMatchObject({ version: 2 });
    expect(archive.content()).toBe(before);
    expect(thrownBy(() => cancelMigration(archive.reopen()))).toMatchObject({ code: 'MIGRATION_NONE' });
  });

  it('is refused where no snapshot can guard it', () => {
    apply(long, PLENTY, 1);
    for (let count = 0; count < 30; count++) archive.native.createSnapshot(120, `s${count}`);
    const before = archive.content();
    expect(thrownBy(() => apply(long, 8))).toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringContaining('no room for the snapshot'),
    });
    expect(archive.content()).toBe(before);
    expect(apply(long)).toMatchObject({ version: 3 });
  });

  it('gives the same archive whatever the budgets and upgrades', async () => {
    apply(long);
    const whole = archive.content();
    const message = fc.record({ instructions: fc.integer({ min: 0, max: 40 }), upgrade: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 5 }), async (messages) => {
        archive = await MigratedArchive.create();
        for (let count = 0; ; count++) {
          const { instructions, upgrade } = messages[count % messages.length]!;
          if (apply(long, instructions).done) break;
          if (upgrade) await archive.upgrade();
        }
        expect(archive.content()).toBe(whole);
      }),
      { numRuns: 15 },
    );
  });
});
