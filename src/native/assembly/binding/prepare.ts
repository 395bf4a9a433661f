// Compiles SQL text into statement objects.

import { allowMemory } from '../engine/allocation';
import { EnginePointer, HostPointer, toHost } from '../externals/addresses';
import {
  sqlite3_bind_parameter_count,
  sqlite3_bind_parameter_name,
  sqlite3_column_count,
  sqlite3_finalize,
  sqlite3_prepare_v3,
  sqlite3_stmt_readonly,
} from '../externals/engine-statements';
import {
  JS_FreeCString,
  JS_NewObjectProtoClass,
  JS_SetOpaque,
  JSContext,
  JSValue,
} from '../externals/quickjs';
import { throwRangeError, throwTypeError } from '../quickjs/errors';
import { borrowedLength, borrowText } from '../quickjs/text';
import { EXCEPTION, isException, TAG_STRING, tagOf } from '../quickjs/values';
import { Author, setAuthor } from './authorizer';
import { engineConnection, linkStatement } from './connection-record';
import { engineOut, engineResult, secondEngineOut, secondEngineResult } from './engine-out';
import { lendToEngine, returnText } from './engine-text';
import { isTooDeep, TOO_DEEP } from './expression-depth';
import { setCompiledText } from './migration-history';
import { hasLetters } from './parameters';
import { SQLITE_OK } from './result-codes';
import { hasStatement } from './sql-text';
import { throwConnectionError, throwOutOfMemory, throwTooDeep } from './sqlite-errors';
import {
  createStatementRecord,
  NAMING_LETTERS,
  NAMING_NONE,
  NAMING_NUMBERS,
  setNaming,
  setReadonly,
} from './statement-record';

export const PREPARE_PERSISTENT: u32 = 1;
export const PREPARE_ONCE: u32 = 0;
/** In place of the text's length. */
export const NUL_TERMINATED: i32 = -1;

/** Compiles the first statement of a text; its result code. The statement and the rest of the text: see engine-out. */
export function compile(
  connection: EnginePointer,
  sql: EnginePointer,
  byteLength: i32,
  flags: u32,
  author: Author,
): i32 {
  const before = setAuthor(author);
  allowMemory();
  setCompiledText(toHost(sql), byteLength);
  const code = sqlite3_prepare_v3(connection, sql, byteLength, flags, engineOut(), secondEngineOut());
  setAuthor(before);
  // What was deep and is compiled all the same may run.
  if (code === SQLITE_OK) allowMemory();
  return code;
}

/** Borrows SQL text from an argument, to be given back with JS_FreeCString; 0 when it threw. */
export function borrowSql(context: JSContext, value: JSValue): HostPointer {
  if (tagOf(value) !== TAG_STRING) {
    throwTypeError(context, 'Expected first argument to be a string');
    return 0;
  }
  const text = borrowText(context, value);
  if (text === 0) return 0;
  const length = borrowedLength();
  for (let index: u32 = 0; index < length; index++) {
    if (load<u8>(text + index) !== 0) continue;
    JS_FreeCString(context, text);
    throwRangeError(context, 'The supplied SQL string contains a NUL character');
    return 0;
  }
  return text;
}

/** The single statement of an argument as an object with the given prototype. */
export function prepareStatement(
  context: JSContext,
  connection: HostPointer,
  sql: JSValue,
  prototype: JSValue,
  classId: u32,
  author: Author,
): JSValue {
  const text = borrowSql(context, sql);
  if (text === 0) return EXCEPTION;
  if (isTooDeep(text, borrowedLength())) {
    JS_FreeCString(context, text);
    return throwTooDeep(context, TOO_DEEP);
  }
  const lent = lendToEngine(text, borrowedLength());
  const statement = lent === 0 ? NOTHING : compileSingle(context, connection, lent, author);
  if (lent === 0) throwOutOfMemory(context);
  else returnText(text, lent);
  JS_FreeCString(context, text);
  if (statement === NOTHING) return EXCEPTION;
  // What is explained does not run, and so needs no values.
  const parameterCount = author === Author.Explainer ? 0 : sqlite3_bind_parameter_count(statement);
  return wrap(context, connection, statement, parameterCount, prototype, classId);
}

/** In place of a statement: an exception is pending. */
const NOTHING: EnginePointer = 0;

function compileSingle(
  context: JSContext,
  connection: HostPointer,
  sql: EnginePointer,
  author: Author,
): EnginePointer {
  const handle = engineConnection(connection);
  if (compile(handle, sql, NUL_TERMINATED, PREPARE_PERSISTENT, author) !== SQLITE_OK) {
    throwConnectionError(context, handle);
    return NOTHING;
  }
  const statement = engineResult();
  if (statement === 0) {
    throwRangeError(context, 'The supplied SQL string contains no statements');
    return NOTHING;
  }
  if (!hasStatement(toHost(secondEngineResult()))) return statement;
  sqlite3_finalize(statement);
  throwRangeError(context, 'The supplied SQL string contains more than one statement');
  return NOTHING;
}

function wrap(
  context: JSContext,
  connection: HostPointer,
  statement: EnginePointer,
  parameterCount: i32,
  prototype: JSValue,
  classId: u32,
): JSValue {
  const record = createStatementRecord(statement, parameterCount, sqlite3_column_count(statement));
  if (record === 0) {
    sqlite3_finalize(statement);
    return throwOutOfMemory(context);
  }
  setReadonly(record, sqlite3_stmt_readonly(statement) !== 0);
  setNaming(record, namingOfStatement(statement, parameterCount));
  linkStatement(connection, record);
  const object = JS_NewObjectProtoClass(context, prototype, classId);
  // Without an object nobody can reach the record; closing the connection releases it.
  if (isException(object)) return EXCEPTION;
  JS_SetOpaque(object, record);
  return object;
}

function namingOfStatement(statement: EnginePointer, parameterCount: i32): u32 {
  let naming = NAMING_NONE;
  for (let index = 1; index <= parameterCount; index++) {
    const name = sqlite3_bind_parameter_name(statement, index);
    if (hasLetters(name)) return NAMING_LETTERS;
    if (name !== 0) naming = NAMING_NUMBERS;
  }
  return naming;
}
