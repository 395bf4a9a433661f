import { createHash } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ArchiveClient, ImportInterrupted } from '../../src/client';
import { xxh64 } from '../native/storage/xxh64';
import { ImportSteps } from '../support/import-steps';
import { asWal, patched, stockFile } from '../support/stock-files';
import { ALICE, failureOf, InstalledTabularium, OPERATOR } from '../support/tabularium';

let canister: InstalledTabularium;
let archive: ArchiveClient;
let archives = 0;
let steps: ImportSteps;

beforeAll(async () => {
  canister = await InstalledTabularium.install();
});

beforeEach(async () => {
  archive = await canister.archive(`archive-${archives++}`);
  await archive.execute("CREATE TABLE t(x, y); INSERT INTO t VALUES (1, 'one'), (2, 'two')");
  steps = new ImportSteps(service(), archive.id);
});

const service = () => canister.actor(OPERATOR);
const rows = () => archive.query('SELECT x, y FROM t ORDER BY x');
const ROWS = [
  { x: 1, y: 'one' },
  { x: 2, y: 'two' },
];
const hex = (bytes: Uint8Array) => xxh64(bytes).toString(16).padStart(16, '0');
const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());

describe('an import', () => {
  it('replaces the content and keeps it until then', async () => {
    const image = await archive.exportImage();
    await archive.execute('DELETE FROM t');
    await steps.begin(image.length);
    await steps.chunk(0, image.subarray(0, 4_096));
    expect(await rows()).toEqual([]);
    await archive.execute("INSERT INTO t VALUES (9, 'written meanwhile')");
    await steps.chunk(4_096, image.subarray(4_096));
    expect(await steps.verify()).toMatchObject({ ok: { phase: { Verified: null } } });
    expect(await rows()).toEqual([{ x: 9, y: 'written meanwhile' }]);
    expect(await steps.finish()).toMatchObject({ ok: { size: BigInt(image.length) } });
    expect(await rows()).toEqual(ROWS);
    expect(await archive.importStatus()).toBeUndefined();
  });

  it('can be undone, since what it replaced is a snapshot', async () => {
    const image = await stockFile(4_096);
    const { kept_as } = await archive.importImage(image);
    expect(kept_as).toEqual([expect.stringMatching(/^before-import-\d+$/)]);
    const undone = await archive.snapshots.restore(kept_as[0]!, 'the import');
    expect(undone.kept_as).toEqual(['the import']);
    expect(await rows()).toEqual(ROWS);
    await archive.snapshots.restore('the import');
    expect(await archive.query('SELECT count(*) AS n FROM s')).toEqual([{ n: 100 }]);
  });

  it('keeps the replaced image under a name, or does not keep it', async () => {
    const image = await archive.exportImage();
    expect(await archive.importImage(image, { keepAs: 'mine' })).toMatchObject({ kept_as: ['mine'] });
    expect(await archive.importImage(image, { keepAs: false })).toMatchObject({ kept_as: [] });
    expect((await archive.snapshots.list()).map(({ name, origin }) => [name, origin])).toEqual([
      ['mine', { Import: null }],
    ]);
    await steps.begin(image.length);
    await steps.chunk(0, image);
    await steps.verify();
    expect(await failureOf(steps.finish({ KeepAs: 'mine' }))).toMatchObject({ code: 'SNAPSHOT_EXISTS' });
    expect(await steps.finish({ KeepAs: 'other' })).toHaveProperty('ok');
  });

  it('keeps nothing of an empty archive', async () => {
    const empty = await canister.archive('empty');
    expect(await empty.importImage(await archive.exportImage())).toMatchObject({ kept_as: [] });
  });

  it('goes on after an upgrade, at every step, with chunks out of order and again', async () => {
    const image = await archive.exportImage();
    await archive.execute('DELETE FROM t');
    await steps.begin(image.length, sha256(image));
    await canister.upgrade();
    await steps.chunk(6_000, image.subarray(6_000));
    await steps.chunk(0, patched(image, 50, 1, 2, 3).subarray(0, 4_096));
    await canister.upgrade();
    expect(await service().db_missing_ranges(archive.id, steps.session, 0n, 10)).toEqual({
      ok: { ranges: [{ offset: 4_096n, length: 1_904n }], next: [] },
    });
    expect((await archive.describe()).import).toEqual([
      { received: BigInt(image.length - 1_904), total: BigInt(image.length) },
    ]);
    await steps.chunk(0, image.subarray(0, 7_000), hex(image.subarray(0, 7_000)));
    // As little as a call can do, so that there are several.
    let reply = await steps.verify(1n);
    await canister.upgrade();
    while ('ok' in reply && !('Verified' in reply.ok.phase)) reply = await steps.verify();
    await canister.upgrade();
    expect(await steps.finish()).toHaveProperty('ok');
    expect(await rows()).toEqual(ROWS);
  });

  it('lists what is missing in pages', async () => {
    await steps.begin(100_000);
    for (let offset = 0; offset < 100_000; offset += 10_000) {
      await steps.chunk(offset, new Uint8Array(5_000));
    }
    const first = await service().db_missing_ranges(archive.id, steps.session, 0n, 6);
    expect(first).toMatchObject({ ok: { ranges: { length: 6 } } });
    const [next] = 'ok' in first ? first.ok.next : [];
    const second = await service().db_missing_ranges(archive.id, steps.session, next!, 6);
    expect(second).toMatchObject({ ok: { ranges: { length: 4 }, next: [] } });
    for (const limit of [0, 501]) {
      expect(
        await failureOf(service().db_missing_ranges(archive.id, steps.session, 0n, limit)),
      ).toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
    }
  });

  it('that is cancelled gives its space back', async () => {
    const before = (await canister.client().observation.memory()).stable_pages;
    for (let round = 0; round < 5; round++) {
      await steps.begin(3_000_000);
      await steps.chunk(0, new Uint8Array(1_500_000).fill(1));
      await steps.chunk(1_500_000, new Uint8Array(1_500_000).fill(1));
      expect(await steps.cancel()).toEqual({ ok: null });
    }
    const grown = (await canister.client().observation.memory()).stable_pages - before;
    expect(Number(grown) * 65_536).toBeLessThan(2 * 3_000_000);
    expect(await rows()).toEqual(ROWS);
  });

  it('is given up when no call comes for the time that it allows', async () => {
    const image = await archive.exportImage();
    const request = { archive: archive.id, total_size: BigInt(image.length), sha256: [] as [] };
    const begun = await service().db_begin_import({ ...request, idle_seconds: [60] });
    steps.session = 'ok' in begun ? begun.ok.session : 0n;
    await canister.pic.advanceTime(50_000);
    expect(await steps.chunk(0, image)).toEqual({ ok: null });
    await canister.pic.advanceTime(50_000);
    expect(await steps.verify()).toHaveProperty('ok');
    await canister.pic.advanceTime(61_000);
    await canister.pic.tick();
    expect(await failureOf(steps.finish())).toMatchObject({ code: 'IMPORT_EXPIRED' });
    expect(await steps.begin(4_096)).toHaveProperty('ok');
  });

  it('takes a file that a stock SQLite wrote, at every page size', async () => {
    for (const pageSize of [512, 1_024, 4_096, 16_384, 65_536]) {
      await archive.importImage(await stockFile(pageSize), { keepAs: false });
      expect(await archive.query('SELECT count(*) AS n, sum(length(b)) AS bytes FROM s')).toEqual([
        { n: 100, bytes: 100 * 300 },
      ]);
      await archive.execute('DELETE FROM s WHERE rowid % 2');
      expect(await archive.query('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    }
  });

  it('converts a WAL-mode file whose log was written back', async () => {
    const image = asWal(await archive.exportImage());
    await archive.execute('DELETE FROM t');
    await archive.importImage(image);
    expect(await rows()).toEqual(ROWS);
    expect([...(await archive.exportImage()).subarray(18, 20)]).toEqual([1, 1]);
  });
});

describe('an image is refused, and the archive kept,', () => {
  it.each<[string, (image: Uint8Array) => Uint8Array, string]>([
    ['when it is text', () => new TextEncoder().encode('x'.repeat(10_000)), 'IMPORT_NOT_SQLITE'],
    ['when it is zeros', () => new Uint8Array(8_192), 'IMPORT_NOT_SQLITE'],
    ['when it is nothing', () => new Uint8Array(0), 'IMPORT_SIZE'],
    ['when it is truncated', (image) => image.subarray(0, image.length - 4_096), 'IMPORT_TRUNCATED'],
    ['when it is a header alone', (image) => image.subarray(0, 100), 'IMPORT_TRUNCATED'],
    ['with a page size of 1,000', (image) => patched(image, 16, 1_000 >> 8, 1_000 & 255), 'IMPORT_PAGE_SIZE'],
    ['in WAL mode without its log', (image) => asWal(image.subarray(0, image.length - 4_096)), 'IMPORT_WAL'],
    ['when it is damaged', (image) => patched(image, 4_096 + 3, 255, 255), 'IMPORT_CORRUPT'],
  ])('%s', async (_, damage, code) => {
    const failure = await failureOf(steps.whole(damage(await archive.exportImage())));
    expect(failure).toMatchObject({ code, message: expect.stringMatching(/.{10}/) });
    expect(await rows()).toEqual(ROWS);
    await steps.cancel();
    await archive.importImage(await archive.exportImage());
    expect(await rows()).toEqual(ROWS);
  });

  it('when its SHA-256 is another', async () => {
    const image = await archive.exportImage();
    await steps.begin(image.length, sha256(new Uint8Array(1)));
    await steps.chunk(0, image);
    expect(await failureOf(steps.verify())).toMatchObject({ code: 'IMPORT_HASH' });
    expect(await archive.importStatus()).toMatchObject({
      phase: { Refused: null },
      refusal: [{ code: 'IMPORT_HASH' }],
    });
    expect(await failureOf(steps.finish())).toMatchObject({ code: 'IMPORT_HASH' });
    expect(await rows()).toEqual(ROWS);
  });
});

describe('a step of an import is refused', () => {
  it('that leaves gaps, or comes too early', async () => {
    const image = await archive.exportImage();
    await steps.begin(image.length);
    await steps.chunk(0, image.subarray(0, 4_096));
    expect(await failureOf(steps.verify())).toMatchObject({ code: 'IMPORT_INCOMPLETE' });
    expect(await failureOf(steps.finish())).toMatchObject({ code: 'IMPORT_UNVERIFIED' });
    expect(await rows()).toEqual(ROWS);
  });

  it('that comes after verification', async () => {
    const image = await archive.exportImage();
    await steps.begin(image.length);
    await steps.chunk(0, image);
    await steps.verify();
    expect(await failureOf(steps.chunk(0, image))).toMatchObject({ code: 'IMPORT_CLOSED' });
  });

  it('of a chunk that does not have its checksum, or has none of its form', async () => {
    await steps.begin(4_096);
    const chunk = new Uint8Array(4_096).fill(5);
    expect(await failureOf(steps.chunk(0, chunk, hex(new Uint8Array(1))))).toMatchObject({
      code: 'IMPORT_CHECKSUM',
    });
    expect(await failureOf(steps.chunk(0, chunk, 'short'))).toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(await steps.chunk(0, chunk, hex(chunk))).toEqual({ ok: null });
  });

  it('beside another import, without one, or of another one', async () => {
    expect(await failureOf(steps.chunk(0, new Uint8Array(1)))).toMatchObject({ code: 'IMPORT_NONE' });
    expect(await failureOf(steps.finish())).toMatchObject({ code: 'IMPORT_NONE' });
    await steps.begin(4_096);
    expect(await failureOf(steps.begin(4_096))).toMatchObject({ code: 'IMPORT_BUSY' });
    steps.session += 1n;
    expect(await failureOf(steps.chunk(0, new Uint8Array(1)))).toMatchObject({ code: 'IMPORT_SESSION' });
    expect(await failureOf(steps.cancel())).toMatchObject({ code: 'IMPORT_SESSION' });
  });

  it('with arguments out of their bounds', async () => {
    const request = { archive: archive.id, total_size: 4_096n, sha256: [] as [], idle_seconds: [] as [] };
    const begin = (change: object) => failureOf(service().db_begin_import({ ...request, ...change }));
    const code = 'INVALID_ARGUMENT';
    expect(await begin({ total_size: 1n << 60n })).toMatchObject({ code });
    expect(await begin({ idle_seconds: [0] })).toMatchObject({ code });
    expect(await begin({ idle_seconds: [31_536_001] })).toMatchObject({ code });
    expect(await begin({ sha256: [new Uint8Array(31)] })).toMatchObject({ code });
    expect(await failureOf(service().db_verify_import(archive.id, 1n, [0n]))).toMatchObject({ code });
  });
});

describe('the first image of an archive', () => {
  const create = (id: string) => canister.client().createArchive(id, ALICE, { content: 'import' });
  const states = async () =>
    new Map((await canister.client().listArchives()).map(({ id, state }) => [id, Object.keys(state)[0]]));

  it('opens it', async () => {
    const id = `first-${archives}`;
    await create(id);
    const first = canister.client(ALICE).archive(id);
    await expect(first.query('SELECT 1')).rejects.toMatchObject({ code: 'ARCHIVE_IMPORTING' });
    expect(await first.importImage(await archive.exportImage())).toMatchObject({ kept_as: [] });
    expect(await first.query('SELECT x, y FROM t ORDER BY x')).toEqual(ROWS);
    expect((await states()).get(id)).toBe('Active');
  });

  it('refused, leaves the archive waiting for another one', async () => {
    const id = `second-try-${archives}`;
    await create(id);
    const first = canister.client(ALICE).archive(id);
    await expect(first.importImage(new Uint8Array(8_192))).rejects.toMatchObject({
      code: 'IMPORT_NOT_SQLITE',
    });
    expect((await states()).get(id)).toBe('Importing');
    expect((await first.importStatus())?.refusal).toMatchObject([{ code: 'IMPORT_NOT_SQLITE' }]);
    await first.importImage(await archive.exportImage());
    expect(await first.query('SELECT x, y FROM t ORDER BY x')).toEqual(ROWS);
  });

  it('cancelled, leaves nothing of it', async () => {
    const id = `given-up-${archives}`;
    await create(id);
    const first = new ImportSteps(canister.actor(ALICE), id);
    await first.begin(8_192);
    expect(await first.cancel()).toEqual({ ok: null });
    expect((await states()).has(id)).toBe(false);
    expect(await create(id)).toHaveProperty('id', id);
  });
});

describe('an archive with limits', () => {
  it('takes no image that is larger than it may be, and none for which it may not have the buckets', async () => {
    const { id } = archive;
    const admin = canister.client().administer(id);
    const image = await stockFile(4_096);
    await admin.limit({ sizeLimit: image.length - 1 });
    await expect(archive.importImage(image)).rejects.toMatchObject({ code: 'SIZE_LIMIT_EXCEEDED' });
    await admin.limit({ sizeLimit: null, bucketBudget: 1 });
    await steps.begin(3_000_000);
    await canister.upgrade();
    const refusals = [];
    for (let offset = 0; offset < 3_000_000; offset += 1_000_000) {
      const reply = await steps.chunk(offset, new Uint8Array(1_000_000).fill(1));
      if ('err' in reply) refusals.push(reply.err.code);
    }
    expect(refusals).toContain('BUCKET_BUDGET_EXCEEDED');
    expect(await rows()).toEqual(ROWS);
  });
});

describe('the client', () => {
  it('sends only what is missing of an import that it takes up', async () => {
    const image = await stockFile(4_096);
    await steps.begin(image.length);
    await steps.chunk(8_192, image.subarray(8_192));
    const sent: number[] = [];
    const { session } = (await archive.importStatus())!;
    await archive.importImage(image, { session, chunkBytes: 4_096, progress: (done) => sent.push(done) });
    expect(sent).toEqual([image.length - 4_096, image.length]);
    expect(await archive.query('SELECT count(*) AS n FROM s')).toEqual([{ n: 100 }]);
  });

  it('throws what went wrong first, and cancels the import that it began', async () => {
    const image = patched(await archive.exportImage(), 4_096 + 3, 255, 255);
    await expect(archive.importImage(image)).rejects.toMatchObject({ code: 'IMPORT_CORRUPT' });
    expect(await archive.importStatus()).toBeUndefined();
    expect(await rows()).toEqual(ROWS);
  });

  it('throws what went wrong first also when the cancel fails', async () => {
    const image = await archive.exportImage();
    const real = service();
    const failing = new Proxy(real, {
      get: (target, name, receiver) =>
        name === 'db_cancel_import'
          ? () => Promise.reject(new Error('the network is gone'))
          : Reflect.get(target, name, receiver),
    });
    const client = new ArchiveClient(failing, archive.id);
    await expect(client.importImage(patched(image, 0, 0))).rejects.toMatchObject({
      code: 'IMPORT_NOT_SQLITE',
    });
  });

  /** The archive over a network that loses calls of a method, so many. */
  const flaky = (method: string, failures: number): ArchiveClient => {
    let left = failures;
    const real = service();
    const losing = new Proxy(real, {
      get: (target, name, receiver) =>
        name === method && left-- > 0
          ? () => Promise.reject(new Error('a call was lost'))
          : Reflect.get(target, name, receiver),
    });
    return new ArchiveClient(losing, archive.id);
  };

  it.each(['db_import_chunk', 'db_missing_ranges', 'db_verify_import', 'db_finish_import'])(
    'keeps what has arrived when the network fails in %s, and takes the import up',
    async (method) => {
      const image = await stockFile(4_096);
      const options = { chunkBytes: 8_192, concurrency: 1 };
      const interrupted = await flaky(method, 3)
        .importImage(image, options)
        .catch((error: unknown) => error);
      expect(interrupted).toBeInstanceOf(ImportInterrupted);
      const { session, cause } = interrupted as ImportInterrupted;
      expect(cause).toMatchObject({ message: 'a call was lost' });
      expect((await archive.importStatus())?.session).toBe(session);
      await archive.importImage(image, { session });
      expect(await archive.query('SELECT count(*) AS n FROM s')).toEqual([{ n: 100 }]);
    },
  );

  it('says of how many tables the rows were not checked', async () => {
    const real = service();
    const large = new Proxy(real, {
      get: (target, name, receiver) =>
        name === 'db_verify_import'
          ? async (...call: Parameters<typeof real.db_verify_import>) => {
              const reply = await real.db_verify_import(...call);
              return 'ok' in reply ? { ok: { ...reply.ok, checked_in_part: 2 } } : reply;
            }
          : Reflect.get(target, name, receiver),
    });
    const image = await archive.exportImage();
    expect(await new ArchiveClient(large, archive.id).importImage(image)).toMatchObject({
      checked_in_part: 2,
    });
    expect(await archive.importImage(image)).toMatchObject({ checked_in_part: 0 });
  });

  it('sends again what did not get through', async () => {
    const image = await stockFile(4_096);
    await flaky('db_import_chunk', 2).importImage(image, { chunkBytes: 8_192, concurrency: 1 });
    expect(await archive.query('SELECT count(*) AS n FROM s')).toEqual([{ n: 100 }]);
  });
});

describe('an import and its neighbours', () => {
  it('leaves the images of other archives as they are', async () => {
    const hers = await canister.archive('hers', ALICE);
    await hers.execute('CREATE TABLE h(x); INSERT INTO h VALUES (1)');
    const before = await hers.exportImage();
    await archive.importImage(await stockFile(4_096));
    expect(Buffer.compare(await hers.exportImage(), before)).toBe(0);
  });
});
