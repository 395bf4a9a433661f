import { Database, nativeModule } from 'tabularium/database';
import { type DrizzleDatabase, drizzle } from 'tabularium/drizzle';
import * as schema from './schema';

const MEMORY_ID = 120;

let opened: DrizzleDatabase<typeof schema> | undefined;

/** Opened on first use, kept warm between messages. */
export function db(): DrizzleDatabase<typeof schema> {
  opened ??= drizzle(openArchive(), { schema });
  return opened;
}

function openArchive(): Database {
  const native = nativeModule();
  return new Database(native, {
    memoryId: MEMORY_ID,
    create: native.describeSlot(MEMORY_ID) === undefined,
  });
}
