// Turns what the engine reports into an error of the host.

import { Refusal, takeRefusal } from '../engine/allocation';
import { EnginePointer, toHost } from '../externals/addresses';
import {
  sqlite3_errmsg,
  sqlite3_error_offset,
  sqlite3_errstr,
  sqlite3_extended_errcode,
} from '../externals/engine-statements';
import { JSContext, JSValue } from '../externals/quickjs';
import { NONE, throwCoded } from '../quickjs/errors';
import { beginMessage, endMessage, putLiteral } from '../quickjs/message';
import { EXCEPTION } from '../quickjs/values';
import { takeDenial } from './authorizer';
import { beginDamageMessage } from './damage-message';
import { NESTED_TOO_DEEP } from './expression-depth';
import { throwFunctionError } from './function-errors';
import { beginLimitMessage, takeExcessCode } from './limit-message';
import { beginMemoryMessage, beginSchemaMessage, memoryCode } from './memory-message';
import {
  isOutOfMemory,
  resultCodeName,
  SQLITE_AUTH,
  SQLITE_CONSTRAINT_COMMITHOOK,
  SQLITE_ERROR,
  SQLITE_FULL,
  SQLITE_IOERR_DATA,
  SQLITE_NOMEM,
} from './result-codes';

/** Throws the connection's last error. To be called before anything else is asked of the connection. */
export function throwConnectionError(context: JSContext, connection: EnginePointer): JSValue {
  return throwConnectionErrorAt(context, connection, 0);
}

/** The same where the failed statement begins in the middle of a text. */
export function throwConnectionErrorAt(context: JSContext, connection: EnginePointer, start: u32): JSValue {
  const code = sqlite3_extended_errcode(connection);
  const denial = takeDenial();
  if (throwFunctionError(context, code)) return EXCEPTION;
  if (takeRefusal() === Refusal.Nesting) return throwTooDeep(context, NESTED_TOO_DEEP);
  if (code === SQLITE_AUTH && denial.length !== 0) {
    beginMessage();
    putLiteral(denial);
    return throwCoded(context, resultCodeName(code), endMessage(), code, NONE);
  }
  if (code === SQLITE_IOERR_DATA) {
    beginDamageMessage();
    return throwCoded(context, resultCodeName(code), endMessage(), code, NONE);
  }
  if (isOutOfMemory(code) && memoryCode().length > 0) {
    beginMemoryMessage();
    return throwCoded(context, memoryCode(), endMessage(), code, NONE);
  }
  if (code === SQLITE_CONSTRAINT_COMMITHOOK) {
    beginSchemaMessage();
    return throwCoded(context, 'SCHEMA_TOO_LARGE', endMessage(), code, NONE);
  }
  const excess = code === SQLITE_FULL ? takeExcessCode() : '';
  if (excess.length > 0) {
    beginLimitMessage(excess);
    return throwCoded(context, excess, endMessage(), code, NONE);
  }
  const offset = sqlite3_error_offset(connection);
  return throwCoded(
    context,
    resultCodeName(code),
    toHost(sqlite3_errmsg(connection)),
    code,
    offset < 0 ? NONE : offset + <i32>start,
  );
}

/** Throws for SQL that is nested too deeply, as `message` says. */
export function throwTooDeep(context: JSContext, message: string): JSValue {
  beginMessage();
  putLiteral(message);
  return throwCoded(context, 'SQL_TOO_DEEP', endMessage(), SQLITE_ERROR, NONE);
}

/** Throws for a result code that no connection has recorded. */
export function throwResultCode(context: JSContext, code: i32): JSValue {
  if (isOutOfMemory(code) && memoryCode().length > 0) {
    beginMemoryMessage();
    return throwCoded(context, memoryCode(), endMessage(), code, NONE);
  }
  return throwCoded(context, resultCodeName(code), toHost(sqlite3_errstr(code)), code, NONE);
}

/** Throws for memory that native code itself was refused. */
export function throwOutOfMemory(context: JSContext): JSValue {
  return throwResultCode(context, SQLITE_NOMEM);
}
