import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Database } from '../../src/database';
import { drizzle, type MigrationBundle } from '../../src/drizzle';
import { MigrationError } from '../../src/migrations';
import { newDatabase, thrownBy } from '../support/native-host';

const BREAK = '--> statement-breakpoint\n';

/** A bundle as drizzle-kit writes it: each migration's SQL by when it was generated. */
function bundle(...migrations: readonly (readonly [when: number, sql: string])[]): MigrationBundle {
  const key = (index: number) => `m${String(index).padStart(4, '0')}`;
  return {
    journal: {
      entries: migrations.map(([when], idx) => ({ idx, when, tag: `000${idx}_change`, breakpoints: true })),
    },
    migrations: Object.fromEntries(migrations.map(([, sql], index) => [key(index), sql])),
  };
}

const FAMILY = [
  1,
  `CREATE TABLE parent(id INTEGER PRIMARY KEY, name TEXT);${BREAK}CREATE TABLE child(id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent(id) ON DELETE CASCADE);`,
] as const;

/** What drizzle-kit generates where a column's definition changes. @param copied which rows are taken over */
const rebuilt = (copied = 'SELECT id, name FROM parent') =>
  [
    2,
    [
      'PRAGMA foreign_keys=OFF;',
      "CREATE TABLE `__new_parent`(id INTEGER PRIMARY KEY, name TEXT DEFAULT 'nobody');",
      `INSERT INTO \`__new_parent\`(id, name) ${copied};`,
      'DROP TABLE `parent`;',
      'ALTER TABLE `__new_parent` RENAME TO `parent`;',
      'PRAGMA foreign_keys=ON;',
    ].join(BREAK),
  ] as const;

let db: Database;
beforeEach(async () => {
  db = await newDatabase();
});
afterEach(() => void db.close());

const count = (table: string) => db.prepare<number>(`SELECT count(*) FROM ${table}`).pluck().get();
function family(): void {
  drizzle(db).migrate(bundle(FAMILY));
  db.exec("INSERT INTO parent VALUES (1, 'ada'); INSERT INTO child VALUES (1, 1), (2, 1), (3, 1)");
}

it('a rebuilt table keeps the rows that refer to it', () => {
  family();
  drizzle(db).migrate(bundle(FAMILY, rebuilt()));
  expect(count('child')).toBe(3);
  expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
  expect(() => db.exec('INSERT INTO child VALUES (4, 9)')).toThrow(/FOREIGN KEY/);
});

it('a rebuilt table that loses a parent is refused, and the archive is as it was', () => {
  family();
  const error = thrownBy(() =>
    drizzle(db).migrate(bundle(FAMILY, rebuilt('SELECT id, name FROM parent WHERE 0'))),
  );
  expect(error).toBeInstanceOf(MigrationError);
  expect(error).toMatchObject({
    code: 'MIGRATION_FAILED',
    message: expect.stringContaining('row 1 of child'),
  });
  expect([count('parent'), count('child')]).toEqual([1, 3]);
  expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
  drizzle(db).migrate(bundle(FAMILY, rebuilt()));
  expect(count('child')).toBe(3);
});

it('foreign keys cannot be turned off inside of a transaction', () => {
  family();
  const error = thrownBy(() => db.transaction(() => drizzle(db).migrate(bundle(FAMILY, rebuilt())))());
  expect(error).toMatchObject({
    code: 'MIGRATION_FAILED',
    message: expect.stringContaining('inside of a transaction'),
  });
  expect(count('child')).toBe(3);
});

it('foreign keys that are off stay off', () => {
  family();
  db.pragma('foreign_keys = OFF');
  drizzle(db).migrate(bundle(FAMILY, rebuilt()));
  expect(db.pragma('foreign_keys', { simple: true })).toBe(0);
});

it('a pragma that is hidden among other statements is refused', () => {
  const hidden = [1, 'SELECT 1; PRAGMA foreign_keys = OFF; SELECT 2'] as const;
  expect(thrownBy(() => drizzle(db).migrate(bundle(hidden)))).toMatchObject({ code: 'MIGRATIONS_INVALID' });
});

it('a migration that is older than one that was applied is refused', () => {
  const a = [2000, 'CREATE TABLE a(x)'] as const;
  drizzle(db).migrate(bundle(a));
  const error = thrownBy(() => drizzle(db).migrate(bundle(a, [1000, 'CREATE TABLE b(x)'])));
  expect(error).toMatchObject({
    code: 'MIGRATION_OUT_OF_ORDER',
    message: expect.stringContaining('0001_change'),
  });
  drizzle(db).migrate(bundle(a, [3000, 'CREATE TABLE b(x)']));
  expect(count('b')).toBe(0);
});

it('a migration that fails leaves nothing of those before it', () => {
  const bad = bundle(
    [1, 'CREATE TABLE a(x)'],
    [2, `CREATE TABLE b(x);${BREAK}INSERT INTO nowhere VALUES (1)`],
  );
  const error = thrownBy(() => drizzle(db).migrate(bad));
  expect(error).toMatchObject({ code: 'MIGRATION_FAILED', extendedCode: 1 });
  expect((error as Error).cause).toMatchObject({ code: 'SQLITE_ERROR' });
  expect(db.prepare('SELECT name FROM sqlite_schema').all()).toEqual([]);
});

it('a journal entry without its SQL is refused', () => {
  const incomplete = { ...bundle(FAMILY), migrations: {} };
  expect(thrownBy(() => drizzle(db).migrate(incomplete))).toMatchObject({ code: 'MIGRATIONS_INVALID' });
});

it("goes on with a history that Drizzle's own migrator has written", () => {
  db.exec(`CREATE TABLE __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric);
    INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('abc', 1)`);
  drizzle(db).migrate(bundle(FAMILY, [2, 'CREATE TABLE later(x)']));
  expect(
    db.prepare("SELECT name FROM sqlite_schema WHERE name IN ('parent', 'later')").pluck().all(),
  ).toEqual(['later']);
});
