import { Kysely, type SqliteDatabase, SqliteDialect } from 'kysely';
import { Database, nativeModule } from 'tabularium/database';
import type { Schema } from './schema';

const MEMORY_ID = 120;

let kysely: Kysely<Schema> | undefined;

/** Kysely's own SQLite dialect over the archive. Opened on first use, kept warm between messages. */
export function db(): Kysely<Schema> {
  kysely ??= new Kysely<Schema>({ dialect: new SqliteDialect({ database: openArchive() }) });
  return kysely;
}

function openArchive(): SqliteDatabase {
  const native = nativeModule();
  const archive = new Database(native, {
    memoryId: MEMORY_ID,
    create: native.describeSlot(MEMORY_ID) === undefined,
  });
  return {
    // Kysely writes the same SQL again and again, which `query` keeps prepared.
    prepare: (sql) => archive.query(sql),
    close: () => void archive.close(),
  };
}
