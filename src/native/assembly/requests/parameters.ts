// Binds a request's parameters. Values without a name fill a statement's parameters in order; when some bring a name, those
// fill the parameters of that name (`:a`, `@a` and `$a`, with or without the sign), and the others fill the rest in order.

import { hasLetters } from '../binding/parameters';
import { SQLITE_NOMEM, SQLITE_OK } from '../binding/result-codes';
import {
  bindNamedValue,
  bindParameter,
  parameterName,
  parameterNameLength,
  readParameter,
} from '../candid/parameters';
import { offset, seek } from '../candid/reader';
import { RequestStatement } from '../candid/request';
import { EnginePointer, HostPointer, toHost } from '../externals/addresses';
import { sqlite3_free, sqlite3_malloc64 } from '../externals/engine';
import { sqlite3_bind_parameter_count, sqlite3_bind_parameter_name } from '../externals/engine-statements';
import {
  writeConnectionFailure,
  writeParameterCount,
  writeParameterName,
  writeRefusal,
  writeResultCode,
} from './failure';

/** Bounds the search for names, which looks at each parameter for each name. */
const MOST_NAMES: u32 = 500;

/** Binds; false when it wrote why not. */
export function bindParameters(
  connection: EnginePointer,
  statement: EnginePointer,
  request: RequestStatement,
  sqlOffset: u32,
): bool {
  const expected = sqlite3_bind_parameter_count(statement);
  if (request.namedCount !== 0) return bindNames(connection, statement, request, expected, sqlOffset);
  if (<u32>expected !== request.parameterCount) {
    writeParameterCount(expected, request.parameterCount);
    return false;
  }
  if (expected === 0) return true;
  seek(request.parametersStart);
  for (let index = 1; index <= expected; index++) {
    if (bindParameter(request.parameterType, statement, index) === SQLITE_OK) continue;
    writeConnectionFailure(connection, sqlOffset);
    return false;
  }
  return true;
}

/** A byte for each parameter, by its index: 1 once it is bound. */
let bound: HostPointer = 0;

function bindNames(
  connection: EnginePointer,
  statement: EnginePointer,
  request: RequestStatement,
  expected: i32,
  sqlOffset: u32,
): bool {
  if (request.namedCount > MOST_NAMES) {
    writeRefusal('PARAMETER_NAME', 'At most 500 parameters can have names');
    return false;
  }
  const memoryOfEngine = sqlite3_malloc64(<u64>expected + 1);
  if (memoryOfEngine === 0) {
    writeResultCode(SQLITE_NOMEM);
    return false;
  }
  bound = toHost(memoryOfEngine);
  memory.fill(bound, 0, expected + 1);
  const done =
    bindEach(connection, statement, request, expected, sqlOffset) && requireAll(statement, expected);
  sqlite3_free(memoryOfEngine);
  return done;
}

function bindEach(
  connection: EnginePointer,
  statement: EnginePointer,
  request: RequestStatement,
  expected: i32,
  sqlOffset: u32,
): bool {
  seek(request.parametersStart);
  let position = 0;
  for (let left = request.parameterCount; left > 0; left--) {
    const start = offset();
    let code = SQLITE_OK;
    if (readParameter(request.parameterType)) {
      const end = offset();
      code = bindEverywhere(statement, expected);
      if (code === REFUSED) return false;
      seek(end);
    } else {
      position = nextUnnamed(statement, position + 1, expected);
      if (position > expected) {
        writeParameterCount(expected, request.parameterCount);
        return false;
      }
      seek(start);
      code = bindParameter(request.parameterType, statement, position);
      store<u8>(bound + position, 1);
    }
    if (code !== SQLITE_OK) {
      writeConnectionFailure(connection, sqlOffset);
      return false;
    }
  }
  return true;
}

/** In place of a result code: the refusal is written. */
const REFUSED: i32 = -1;

/** Binds the named value that was read last wherever its name stands. */
function bindEverywhere(statement: EnginePointer, expected: i32): i32 {
  const name = parameterName();
  const length = parameterNameLength();
  let found = false;
  for (let index = 1; index <= expected; index++) {
    if (!isNamed(sqlite3_bind_parameter_name(statement, index), name, length)) continue;
    if (load<u8>(bound + index) !== 0) {
      writeParameterName('Two values were sent for the parameter "', name, length, '"');
      return REFUSED;
    }
    const code = bindNamedValue(statement, index);
    if (code !== SQLITE_OK) return code;
    store<u8>(bound + index, 1);
    found = true;
  }
  if (found) return SQLITE_OK;
  writeParameterName('The statement has no parameter "', name, length, '"');
  return REFUSED;
}

/** Whether a parameter's name, `:a`, `@a` or `$a`, is the given one, with or without its sign. */
function isNamed(parameter: EnginePointer, name: HostPointer, length: u32): bool {
  if (!hasLetters(parameter)) return false;
  const whole = toHost(parameter);
  return isText(whole + 1, name, length) || isText(whole, name, length);
}

function isText(text: HostPointer, bytes: HostPointer, length: u32): bool {
  for (let at: u32 = 0; at < length; at++) {
    const byte = load<u8>(text + at);
    if (byte === 0 || byte !== load<u8>(bytes + at)) return false;
  }
  return load<u8>(text + length) === 0;
}

/** The next parameter that has no name; beyond the last when there is none. */
function nextUnnamed(statement: EnginePointer, from: i32, expected: i32): i32 {
  let index = from;
  while (index <= expected && hasLetters(sqlite3_bind_parameter_name(statement, index))) index++;
  return index;
}

function requireAll(statement: EnginePointer, expected: i32): bool {
  for (let index = 1; index <= expected; index++) {
    if (load<u8>(bound + index) !== 0) continue;
    const name = sqlite3_bind_parameter_name(statement, index);
    if (hasLetters(name)) writeMissing(toHost(name));
    else
      writeRefusal(
        'PARAMETER_COUNT',
        'The statement has more parameters without a name than values were sent',
      );
    return false;
  }
  return true;
}

function writeMissing(name: HostPointer): void {
  let end = name;
  while (load<u8>(end) !== 0) end++;
  writeParameterName('No value was sent for the parameter "', name, end - name, '"');
}
