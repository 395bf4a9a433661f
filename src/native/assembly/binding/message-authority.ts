// What the SQL of a message may do, by what its sender may do. It holds also for what the engine compiles while that SQL
// runs: for a virtual table, for a pragma behind a table-valued function, or anew because the schema changed.

import { EnginePointer } from '../externals/addresses';
import { matches } from './sql-name';

const CREATE_TEMP_INDEX: i32 = 3;
const CREATE_TEMP_TABLE: i32 = 4;
const CREATE_TEMP_TRIGGER: i32 = 5;
const CREATE_TEMP_VIEW: i32 = 6;
const PRAGMA: i32 = 19;
const READ: i32 = 20;
const SELECT: i32 = 21;
const CREATE_VTABLE: i32 = 29;
const FUNCTION: i32 = 31;
const RECURSIVE: i32 = 33;

/** Why a message may not do it; empty when it may. `first` and `second` are what the engine tells about the action. */
export function refusalOf(action: i32, first: EnginePointer, second: EnginePointer, mayWrite: bool): string {
  switch (action) {
    case READ:
    case SELECT:
    case RECURSIVE:
      return '';
    case FUNCTION:
      return isOutside(second) ? 'this function is not available: it reaches outside of the archive' : '';
    case PRAGMA:
      return refusalOfPragma(first, second !== 0, mayWrite);
    case CREATE_TEMP_INDEX:
    case CREATE_TEMP_TABLE:
    case CREATE_TEMP_TRIGGER:
    case CREATE_TEMP_VIEW:
      if (mayWrite)
        return 'TEMP objects are not available: they would lie outside of the archive and outlive the message';
      return READ_ONLY;
    case CREATE_VTABLE:
      if (!mayWrite) return READ_ONLY;
      return isModule(second) ? '' : 'only the virtual tables fts5 and fts5vocab are available';
    default:
      return mayWrite ? '' : READ_ONLY;
  }
}

/** What a sender who may only read is told. */
export const READ_ONLY: string = 'A query can only read; send statements that write as an update';

/** Functions that load code, write to a log of the host, or would touch files. */
function isOutside(name: EnginePointer): bool {
  return (
    matches(name, 'load_extension') ||
    matches(name, 'sqlite_log') ||
    matches(name, 'fts3_tokenizer') ||
    matches(name, 'readfile') ||
    matches(name, 'writefile') ||
    matches(name, 'edit')
  );
}

function isModule(name: EnginePointer): bool {
  return matches(name, 'fts5') || matches(name, 'fts5vocab');
}

function refusalOfPragma(name: EnginePointer, hasArgument: bool, mayWrite: bool): string {
  if (looksAt(name)) return '';
  if (isPartOfImage(name)) return !hasArgument || mayWrite ? '' : READ_ONLY;
  if (worksOnImage(name)) return mayWrite ? '' : READ_ONLY;
  // Refused for everybody, in words of their own.
  if (matches(name, 'journal_mode')) return '';
  if (hasArgument) return 'this PRAGMA cannot be set in a message: its effect would outlive the message';
  return isSetting(name) ? '' : 'this PRAGMA is not available in a message';
}

/** Pragmas whose argument names something to look at. */
function looksAt(name: EnginePointer): bool {
  return (
    matches(name, 'table_info') ||
    matches(name, 'table_xinfo') ||
    matches(name, 'table_list') ||
    matches(name, 'index_list') ||
    matches(name, 'index_info') ||
    matches(name, 'index_xinfo') ||
    matches(name, 'foreign_key_list') ||
    matches(name, 'foreign_key_check') ||
    matches(name, 'integrity_check') ||
    matches(name, 'quick_check') ||
    matches(name, 'collation_list') ||
    matches(name, 'compile_options') ||
    matches(name, 'database_list') ||
    matches(name, 'function_list') ||
    matches(name, 'module_list') ||
    matches(name, 'pragma_list') ||
    matches(name, 'data_version') ||
    matches(name, 'freelist_count') ||
    matches(name, 'page_count')
  );
}

/** Pragmas that are kept in the image. */
function isPartOfImage(name: EnginePointer): bool {
  return matches(name, 'user_version') || matches(name, 'application_id');
}

/** Pragmas that change the image, or how the transaction under way ends. */
function worksOnImage(name: EnginePointer): bool {
  return (
    matches(name, 'defer_foreign_keys') || matches(name, 'incremental_vacuum') || matches(name, 'optimize')
  );
}

/** Pragmas that tell a setting when they have no argument. */
function isSetting(name: EnginePointer): bool {
  return (
    matches(name, 'auto_vacuum') ||
    matches(name, 'cache_size') ||
    matches(name, 'encoding') ||
    matches(name, 'foreign_keys') ||
    matches(name, 'locking_mode') ||
    matches(name, 'max_page_count') ||
    matches(name, 'page_size') ||
    matches(name, 'query_only') ||
    matches(name, 'recursive_triggers') ||
    matches(name, 'schema_version') ||
    matches(name, 'synchronous') ||
    matches(name, 'temp_store')
  );
}
