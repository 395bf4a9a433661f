import { EnginePointer, HostPointer, toHost } from '../externals/addresses';
import { newEngineString, sameIgnoringCase } from './engine-string';
import { SQLITE_ERROR, SQLITE_NOTFOUND } from './result-codes';

// SQLite shows the VFS each PRAGMA before it obeys: an array with the error message to give back, the name, and the
// argument if there is one.

const NAME: u32 = 4;
const ARGUMENT: u32 = 8;

/**
 * Refuses every journal but the one that main-journal.ts serves, which SQLite has to empty and not to delete. WAL would
 * already have marked the archive as one that needs its log.
 */
export function examinePragma(strings: EnginePointer): i32 {
  const array: HostPointer = toHost(strings);
  const argument: EnginePointer = load<u32>(array + ARGUMENT);
  if (argument === 0 || !sameIgnoringCase(load<u32>(array + NAME), 'journal_mode')) return SQLITE_NOTFOUND;
  if (sameIgnoringCase(argument, 'truncate')) return SQLITE_NOTFOUND;
  store<u32>(
    array,
    newEngineString('journal_mode is TRUNCATE in a canister; there is no log, and no other journal'),
  );
  return SQLITE_ERROR;
}
