import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database';
import {
  adopt,
  cancel,
  type DatabaseMigration,
  history,
  migrate,
  type SqlMigration,
} from '../../src/migrations';
import { migrationsModule, readMigrations } from '../../src/migrations/folder';
import { newDatabase, thrownBy } from '../support/native-host';

let db: Database;

beforeEach(async () => {
  db = await newDatabase();
});

const notes: SqlMigration = {
  version: 1,
  name: 'notes',
  sql: 'CREATE TABLE note(id INTEGER PRIMARY KEY, text)',
};
const welcome: DatabaseMigration = {
  version: 2,
  name: 'welcome',
  up: (opened) => opened.prepare('INSERT INTO note(text) VALUES (?)').run('hello'),
};

describe('migrations of a database', () => {
  it('are SQL and TypeScript, each once', () => {
    expect(migrate(db, [notes])).toMatchObject({ version: 1, applied: [1], done: true });
    expect(migrate(db, [notes, welcome])).toMatchObject({ version: 2, applied: [2], done: true });
    expect(migrate(db, [notes, welcome])).toMatchObject({ applied: [] });
    expect(db.prepare('SELECT text FROM note').pluck().all()).toEqual(['hello']);
    expect(history(db).applied.map(({ name }) => name)).toEqual(['notes', 'welcome']);
  });

  it('in TypeScript are undone when they throw', () => {
    const failing: DatabaseMigration = {
      ...welcome,
      up: (opened) => {
        welcome.up(opened);
        throw new Error('no');
      },
    };
    expect(thrownBy(() => migrate(db, [notes, failing]))).toMatchObject({ code: 'MIGRATION_FAILED' });
    expect(db.prepare('SELECT count(*) FROM note').pluck().get()).toBe(0);
    expect(thrownBy(() => cancel(db))).toMatchObject({ code: 'MIGRATION_NONE' });
  });

  it('are adopted, those in TypeScript too', () => {
    db.exec('CREATE TABLE note (id INTEGER PRIMARY KEY, text)');
    expect(adopt(db, [notes, welcome], 2)).toEqual([1, 2]);
    expect(db.prepare('SELECT count(*) FROM note').pluck().get()).toBe(0);
    expect(migrate(db, [notes, welcome])).toMatchObject({ version: 2, applied: [] });
  });
});

describe('a folder of migrations', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'migrations-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const put = (name: string, text: string) => writeFileSync(join(folder, name), text);

  it('is read in the order of its numbers, whatever its line ends', () => {
    put('0010_last.sql', 'SELECT 10');
    put('2-fill.sql', '\ufeff-- foreign-keys: checked\r\nSELECT 2;\r\n');
    put('README.md', 'not one of them');
    expect(readMigrations(folder)).toEqual([
      { version: 2, name: 'fill', sql: '-- foreign-keys: checked\nSELECT 2;\n', foreignKeys: 'checked' },
      { version: 10, name: 'last', sql: 'SELECT 10', foreignKeys: 'enforced' },
    ]);
  });

  it('refuses what it cannot number', () => {
    put('first.sql', 'SELECT 1');
    expect(thrownBy(() => readMigrations(folder))).toMatchObject({
      code: 'MIGRATIONS_INVALID',
      message: expect.stringContaining('first.sql'),
    });
    rmSync(join(folder, 'first.sql'));
    put('1_a.sql', '');
    put('01_b.sql', '');
    expect(thrownBy(() => readMigrations(folder))).toMatchObject({ code: 'MIGRATIONS_INVALID' });
  });

  it('becomes a module for a canister', () => {
    put('1_quotes.sql', 'INSERT INTO note(text) VALUES (\'` "\\n"\')');
    const module = join(folder, 'migrations.ts');
    execFileSync(process.execPath, ['bin/tabularium.mjs', 'bundle-migrations', folder, module]);
    const text = readFileSync(module, 'utf8');
    expect(text).toBe(migrationsModule(readMigrations(folder)));
    expect(JSON.parse(/= (\[.*\]);/s.exec(text)![1]!)).toEqual(readMigrations(folder));
  });
});
