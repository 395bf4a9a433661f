import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CandidArchiveJobs, CandidResult } from '../../src/candid';
import type { ArchiveClient } from '../../src/client';
import { damageSnapshot } from '../support/damage';
import { fillBuckets } from '../support/fill-buckets';
import { InstalledTabularium, OPERATOR } from '../support/tabularium';

const HOUR_MS = 3_601_000;
const TEN_MINUTES_MS = 601_000;

let canister: InstalledTabularium;
let restart: () => Promise<void>;
let archive: ArchiveClient;

const service = () => canister.actor(OPERATOR);
const names = async () => (await archive.snapshots.list()).map(({ name }) => name);
const scheduled = async () => (await names()).filter((name) => name.startsWith('scheduled-'));

/** An archive with an hourly snapshot, and one with an hourly checksum. */
beforeAll(async () => {
  canister = await InstalledTabularium.install({ bucketSizeInPages: 1 });
  archive = await canister.archive('a');
  await archive.execute("CREATE TABLE t(x INTEGER PRIMARY KEY, y); INSERT INTO t VALUES (1, 'one')");
  await schedule('a', { snapshot: [3_600n] });
  await (await canister.archive('b')).execute('CREATE TABLE t(x)');
  await schedule('b', { checksum: [3_600n] });
  await canister.pic.tick(4);
  restart = await canister.checkpoint();
});

beforeEach(() => restart());

type Intervals = { snapshot?: [bigint]; checksum?: [bigint] };

async function schedule(id: string, intervals: Intervals, keepLast = 3): Promise<void> {
  const admin = canister.client().administer(id);
  const { job_intervals } = (await admin.describe()).settings;
  await admin.configure({
    snapshot_retention: [{ keep_last: keepLast, keep_for_seconds: 0n }],
    job_intervals: { ...job_intervals, ...intervals },
  });
}

async function pass(milliseconds: number): Promise<void> {
  await canister.pic.advanceTime(milliseconds);
  await canister.pic.tick(12);
}

async function lastOf(id: string, kind: 'Snapshot' | 'Checksum') {
  const reply: CandidResult<CandidArchiveJobs[]> = await service().list_jobs();
  if ('err' in reply) throw new Error(reply.err.message);
  const { jobs } = reply.ok.find((each) => each.archive.startsWith(`${id}@`))!;
  return jobs.find((job) => kind in job.kind)!.last[0]!;
}

describe('a scheduled snapshot', () => {
  it('is taken when the archive has changed, and passed over when it has not', async () => {
    await pass(HOUR_MS);
    const [first] = await scheduled();
    expect(await lastOf('a', 'Snapshot')).toMatchObject({ outcome: { Done: null }, message: first });
    await pass(HOUR_MS);
    expect(await lastOf('a', 'Snapshot')).toMatchObject({
      outcome: { Skipped: null },
      code: 'SNAPSHOT_UP_TO_DATE',
      message: `nothing has changed since the snapshot ${first}`,
    });
    expect(await names()).toEqual([first]);
    await archive.execute("UPDATE t SET y = 'changed'");
    await pass(HOUR_MS);
    expect(await lastOf('a', 'Snapshot')).toMatchObject({ outcome: { Done: null } });
    expect(await names()).toHaveLength(2);
  });

  it('is taken although somebody took one of the same transaction, which is theirs to delete', async () => {
    await archive.snapshots.create('mine');
    await pass(HOUR_MS);
    expect(await scheduled()).toHaveLength(1);
  });

  it('is taken after a restore, which is a change', async () => {
    await pass(HOUR_MS);
    await archive.snapshots.restore((await scheduled())[0]!);
    await pass(HOUR_MS);
    expect(await scheduled()).toHaveLength(2);
  });

  it('pushes out those that retention does not keep, also where the slot holds no more images', async () => {
    for (let n = 0; n < 26; n++) await archive.snapshots.create(`mine ${n}`);
    await schedule('a', {}, 5);
    for (let n = 0; n < 5; n++) {
      await archive.execute('UPDATE t SET y = ?', n);
      await pass(HOUR_MS);
    }
    expect(await scheduled()).toHaveLength(5);
    await archive.execute("UPDATE t SET y = 'changed'");
    await pass(HOUR_MS);
    expect(await lastOf('a', 'Snapshot')).toMatchObject({ outcome: { Failed: null }, code: 'IMAGES_FULL' });
    await schedule('a', {}, 3);
    await pass(HOUR_MS);
    expect(await lastOf('a', 'Snapshot')).toMatchObject({ outcome: { Done: null } });
    expect(await scheduled()).toHaveLength(3);
    expect(await names()).toHaveLength(26 + 3);
  });

  it('grows no archive beyond its buckets, after an upgrade neither, and other jobs go on', async () => {
    await fillBuckets(archive);
    const { buckets_owned } = await archive.upkeep.space();
    await canister.client().administer('a').limit({ bucketBudget: buckets_owned });
    await canister.upgrade();
    await pass(HOUR_MS);
    const { outcome, code } = await lastOf('a', 'Snapshot');
    expect([outcome, code]).toEqual([{ Failed: null }, 'BUCKET_BUDGET_EXCEEDED']);
    expect(await archive.upkeep.space()).toMatchObject({ buckets_owned });
    expect(await names()).toEqual([]);
    expect(await lastOf('b', 'Checksum')).toMatchObject({ outcome: { Done: null } });
  });

  it('ends as failed when what it gives up is damaged: it is there, the doctor tells, and other jobs go on', async () => {
    await schedule('a', { snapshot: [600n] }, 1);
    await schedule('b', { checksum: [600n] });
    await pass(TEN_MINUTES_MS);
    const [first] = await scheduled();
    await archive.execute("UPDATE t SET y = 'changed'");
    await damageSnapshot(canister, 'a', first!);
    // Every hour, and at each start, a worker gives back what was deleted: it is not to meet the damage before the job.
    await canister.pic.tick(12);
    await pass(TEN_MINUTES_MS);
    const failed = await lastOf('a', 'Snapshot');
    expect(failed).toMatchObject({ outcome: { Failed: null }, code: 'SLOT_DAMAGED' });
    const [second, ...others] = await scheduled();
    expect(others).toEqual([]);
    expect(failed.message).toMatch(
      new RegExp(`^Slot 120: image 1 is damaged.*; took the snapshot ${second}$`),
    );
    expect(await archive.snapshots.damaged()).toMatchObject([{ name: [first] }]);
    expect(await service().doctor()).toMatchObject({ ok: [{ code: 'IMAGES_DAMAGED', memory_id: [120] }] });
    expect(await lastOf('b', 'Checksum')).toMatchObject({ outcome: { Done: null } });
    await pass(TEN_MINUTES_MS);
    expect(await lastOf('a', 'Snapshot')).toMatchObject({ code: 'SNAPSHOT_UP_TO_DATE' });
    await archive.execute("UPDATE t SET y = 'again'");
    await pass(TEN_MINUTES_MS);
    expect(await lastOf('a', 'Snapshot')).toMatchObject({ outcome: { Done: null } });
  });
});
