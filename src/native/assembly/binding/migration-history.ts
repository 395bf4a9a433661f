// The table in which an archive keeps its migrations. SQL of messages may read it only: whoever could write it would tell the
// canister that a migration is under way, or which snapshot to go back to.

import { EnginePointer, HostPointer } from '../externals/addresses';
import { lowerCase, matches } from './sql-name';

/** As src/migrations/history.ts names it. */
const HISTORY: string = '_tabularium_migrations';

const CREATE_INDEX: i32 = 1;
const CREATE_TABLE: i32 = 2;
const CREATE_TRIGGER: i32 = 7;
const CREATE_VIEW: i32 = 8;
const DELETE: i32 = 9;
const DROP_INDEX: i32 = 10;
const DROP_TABLE: i32 = 11;
const DROP_TRIGGER: i32 = 16;
const DROP_VIEW: i32 = 17;
const INSERT: i32 = 18;
const UPDATE: i32 = 23;
const ALTER_TABLE: i32 = 26;
const CREATE_VTABLE: i32 = 29;

/** What a message is told. */
export const KEPT_BY_MIGRATIONS: string =
  'The table _tabularium_migrations is kept by the migrations: it can be read; call migrate, adopt_migrations or cancel_migration to change it';

/** The text that is compiled, for whoever sends it. */
let text: HostPointer = 0;
let textEnd: HostPointer = 0;

/** Sets the text that is compiled; the length is negative where a NUL ends it. */
export function setCompiledText(sql: HostPointer, length: i32): void {
  text = sql;
  textEnd = length < 0 ? u32.MAX_VALUE : sql + <u32>length;
}

/**
 * Whether an action changes the history, or makes something else of its name. The engine does not tell what a table is renamed to,
 * so that no ALTER TABLE may stand in a text with that name.
 * @param database name of the database that the action is on: VACUUM copies the table into another one
 */
export function touchesHistory(
  action: i32,
  first: EnginePointer,
  second: EnginePointer,
  database: EnginePointer,
): bool {
  switch (action) {
    case CREATE_TABLE:
    case CREATE_VIEW:
    case CREATE_VTABLE:
    case DELETE:
    case DROP_TABLE:
    case DROP_VIEW:
    case INSERT:
    case UPDATE:
      return matches(first, HISTORY) && matches(database, 'main');
    case CREATE_INDEX:
    case CREATE_TRIGGER:
    case DROP_INDEX:
    case DROP_TRIGGER:
      return matches(second, HISTORY);
    case ALTER_TABLE:
      return matches(second, HISTORY) || isMentioned();
    default:
      return false;
  }
}

function isMentioned(): bool {
  for (let at = text; at < textEnd && load<u8>(at) !== 0; at++) {
    if (textEnd - at >= <u32>HISTORY.length && begins(at)) return true;
  }
  return false;
}

function begins(at: HostPointer): bool {
  for (let index = 0; index < HISTORY.length; index++) {
    if (lowerCase(load<u8>(at + <u32>index)) !== <u32>HISTORY.charCodeAt(index)) return false;
  }
  return true;
}
