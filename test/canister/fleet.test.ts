import { beforeAll, describe, expect, it } from 'vitest';
import { ALICE, InstalledTabularium } from '../support/tabularium';

const ARCHIVES = ['a', 'b', 'c', 'd'];
const HEARTBEAT_MS = 301_000;

let canister: InstalledTabularium;
const fleet = () => canister.client().fleet;

beforeAll(async () => {
  canister = await InstalledTabularium.install();
  for (const id of ARCHIVES) {
    await canister.client().createArchive(id, ALICE, { labels: { tier: id < 'c' ? 'gold' : 'free' } });
    await canister
      .client(ALICE)
      .archive(id)
      .execute('CREATE TABLE t(x); INSERT INTO t VALUES (zeroblob(9000))');
  }
  await canister.pic.tick(4);
});

const report = (number: bigint) => fleet().describe(number);

describe('a fleet operation', () => {
  it('does a job on all archives, with a result for each', async () => {
    const { number } = await fleet().startUpkeep('checksum');
    await canister.pic.tick(20);
    const { operation, results } = await report(number);
    expect(operation).toMatchObject({ phase: { Done: null }, targets: 4, finished: 4, failures: 0 });
    expect(results.map(({ id }) => id)).toEqual(ARCHIVES);
    for (const { outcome, message } of results) {
      expect(outcome).toEqual({ Done: null });
      expect(message).toMatch(/^XXH64 [0-9a-f]{16}$/);
    }
  });

  it('goes to canaries first, waits for somebody to look, and goes on after an upgrade', async () => {
    const { settings } = await canister.client().administer('a').describe();
    const { number } = await fleet().startConfiguration(
      { ...settings, delete_protection: true },
      { canaries: ['c'], pauseAfterCanaries: true },
    );
    await canister.pic.tick(20);
    expect((await report(number)).operation).toMatchObject({ phase: { Paused: null }, finished: 1 });
    const isProtected = async (id: string) =>
      (await canister.client().administer(id).describe()).settings.delete_protection;
    expect([await isProtected('c'), await isProtected('a')]).toEqual([true, false]);
    await expect(fleet().startUpkeep('snapshot')).rejects.toMatchObject({ code: 'FLEET_BUSY' });
    await fleet().resume(number);
    await canister.upgrade();
    await canister.pic.tick(20);
    expect((await report(number)).operation).toMatchObject({ phase: { Done: null }, finished: 4 });
    for (const id of ARCHIVES) expect(await isProtected(id)).toBe(true);
  });

  it('chooses by label', async () => {
    const selection = { label: { key: 'tier', value: 'gold' } };
    const { number } = await fleet().startUpkeep('quick-check', { selection });
    await canister.pic.tick(12);
    expect((await report(number)).results.map(({ id, message }) => [id, message])).toEqual([
      ['a', 'ok'],
      ['b', 'ok'],
    ]);
  });

  it('gives an archive up whose step traps three times, and goes on with the others', async () => {
    const selection = { archives: ['b', 'c'] };
    const { number } = await fleet().startUpkeep('snapshot', { selection, toleratedFailures: 1 });
    let trapped = 0;
    for (let n = 0; n < 60 && !('Done' in (await report(number)).operation.phase); n++) {
      const { finished } = (await report(number)).operation;
      if (finished === 0) {
        // The claim writes one record; the snapshot is the step that writes more.
        canister.inspect.inject({ trapAtStableWrite: 3, when: 'before' });
        trapped++;
      }
      await canister.pic.tick();
      canister.inspect.clearFaults();
      if (n % 4 === 3) await canister.pic.advanceTime(HEARTBEAT_MS);
    }
    const { operation, results } = await report(number);
    expect(operation).toMatchObject({ phase: { Done: null }, finished: 2 });
    expect(trapped).toBeGreaterThan(2);
    expect(results.map(({ id, code }) => [id, code])).toEqual([
      ['b', 'ATTEMPTS_EXHAUSTED'],
      ['c', ''],
    ]);
  });

  it('goes on at the next heartbeat when the search for its next step trapped', async () => {
    const { number } = await fleet().startUpkeep('checksum', { selection: { archives: ['a'] } });
    canister.inspect.inject({ trapAtStableWrite: 1, when: 'before' });
    await canister.pic.tick(3);
    canister.inspect.clearFaults();
    await canister.pic.tick(6);
    expect((await report(number)).operation).toMatchObject({ phase: { Running: null }, finished: 0 });
    await canister.pic.advanceTime(HEARTBEAT_MS);
    await canister.pic.tick(10);
    expect((await report(number)).operation).toMatchObject({ phase: { Done: null }, failures: 0 });
  });

  it('is cancelled', async () => {
    const { number } = await fleet().startUpkeep('compaction');
    await fleet().cancel(number);
    expect((await report(number)).operation.phase).toEqual({ Cancelled: null });
    expect((await fleet().list())[0]).toMatchObject({ number });
  });
});

describe('jobs', () => {
  it('run on their schedule, keep what retention says, and tell how they ended', async () => {
    const snapshot_retention = [{ keep_last: 2, keep_for_seconds: 0n }] as [
      { keep_last: number; keep_for_seconds: bigint },
    ];
    const admin = canister.client().administer('d');
    const { job_intervals } = (await admin.describe()).settings;
    await admin.configure({
      snapshot_retention,
      job_intervals: { ...job_intervals, snapshot: [3_600n], compaction: [3_600n] },
    });
    const last = async (kind: string) => {
      const archives = await canister.client().observation.jobs();
      const jobs = archives.find(({ archive }) => archive.startsWith('d@'))!;
      return jobs.jobs.find((job) => kind in job.kind)!.last[0];
    };
    expect(await last('Snapshot')).toBeUndefined();
    for (let hour = 0; hour < 4; hour++) {
      await canister.client(ALICE).archive('d').execute('UPDATE t SET x = zeroblob(?)', hour);
      await canister.pic.advanceTime(3_601_000);
      await canister.pic.tick(10);
    }
    expect(await last('Snapshot')).toMatchObject({ outcome: { Done: null }, code: '' });
    expect(await last('Compaction')).toMatchObject({
      outcome: { Skipped: null },
      code: 'COMPACTION_DOES_NOT_PAY',
    });
    expect((await last('Snapshot'))!.message).toMatch(/^scheduled-\d+$/);
  });

  it('purge what nobody can recover any more, and tell the audit log', async () => {
    const admin = canister.client().administer('c');
    await admin.configure({ delete_protection: false, recovery_window_seconds: [60n] });
    const { generation, slot } = await admin.delete();
    await canister.pic.advanceTime(HEARTBEAT_MS);
    await canister.pic.tick(6);
    const { value: entry } = await canister.client().observation.auditLog().next();
    expect(entry).toMatchObject({ method: 'purge_archive', archive: [`c@${generation}`], outcome: 'ok' });
    expect(entry!.caller.toText()).toBe(canister.canisterId.toText());
    const slots = await canister.client().slots.list();
    expect(slots.find((each) => each.slot === slot)).toMatchObject({ state: { Free: null } });
  });
});
