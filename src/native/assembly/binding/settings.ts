// How every connection is set up, before anybody else uses it.

import { limitSchema } from '../engine/schema-limit';
import { EnginePointer, toHost } from '../externals/addresses';
import { sqlite3_free } from '../externals/engine';
import {
  sqlite3_db_config,
  sqlite3_extended_result_codes,
  sqlite3_finalize,
  sqlite3_step,
} from '../externals/engine-statements';
import { Author, installAuthorizer } from './authorizer';
import { engineOut, engineResult } from './engine-out';
import { engineLiteral } from './engine-text';
import { compile, NUL_TERMINATED, PREPARE_ONCE } from './prepare';
import { SQLITE_NOMEM, SQLITE_OK, SQLITE_ROW } from './result-codes';

// Keys of sqlite3_db_config; each takes a switch and a place for what it became.
const CONFIG_DEFENSIVE: i32 = 1010;
const CONFIG_TRUSTED_SCHEMA: i32 = 1017;

/**
 * Nothing is synced, because the IC makes a message durable as a whole or not at all; the journal is one that the VFS keeps in
 * few bytes and SQLite empties (vfs/main-journal.ts). Temporary data goes to files without a name once it outgrows SQLite's own
 * buffers (vfs/temporary-file.ts). Nobody else has the file, so that locks and the change counter are checked once. Pages come from stable memory without a
 * copy in between; 4 MiB of them stay in SQLite's cache.
 */
function setting(index: i32): string {
  switch (index) {
    case 0:
      return 'PRAGMA locking_mode = EXCLUSIVE';
    case 1:
      return 'PRAGMA journal_mode = TRUNCATE';
    case 2:
      return 'PRAGMA synchronous = OFF';
    case 3:
      return 'PRAGMA temp_store = FILE';
    case 4:
      return 'PRAGMA foreign_keys = ON';
    default:
      return 'PRAGMA cache_size = -4096';
  }
}

const SETTINGS: i32 = 6;

/** Result code of the first setting that fails. */
export function configure(connection: EnginePointer): i32 {
  sqlite3_extended_result_codes(connection, 1);
  limitSchema(connection);
  let code = installAuthorizer(connection);
  if (code === SQLITE_OK) code = switchConfig(connection, CONFIG_DEFENSIVE, true);
  if (code === SQLITE_OK) code = switchConfig(connection, CONFIG_TRUSTED_SCHEMA, false);
  if (code !== SQLITE_OK) return code;
  for (let index = 0; index < SETTINGS && code === SQLITE_OK; index++) {
    code = runSetting(connection, setting(index));
  }
  return code;
}

function switchConfig(connection: EnginePointer, key: i32, enabled: bool): i32 {
  const variadics = engineOut();
  store<u32>(toHost(variadics), enabled ? 1 : 0);
  store<u32>(toHost(variadics) + 4, 0);
  return sqlite3_db_config(connection, key, variadics);
}

function runSetting(connection: EnginePointer, text: string): i32 {
  const sql = engineLiteral(text);
  if (sql === 0) return SQLITE_NOMEM;
  const code = compile(connection, sql, NUL_TERMINATED, PREPARE_ONCE, Author.Binding);
  sqlite3_free(sql);
  if (code !== SQLITE_OK) return code;
  const statement = engineResult();
  while (sqlite3_step(statement) === SQLITE_ROW);
  return sqlite3_finalize(statement);
}
