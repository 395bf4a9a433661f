import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ArchiveClient } from '../../src/client';
import { ALICE, BOB, failureOf, InstalledTabularium, OPERATOR } from '../support/tabularium';

let canister: InstalledTabularium;
let source: ArchiveClient;
let archives = 0;

beforeAll(async () => {
  canister = await InstalledTabularium.install({ bucketSizeInPages: 1 });
});

beforeEach(async () => {
  const { id } = await canister.archive(`source-${archives++}`, ALICE);
  source = canister.client().archive(id);
  await source.execute("CREATE TABLE t(x, y); INSERT INTO t VALUES (1, 'one'), (2, zeroblob(200000))");
});

const service = () => canister.actor(OPERATOR);
const fork = (id: string, snapshot: [] | [string] = []) =>
  service().db_begin_fork({ archive: source.id, snapshot, id, owner: [] });

describe('a fork', () => {
  it('is an archive of its own with the same image, of the same owner', async () => {
    const copy = await source.fork(`copy-of-${source.id}`);
    expect(Buffer.compare(await copy.exportImage(), await source.exportImage())).toBe(0);
    const { archive } = await copy.describe();
    expect(archive).toMatchObject({ id: `copy-of-${source.id}`, state: { Active: null } });
    expect(archive.owner.toText()).toBe(ALICE.toText());
    await canister.client(ALICE).archive(archive.id).execute("UPDATE t SET y = 'mine' WHERE x = 1");
    expect(await source.query('SELECT y FROM t WHERE x = 1')).toEqual([{ y: 'one' }]);
  });

  it('may be that of a snapshot, and of another owner', async () => {
    await source.snapshots.create('then');
    await source.execute('DELETE FROM t');
    const progress: number[] = [];
    const copy = await source.fork(`then-${source.id}`, {
      snapshot: 'then',
      owner: BOB,
      progress: (done, total) => progress.push(done / total),
    });
    expect(progress.at(-1)).toBe(1);
    const asBob = canister.client(BOB).archive(copy.id);
    expect(await asBob.query('SELECT count(*) AS n FROM t')).toEqual([{ n: 2 }]);
    expect(await source.listExports()).toEqual([]);
  });

  it('copies the image as it was at the begin, goes on after upgrades, and opens at the end', async () => {
    const before = await source.exportImage();
    const begun = await fork(`late-${source.id}`);
    const id = 'ok' in begun ? begun.ok : '';
    expect(id).toMatch(/^late-source-\d+@\d+$/);
    await source.execute("UPDATE t SET y = 'changed'");
    expect(await service().db_continue_fork(id, 10)).toMatchObject({ ok: { done: false } });
    expect(await failureOf(service().query(id, 'SELECT 1', [], []))).toMatchObject({
      code: 'ARCHIVE_IMPORTING',
    });
    await canister.upgrade();
    expect(await canister.client().archive(id).forkProgress()).toMatchObject({ done: false });
    expect(await source.forkProgress()).toBeUndefined();
    expect(await service().db_fork_progress(id)).toMatchObject({
      ok: [{ copied: 10n * 4_096n, done: false }],
    });
    await source.execute('DELETE FROM t');
    expect(await service().db_continue_fork(id, 1_000)).toMatchObject({ ok: { done: true } });
    expect(await service().db_fork_progress(id)).toEqual({ ok: [] });
    expect(Buffer.compare(await canister.client().archive(id).exportImage(), before)).toBe(0);
  });

  it('that is cancelled is gone, with its room and its pin', async () => {
    const id = `given-up-${source.id}`;
    await fork(id);
    await service().db_continue_fork(id, 10);
    expect(await service().db_cancel_fork(id)).toEqual({ ok: null });
    expect(await failureOf(service().db_fork_progress(id))).toMatchObject({ code: 'ARCHIVE_NOT_FOUND' });
    expect(await source.listExports()).toEqual([]);
    expect(await fork(id)).toHaveProperty('ok');
  });

  it('of an id that is taken is refused, with nothing changed', async () => {
    const slots = () => new Map([...canister.memoryHashes()].filter(([id]) => id >= 119));
    const before = slots();
    expect(await failureOf(fork(source.id))).toMatchObject({ code: 'ARCHIVE_EXISTS' });
    expect(await failureOf(fork('no id'))).toMatchObject({ code: 'INVALID_ARCHIVE_ID' });
    expect(slots()).toEqual(before);
  });

  it('is continued, asked for and cancelled only while it is one', async () => {
    expect(await service().db_fork_progress(source.id)).toEqual({ ok: [] });
    expect(await failureOf(service().db_continue_fork(source.id, 10))).toMatchObject({ code: 'FORK_NONE' });
    expect(await failureOf(service().db_cancel_fork(source.id))).toMatchObject({ code: 'FORK_NONE' });
  });

  it('is no target for an import', async () => {
    const id = `busy-${source.id}`;
    await fork(id);
    const request = { archive: id, total_size: 4_096n, sha256: [] as [], idle_seconds: [] as [] };
    expect(await failureOf(service().db_begin_import(request))).toMatchObject({ code: 'IMPORT_BUSY' });
    await service().db_cancel_fork(id);
  });
});
