// Binds a call's arguments to a statement's parameters.
//
// Positional values, alone or in an array, fill the parameters that have no name or a number (`?`, `?NNN`), in order.
// One object may come with them: it answers for `:a`, `@a` and `$a` by the name behind the sign, and for a `?NNN` that no
// positional value reached by its number.

import { EnginePointer, HostPointer, toHost } from '../externals/addresses';
import { sqlite3_bind_parameter_name } from '../externals/engine-statements';
import {
  JS_FreeAtom,
  JS_FreeValue,
  JS_GetPropertyInt64,
  JS_GetPropertyStr,
  JS_HasProperty,
  JS_IsArray,
  JS_IsFunction,
  JS_NewAtomLen,
  JSContext,
  JSValue,
  js_get_length32,
} from '../externals/quickjs';
import { holdsBytes } from '../quickjs/bytes';
import { throwRangeError, throwRangeErrorMessage, throwTypeError } from '../quickjs/errors';
import { beginMessage, putCString, putLiteral } from '../quickjs/message';
import { OUT, outU32 } from '../quickjs/scratch';
import { argumentAt, isException, TAG_OBJECT, TAG_UNDEFINED, tagOf, UNDEFINED } from '../quickjs/values';
import { bindValue } from './bind-value';
import {
  MODE_BOUND,
  modesOf,
  NAMING_LETTERS,
  NAMING_NONE,
  namingOf,
  parameterCountOf,
  statementOf,
} from './statement-record';

const QUESTION_MARK: u32 = 0x3f;
/** In place of a position: an exception is pending. */
const THREW: i32 = -1;

/** Binds; false when it threw. */
export function bindArguments(
  context: JSContext,
  record: HostPointer,
  argumentCount: i32,
  argumentsPointer: HostPointer,
): bool {
  if (modesOf(record) & MODE_BOUND) return argumentCount === 0 || refuseBound(context);
  let position = 0;
  let named: JSValue = UNDEFINED;
  for (let index = 0; index < argumentCount; index++) {
    const value = argumentAt(argumentsPointer, index);
    if (tagOf(value) !== TAG_OBJECT) {
      position = bindPositional(context, record, position, value);
    } else if (JS_IsArray(context, value) > 0) {
      position = bindElements(context, record, position, value);
    } else if (!isNames(context, record, value)) {
      position = bindPositional(context, record, position, value);
    } else if (named === UNDEFINED) {
      named = value;
    } else {
      throwTypeError(context, 'Only one object of named parameters can be bound');
      return false;
    }
    if (position === THREW) return false;
  }
  if (namingOf(record) !== NAMING_LETTERS && position === parameterCountOf(record)) return true;
  return bindRemaining(context, record, position, named);
}

function refuseBound(context: JSContext): bool {
  throwTypeError(context, 'This statement already has bound parameters');
  return false;
}

const rowArgument: HostPointer = <u32>memory.data(8, 8);

/** Binds one row of a bulk run: an array of values, or an object of names. */
export function bindRow(context: JSContext, record: HostPointer, row: JSValue): bool {
  if (tagOf(row) !== TAG_OBJECT) {
    throwTypeError(context, 'runMany expects rows that are arrays of values or objects of names');
    return false;
  }
  store<u64>(rowArgument, row);
  return bindArguments(context, record, 1, rowArgument);
}

/** An object that answers by name, rather than a value to bind. */
function isNames(context: JSContext, record: HostPointer, value: JSValue): bool {
  return namingOf(record) !== NAMING_NONE && !holdsBytes(value) && JS_IsFunction(context, value) === 0;
}

/** Binds to the next positional parameter and returns its number. */
function bindPositional(context: JSContext, record: HostPointer, position: i32, value: JSValue): i32 {
  const next = nextPositional(record, position);
  if (next > parameterCountOf(record)) {
    throwRangeError(context, 'Too many parameter values were provided');
    return THREW;
  }
  return bindValue(context, record, next, value) ? next : THREW;
}

function nextPositional(record: HostPointer, position: i32): i32 {
  let next = position + 1;
  if (namingOf(record) !== NAMING_LETTERS) return next;
  const count = parameterCountOf(record);
  while (next <= count && hasLetters(sqlite3_bind_parameter_name(statementOf(record), next))) next++;
  return next;
}

/** True for `:a`, `@a` and `$a`. */
export function hasLetters(name: EnginePointer): bool {
  return name !== 0 && load<u8>(toHost(name)) !== QUESTION_MARK;
}

function bindElements(context: JSContext, record: HostPointer, start: i32, array: JSValue): i32 {
  if (js_get_length32(context, OUT, array) < 0) return THREW;
  const length = outU32();
  let position = start;
  for (let index: u32 = 0; index < length; index++) {
    const value = JS_GetPropertyInt64(context, array, index);
    if (isException(value)) return THREW;
    position = bindPositional(context, record, position, value);
    JS_FreeValue(context, value);
    if (position === THREW) return THREW;
  }
  return position;
}

/** Binds what positional values did not reach: every named parameter, and the positional ones behind the last value. */
function bindRemaining(context: JSContext, record: HostPointer, position: i32, named: JSValue): bool {
  const statement = statementOf(record);
  const count = parameterCountOf(record);
  for (let index = 1; index <= count; index++) {
    const name = sqlite3_bind_parameter_name(statement, index);
    if (!hasLetters(name) && index <= position) continue;
    if (name === 0 || named === UNDEFINED) return refuseMissing(context, name);
    if (!bindProperty(context, record, index, named, toHost(name) + 1)) return false;
  }
  return true;
}

function refuseMissing(context: JSContext, name: EnginePointer): bool {
  if (hasLetters(name)) return refuseMissingName(context, toHost(name) + 1);
  throwRangeError(context, 'Too few parameter values were provided');
  return false;
}

function refuseMissingName(context: JSContext, name: HostPointer): bool {
  beginMessage();
  putLiteral('Missing named parameter "');
  putCString(name);
  putLiteral('"');
  throwRangeErrorMessage(context);
  return false;
}

function bindProperty(
  context: JSContext,
  record: HostPointer,
  index: i32,
  named: JSValue,
  name: HostPointer,
): bool {
  const value = JS_GetPropertyStr(context, named, name);
  if (isException(value)) return false;
  if (tagOf(value) === TAG_UNDEFINED && !hasProperty(context, named, name)) {
    return refuseMissingName(context, name);
  }
  const bound = bindValue(context, record, index, value);
  JS_FreeValue(context, value);
  return bound;
}

function hasProperty(context: JSContext, object: JSValue, name: HostPointer): bool {
  let end = name;
  while (load<u8>(end) !== 0) end++;
  const atom = JS_NewAtomLen(context, name, end - name);
  const has = JS_HasProperty(context, object, atom);
  JS_FreeAtom(context, atom);
  return has > 0;
}
