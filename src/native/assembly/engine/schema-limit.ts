// A bound of what the schema of an archive takes when it is parsed. It is memory that each use of the archive needs, so that
// it is refused where it is made: when its transaction commits, and when an import brings it.

import { EnginePointer, HostPointer, toEngine, toEngineFunction } from '../externals/addresses';
import { sqlite3_commit_hook, sqlite3_db_status } from '../externals/engine-statements';

/** A schema of 2,000 ordinary tables takes some 4 MiB. */
export const MOST_SCHEMA_BYTES: u32 = 8 << 20;
/** Counter of sqlite3_db_status: bytes of the parsed schema. */
const SCHEMA_USED: i32 = 2;
const ALLOW: i32 = 0;
/** Turns a commit into a rollback, and its result code into SQLITE_CONSTRAINT_COMMITHOOK. */
const REFUSE: i32 = 1;

const WORD: u32 = 4;
const counters: HostPointer = <u32>memory.data(8, 8);
/** Set while statements may have changed a schema that no commit has looked at: counting costs as much as freeing it would. */
let isChanging: bool = false;
let refusedBytes: u32 = 0;

/** Refuses commits of a connection that leave a larger schema. */
export function limitSchema(connection: EnginePointer): void {
  sqlite3_commit_hook(connection, toEngineFunction(beforeCommit.index), connection);
}

/** Notes that a statement was compiled which changes a schema. */
export function noteSchemaChange(): void {
  isChanging = true;
}

/** Bytes of the schema whose commit was refused last. */
export function refusedSchemaBytes(): u32 {
  return refusedBytes;
}

/** Whether a connection's schema, which it has read, is larger than it may be. */
export function isSchemaTooLarge(connection: EnginePointer): bool {
  sqlite3_db_status(connection, SCHEMA_USED, toEngine(counters), toEngine(counters + WORD), 0);
  const bytes = load<u32>(counters);
  if (bytes <= MOST_SCHEMA_BYTES) return false;
  refusedBytes = bytes;
  return true;
}

function beforeCommit(connection: EnginePointer): i32 {
  if (!isChanging) return ALLOW;
  isChanging = false;
  return isSchemaTooLarge(connection) ? REFUSE : ALLOW;
}
