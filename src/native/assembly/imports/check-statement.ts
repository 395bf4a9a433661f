import { allowMemory } from '../engine/allocation';
import { EnginePointer, toHost } from '../externals/addresses';
import { sqlite3_free, sqlite3_malloc64 } from '../externals/engine';
import {
  sqlite3_column_text,
  sqlite3_errmsg,
  sqlite3_extended_errcode,
  sqlite3_finalize,
  sqlite3_prepare_v3,
  sqlite3_step,
} from '../externals/engine-statements';
import { setFailureText } from '../pages/import-record';
import { newEngineString, sameIgnoringCase } from '../vfs/engine-string';

// Statements of the check, and what their results mean for the image.

const SQLITE_OK: i32 = 0;
const SQLITE_NOMEM: i32 = 7;
const SQLITE_INTERRUPT: i32 = 9;
export const SQLITE_ROW: i32 = 100;
export const SQLITE_DONE: i32 = 101;
/** The part of a result code that says what kind of error it is. */
const PRIMARY_CODE: i32 = 0xff;
const NUL_TERMINATED: i32 = -1;

/** What a part of the check came to. */
export enum Outcome {
  Passed = 0,
  /** The budget was used up. */
  Interrupted = 1,
  /** The image is damaged; the record in use says how. */
  Damaged = 2,
  /** There is no memory, which says nothing about the image. */
  OutOfMemory = 3,
  /** The budget was used up on one table alone, or before anything was done. */
  Stuck = 4,
  /** A storage page cannot be read, which says nothing about the image. */
  Unreadable = 5,
}

/** What a result code means. Keeps SQLite's words where the image is at fault. */
export function outcomeOf(connection: EnginePointer, code: i32): Outcome {
  const primary = code & PRIMARY_CODE;
  if (primary === SQLITE_OK || primary === SQLITE_ROW || primary === SQLITE_DONE) return Outcome.Passed;
  if (primary === SQLITE_INTERRUPT) return Outcome.Interrupted;
  if (primary === SQLITE_NOMEM) return Outcome.OutOfMemory;
  setFailureText(toHost(sqlite3_errmsg(connection)));
  return Outcome.Damaged;
}

/** Why a statement did not compile. */
export function refusalOf(connection: EnginePointer): Outcome {
  const outcome = outcomeOf(connection, sqlite3_extended_errcode(connection));
  // Without an error of the connection, the text itself found no room.
  return outcome === Outcome.Passed ? Outcome.OutOfMemory : outcome;
}

/** A compiled statement, or 0: see refusalOf. */
export function compile(connection: EnginePointer, literal: string): EnginePointer {
  const sql = newEngineString(literal);
  if (sql === 0) return 0;
  const statement = compileText(connection, sql);
  sqlite3_free(sql);
  return statement;
}

/** Runs a statement given as a literal, whose rows mean nothing. */
export function run(connection: EnginePointer, literal: string): Outcome {
  const sql = newEngineString(literal);
  if (sql === 0) return Outcome.OutOfMemory;
  const outcome = runText(connection, sql);
  sqlite3_free(sql);
  return outcome;
}

/** Runs a statement whose rows mean nothing. */
export function runText(connection: EnginePointer, sql: EnginePointer): Outcome {
  const statement = compileText(connection, sql);
  if (statement === 0) return refusalOf(connection);
  while (sqlite3_step(statement) === SQLITE_ROW);
  return outcomeOf(connection, sqlite3_finalize(statement));
}

/** Runs a check given as a literal. */
export function runCheck(connection: EnginePointer, literal: string): Outcome {
  const sql = newEngineString(literal);
  if (sql === 0) return Outcome.OutOfMemory;
  const outcome = runCheckOf(connection, sql);
  sqlite3_free(sql);
  return outcome;
}

/** Runs a check, whose one row says `ok` or what is wrong. */
export function runCheckOf(connection: EnginePointer, sql: EnginePointer): Outcome {
  const statement = compileText(connection, sql);
  if (statement === 0) return refusalOf(connection);
  const code = sqlite3_step(statement);
  if (code !== SQLITE_ROW) {
    const outcome = outcomeOf(connection, code);
    sqlite3_finalize(statement);
    return outcome;
  }
  const text = sqlite3_column_text(statement, 0);
  let outcome = Outcome.OutOfMemory;
  if (text !== 0) outcome = sameIgnoringCase(text, 'ok') ? Outcome.Passed : Outcome.Damaged;
  if (outcome === Outcome.Damaged) setFailureText(toHost(text));
  sqlite3_finalize(statement);
  return outcome;
}

function compileText(connection: EnginePointer, sql: EnginePointer): EnginePointer {
  const result = sqlite3_malloc64(4);
  if (result === 0) return 0;
  store<u32>(toHost(result), 0);
  allowMemory();
  sqlite3_prepare_v3(connection, sql, NUL_TERMINATED, 0, result, 0);
  const statement = load<u32>(toHost(result));
  sqlite3_free(result);
  return statement;
}
