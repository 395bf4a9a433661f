import { beforeEach, describe, expect, it } from 'vitest';
import { adoptMigrations, applyMigrations, knownMigrations, type SqlMigration } from '../../src/migrations';
import { thrownBy } from '../support/native-host';
import { MigratedArchive, numbered } from './support';

let archive: MigratedArchive;

beforeEach(async () => {
  archive = await MigratedArchive.create();
});

const MIGRATIONS = numbered(
  "CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT NOT NULL DEFAULT '-'); CREATE INDEX by_text ON note(text);",
  "ALTER TABLE note ADD COLUMN at TEXT; INSERT INTO note(text) VALUES ('welcome');",
  'CREATE VIEW recent AS SELECT * FROM note ORDER BY at DESC',
);

const adopt = (version: number, migrations: readonly SqlMigration[] = MIGRATIONS) => {
  const target = archive.reopen();
  return adoptMigrations(target, knownMigrations(target.native, migrations), version);
};

describe('adopting a schema', () => {
  it('records the versions behind it, runs none of them, and goes on from there', () => {
    archive.target.connection.exec(`
      CREATE TABLE IF NOT EXISTS "note" (
        id INTEGER primary key, -- the key
        text TEXT NOT NULL DEFAULT '-'
      , at TEXT);
      CREATE INDEX by_text ON note (text);
      INSERT INTO note(text) VALUES ('mine')`);
    expect(adopt(2)).toEqual([1, 2]);
    expect(archive.versions()).toEqual([
      [1, 'step-1', 'adopted'],
      [2, 'step-2', 'adopted'],
    ]);
    const report = applyMigrations(archive.target, knownMigrations(archive.native, MIGRATIONS), {
      instructions: 1_000_000,
    });
    expect(report).toMatchObject({ version: 3, applied: [3] });
    expect(archive.rows('SELECT text FROM recent')).toEqual([['mine']]);
  });

  it('refuses another schema, and says what differs', () => {
    archive.target.connection.exec(
      "CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT NOT NULL DEFAULT 'x'); CREATE TABLE extra(x)",
    );
    expect(thrownBy(() => adopt(1))).toMatchObject({
      code: 'MIGRATION_SCHEMA',
      message:
        "the archive's schema is not that of version 1: index by_text is missing; table extra is not expected; table note should be create table note(id integer primary key, text text not null default '-') and is create table note(id integer primary key, text text not null default 'x')",
    });
    expect(archive.rows("SELECT name FROM sqlite_schema WHERE name LIKE '%migrations'")).toEqual([]);
  });

  it('refuses an archive with a history, and a version that is none', () => {
    archive.target.connection.exec(MIGRATIONS[0]!.sql);
    expect(thrownBy(() => adopt(7))).toMatchObject({ code: 'MIGRATIONS_INVALID' });
    adopt(1);
    expect(thrownBy(() => adopt(1))).toMatchObject({ code: 'MIGRATION_ADOPTED' });
  });

  it('refuses migrations that an empty database does not take, and says which', () => {
    archive.target.connection.exec('CREATE TABLE t(x)');
    const migrations = numbered('CREATE TABLE t(x)', 'INSERT INTO elsewhere VALUES (1)');
    expect(thrownBy(() => adopt(2, migrations))).toMatchObject({
      code: 'MIGRATION_FAILED',
      message:
        'migration 2 (step-2) cannot be run in an empty database, to compare its schema: no such table: elsewhere; nothing was recorded',
    });
  });

  it('refuses migrations that take more than a message has, each of which would fit', () => {
    archive.target.connection.exec('CREATE TABLE t(x)');
    const migrations = numbered('CREATE TABLE t(x)', ...Array<string>(9).fill('INSERT INTO t VALUES (1)'));
    archive.slowDown(2_000_000_000n);
    expect(thrownBy(() => adopt(10, migrations))).toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringContaining('the migrations so far take more instructions than a message has'),
    });
    archive.slowDown(1n);
    expect(adopt(10, migrations)).toHaveLength(10);
  });
});
