import { expect } from 'vitest';
import { createArchiveRequest } from '../../../src/client';
import { fillBuckets } from '../../support/fill-buckets';
import { ImportSteps } from '../../support/import-steps';
import { ALICE, InstalledTabularium, OPERATOR } from '../../support/tabularium';
import { type Scene, serviceOf, walkOf } from './walk';

const INSERT_ROWS = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 120)
  INSERT INTO t SELECT i, randomblob(400) FROM n`;

interface Storage extends Scene {
  readonly image: Uint8Array;
  readonly token: bigint;
  readonly imports: Readonly<Record<'receiving' | 'received' | 'verified' | 'replacing', ImportSteps>>;
}

/** Reads and writes of rows, and everything that is done to an archive's images. */
export const storage = walkOf('storage', setStorage, {
  create_archive: (scene) => serviceOf(scene).create_archive(createArchiveRequest('new', undefined)),
  'execute, one row': (scene) =>
    serviceOf(scene).execute('a', "UPDATE t SET y = 'changed' WHERE x = -2", [], []),
  'execute, many pages': (scene) => serviceOf(scene).execute('a', INSERT_ROWS, [], []),
  'execute, schema': (scene) =>
    serviceOf(scene).execute('a', 'CREATE TABLE u(z); CREATE INDEX i ON t(y)', [], []),
  'execute, VACUUM': (scene) => serviceOf(scene).execute('a', 'VACUUM', [], []),
  batch: (scene) =>
    serviceOf(scene).batch(
      'a',
      [
        { sql: "INSERT INTO t VALUES (2000, 'new')", parameters: [] },
        { sql: 'DELETE FROM t WHERE x = -2', parameters: [] },
      ],
      [],
    ),
  db_begin_export: (scene) =>
    serviceOf(scene).db_begin_export({ archive: 'a', snapshot: ['kept'], lifetime_seconds: [] }),
  db_end_export: (scene) => serviceOf(scene).db_end_export('a', scene.token),
  db_begin_import: (scene) => new ImportSteps(serviceOf(scene), 'a').begin(100_000),
  db_import_chunk: ({ imports, image }) => imports.receiving.chunk(0, image),
  db_verify_import: ({ imports }) => imports.received.verify(),
  db_finish_import: ({ imports }) => imports.verified.finish(),
  'db_finish_import, keeping what it replaces': ({ imports }) => imports.replacing.finish({ KeepAs: 'old' }),
  'db_finish_import, discarding what it replaces': ({ imports }) =>
    imports.replacing.finish({ Discard: null }),
  db_cancel_import: ({ imports }) => imports.verified.cancel(),
  db_create_snapshot: (scene) => serviceOf(scene).db_create_snapshot('a', 'new'),
  'db_create_snapshot, the first': (scene) => serviceOf(scene).db_create_snapshot('full', 'new'),
  db_restore_snapshot: (scene) =>
    serviceOf(scene).db_restore_snapshot({ archive: 'a', snapshot: 'kept', keep_as: [] }),
  db_delete_snapshot: (scene) => serviceOf(scene).db_delete_snapshot('a', 'kept'),
  db_reclaim: (scene) => serviceOf(scene).db_reclaim('expired', 1_000),
  db_begin_fork: (scene) =>
    serviceOf(scene).db_begin_fork({ archive: 'a', snapshot: [], id: 'new', owner: [] }),
  'db_continue_fork, a part': (scene) => serviceOf(scene).db_continue_fork('fork', 3),
  'db_continue_fork, to its end': (scene) => serviceOf(scene).db_continue_fork('fork', 1_000),
  db_cancel_fork: (scene) => serviceOf(scene).db_cancel_fork('fork'),
  db_compact: (scene) => serviceOf(scene).db_compact('a', 1_000),
  'db_refresh_checksum, a part': (scene) => serviceOf(scene).db_refresh_checksum('a', 3),
  'db_refresh_checksum, the first': (scene) => serviceOf(scene).db_refresh_checksum('full', 3),
  'db_refresh_checksum, to its end': (scene) => serviceOf(scene).db_refresh_checksum('checked', 1_000),
  db_cancel_checksum: (scene) => serviceOf(scene).db_cancel_checksum('checked'),
  db_set_page_checksums: (scene) => serviceOf(scene).db_set_page_checksums('a', true),
  db_continue_page_checksums: (scene) => serviceOf(scene).db_continue_page_checksums('checked', 1_000),
  db_check: (scene) =>
    serviceOf(scene).db_check({
      archive: 'a',
      kind: { Integrity: null },
      table: [],
      instruction_budget: [],
      cursor: [],
    }),
});

async function setStorage(): Promise<Storage> {
  const canister = await InstalledTabularium.install({ bucketSizeInPages: 1 });
  const service = serviceOf({ canister });
  const a = await canister.archive('a', ALICE);
  await a.execute(
    "CREATE TABLE t(x INTEGER PRIMARY KEY, y); INSERT INTO t VALUES (-1, 'kept'), (-2, 'other'), (1000, randomblob(20000))",
  );
  const image = await a.exportImage();
  const steps = (id: string) => new ImportSteps(service, id);
  const imports = {
    receiving: steps('receiving'),
    received: steps('received'),
    verified: steps('verified'),
    replacing: steps('replacing'),
  };
  for (const id of ['receiving', 'received', 'verified'] as const) await canister.archive(id, ALICE);
  await (await canister.archive('replacing', ALICE)).importImage(image);
  for (const each of Object.values(imports)) await each.begin(image.length);
  for (const each of [imports.received, imports.verified, imports.replacing]) await each.chunk(0, image);
  await imports.verified.verify();
  await imports.replacing.verify();
  await expiredExport(canister, image);
  await fullArchive(canister);
  await service.db_begin_fork({ archive: 'a', snapshot: [], id: 'fork', owner: [] });
  await service.db_continue_fork('fork', 2);
  const checked = await canister.archive('checked');
  await checked.importImage(image);
  await service.db_refresh_checksum('checked', 2);
  await service.db_set_page_checksums('checked', true);
  await a.snapshots.create('kept');
  const { token } = await a.beginExport();
  await service.execute('a', 'DELETE FROM t WHERE x = 1000', [], []);
  await canister.pic.tick(4);
  return { canister, image, token, imports, restart: await canister.checkpoint(), expectToWork };

  async function expectToWork(): Promise<void> {
    const kept = canister.client(OPERATOR).archive('a');
    expect(await kept.query('SELECT y FROM t WHERE x = -1')).toEqual([{ y: 'kept' }]);
    expect(await kept.query('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  }
}

/** An archive with pages that only an export holds whose time is over. */
async function expiredExport(canister: InstalledTabularium, image: Uint8Array): Promise<void> {
  const archive = await canister.archive('expired');
  await archive.importImage(image);
  await archive.beginExport({ lifetimeSeconds: 1 });
  await archive.execute('DELETE FROM t WHERE x = 1000');
  await canister.pic.advanceTime(2_000);
  await canister.pic.tick();
}

/** An archive without a page to spare, so that whatever needs one has to grow. */
async function fullArchive(canister: InstalledTabularium): Promise<void> {
  const archive = await canister.archive('full');
  await archive.execute('CREATE TABLE t(x INTEGER PRIMARY KEY, y)');
  await fillBuckets(archive);
}
