import { beforeAll, describe, expect, it } from 'vitest';
import type { ArchiveClient, ClientMigration } from '../../src/client';
import { ALICE, BOB, failureOf, InstalledTabularium, OPERATOR } from '../support/tabularium';

let canister: InstalledTabularium;

beforeAll(async () => {
  canister = await InstalledTabularium.install();
});

let count = 0;

/** A new archive of ALICE's. */
async function newArchive(): Promise<ArchiveClient> {
  return canister.archive(`a${++count}`, ALICE);
}

const migrations = () => canister.client(ALICE).migrations;

const first: ClientMigration = {
  version: 1,
  name: 'notes',
  sql: 'CREATE TABLE note(id INTEGER PRIMARY KEY, text)',
};

/** More than half a billion instructions in each of its statements. */
const slow = (statements: number): string =>
  `${Array.from(
    { length: statements },
    (_, index) => `INSERT INTO note(text) SELECT '${index}: ' || sum(n) FROM
      (WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 200000) SELECT n FROM c);`,
  ).join('\n')}\nCREATE INDEX by_text ON note(text);`;

describe('migrations of an archive', () => {
  it('are applied by its owner, and told to whoever may read it', async () => {
    const archive = await newArchive();
    const second: ClientMigration = {
      version: 2,
      name: 'fill',
      sql: "INSERT INTO note(text) VALUES ('hello')",
    };
    expect(await migrations().apply(archive.id, [first])).toEqual([1n]);
    expect(await migrations().apply(archive.id, [first, second])).toEqual([2n]);
    expect(await migrations().apply(archive.id, [first, second])).toEqual([]);
    expect(await archive.query('SELECT text FROM note')).toEqual([{ text: 'hello' }]);
    const status = await migrations().status(archive.id);
    expect(status).toMatchObject({
      version: 2n,
      running: [],
      applied: [{ name: 'notes' }, { name: 'fill' }],
    });
    expect(status.applied[0]!.checksum).toMatch(/^[0-9a-f]{64}$/);
    expect((await failureOf(canister.actor(BOB).migrate(archive.id, [], []))).code).toBe('NOT_AUTHORISED');
  });

  it('that fail say where, and leave those before them', async () => {
    const archive = await newArchive();
    const wrong: ClientMigration = { version: 2, name: 'wrong', sql: 'SELECT 1; SELECT oops FROM note' };
    await expect(migrations().apply(archive.id, [first, wrong])).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringContaining('migration 2 (wrong) failed: no such column: oops'),
      offset: 17,
    });
    expect(await migrations().status(archive.id)).toMatchObject({ version: 1n, running: [] });
  });

  it('are refused with a changed history', async () => {
    const archive = await newArchive();
    await migrations().apply(archive.id, [first]);
    await expect(migrations().apply(archive.id, [{ ...first, sql: `${first.sql} ` }])).rejects.toMatchObject({
      code: 'MIGRATION_CHANGED',
    });
    await expect(migrations().apply(archive.id, [])).rejects.toMatchObject({ code: 'MIGRATION_MISSING' });
    await expect(migrations().apply(archive.id, [first, first])).rejects.toMatchObject({
      code: 'MIGRATIONS_INVALID',
    });
  });

  it('are adopted where the schema is theirs', async () => {
    const archive = await newArchive();
    await archive.execute('CREATE TABLE note (id integer primary key, text)');
    expect(await migrations().adopt(archive.id, [first], 1)).toEqual([1n]);
    expect(await migrations().apply(archive.id, [first])).toEqual([]);
    const other = await newArchive();
    await other.execute('CREATE TABLE note(id)');
    await expect(migrations().adopt(other.id, [first], 1)).rejects.toMatchObject({
      code: 'MIGRATION_SCHEMA',
    });
  });
});

describe('a migration longer than a message', () => {
  const long: ClientMigration = { version: 2, name: 'long', sql: slow(3) };

  it('closes the archive until it is whole, over upgrades too', async () => {
    const archive = await newArchive();
    await migrations().apply(archive.id, [first]);
    const owner = canister.actor(ALICE);
    const send = () => owner.migrate(archive.id, [candid(first), candid(long)], []);
    let report = await ok(send());
    expect(report).toMatchObject({ version: 1n, done: false, running: [{ version: 2n, name: 'long' }] });
    for (const call of [
      owner.query(archive.id, 'SELECT 1', [], []),
      owner.execute(archive.id, 'DELETE FROM note', [], []),
      owner.delete_archive(archive.id),
    ]) {
      expect((await failureOf(call)).code).toBe('ARCHIVE_MIGRATING');
    }
    expect(await ok(owner.migration_status(archive.id))).toMatchObject({
      version: 1n,
      running: [{ version: 2n }],
    });
    await canister.upgrade();
    expect((await failureOf(owner.query(archive.id, 'SELECT 1', [], []))).code).toBe('ARCHIVE_MIGRATING');
    for (let messages = 0; !report.done && messages < 10; messages++) report = await ok(send());
    expect(report).toMatchObject({ version: 2n, done: true, running: [] });
    expect(await archive.query('SELECT count(*) AS n FROM note')).toEqual([{ n: 3 }]);
    await archive.execute('DELETE FROM note');
  });

  it('can be cancelled: the archive is what it was', async () => {
    const archive = await newArchive();
    await migrations().apply(archive.id, [first]);
    const before = await archive.exportImage();
    const owner = canister.actor(ALICE);
    await ok(owner.migrate(archive.id, [candid(first), candid(long)], []));
    expect(await migrations().cancel(archive.id)).toMatchObject({ version: 2n });
    expect(await archive.exportImage()).toEqual(before);
    await expect(migrations().cancel(archive.id)).rejects.toMatchObject({ code: 'MIGRATION_NONE' });
  });

  it('that fails in the end is undone, and opens the archive again', async () => {
    const archive = await newArchive();
    await migrations().apply(archive.id, [first]);
    const before = await archive.exportImage();
    const failing: ClientMigration = { ...long, sql: `${long.sql} SELECT * FROM nowhere` };
    await expect(migrations().apply(archive.id, [first, failing])).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringContaining('no such table: nowhere; the archive is at version 1'),
    });
    expect(await archive.exportImage()).toEqual(before);
  });
});

describe('a message that traps', () => {
  it.each([
    ['while the migration goes on', ''],
    ['while a failed one is undone', 'SELECT * FROM nowhere'],
  ])('%s changes nothing, and the next one does it', async (_, end) => {
    const archive = await newArchive();
    await migrations().apply(archive.id, [first]);
    const before = await archive.exportImage();
    const long: ClientMigration = { version: 2, name: 'long', sql: `${slow(3)} ${end}` };
    const owner = canister.actor(ALICE);
    const send = () => owner.migrate(archive.id, [candid(first), candid(long)], []);
    await ok(send());
    for (const when of ['before', 'after'] as const) {
      const state = canister.stateHash();
      canister.inspect.inject({ kind: 'update', trapAtStableChange: 4, when });
      await expect(send()).rejects.toThrow();
      canister.inspect.clearFaults();
      expect(canister.stateHash()).toBe(state);
    }
    if (end === '') {
      expect(await migrations().apply(archive.id, [first, long])).toEqual([2n]);
    } else {
      expect((await failureOf(send())).code).toBe('MIGRATION_FAILED');
      expect(await archive.exportImage()).toEqual(before);
    }
  });
});

describe('uploaded sets', () => {
  it('are the controllers, and listed for operators', async () => {
    const controller = canister.client(OPERATOR).migrations;
    expect(await controller.upload('tenants', [{ ...first, version: 2 }, first])).toMatchObject({
      name: 'tenants',
      migrations: 2,
      newest: 2n,
    });
    await canister.upgrade();
    expect(await controller.listSets()).toMatchObject([{ name: 'tenants', uploaded_by: OPERATOR }]);
    await expect(migrations().upload('mine', [first])).rejects.toThrow();
    expect(await controller.listSets()).toHaveLength(1);
    await controller.deleteSet('tenants');
    expect(await controller.listSets()).toEqual([]);
  });
});

function candid({ version, name, sql }: ClientMigration) {
  return { version: BigInt(version), name, sql, check_foreign_keys: false };
}

async function ok<T>(reply: Promise<{ ok: T } | { err: { code: string; message: string } }>): Promise<T> {
  const result = await reply;
  if ('err' in result) throw new Error(`${result.err.code}: ${result.err.message}`);
  return result.ok;
}

describe('the history of an archive', () => {
  const HISTORY = '_tabularium_migrations';
  let archive: ArchiveClient;
  beforeAll(async () => {
    archive = await newArchive();
    await migrations().apply(archive.id, [first]);
    await archive.execute('CREATE TABLE other(version INTEGER)');
  });

  it('can be read by SQL', async () => {
    expect(await archive.query(`SELECT name FROM ${HISTORY}`)).toEqual([{ name: 'notes' }]);
    await archive.execute(`INSERT INTO other SELECT version FROM ${HISTORY}`);
    expect(await archive.query('SELECT version FROM other')).toEqual([{ version: 1 }]);
  });

  it.each([
    `INSERT INTO ${HISTORY}(version, name, checksum, state, at) VALUES (2, 'x', '', 'applied', 0)`,
    `REPLACE INTO ${HISTORY} SELECT * FROM ${HISTORY}`,
    `UPDATE "_Tabularium_MIGRATIONS" SET checksum = ''`,
    `UPDATE main.${HISTORY} SET state = 'running'`,
    `DELETE FROM ${HISTORY}`,
    `WITH old AS (SELECT 1) DELETE FROM ${HISTORY} RETURNING *`,
    `DROP TABLE ${HISTORY}`,
    `ALTER TABLE ${HISTORY} RENAME TO gone`,
    `ALTER TABLE ${HISTORY} RENAME COLUMN state TO phase`,
    `ALTER TABLE ${HISTORY} ADD COLUMN x`,
    `CREATE INDEX i ON ${HISTORY}(name)`,
    `CREATE TRIGGER r AFTER INSERT ON ${HISTORY} BEGIN SELECT 1; END`,
    `CREATE TRIGGER r AFTER INSERT ON other BEGIN DELETE FROM ${HISTORY}; END; INSERT INTO other VALUES (1)`,
  ])('is not changed by %s', async (sql) => {
    const before = await archive.query(`SELECT * FROM ${HISTORY}`);
    await expect(archive.execute(sql)).rejects.toMatchObject({
      code: 'SQLITE_AUTH',
      message: expect.stringContaining('call migrate'),
    });
    expect(await archive.query(`SELECT * FROM ${HISTORY}`)).toEqual(before);
    expect(await archive.query("SELECT name FROM sqlite_schema WHERE tbl_name = 'other'")).toEqual([
      { name: 'other' },
    ]);
  });

  it.each([
    `CREATE TABLE ${HISTORY}(version)`,
    `CREATE TABLE ${HISTORY} AS SELECT 1 AS version`,
    `CREATE VIEW ${HISTORY} AS SELECT 1 AS version`,
    `CREATE VIRTUAL TABLE ${HISTORY} USING fts5(version)`,
    `ALTER TABLE t RENAME TO ${HISTORY}`,
    'alter table t rename to /*;*/ [_TABULARIUM_migrations]',
  ])('is not made by %s', async (sql) => {
    const fresh = await newArchive();
    await fresh.execute('CREATE TABLE t(version)');
    await expect(fresh.execute(sql)).rejects.toMatchObject({ code: 'SQLITE_AUTH' });
    expect(await migrations().apply(fresh.id, [first])).toEqual([1n]);
  });

  it('is not changed by a migration itself', async () => {
    const forged: ClientMigration = { version: 2, name: 'forged', sql: `DELETE FROM ${HISTORY}` };
    await expect(migrations().apply(archive.id, [first, forged])).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
    });
    expect((await migrations().status(archive.id)).version).toBe(1n);
  });

  it('stays when the archive is vacuumed, analysed and its other tables altered', async () => {
    await archive.execute('VACUUM');
    await archive.execute(
      'ANALYZE; REINDEX; ALTER TABLE other ADD COLUMN x; ALTER TABLE other RENAME TO renamed',
    );
    const second: ClientMigration = { version: 3, name: 'second', sql: 'CREATE TABLE later(x)' };
    expect(await migrations().apply(archive.id, [first, second])).toEqual([3n]);
  });
});
