import { IDL, query, update } from 'azle';
import { Database, nativeModule } from 'tabularium/database';
import { migrate, type SqlMigration } from 'tabularium/migrations';

const MEMORY_ID = 120;

const Note = IDL.Record({ id: IDL.Nat32, text: IDL.Text });

interface NoteRow {
  id: number;
  text: string;
}

/** What was released once is never changed: add the next one. */
const MIGRATIONS: SqlMigration[] = [
  {
    version: 1,
    name: 'notes',
    sql: 'CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL)',
    foreignKeys: 'enforced',
  },
];

let opened: Database | undefined;

/** Opened and migrated on first use, kept warm between messages. */
function db(): Database {
  if (opened) return opened;
  const native = nativeModule();
  const database = new Database(native, {
    memoryId: MEMORY_ID,
    create: native.describeSlot(MEMORY_ID) === undefined,
  });
  migrate(database, MIGRATIONS);
  opened = database;
  return database;
}

/** Notes that can be searched. Each call is one transaction: it happens as a whole, or not at all. */
export default class {
  @update([IDL.Text], IDL.Nat32)
  add(text: string): number {
    return Number(db().query('INSERT INTO note (text) VALUES (?)').run(text).lastInsertRowid);
  }

  @update([IDL.Nat32], IDL.Bool)
  remove(id: number): boolean {
    return db().query('DELETE FROM note WHERE id = ?').run(id).changes === 1;
  }

  @query([IDL.Text], IDL.Vec(Note))
  find(pattern: string): NoteRow[] {
    return db().query<NoteRow>('SELECT id, text FROM note WHERE text LIKE ? ORDER BY id').all(pattern);
  }
}
