import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';
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
    // Kysely writes the same SQL again and again, which `query` keeps prepared. To Kysely's types a parameter is unknown; the
    // archive checks each value when it is bound.
    prepare: (sql) => archive.query(sql) as unknown as SqliteStatement,
    close: () => void archive.close(),
  };
}
