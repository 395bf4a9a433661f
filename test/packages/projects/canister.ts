// A developer's canister and what belongs to it: everything of the library under one file's types.
import { IDL, query, update } from 'azle';
import { Database, nativeModule, RowCountError, SqliteError } from 'tabularium/database';
import { drizzle } from 'tabularium/drizzle';
import { migrate, type SqlMigration } from 'tabularium/migrations';

const migrations: SqlMigration[] = [
  {
    version: 1,
    name: 'notes',
    sql: 'CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL)',
    foreignKeys: 'enforced',
  },
];

let opened: Database | undefined;

function db(): Database {
  if (opened) return opened;
  const native = nativeModule();
  opened = new Database(native, { memoryId: 120, create: native.describeSlot(120) === undefined });
  migrate(opened, migrations);
  return opened;
}

export default class {
  @update([IDL.Text], IDL.Nat32)
  add(text: string): number {
    return Number(db().query('INSERT INTO note (text) VALUES (?)').run(text).lastInsertRowid);
  }

  @query([IDL.Text], IDL.Vec(IDL.Text))
  find(pattern: string): string[] {
    try {
      return db().query<string>('SELECT text FROM note WHERE text LIKE ? ORDER BY id').pluck().all(pattern);
    } catch (error) {
      if (error instanceof SqliteError || error instanceof RowCountError) return [error.code];
      throw error;
    }
  }

  @query([], IDL.Nat32)
  count(): number {
    return drizzle(db()).$client.prepare<number>('SELECT count(*) FROM note').pluck().one();
  }
}
