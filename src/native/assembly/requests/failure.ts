// Writes why a received request was refused. Takes the engine's words before a rollback replaces them.

import { takeDenial } from '../binding/authorizer';
import { beginDamageMessage } from '../binding/damage-message';
import { SQLITE_ERROR_FUNCTION } from '../binding/function-errors';
import { beginLimitMessage, takeExcessCode } from '../binding/limit-message';
import { READ_ONLY } from '../binding/message-authority';
import {
  resultCodeName,
  SQLITE_AUTH,
  SQLITE_ERROR,
  SQLITE_FULL,
  SQLITE_IOERR_DATA,
} from '../binding/result-codes';
import { ABSENT, nameBudget, writeFailure } from '../candid/failure-reply';
import { EnginePointer, HostPointer, toHost } from '../externals/addresses';
import {
  sqlite3_errmsg,
  sqlite3_error_offset,
  sqlite3_errstr,
  sqlite3_extended_errcode,
} from '../externals/engine-statements';
import {
  beginMessage,
  endMessage,
  messageLength,
  putBytes,
  putInteger,
  putLiteral,
} from '../quickjs/message';

/** Longest name that a message repeats. */
const LONGEST_NAME: u32 = 256;

/** The connection's last error. `sqlOffset` is where the statement starts in the request's SQL. */
export function writeConnectionFailure(connection: EnginePointer, sqlOffset: u32): void {
  const code = publicCode(sqlite3_extended_errcode(connection));
  const denial = takeDenial();
  // A refused function is an ordinary error to the engine.
  if (denial.length !== 0 && (code === SQLITE_AUTH || code === SQLITE_ERROR)) {
    beginMessage();
    putLiteral(denial);
    if (denial === READ_ONLY) writeFailure('READ_ONLY', endMessage(), messageLength(), ABSENT, ABSENT);
    else writeFailure('SQLITE_AUTH', endMessage(), messageLength(), SQLITE_AUTH, ABSENT);
    return;
  }
  if (code === SQLITE_IOERR_DATA) {
    beginDamageMessage();
    writeFailure(resultCodeName(code), endMessage(), messageLength(), code, ABSENT);
    return;
  }
  const excess = code === SQLITE_FULL ? takeExcessCode() : '';
  if (excess.length > 0) {
    beginLimitMessage(excess);
    writeFailure(excess, endMessage(), messageLength(), code, ABSENT);
    return;
  }
  const offset = sqlite3_error_offset(connection);
  const message = toHost(sqlite3_errmsg(connection));
  writeFailure(
    resultCodeName(code),
    message,
    lengthOf(message),
    code,
    offset < 0 ? ABSENT : offset + <i32>sqlOffset,
  );
}

/** What a user-defined function threw is an error of SQL to whoever sent the SQL. */
function publicCode(code: i32): i32 {
  return code === SQLITE_ERROR_FUNCTION ? SQLITE_ERROR : code;
}

function lengthOf(text: HostPointer): u32 {
  let end = text;
  while (load<u8>(end) !== 0) end++;
  return end - text;
}

/** A refusal of our own, at a statement. */
export function writeRefusal(code: string, message: string): void {
  beginMessage();
  putLiteral(message);
  writeFailure(code, endMessage(), messageLength(), ABSENT, ABSENT);
}

/** An error of the engine's kind that no connection has recorded. */
export function writeResultCode(code: i32): void {
  const message = toHost(sqlite3_errstr(code));
  writeFailure(resultCodeName(code), message, lengthOf(message), code, ABSENT);
}

export function writeParameterCount(expected: i32, sent: u32): void {
  beginMessage();
  putLiteral('The statement has ');
  putInteger(expected);
  putLiteral(expected === 1 ? ' parameter, ' : ' parameters, ');
  putInteger(sent);
  putLiteral(sent === 1 ? ' value was sent' : ' values were sent');
  writeFailure('PARAMETER_COUNT', endMessage(), messageLength(), ABSENT, ABSENT);
}

/** A refusal about a parameter's name. */
export function writeParameterName(before: string, name: HostPointer, length: u32, after: string): void {
  beginMessage();
  putLiteral(before);
  putBytes(name, min<u32>(length, LONGEST_NAME));
  putLiteral(after);
  writeFailure('PARAMETER_NAME', endMessage(), messageLength(), ABSENT, ABSENT);
}

/**
 * What a budget allows and what was used of it; the work was stopped there and undone.
 *
 * @param remedy what helps beside asking for less; empty where nothing does
 */
export function writeBudgetFailure(kind: string, unit: string, limit: u64, used: u64, remedy: string): void {
  beginMessage();
  putLiteral('Stopped and undone: the call may take ');
  putInteger(limit);
  putLiteral(' ');
  putLiteral(unit);
  putLiteral(', and it needs at least ');
  putInteger(used);
  putLiteral('; ask for less at a time');
  putLiteral(remedy);
  nameBudget(kind, limit, used);
  writeFailure('BUDGET_EXCEEDED', endMessage(), messageLength(), ABSENT, ABSENT);
}
