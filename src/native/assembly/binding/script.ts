// Scripts that are run in parts: as many statements a call as a budget allows, from where the call before stopped.

import { EnginePointer, HostPointer, toHost } from '../externals/addresses';
import { sqlite3_step } from '../externals/engine-statements';
import { performance_counter } from '../externals/ic0';
import { JS_FreeCString, JS_NewObject, JSContext, JSValue } from '../externals/quickjs';
import { throwRangeError } from '../quickjs/errors';
import { defineValue } from '../quickjs/objects';
import { borrowedLength } from '../quickjs/text';
import { argumentAt, EXCEPTION, fromI32 } from '../quickjs/values';
import { lengthArgument, REFUSED, sizeArgument } from './arguments';
import { Author } from './authorizer';
import { engineConnection, enterRunning, leaveRunning } from './connection-record';
import { engineResult, secondEngineResult } from './engine-out';
import { lendToEngine, returnText } from './engine-text';
import { borrowSql, compile, NUL_TERMINATED, PREPARE_ONCE } from './prepare';
import { SQLITE_OK, SQLITE_ROW } from './result-codes';
import { hasStatement } from './sql-text';
import { throwConnectionErrorAt, throwOutOfArena } from './sqlite-errors';
import { endStatement } from './statement-end';

const MESSAGE_COUNTER: u32 = 0;

/** Where the run of this moment is in its text, and what it has done. */
let position: u32 = 0;
let statements: i32 = 0;

/** `runPart(sql, from, instructions)`: where the rest of the script begins, its length, and the statements run. */
export function runPart(context: JSContext, connection: HostPointer, argumentsPointer: HostPointer): JSValue {
  const from = lengthArgument(context, argumentsPointer, 1, 'from');
  if (from === REFUSED) return EXCEPTION;
  const instructions = sizeArgument(context, argumentsPointer, 2, 'instructions');
  if (instructions === REFUSED) return EXCEPTION;
  const text = borrowSql(context, argumentAt(argumentsPointer, 0));
  if (text === 0) return EXCEPTION;
  const length = borrowedLength();
  const result =
    from <= <i64>length
      ? runBorrowed(context, connection, text, length, <u32>from, <u64>instructions)
      : throwRangeError(context, 'from must lie within the script');
  JS_FreeCString(context, text);
  return result;
}

function runBorrowed(
  context: JSContext,
  connection: HostPointer,
  text: HostPointer,
  length: u32,
  from: u32,
  instructions: u64,
): JSValue {
  const lent = lendToEngine(text, length);
  if (lent === 0) return throwOutOfArena(context);
  position = from;
  statements = 0;
  enterRunning(connection);
  const done = runStatements(engineConnection(connection), lent, instructions);
  leaveRunning(connection);
  const rest = done && hasStatement(toHost(lent) + position) ? position : length;
  returnText(text, lent);
  if (!done) return throwConnectionErrorAt(context, engineConnection(connection), position);
  const progress = JS_NewObject(context);
  defineValue(context, progress, 'position', fromI32(rest));
  defineValue(context, progress, 'length', fromI32(length));
  defineValue(context, progress, 'statements', fromI32(statements));
  return progress;
}

/** Runs statements until the budget is used up, at least one. False where one failed; the position is its own then. */
function runStatements(handle: EnginePointer, sql: EnginePointer, instructions: u64): bool {
  const end = performance_counter(MESSAGE_COUNTER) + instructions;
  while (load<u8>(toHost(sql) + position) !== 0) {
    if (compile(handle, sql + position, NUL_TERMINATED, PREPARE_ONCE, Author.Writer) !== SQLITE_OK)
      return false;
    const statement = engineResult();
    const next = secondEngineResult() - sql;
    if (statement !== 0) {
      while (sqlite3_step(statement) === SQLITE_ROW);
      if (endStatement(statement) !== SQLITE_OK) return false;
      statements++;
    }
    position = next;
    if (performance_counter(MESSAGE_COUNTER) >= end) break;
  }
  return true;
}
