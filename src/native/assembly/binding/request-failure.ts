// Writes why a received request was refused. Takes the engine's words before a rollback replaces them.

import { ABSENT, writeFailure } from '../candid/failure-reply';
import { Loss, replyLoss } from '../candid/writer';
import { EnginePointer, HostPointer, toHost } from '../externals/addresses';
import {
  sqlite3_errmsg,
  sqlite3_error_offset,
  sqlite3_extended_errcode,
} from '../externals/engine-statements';
import { beginMessage, endMessage, messageLength, putInteger, putLiteral } from '../quickjs/message';
import { takeDenial } from './authorizer';
import { beginDamageMessage } from './damage-message';
import { SQLITE_ERROR_FUNCTION } from './function-errors';
import { beginLimitMessage, takeExcessCode } from './limit-message';
import {
  resultCodeName,
  SQLITE_AUTH,
  SQLITE_ERROR,
  SQLITE_FULL,
  SQLITE_IOERR_DATA,
  SQLITE_NOMEM,
} from './result-codes';

/** The connection's last error. `sqlOffset` is where the statement starts in the request's SQL. */
export function writeConnectionFailure(connection: EnginePointer, sqlOffset: u32): void {
  const code = publicCode(sqlite3_extended_errcode(connection));
  const denial = takeDenial();
  if (code === SQLITE_AUTH && denial.length !== 0) {
    beginMessage();
    putLiteral(denial);
    writeFailure(resultCodeName(code), endMessage(), messageLength(), code, ABSENT);
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

export function writeParameterCount(expected: i32, sent: u32): void {
  beginMessage();
  putLiteral('The statement has ');
  putInteger(expected);
  putLiteral(expected === 1 ? ' parameter, ' : ' parameters, ');
  putInteger(sent);
  putLiteral(sent === 1 ? ' value was sent' : ' values were sent');
  writeFailure('PARAMETER_COUNT', endMessage(), messageLength(), ABSENT, ABSENT);
}

/** What a reply that lost bytes gives way to. */
export function writeLoss(limit: u32): void {
  if (replyLoss() === Loss.Memory) {
    beginMessage();
    putLiteral('The result does not fit into memory');
    writeFailure('SQLITE_NOMEM', endMessage(), messageLength(), SQLITE_NOMEM, ABSENT);
    return;
  }
  beginMessage();
  putLiteral('The result exceeds the ');
  putInteger(limit);
  putLiteral(' bytes that one reply can hold; ask for fewer rows or columns');
  writeFailure('RESULT_TOO_LARGE', endMessage(), messageLength(), ABSENT, ABSENT);
}
