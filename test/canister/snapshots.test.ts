import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ArchiveClient } from '../../src/client';
import { fillBuckets } from '../support/fill-buckets';
import { ALICE, failureOf, InstalledTabularium, OPERATOR } from '../support/tabularium';

const STORAGE_PAGE = 4_096n;

let canister: InstalledTabularium;
let archive: ArchiveClient;
let archives = 0;

beforeAll(async () => {
  canister = await InstalledTabularium.install({ bucketSizeInPages: 1 });
});

beforeEach(async () => {
  archive = await canister.archive(`archive-${archives++}`, ALICE);
  await archive.execute(
    "CREATE TABLE t(x INTEGER PRIMARY KEY, y); INSERT INTO t VALUES (1, 'one'), (2, zeroblob(100000))",
  );
});

const service = () => canister.actor(OPERATOR);
const names = async () => (await archive.snapshots.list()).map(({ name }) => name);
const one = async () => (await archive.query('SELECT y FROM t WHERE x = 1'))[0]?.y;

describe('a snapshot', () => {
  it('keeps the archive as it was, through writes, VACUUM and an upgrade', async () => {
    const before = await archive.exportImage();
    const { transaction_id } = await archive.describe();
    expect(await archive.snapshots.create('then')).toMatchObject({
      name: 'then',
      origin: { Request: null },
      size: BigInt(before.length),
      page_size: 4_096,
      transaction_id,
      held_bytes: [0n],
    });
    await archive.execute("UPDATE t SET y = 'changed'");
    await archive.execute('VACUUM');
    await canister.upgrade();
    expect(Buffer.compare(await archive.exportImage({ snapshot: 'then' }), before)).toBe(0);
  });

  it('is restored, and the restore undone', async () => {
    await archive.snapshots.create('one');
    await archive.execute("UPDATE t SET y = 'changed' WHERE x = 1");
    const { kept_as, size } = await archive.snapshots.restore('one');
    expect(await one()).toBe('one');
    expect(size).toBe((await archive.describe()).size);
    expect(kept_as).toEqual([expect.stringMatching(/^before-restore-\d+$/)]);
    await archive.snapshots.restore(kept_as[0]!, 'undone');
    expect(await one()).toBe('changed');
    expect(await names()).toEqual(['one', kept_as[0], 'undone']);
    await archive.execute("INSERT INTO t VALUES (3, 'goes on')");
    expect(await archive.query('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  });

  it('tells what only it holds, which is what deleting it gives back', async () => {
    await archive.snapshots.create('then');
    await archive.execute('DELETE FROM t WHERE x = 2');
    await archive.execute("UPDATE t SET y = 'changed'");
    const [snapshot] = await archive.snapshots.list();
    const held = snapshot!.held_bytes!;
    expect(held).toBeGreaterThan(0n);
    const before = await archive.upkeep.space();
    await archive.snapshots.delete('then');
    const after = await archive.upkeep.space();
    expect(after.pages_held_by_snapshots).toBe(0);
    expect(before.pages_used - after.pages_used).toBeGreaterThanOrEqual(Number(held / STORAGE_PAGE));
    expect(await names()).toEqual([]);
    expect(await archive.snapshots.damaged()).toEqual([]);
  });

  it('is measured in parts that add up', async () => {
    await archive.execute('INSERT INTO t VALUES (3, zeroblob(1500000)), (4, zeroblob(1500000))');
    await archive.snapshots.create('then');
    await archive.execute('UPDATE t SET y = randomblob(length(y)) WHERE x >= 3');
    let bytes = 0n;
    let calls = 0;
    for (let from: number | undefined = 0; from !== undefined; calls++) {
      const reply = await service().db_measure_snapshot(archive.id, 'then', from, 1);
      const part: { bytes: bigint; next: [] | [number] } = 'ok' in reply ? reply.ok : { bytes: 0n, next: [] };
      bytes += part.bytes;
      from = part.next[0];
    }
    expect(calls).toBe(3);
    expect((await archive.snapshots.list())[0]!.held_bytes).toBe(bytes);
  });

  it.each([
    ['without a name', ''],
    ['with a name of 49 bytes', `${'é'.repeat(24)}x`],
  ])('%s is refused', async (_, name) => {
    expect(await failureOf(service().db_create_snapshot(archive.id, name))).toMatchObject({
      code: 'SNAPSHOT_NAME',
    });
  });

  it('of a name that is taken, or beyond the 31st, is refused', async () => {
    for (let n = 0; n < 31; n++) await archive.snapshots.create(`snapshot ${n}`);
    expect(await failureOf(service().db_create_snapshot(archive.id, 'snapshot 3'))).toMatchObject({
      code: 'SNAPSHOT_EXISTS',
    });
    expect(await failureOf(service().db_create_snapshot(archive.id, 'one more'))).toMatchObject({
      code: 'IMAGES_FULL',
    });
    await archive.execute("UPDATE t SET y = 'changed' WHERE x = 1");
    expect(
      await failureOf(
        service().db_restore_snapshot({ archive: archive.id, snapshot: 'snapshot 3', keep_as: [] }),
      ),
    ).toMatchObject({ code: 'IMAGES_FULL' });
    expect(await one()).toBe('changed');
  });

  it('that takes a bucket too many is refused, as is whatever else pins an image, right behind an upgrade too', async () => {
    await fillBuckets(archive);
    const { buckets_owned } = await archive.upkeep.space();
    const { id } = archive;
    await canister.client().administer(id).limit({ bucketBudget: buckets_owned });
    const code = 'BUCKET_BUDGET_EXCEEDED';
    for (const call of [
      () => service().db_create_snapshot(id, 'one'),
      () => service().db_begin_export({ archive: id, snapshot: [], lifetime_seconds: [] }),
      () => service().db_refresh_checksum(id, 10),
    ]) {
      await canister.upgrade();
      expect(await failureOf(call())).toMatchObject({ code });
    }
  });

  it('that is not there is refused, by every method that names one', async () => {
    const code = 'SNAPSHOT_NONE';
    const { id } = archive;
    expect(await failureOf(service().db_delete_snapshot(id, 'x'))).toMatchObject({ code });
    expect(await failureOf(service().db_measure_snapshot(id, 'x', 0, 1))).toMatchObject({ code });
    expect(
      await failureOf(service().db_restore_snapshot({ archive: id, snapshot: 'x', keep_as: [] })),
    ).toMatchObject({ code });
    expect(
      await failureOf(service().db_begin_fork({ archive: id, snapshot: ['x'], id: 'never', owner: [] })),
    ).toMatchObject({ code });
  });
});

describe('what is reclaimed', () => {
  it('comes back in parts, and is written again before the slot grows', async () => {
    await archive.execute('INSERT INTO t VALUES (3, zeroblob(1000000))');
    await archive.snapshots.create('then');
    await archive.execute('UPDATE t SET y = randomblob(1000000) WHERE x = 3');
    const { buckets_owned } = await archive.upkeep.space();
    await archive.snapshots.delete('then');
    await archive.execute('INSERT INTO t VALUES (4, randomblob(900000))');
    expect((await archive.upkeep.space()).buckets_owned).toBe(buckets_owned);
    expect(await service().db_reclaim(archive.id, 10)).toEqual({ ok: { done: true } });
  });

  it('needs a budget', async () => {
    expect(await failureOf(service().db_reclaim(archive.id, 0))).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
