import { beforeAll, describe, expect, it } from 'vitest';
import type { ClientMigration, FleetSelection } from '../../src/client';
import { unwrap } from '../../src/client/error';
import { ALICE, InstalledTabularium } from '../support/tabularium';

const SLOTS = 135;
const LABELLED = 6;
const EU: FleetSelection = { label: { key: 'region', value: 'eu' } };

let canister: InstalledTabularium;
const fleet = () => canister.client().fleet;
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

const versionOf = async (index: number) => (await sets().status(idOf(index))).version;

describe('migrations of a fleet', () => {
  it('stop at a canary that fails, and leave all others as they were', async () => {
    await canister.client(ALICE).archive(idOf(9)).execute('CREATE TABLE tag(mine)');
    await sets().upload('tenants', [notes, tags]);
    const { number } = await fleet().startMigration('tenants', {
      canaries: [idOf(9)],
      toleratedFailures: 100,
    });
    await expect(sets().upload('tenants', [])).rejects.toMatchObject({ code: 'FLEET_BUSY' });
    await canister.pic.tick(12);
    const { operation, results } = await fleet().describe(number);
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
    await fleet().cancel(number);
  });

  it('reach the archives with a label, as far as they are to go', async () => {
    const { number } = await fleet().startMigration(
      'tenants',
      { selection: EU, canaries: [idOf(3)] },
      { to: 1 },
    );
    await canister.pic.tick(4 * LABELLED);
    const { operation, results } = await fleet().describe(number);
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
    const one = { selection: { archives: [idOf(0)] } };
    const first = await fleet().startMigration('tenants', one);
    const isMigrating = async () => (await sets().status(idOf(0))).running.length > 0;
    for (let ticks = 0; ticks < 12 && !(await isMigrating()); ticks++) await canister.pic.tick();
    expect(await isMigrating()).toBe(true);
    await fleet().cancel(first.number);
    expect(await isMigrating()).toBe(false);
    expect(await versionOf(0)).toBe(2n);
    expect(await canister.client(ALICE).archive(idOf(0)).query('SELECT count(*) AS n FROM note')).toEqual([
      { n: 0 },
    ]);

    const second = await fleet().startMigration('tenants', one);
    for (let ticks = 0; ticks < 12 && !(await isMigrating()); ticks++) await canister.pic.tick();
    await canister.upgrade();
    await canister.pic.tick(16);
    expect((await fleet().describe(second.number)).operation.phase).toEqual({ Done: null });
    expect(await versionOf(0)).toBe(3n);
  });

  describe('that take more than a message', () => {
    const start = (index: number) =>
      fleet().startMigration('tenants', { selection: { archives: [idOf(index)] } });
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
      const { number } = await start(20);
      await canister.pic.tick(16);
      expect((await fleet().describe(number)).results).toMatchObject([
        { outcome: { Skipped: null }, code: 'WRITES_BLOCKED', message: expect.stringContaining('audit') },
      ]);
      expect(await sets().status(idOf(20))).toMatchObject({ version: 0n, running: [] });
    });

    it('put an archive back that is blocked in the middle', async () => {
      const { number } = await start(21);
      await untilMigrating(21);
      await admin(21).block('writes', 'audit');
      await canister.pic.tick(16);
      expect((await fleet().describe(number)).results).toMatchObject([
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
      expect(unwrap(await send()).running).toHaveLength(1);
      const passing = await start(22);
      await canister.pic.tick(8);
      expect((await fleet().describe(passing.number)).results).toMatchObject([
        { outcome: { Skipped: null }, code: 'ARCHIVE_MIGRATING' },
      ]);
      const cancelled = await start(22);
      await fleet().cancel(cancelled.number);
      expect(await isMigrating(22)).toBe(true);
      for (let messages = 0; messages < 10 && (await isMigrating(22)); messages++) unwrap(await send());
      expect(await versionOf(22)).toBe(3n);
    });
  });

  it('need a set that is there, and a version that is in it', async () => {
    await expect(fleet().startMigration('missing')).rejects.toMatchObject({
      code: 'MIGRATION_SET_NOT_FOUND',
    });
    await expect(fleet().startMigration('tenants', {}, { to: 9 })).rejects.toMatchObject({
      code: 'MIGRATIONS_INVALID',
    });
  });
});
