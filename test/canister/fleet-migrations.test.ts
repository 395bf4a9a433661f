import { beforeAll, describe, expect, it } from 'vitest';
import type { CandidFleetPlan, CandidResult } from '../../src/candid';
import type { ClientMigration } from '../../src/client';
import { ALICE, failureOf, InstalledTabularium, OPERATOR } from '../support/tabularium';

const SLOTS = 135;
const LABELLED = 6;
const PLAN: CandidFleetPlan = {
  selection: { All: null },
  canaries: [],
  pause_after_canaries: false,
  tolerated_failures: 0,
};
const EU: CandidFleetPlan = { ...PLAN, selection: { Label: { key: 'region', value: ['eu'] } } };

let canister: InstalledTabularium;
const controller = () => canister.actor(OPERATOR);
const sets = () => canister.client().migrations;
const idOf = (index: number) => `tenant-${index}`;

const notes: ClientMigration = {
  version: 1,
  name: 'notes',
  sql: 'CREATE TABLE note(id INTEGER PRIMARY KEY, text)',
};
const tags: ClientMigration = { version: 2, name: 'tags', sql: 'CREATE TABLE tag(name)' };
/** Two messages long: more than half a billion instructions in each statement. */
const long: ClientMigration = {
  version: 3,
  name: 'long',
  sql: `INSERT INTO note(text) SELECT sum(n) FROM (WITH RECURSIVE c(n) AS
    (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 200000) SELECT n FROM c);`.repeat(3),
};

beforeAll(async () => {
  canister = await InstalledTabularium.install();
  for (let index = 0; index < SLOTS; index++) {
    const labels = { region: index < LABELLED ? 'eu' : 'us' };
    await canister.client().createArchive(idOf(index), ALICE, { labels });
  }
}, 400_000);

async function ok<T>(reply: Promise<CandidResult<T>>): Promise<T> {
  const result = await reply;
  if ('err' in result) throw new Error(`${result.err.code}: ${result.err.message}`);
  return result.ok;
}

const start = (set: string, plan: CandidFleetPlan, to?: number) =>
  ok(controller().start_fleet_change({ Migrate: { set, to: to === undefined ? [] : [BigInt(to)] } }, plan));
const report = (number: bigint) => ok(controller().describe_fleet_operation(number));
const versionOf = async (index: number) => (await sets().status(idOf(index))).version;

describe('migrations of a fleet', () => {
  it('stop at a canary that fails, and leave all others as they were', async () => {
    await canister.client(ALICE).archive(idOf(9)).execute('CREATE TABLE tag(mine)');
    await sets().upload('tenants', [notes, tags]);
    const { number } = await start('tenants', { ...PLAN, canaries: [idOf(9)], tolerated_failures: 100 });
    expect((await failureOf(controller().upload_migrations('tenants', []))).code).toBe('FLEET_BUSY');
    await canister.pic.tick(12);
    const { operation, results } = await report(number);
    expect(operation).toMatchObject({ phase: { Stopped: null }, targets: SLOTS, finished: 1, failures: 1 });
    expect(results).toMatchObject([
      {
        id: idOf(9),
        outcome: { Failed: null },
        code: 'MIGRATION_FAILED',
        message: expect.stringMatching(/tag already exists; the archive is at version 1/),
      },
    ]);
    expect(await versionOf(9)).toBe(1n);
    for (const index of [0, 8, 10, SLOTS - 1]) expect(await versionOf(index)).toBe(0n);
    await ok(controller().cancel_fleet_operation(number));
  });

  it('reach the archives with a label, as far as they are to go', async () => {
    const { number } = await start('tenants', { ...EU, canaries: [idOf(3)] }, 1);
    await canister.pic.tick(4 * LABELLED);
    const { operation, results } = await report(number);
    expect(operation).toMatchObject({
      phase: { Done: null },
      argument: 'tenants@1',
      finished: LABELLED,
      failures: 0,
    });
    expect(results[0]).toMatchObject({ id: idOf(3), outcome: { Done: null }, message: 'at version 1' });
    for (let index = 0; index < LABELLED; index++) expect(await versionOf(index)).toBe(1n);
    expect(await versionOf(LABELLED)).toBe(0n);
  });

  it('that take more than a message go on by themselves, over an upgrade, and are undone when cancelled', async () => {
    await sets().upload('tenants', [notes, tags, long]);
    const one = { ...PLAN, selection: { Named: [idOf(0)] } };
    const first = await start('tenants', one);
    const isMigrating = async () => (await sets().status(idOf(0))).running.length > 0;
    for (let ticks = 0; ticks < 12 && !(await isMigrating()); ticks++) await canister.pic.tick();
    expect(await isMigrating()).toBe(true);
    await ok(controller().cancel_fleet_operation(first.number));
    expect(await isMigrating()).toBe(false);
    expect(await versionOf(0)).toBe(2n);
    expect(await canister.client(ALICE).archive(idOf(0)).query('SELECT count(*) AS n FROM note')).toEqual([
      { n: 0 },
    ]);

    const second = await start('tenants', one);
    for (let ticks = 0; ticks < 12 && !(await isMigrating()); ticks++) await canister.pic.tick();
    await canister.upgrade();
    await canister.pic.tick(16);
    expect((await report(second.number)).operation.phase).toEqual({ Done: null });
    expect(await versionOf(0)).toBe(3n);
  });

  describe('that take more than a message', () => {
    const one = (index: number): CandidFleetPlan => ({ ...PLAN, selection: { Named: [idOf(index)] } });
    const admin = (index: number) => canister.client(ALICE).administer(idOf(index));
    const rowsIn = (index: number) =>
      canister.client(ALICE).archive(idOf(index)).query('SELECT count(*) AS n FROM note');
    const isMigrating = async (index: number) => (await sets().status(idOf(index))).running.length > 0;
    const untilMigrating = async (index: number) => {
      for (let ticks = 0; ticks < 12 && !(await isMigrating(index)); ticks++) await canister.pic.tick();
      expect(await isMigrating(index)).toBe(true);
    };

    it('pass over an archive whose owner has blocked it', async () => {
      await admin(20).block('writes', 'audit');
      const { number } = await start('tenants', one(20));
      await canister.pic.tick(16);
      expect((await report(number)).results).toMatchObject([
        { outcome: { Skipped: null }, code: 'WRITES_BLOCKED', message: expect.stringContaining('audit') },
      ]);
      expect(await sets().status(idOf(20))).toMatchObject({ version: 0n, running: [] });
    });

    it('put an archive back that is blocked in the middle', async () => {
      const { number } = await start('tenants', one(21));
      await untilMigrating(21);
      await admin(21).block('writes', 'audit');
      await canister.pic.tick(16);
      expect((await report(number)).results).toMatchObject([
        { outcome: { Skipped: null }, code: 'WRITES_BLOCKED' },
      ]);
      expect(await sets().status(idOf(21))).toMatchObject({ version: 2n, running: [] });
      expect(await rowsIn(21)).toEqual([{ n: 0 }]);
    });

    it("leave an owner's own migration alone, also when they are cancelled", async () => {
      const candid = ({ version, name, sql }: ClientMigration) => ({
        version: BigInt(version),
        name,
        sql,
        check_foreign_keys: false,
      });
      const send = () => canister.actor(ALICE).migrate(idOf(22), [notes, tags, long].map(candid), []);
      expect((await ok(send())).running).toHaveLength(1);
      const passing = await start('tenants', one(22));
      await canister.pic.tick(8);
      expect((await report(passing.number)).results).toMatchObject([
        { outcome: { Skipped: null }, code: 'ARCHIVE_MIGRATING' },
      ]);
      const cancelled = await start('tenants', one(22));
      await ok(controller().cancel_fleet_operation(cancelled.number));
      expect(await isMigrating(22)).toBe(true);
      for (let messages = 0; messages < 10 && (await isMigrating(22)); messages++) await ok(send());
      expect(await versionOf(22)).toBe(3n);
    });
  });

  it('need a set that is there, and a version that is in it', async () => {
    const change = (set: string, to: [] | [bigint]) =>
      failureOf(controller().start_fleet_change({ Migrate: { set, to } }, PLAN));
    expect((await change('missing', [])).code).toBe('MIGRATION_SET_NOT_FOUND');
    expect((await change('tenants', [9n])).code).toBe('MIGRATIONS_INVALID');
  });
});
