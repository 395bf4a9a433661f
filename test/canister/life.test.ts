import { beforeAll, describe, expect, it } from 'vitest';
import type { TabulariumError } from '../../src/client';
import { ALICE, BOB, InstalledTabularium, OPERATOR } from '../support/tabularium';

const DAY_MS = 86_400_000;

let canister: InstalledTabularium;

beforeAll(async () => {
  canister = await InstalledTabularium.install();
});

async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'answered',
    (error: TabulariumError) => error.code ?? error.message,
  );
}

const client = () => canister.client();

describe('an archive is created', () => {
  it('in a named slot, with page size, labels and limits, and describes all of it', async () => {
    await client().createArchive('chosen', ALICE, {
      slot: 200,
      pageSize: 1_024,
      labels: { plan: 'gold' },
      limits: { sizeLimit: 50_000, bucketBudget: 3 },
    });
    const description = await client().administer('chosen').describe();
    expect(description).toMatchObject({
      archive: { id: 'chosen', slot: 200, owner: ALICE, state: { Active: null } },
      page_size: 1_024,
      chosen_page_size: 1_024,
      limits: { size_limit: [50_000n], bucket_budget: [3] },
    });
    expect(description.archive.labels).toEqual([{ key: 'plan', value: 'gold' }]);
    const rows = await client().archive('chosen').query('PRAGMA page_size');
    expect(rows).toEqual([{ page_size: 1_024 }]);
  });

  it.each([
    ['in a slot that is taken', { slot: 200 }, 'SLOT_TAKEN'],
    ['outside of the plan', { slot: 119 }, 'SLOT_OUT_OF_RANGE'],
    ['with a page size that is none', { pageSize: 1_000 }, 'INVALID_SETTING'],
    ['by claiming a slot that is empty', { slot: 201, content: 'claim' as const }, 'SLOT_EMPTY'],
    ['with labels of another form', { labels: { 'a b': '' } }, 'INVALID_LABEL'],
  ])('not %s', async (_, choices, code) => {
    const before = canister.memoryHashes();
    expect(await codeOf(client().createArchive('refused', ALICE, choices))).toBe(code);
    expect(canister.memoryHashes()).toEqual(before);
  });

  it('closed, until its first image is imported', async () => {
    await client().createArchive('waiting', ALICE, { content: 'import' });
    expect(await codeOf(client().archive('waiting').query('SELECT 1'))).toBe('ARCHIVE_IMPORTING');
  });
});

describe('limits', () => {
  it('refuse growth when a transaction is published, lose nothing, and hold after an upgrade', async () => {
    const hers = client().archive('chosen');
    await hers.execute('CREATE TABLE t(x)');
    const grow = () => hers.execute('INSERT INTO t VALUES (randomblob(60000))');
    const size = (await hers.describe()).size;
    expect(await codeOf(grow())).toBe('SIZE_LIMIT_EXCEEDED');
    await canister.upgrade();
    expect(await codeOf(grow())).toBe('SIZE_LIMIT_EXCEEDED');
    expect((await hers.describe()).size).toBe(size);
    await client().administer('chosen').limit({ sizeLimit: null });
    await grow();
    expect(await codeOf(hers.execute('INSERT INTO t VALUES (zeroblob(2000000)), (zeroblob(2000000))'))).toBe(
      'BUCKET_BUDGET_EXCEEDED',
    );
    expect(await hers.query('SELECT count(*) AS n FROM t')).toEqual([{ n: 1 }]);
  });
});

describe('a list', () => {
  it('is filtered by label, state and owner, and shows each caller its own', async () => {
    await client().createArchive('bobs', BOB, { labels: { plan: 'free' } });
    const ids = async (filter: Parameters<ReturnType<typeof client>['listArchives']>[0], caller = client()) =>
      (await caller.listArchives(filter)).map(({ id }) => id);
    expect(await ids({})).toEqual(['chosen', 'waiting', 'bobs']);
    expect(await ids({ label: { key: 'plan' } })).toEqual(['chosen', 'bobs']);
    expect(await ids({ label: { key: 'plan', value: 'gold' } })).toEqual(['chosen']);
    expect(await ids({ state: { Importing: null } })).toEqual(['waiting']);
    expect(await ids({ owner: BOB })).toEqual(['bobs']);
    expect(await ids({}, canister.client(BOB))).toEqual(['bobs']);
  });

  it('comes in pages', async () => {
    const page = async (cursor: [] | [string]) => {
      const reply = await canister
        .actor(OPERATOR)
        .list_archives([{ label: [], state: [], owner: [], cursor, limit: [2] }]);
      if ('err' in reply) throw new Error(reply.err.message);
      return { ids: reply.ok.archives.map(({ id }) => id), next: reply.ok.next };
    };
    const first = await page([]);
    expect(first.ids).toEqual(['chosen', 'waiting']);
    expect(await page(first.next)).toEqual({ ids: ['bobs'], next: [] });
  });
});

describe('a block', () => {
  it('refuses writes or reads with its reason, and only controllers lift theirs', async () => {
    await client().createArchive('blocked', ALICE);
    const hers = canister.client(ALICE);
    await hers.archive('blocked').execute('CREATE TABLE t(x)');
    await client().administer('blocked').block('writes', 'unpaid');
    expect(await codeOf(hers.archive('blocked').execute('INSERT INTO t VALUES (1)'))).toBe('WRITES_BLOCKED');
    expect(await hers.archive('blocked').query('SELECT count(*) AS n FROM t')).toEqual([{ n: 0 }]);
    expect((await hers.archive('blocked').describe()).archive.state).toEqual({ ReadOnly: null });
    expect(await codeOf(hers.administer('blocked').unblock('writes'))).toBe('BLOCKED_BY_CONTROLLER');
    await hers.administer('blocked').block('reads', 'moving out');
    await expect(hers.archive('blocked').query('SELECT 1')).rejects.toThrow(/by its owner: moving out/);
    expect(await codeOf(hers.archive('blocked').exportImage())).toBe('answered');
    await hers.administer('blocked').unblock('reads');
    await client().administer('blocked').block('reads', 'a court order');
    expect(await codeOf(hers.archive('blocked').exportImage())).toBe('READS_BLOCKED');
    expect(await codeOf(client().archive('blocked').exportImage())).toBe('answered');
    await client().administer('blocked').unblock('reads');
    await client().administer('blocked').unblock('writes');
    await hers.archive('blocked').execute('INSERT INTO t VALUES (1)');
  });
});

describe('access', () => {
  it('lets writers write, readers read, and everybody read what is public', async () => {
    await client().createArchive('shared', ALICE);
    const admin = canister.client(ALICE).administer('shared');
    await canister.client(ALICE).archive('shared').execute('CREATE TABLE t(x)');
    const write = () => canister.client(BOB).archive('shared').execute('INSERT INTO t VALUES (1)');
    const read = () => canister.client(BOB).archive('shared').query('SELECT x FROM t');
    expect(await codeOf(read())).toBe('NOT_AUTHORISED');
    await admin.changeAccess({ readers: [BOB] });
    expect(await codeOf(read())).toBe('answered');
    expect(await admin.access()).toEqual({ writers: [], readers: [BOB], public_read: false });
    const asBob = canister.client(BOB).administer('shared');
    expect((await asBob.describe()).access).toEqual([]);
    expect(await codeOf(asBob.changeAccess({ public_read: true }))).toBe('NOT_AUTHORISED');
    expect(await codeOf(write())).toBe('NOT_AUTHORISED');
    await admin.changeAccess({ writers: [BOB], readers: [] });
    expect(await codeOf(write())).toBe('answered');
    await admin.changeAccess({ writers: [], public_read: true });
    expect(await codeOf(read())).toBe('answered');
    expect(await codeOf(write())).toBe('NOT_AUTHORISED');
  });
});

describe('a deleted archive', () => {
  it('frees its id, keeps its data, comes back, and its old reference never means another archive', async () => {
    const archive = await client().createArchive('gone', ALICE);
    const reference = `gone@${archive.generation}`;
    const hers = canister.client(ALICE);
    await hers.archive('gone').execute('CREATE TABLE t(x); INSERT INTO t VALUES (42)');
    await hers.administer('gone').configure({ delete_protection: true });
    expect(await codeOf(hers.administer('gone').delete())).toBe('ARCHIVE_PROTECTED');
    await hers.administer('gone').configure({ delete_protection: false });
    await hers.administer('gone').delete();
    const other = await client().createArchive('gone', BOB);
    expect(other.slot).not.toBe(archive.slot);
    expect(await codeOf(hers.archive(reference).query('SELECT x FROM t'))).toBe('ARCHIVE_DELETED');
    expect(await codeOf(hers.administer(reference).recover())).toBe('ARCHIVE_EXISTS');
    await hers.administer(reference).recover('back');
    expect(await codeOf(client().administer(reference).describe())).toBe('REFERENCE_STALE');
    expect(await hers.archive('back').query('SELECT x FROM t')).toEqual([{ x: 42 }]);
  });

  it('is purged by a controller: buckets go back, and its slot serves another generation', async () => {
    const archive = await client().createArchive('purged', ALICE);
    await canister
      .client(ALICE)
      .archive('purged')
      .execute('CREATE TABLE t(x); INSERT INTO t VALUES (zeroblob(1500000)), (zeroblob(1500000))');
    const reference = `purged@${archive.generation}`;
    await client().administer('purged').delete();
    const bucketsOfSlot = async () =>
      (await client().observation.memory()).memories.find(({ memory_id }) => memory_id === archive.slot)
        ?.buckets;
    expect(await bucketsOfSlot()).toBeGreaterThan(1);
    expect(await codeOf(canister.client(ALICE).administer(reference).purge())).toBe('NOT_AUTHORISED');
    await client().administer(reference).purge();
    expect(await bucketsOfSlot()).toBeUndefined();
    expect(await codeOf(client().administer(reference).describe())).toBe('REFERENCE_STALE');
    const next = await client().createArchive('next', ALICE, { slot: archive.slot });
    expect(next.generation).toBeGreaterThan(archive.generation);
    expect(await codeOf(client().archive(reference).query('SELECT 1'))).toBe('REFERENCE_STALE');
  });

  it('cannot be recovered after its window', async () => {
    await client().createArchive('late', ALICE);
    await client()
      .administer('late')
      .configure({ recovery_window_seconds: [60n] });
    const { generation } = await client().administer('late').delete();
    await canister.pic.advanceTime(DAY_MS);
    await canister.pic.tick(2);
    expect(await codeOf(client().administer(`late@${generation}`).recover())).toBe('RECOVERY_EXPIRED');
  });
});

describe('a quarantined archive', () => {
  it('serves nothing until the quarantine is lifted', async () => {
    await client().createArchive('doubtful', ALICE);
    await client().administer('doubtful').quarantine('a page did not match');
    await expect(client().archive('doubtful').query('SELECT 1')).rejects.toThrow(/a page did not match/);
    await client().administer('doubtful').liftQuarantine();
    expect(await codeOf(client().archive('doubtful').query('SELECT 1'))).toBe('answered');
  });
});
