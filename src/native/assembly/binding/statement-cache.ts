// Prepared statements that a connection keeps from one message to the next, by SQL text and by who compiled it: what the
// authorizer allowed one class of callers is never run for another. A statement is taken out while it runs and put back to
// the front behind it; the one that was used longest ago gives way. SQLite compiles it anew by itself when the schema changed.
//
// offset  size  field
//      0     4  number of entries
//      4  16 n  entries, most recently used first
//
// entry
// offset  size  field
//      0     4  engine's statement
//      4     4  its SQL text, in the engine's copy
//      8     4  bytes of the SQL text
//     12     4  author

import { EnginePointer, HostPointer, toEngine, toHost } from '../externals/addresses';
import { sqlite3_free, sqlite3_malloc64 } from '../externals/engine';
import { sqlite3_finalize, sqlite3_sql, sqlite3_stmt_status } from '../externals/engine-statements';
import { Author } from './authorizer';
import { setStatementCache, statementCache } from './connection-record';

/** Statements that one connection keeps. */
const CAPACITY: u32 = 32;
/** Largest statement that is kept, in bytes of the arena: with eight open archives all of them take at most 8 MiB. */
const LARGEST: i32 = 32768;
/** Counter of sqlite3_stmt_status: bytes of the arena. */
const MEMORY_USED: i32 = 99;

const COUNT: u32 = 0;
const ENTRIES: u32 = 4;
const STATEMENT: u32 = 0;
const TEXT: u32 = 4;
const LENGTH: u32 = 8;
const AUTHOR: u32 = 12;
const ENTRY_SIZE: u32 = 16;
const SIZE: u32 = ENTRIES + CAPACITY * ENTRY_SIZE;

/** Takes the statement of a text out of the cache; 0 when it is not there. */
export function takeStatement(
  record: HostPointer,
  sql: HostPointer,
  length: u32,
  author: Author,
): EnginePointer {
  const cache = statementCache(record);
  if (cache === 0) return 0;
  const count = load<u32>(cache + COUNT);
  for (let index: u32 = 0; index < count; index++) {
    const entry = cache + ENTRIES + index * ENTRY_SIZE;
    if (load<u32>(entry + LENGTH) !== length || load<u32>(entry + AUTHOR) !== <u32>author) continue;
    if (!sameBytes(load<u32>(entry + TEXT), sql, length)) continue;
    const statement = load<u32>(entry + STATEMENT);
    memory.copy(entry, entry + ENTRY_SIZE, (count - index - 1) * ENTRY_SIZE);
    store<u32>(cache + COUNT, count - 1);
    return statement;
  }
  return 0;
}

/** Keeps a statement that was reset. `isNew` when it was compiled just now; a large one is finalized. */
export function keepStatement(
  record: HostPointer,
  statement: EnginePointer,
  length: u32,
  author: Author,
  isNew: bool,
): void {
  const cache = cacheOf(record);
  if (cache === 0 || (isNew && sqlite3_stmt_status(statement, MEMORY_USED, 0) > LARGEST)) {
    sqlite3_finalize(statement);
    return;
  }
  let count = load<u32>(cache + COUNT);
  const first = cache + ENTRIES;
  if (count === CAPACITY) {
    count--;
    sqlite3_finalize(load<u32>(first + count * ENTRY_SIZE + STATEMENT));
  }
  memory.copy(first + ENTRY_SIZE, first, count * ENTRY_SIZE);
  store<u32>(first + STATEMENT, statement);
  store<u32>(first + TEXT, toHost(sqlite3_sql(statement)));
  store<u32>(first + LENGTH, length);
  store<u32>(first + AUTHOR, author);
  store<u32>(cache + COUNT, count + 1);
}

/** Finalizes whatever is kept, and gives the cache itself back. */
export function dropStatements(record: HostPointer): void {
  const cache = statementCache(record);
  if (cache === 0) return;
  const count = load<u32>(cache + COUNT);
  for (let index: u32 = 0; index < count; index++) {
    sqlite3_finalize(load<u32>(cache + ENTRIES + index * ENTRY_SIZE + STATEMENT));
  }
  sqlite3_free(toEngine(cache));
  setStatementCache(record, 0);
}

/** Made when the first statement is kept; 0 when the arena is full. */
function cacheOf(record: HostPointer): HostPointer {
  const known = statementCache(record);
  if (known !== 0) return known;
  const memoryOfEngine = sqlite3_malloc64(SIZE);
  if (memoryOfEngine === 0) return 0;
  const cache = toHost(memoryOfEngine);
  store<u32>(cache + COUNT, 0);
  setStatementCache(record, cache);
  return cache;
}

function sameBytes(one: HostPointer, other: HostPointer, length: u32): bool {
  const words = length & ~7;
  for (let at: u32 = 0; at < words; at += 8) {
    if (load<u64>(one + at) !== load<u64>(other + at)) return false;
  }
  for (let at = words; at < length; at++) {
    if (load<u8>(one + at) !== load<u8>(other + at)) return false;
  }
  return true;
}
