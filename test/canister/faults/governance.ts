import { expect } from 'vitest';
import type { CandidFleetPlan, CandidMigration, CandidResult } from '../../../src/candid';
import { readManager, readVirtualMemory, writeVirtualMemory } from '../../native/storage/manager-image';
import { ALICE, BOB, InstalledTabularium, OPERATOR } from '../../support/tabularium';
import { type Scene, serviceOf, walkOf } from './walk';

const CATALOG = 119;
const RESERVED_SLOT = 200;
const SPOILT_SLOT = 201;
const DAY_SECONDS = 86_400n;

const PLAN: CandidFleetPlan = {
  selection: { All: null },
  canaries: [],
  pause_after_canaries: false,
  tolerated_failures: 0,
};
const FIRST: CandidMigration = {
  version: 1n,
  name: 'first',
  sql: 'CREATE TABLE note(text)',
  check_foreign_keys: false,
};
/** More than a message, statement by statement. */
const LONG: CandidMigration = {
  ...FIRST,
  version: 2n,
  name: 'long',
  sql: `INSERT INTO note(text) SELECT sum(n) FROM (WITH RECURSIVE c(n) AS
    (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 200000) SELECT n FROM c);`.repeat(3),
};

interface Governed extends Scene {
  readonly deleted: string;
}

/** Everything that is decided about archives, slots and the canister. */
export const governance = walkOf('governance', setGovernance, {
  rename_archive: (scene) => serviceOf(scene).rename_archive('a', 'renamed'),
  set_archive_owner: (scene) => serviceOf(scene).set_archive_owner('a', BOB),
  set_archive_access: (scene) =>
    serviceOf(scene).set_archive_access('a', { writers: [[BOB]], readers: [[]], public_read: [true] }),
  set_archive_labels: (scene) => serviceOf(scene).set_archive_labels('a', [{ key: 'plan', value: 'gold' }]),
  configure_archive: (scene) =>
    serviceOf(scene).configure_archive('a', {
      delete_protection: [true],
      recovery_window_seconds: [],
      job_intervals: [],
      snapshot_retention: [],
    }),
  limit_archive: (scene) =>
    serviceOf(scene).limit_archive('a', { size_limit: [[100_000n]], bucket_budget: [], budgets: [] }),
  block_archive: (scene) => serviceOf(scene).block_archive('a', { Writes: null }, 'unpaid'),
  unblock_archive: (scene) => serviceOf(scene).unblock_archive('blocked', { Writes: null }),
  delete_archive: (scene) => serviceOf(scene).delete_archive('a'),
  recover_archive: (scene) => serviceOf(scene).recover_archive(scene.deleted, []),
  purge_archive: (scene) => serviceOf(scene).purge_archive(scene.deleted),
  quarantine_archive: (scene) => serviceOf(scene).quarantine_archive('a', 'a page did not match'),
  lift_quarantine: (scene) => serviceOf(scene).lift_quarantine('quarantined'),
  reserve_slot: (scene) => serviceOf(scene).reserve_slot(RESERVED_SLOT + 10, 'for the migration'),
  release_slot: (scene) => serviceOf(scene).release_slot(RESERVED_SLOT),
  clear_damaged_slot: (scene) => serviceOf(scene).clear_damaged_slot(SPOILT_SLOT),
  configure_canister: (scene) =>
    serviceOf(scene).configure_canister({
      recovery_window_seconds: [DAY_SECONDS],
      job_intervals: [],
      snapshot_retention: [],
      new_archive_limits: [],
      metrics_audience: [],
    }),
  set_operators: (scene) => serviceOf(scene).set_operators([BOB]),
  migrate: (scene) => serviceOf(scene).migrate('a', [FIRST], []),
  'migrate, a part': (scene) => serviceOf(scene).migrate('migrating', [FIRST, LONG], []),
  cancel_migration: (scene) => serviceOf(scene).cancel_migration('migrating'),
  adopt_migrations: (scene) => serviceOf(scene).adopt_migrations('like-first', [FIRST], 1n),
  upload_migrations: (scene) => serviceOf(scene).upload_migrations('new', [FIRST, LONG]),
  delete_migration_set: (scene) => serviceOf(scene).delete_migration_set('uploaded'),
  reset_insights: (scene) => serviceOf(scene).reset_insights('a'),
  start_fleet_upkeep: (scene) => serviceOf(scene).start_fleet_upkeep({ Checksum: null }, PLAN),
  start_fleet_change: (scene) =>
    serviceOf(scene).start_fleet_change({ Migrate: { set: 'uploaded', to: [] } }, PLAN),
});

interface Paused extends Scene {
  readonly operation: bigint;
}

/** What is decided about an operation on many archives that is under way. */
export const fleet = walkOf('a paused fleet operation', setFleet, {
  resume_fleet_operation: (scene) => serviceOf(scene).resume_fleet_operation(scene.operation),
  cancel_fleet_operation: (scene) => serviceOf(scene).cancel_fleet_operation(scene.operation),
});

async function setGovernance(): Promise<Governed> {
  const canister = await InstalledTabularium.install({ bucketSizeInPages: 1 });
  const client = canister.client();
  const service = serviceOf({ canister });
  const serve = await archiveThatServes(canister);
  for (const id of ['a', 'blocked', 'deleted', 'quarantined', 'migrating', 'like-first']) {
    await client.createArchive(id, ALICE);
  }
  await client.createArchive('spoilt', ALICE, { slot: SPOILT_SLOT });
  await client.administer('blocked').block('writes', 'unpaid');
  const { generation } = await client.administer('deleted').delete();
  await client.administer('quarantined').quarantine('doubtful');
  await okOf(service.migrate('migrating', [FIRST, LONG], []));
  await client.archive('like-first').execute(FIRST.sql);
  await okOf(service.reserve_slot(RESERVED_SLOT, 'kept'));
  await okOf(service.upload_migrations('uploaded', [FIRST]));
  await spoilRecord(canister, 'spoilt');
  await canister.pic.tick(4);
  return {
    canister,
    deleted: `deleted@${generation}`,
    restart: await canister.checkpoint(),
    expectToWork: serve,
  };
}

async function setFleet(): Promise<Paused> {
  const canister = await InstalledTabularium.install({ bucketSizeInPages: 1 });
  const expectToWork = await archiveThatServes(canister);
  await canister.archive('b', ALICE);
  await canister.pic.tick(4);
  const { number } = await okOf(
    serviceOf({ canister }).start_fleet_upkeep(
      { Checksum: null },
      { ...PLAN, canaries: ['b'], pause_after_canaries: true },
    ),
  );
  await canister.pic.tick(10);
  return { canister, operation: number, restart: await canister.checkpoint(), expectToWork };
}

async function archiveThatServes(canister: InstalledTabularium): Promise<() => Promise<void>> {
  await (await canister.archive('served', ALICE)).execute("CREATE TABLE t(y); INSERT INTO t VALUES ('kept')");
  const rows = () => canister.client(OPERATOR).archive('served').query('SELECT y FROM t');
  return async () => expect(await rows()).toEqual([{ y: 'kept' }]);
}

/** Makes an archive's record in the catalog one that cannot be read. */
async function spoilRecord(canister: InstalledTabularium, id: string): Promise<void> {
  const bytes = canister.inspect.readStable(0, canister.inspect.stableBytes);
  expect(readManager(bytes).sizes[CATALOG]).toBeGreaterThan(0);
  const at = Buffer.from(readVirtualMemory(bytes, CATALOG)).indexOf(`"${id}"`);
  writeVirtualMemory(bytes, CATALOG, at, new TextEncoder().encode('{'));
  await canister.pic.setStableMemory(canister.canisterId, bytes);
  await canister.upgrade();
}

async function okOf<T>(reply: Promise<CandidResult<T>>): Promise<T> {
  const result = await reply;
  if ('err' in result) throw new Error(`${result.err.code}: ${result.err.message}`);
  return result.ok;
}
