// What SQL may not do in an archive: reach outside of it, or change how its pages become durable. The engine asks while
// it compiles; a refusal leaves a sentence that replaces the engine's "not authorized".

import { noteSchemaChange } from '../engine/schema-limit';
import { EnginePointer, toEngineFunction, toHost } from '../externals/addresses';
import { sqlite3_set_authorizer } from '../externals/engine-statements';
import { refusalOf } from './message-authority';
import { KEPT_BY_MIGRATIONS, touchesHistory } from './migration-history';
import { matches } from './sql-name';

const ACTION_CREATE_INDEX: i32 = 1;
const ACTION_CREATE_VIEW: i32 = 8;
const ACTION_PRAGMA: i32 = 19;
const ACTION_TRANSACTION: i32 = 22;
const ACTION_ATTACH: i32 = 24;
const ACTION_DETACH: i32 = 25;
const ACTION_ALTER_TABLE: i32 = 26;
const ACTION_CREATE_VTABLE: i32 = 29;
const ALLOW: i32 = 0;
const DENY: i32 = 1;

/** Who compiles: decides what is refused. */
export enum Author {
  /** The engine itself, while a statement runs: VACUUM attaches a temporary database. */
  Engine = 0,
  /** SQL of the library's user. */
  User = 1,
  /** SQL of a message that may only read. */
  Reader = 2,
  /** SQL of a message, which is one transaction already. */
  Writer = 3,
  /** The binding's own settings. */
  Binding = 4,
  /** SQL of a message that is compiled to be explained: it never runs, but some pragmas act when they are compiled. */
  Explainer = 5,
}

let author: Author;
/** Whose SQL is running: of a message, Reader or Writer. */
let sender: Author = Author.Engine;
let denial: string = '';

/** Sets who compiles and returns who did before. */
export function setAuthor(next: Author): Author {
  const before = author;
  author = next;
  return before;
}

/** Sets whose SQL runs from here on; Engine when it is no message's any more. */
export function setSender(next: Author): void {
  sender = next;
  denial = '';
}

/** Why the last statement was refused, or an empty string; forgets it. */
export function takeDenial(): string {
  const reason = denial;
  denial = '';
  return reason;
}

function isMessage(): bool {
  return author === Author.Reader || author === Author.Writer || author === Author.Explainer;
}

function mayWrite(action: i32): bool {
  if (author === Author.Explainer) return action !== ACTION_PRAGMA;
  return author === Author.Writer || sender === Author.Writer;
}

export function installAuthorizer(connection: EnginePointer): i32 {
  return sqlite3_set_authorizer(connection, toEngineFunction(authorize.index), 0);
}

function deny(reason: string): i32 {
  denial = reason;
  return DENY;
}

function authorize(
  _argument: EnginePointer,
  action: i32,
  first: EnginePointer,
  second: EnginePointer,
  database: EnginePointer,
  _trigger: EnginePointer,
): i32 {
  if (author === Author.Binding) return ALLOW;
  if (changesSchema(action)) noteSchemaChange();
  if (action === ACTION_ATTACH) return authorizeAttach(first);
  if (action === ACTION_DETACH) return deny('DETACH is not available: an archive is one database');
  if (action === ACTION_TRANSACTION && isMessage()) {
    return deny('BEGIN, COMMIT and ROLLBACK are not available here: a message is one transaction');
  }
  if (isMessage() || (author === Author.Engine && sender !== Author.Engine)) {
    const reason = refusalOf(action, first, second, mayWrite(action));
    if (reason.length !== 0) return deny(reason);
    if (touchesHistory(action, first, second, database)) return deny(KEPT_BY_MIGRATIONS);
  }
  if (action === ACTION_PRAGMA && second !== 0) return authorizePragma(first, second);
  return ALLOW;
}

/** The actions that create tables, triggers and the like are numbered in a row. */
function changesSchema(action: i32): bool {
  return (
    (action >= ACTION_CREATE_INDEX && action <= ACTION_CREATE_VIEW) ||
    action === ACTION_ALTER_TABLE ||
    action === ACTION_CREATE_VTABLE
  );
}

function authorizeAttach(file: EnginePointer): i32 {
  if (author !== Author.Engine) return deny('ATTACH is not available: an archive is one database');
  // VACUUM copies into a temporary database without a name; VACUUM INTO names a file.
  if (file !== 0 && load<u8>(toHost(file)) === 0) return ALLOW;
  return deny('VACUUM INTO is not available: there are no files; export the archive instead');
}

function authorizePragma(name: EnginePointer, argument: EnginePointer): i32 {
  if (matches(name, 'journal_mode')) {
    if (matches(argument, 'truncate')) return ALLOW;
    if (matches(argument, 'wal')) {
      return deny('WAL is not available: the archive is published as a whole when its transaction commits');
    }
    return deny('journal_mode is always TRUNCATE: the archive is published when its transaction commits');
  }
  if (matches(name, 'locking_mode')) {
    return matches(argument, 'exclusive') ? ALLOW : deny('locking_mode is always EXCLUSIVE');
  }
  if (matches(name, 'synchronous')) return deny('synchronous is always OFF: the IC makes a message durable');
  if (matches(name, 'temp_store')) return deny('temp_store is always FILE: temporary data spills by itself');
  if (matches(name, 'temp_store_directory') || matches(name, 'data_store_directory')) {
    return deny('there are no files, so that directories cannot be chosen');
  }
  if (matches(name, 'writable_schema')) return deny('writable_schema is not available');
  if (matches(name, 'hard_heap_limit') || matches(name, 'soft_heap_limit')) {
    return deny('heap limits are not available: each archive has one already');
  }
  return ALLOW;
}
