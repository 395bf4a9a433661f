// Runs scripts: as a whole, or in parts, as many statements a call as a budget allows, from where the call before stopped.

import { EnginePointer, HostPointer, toHost } from '../externals/addresses';
import { sqlite3_step } from '../externals/engine-statements';
import { performance_counter } from '../externals/ic0';
import { JS_FreeCString, JS_NewObject, JSContext, JSValue } from '../externals/quickjs';
import { throwRangeError } from '../quickjs/errors';
import { defineValue } from '../quickjs/objects';
import { borrowedLength } from '../quickjs/text';
import { argumentAt, EXCEPTION, fromI32, UNDEFINED } from '../quickjs/values';
import { lengthArgument, REFUSED, sizeArgument } from './arguments';
import { Author } from './authorizer';
import { engineConnection, enterRunning, leaveRunning } from './connection-record';
import { engineResult, secondEngineResult } from './engine-out';
import { lendToEngine, returnText } from './engine-text';
import { isTooDeep, TOO_DEEP } from './expression-depth';
import { borrowSql, compile, NUL_TERMINATED, PREPARE_ONCE } from './prepare';
import { SQLITE_OK, SQLITE_ROW } from './result-codes';
import { hasStatement } from './sql-text';
import { throwConnectionErrorAt, throwOutOfMemory, throwTooDeep } from './sqlite-errors';
import { endStatement } from './statement-end';

const MESSAGE_COUNTER: u32 = 0;
const UNLIMITED: u64 = u64.MAX_VALUE;

/** Where the last run stopped in its text, and what it had done by then. */
let position: u32 = 0;
let statements: i32 = 0;

/** Runs every statement of an argument's text; rows are discarded. */
export function runScript(context: JSContext, connection: HostPointer, sql: JSValue): JSValue {
  const text = borrowSql(context, sql);
  if (text === 0) return EXCEPTION;
  const done = runBorrowed(context, connection, text, borrowedLength(), 0, UNLIMITED, Author.User);
  JS_FreeCString(context, text);
  return done ? UNDEFINED : EXCEPTION;
}

/** `execPart(sql, from, instructions)`: where the rest of the script begins, its length, and the statements run. */
export function runPart(context: JSContext, connection: HostPointer, argumentsPointer: HostPointer): JSValue {
  const from = lengthArgument(context, argumentsPointer, 1, 'from');
  if (from === REFUSED) return EXCEPTION;
  const instructions = sizeArgument(context, argumentsPointer, 2, 'instructions');
  if (instructions === REFUSED) return EXCEPTION;
  const text = borrowSql(context, argumentAt(argumentsPointer, 0));
  if (text === 0) return EXCEPTION;
  const length = borrowedLength();
  const done =
    from <= <i64>length &&
    runBorrowed(context, connection, text, length, <u32>from, instructions, Author.Writer);
  JS_FreeCString(context, text);
  if (from > <i64>length) return throwRangeError(context, 'from must lie within the script');
  return done ? progressValue(context, length) : EXCEPTION;
}

function progressValue(context: JSContext, length: u32): JSValue {
  const progress = JS_NewObject(context);
  defineValue(context, progress, 'position', fromI32(position));
  defineValue(context, progress, 'length', fromI32(length));
  defineValue(context, progress, 'statements', fromI32(statements));
  return progress;
}

/** False when it threw. */
function runBorrowed(
  context: JSContext,
  connection: HostPointer,
  text: HostPointer,
  length: u32,
  from: u32,
  instructions: u64,
  author: Author,
): bool {
  if (isTooDeep(text + from, length - from)) {
    throwTooDeep(context, TOO_DEEP);
    return false;
  }
  const lent = lendToEngine(text, length);
  if (lent === 0) {
    throwOutOfMemory(context);
    return false;
  }
  enterRunning(connection);
  const handle = engineConnection(connection);
  const done = runStatements(handle, lent, from, instructions, author);
  leaveRunning(connection);
  if (done && !hasStatement(toHost(lent) + position)) position = length;
  returnText(text, lent);
  if (!done) throwConnectionErrorAt(context, handle, position);
  return done;
}

/**
 * Runs statements until the budget is used up, at least one. False where one failed; the position is its own then. Functions
 * in JavaScript may run scripts on other connections meanwhile.
 */
function runStatements(
  handle: EnginePointer,
  sql: EnginePointer,
  from: u32,
  instructions: u64,
  author: Author,
): bool {
  const start = performance_counter(MESSAGE_COUNTER);
  let at = from;
  let count = 0;
  let done = true;
  while (load<u8>(toHost(sql) + at) !== 0) {
    done = compile(handle, sql + at, NUL_TERMINATED, PREPARE_ONCE, author) === SQLITE_OK;
    if (!done) break;
    const statement = engineResult();
    const next = secondEngineResult() - sql;
    if (statement !== 0) {
      while (sqlite3_step(statement) === SQLITE_ROW);
      done = endStatement(statement) === SQLITE_OK;
      if (!done) break;
      count++;
    }
    at = next;
    if (performance_counter(MESSAGE_COUNTER) - start >= instructions) break;
  }
  position = at;
  statements = count;
  return done;
}
