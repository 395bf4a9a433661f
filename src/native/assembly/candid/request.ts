// `(text archive, text sql, vec Value parameters)`: checked as a whole when it is received, then read again value by
// value for the statement that it is bound to.

import { EnginePointer, HostPointer } from '../externals/addresses';
import { readLength, readStart, readText } from './arguments';
import { finishArguments, nextArgument } from './message';
import { CandidType, TYPE_VEC } from './opcodes';
import { fail, failed, offset, readUnsigned, remaining, seek } from './reader';
import { elementType, kindOf } from './type-table';
import { readValue } from './values';

let archive: HostPointer = 0;
let archiveLength: u32 = 0;
let sql: HostPointer = 0;
let sqlLength: u32 = 0;
let valueType: CandidType = 0;
let valueCount: u32 = 0;
let firstValue: u32 = 0;

/** Reads and checks the whole request from a message that was received. */
export function readRequest(): void {
  readText(nextArgument());
  archive = readStart();
  archiveLength = readLength();
  readText(nextArgument());
  sql = readStart();
  sqlLength = readLength();
  for (let index: u32 = 0; index < sqlLength; index++) {
    if (load<u8>(sql + index) === 0) fail('the SQL text contains a NUL character');
  }
  readValues(nextArgument());
  finishArguments();
}

function readValues(type: CandidType): void {
  if (!failed() && kindOf(type) !== TYPE_VEC) fail('a vec of values was expected');
  if (failed()) return;
  valueType = elementType(type);
  const count = readUnsigned();
  // A value has at least the byte that chooses its case.
  if (count > <u64>remaining()) {
    fail('there are more values than bytes');
    return;
  }
  valueCount = <u32>count;
  firstValue = offset();
  for (let index: u32 = 0; index < valueCount && !failed(); index++) readValue(valueType, 0, 0);
}

export function requestArchive(): HostPointer {
  return archive;
}

export function requestArchiveLength(): u32 {
  return archiveLength;
}

export function requestSql(): HostPointer {
  return sql;
}

export function requestSqlLength(): u32 {
  return sqlLength;
}

export function requestValueCount(): u32 {
  return valueCount;
}

/** Binds all values by position. The engine's result code of the first that it refuses. */
export function bindRequestValues(statement: EnginePointer): i32 {
  seek(firstValue);
  for (let index: u32 = 0; index < valueCount; index++) {
    const code = readValue(valueType, statement, index + 1);
    if (code !== 0) return code;
  }
  return 0;
}
