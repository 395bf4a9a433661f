import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ArchiveClient } from '../../src/client';
import { damageSnapshot } from '../support/damage';
import { ALICE, failureOf, InstalledTabularium, OPERATOR } from '../support/tabularium';

let canister: InstalledTabularium;
let restart: () => Promise<void>;
let archive: ArchiveClient;

const service = () => canister.actor(OPERATOR);
const sums = () => archive.query('SELECT count(*) AS rows, sum(length(y)) AS bytes FROM t');
const AS_IT_IS = [{ rows: 400, bytes: 400_000 }];

/** An archive with two snapshots that share nothing with it any more; the map of the first one is damaged. */
beforeAll(async () => {
  canister = await InstalledTabularium.install({ bucketSizeInPages: 1 });
  archive = await canister.archive('a');
  await archive.execute(`CREATE TABLE t(x INTEGER PRIMARY KEY, y); WITH RECURSIVE n(i) AS
    (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 400) INSERT INTO t SELECT i, randomblob(1000) FROM n`);
  await archive.snapshots.create('damaged');
  await archive.execute('UPDATE t SET y = randomblob(1000)');
  await archive.snapshots.create('sound');
  await archive.execute('UPDATE t SET y = randomblob(1000)');
  await (await canister.archive('other')).execute("CREATE TABLE t(y); INSERT INTO t VALUES ('kept')");
  await damageSnapshot(canister, 'a', 'damaged');
  await canister.pic.tick(4);
  restart = await canister.checkpoint();
});

beforeEach(() => restart());

/** The archive serves, is written and compacted, and its sound snapshot is what it was; so is the other archive. */
async function expectToServe(): Promise<void> {
  expect(await sums()).toEqual(AS_IT_IS);
  await archive.execute('UPDATE t SET y = randomblob(1000) WHERE x <= 100');
  await archive.upkeep.compact();
  expect((await archive.upkeep.check('integrity')).findings).toEqual([]);
  await archive.snapshots.restore('sound', 'now');
  expect(await sums()).toEqual(AS_IT_IS);
  expect((await archive.upkeep.check('integrity')).findings).toEqual([]);
  expect(await canister.client().archive('other').query('SELECT y FROM t')).toEqual([{ y: 'kept' }]);
}

describe('a snapshot whose page map is damaged', () => {
  it('is listed with the others, of unknown size, and its archive serves', async () => {
    expect((await archive.snapshots.list()).map(({ name, held_bytes }) => [name, held_bytes])).toEqual([
      ['damaged', undefined],
      ['sound', expect.any(BigInt)],
    ]);
    expect(await archive.snapshots.damaged()).toEqual([]);
    await expectToServe();
  });

  it('is neither exported nor forked: the page is named', async () => {
    const code = 'SLOT_DAMAGED';
    await expect(archive.exportImage({ snapshot: 'damaged' })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/page \d+/),
    });
    await expect(archive.fork('copy', { snapshot: 'damaged' })).rejects.toMatchObject({ code });
    expect((await canister.client().listArchives()).map(({ id }) => id)).toEqual(['a', 'other']);
    await expectToServe();
  });

  it('that is restored can be undone', async () => {
    const { kept_as } = await archive.snapshots.restore('damaged');
    expect(await failureOf(service().query('a', 'SELECT sum(length(y)) FROM t', [], []))).toMatchObject({
      code: expect.stringMatching(/^SQLITE_(IOERR|CORRUPT|NOTADB)/),
    });
    await archive.snapshots.restore(kept_as[0]!, 'undone');
    await expectToServe();
  });
});

describe('a damaged snapshot that is deleted', () => {
  beforeEach(async () => {
    expect(await service().db_delete_snapshot('a', 'damaged')).toEqual({ ok: { done: false } });
  });

  it('is set aside and told by name, transaction and page, over upgrades; its archive serves', async () => {
    const damaged = await archive.snapshots.damaged();
    expect(damaged).toEqual([{ name: ['damaged'], transaction_id: 1n, page: expect.any(Number) }]);
    expect(await service().db_reclaim('a', 1_000)).toEqual({ ok: { done: true } });
    await canister.upgrade();
    expect(await archive.snapshots.damaged()).toEqual(damaged);
    expect((await archive.snapshots.list()).map(({ name }) => name)).toEqual(['sound']);
    expect(await service().doctor()).toMatchObject({ ok: [{ code: 'IMAGES_DAMAGED', archive: ['a@1'] }] });
    await expectToServe();
    expect(await archive.snapshots.damaged()).toEqual(damaged);
  });

  it('keeps its room until the archive is forked, purged and replaced by the fork', async () => {
    const held = (await archive.upkeep.space()).buckets_owned;
    const image = await archive.exportImage();
    const copy = await archive.fork('copy', { owner: ALICE });
    const { generation } = await canister.client().administer('a').delete();
    await canister.client().administer(`a@${generation}`).purge();
    await canister.client().administer('copy').rename('a');
    expect(Buffer.compare(await archive.exportImage(), image)).toBe(0);
    expect(await sums()).toEqual(AS_IT_IS);
    expect(await archive.snapshots.damaged()).toEqual([]);
    expect((await archive.upkeep.space()).buckets_owned).toBeLessThan(held / 2);
    expect(await service().doctor()).toEqual({ ok: [] });
    expect(copy.id).toMatch(/^copy/);
  });
});
