// The reply of an execution. Candid wants the number of rows before the rows, and the rows before everything else; so
// the rows are written to the reply's body while they are stepped, and head and count are sent before it.

import { EnginePointer, HostPointer, toHost } from '../externals/addresses';
import {
  sqlite3_column_blob,
  sqlite3_column_bytes,
  sqlite3_column_count,
  sqlite3_column_double,
  sqlite3_column_int64,
  sqlite3_column_name,
  sqlite3_column_text,
  sqlite3_column_type,
} from '../externals/engine-statements';
import { msg_reply_data_append } from '../externals/ic0';
import { EXECUTION_HEAD_LENGTH, executionHead, ValueCase } from './reply-types';
import {
  beginReply,
  Loss,
  lose,
  replyLoss,
  sendReply,
  writeByte,
  writeBytes,
  writeLong,
  writeText,
  writeUnsigned,
} from './writer';

const TYPE_INTEGER: i32 = 1;
const TYPE_FLOAT: i32 = 2;
const TYPE_TEXT: i32 = 3;
const TYPE_BLOB: i32 = 4;
const ONLY_CASE: u32 = 0;
/** Head, case and the longest count. */
const HEAD_CAPACITY: u32 = EXECUTION_HEAD_LENGTH + 1 + 5;

const countBytes: HostPointer = <u32>memory.data(8);

let rows: u32 = 0;

/** Starts the reply, or starts it again for a later statement's rows. */
export function beginExecution(bytes: u32): void {
  rows = 0;
  beginReply(bytes - HEAD_CAPACITY);
}

/** Adds the statement's current row. False when it does not fit any more: see replyLoss. */
export function writeRow(statement: EnginePointer): bool {
  const count = sqlite3_column_count(statement);
  writeUnsigned(count);
  for (let column = 0; column < count; column++) writeValue(statement, column);
  rows++;
  return replyLoss() === Loss.None;
}

function writeValue(statement: EnginePointer, column: i32): void {
  switch (sqlite3_column_type(statement, column)) {
    case TYPE_INTEGER:
      writeByte(ValueCase.Integer);
      writeLong(sqlite3_column_int64(statement, column));
      return;
    case TYPE_FLOAT:
      writeByte(ValueCase.Real);
      writeLong(reinterpret<u64>(sqlite3_column_double(statement, column)));
      return;
    case TYPE_TEXT:
      writeTextColumn(statement, column);
      return;
    case TYPE_BLOB:
      writeBlobColumn(statement, column);
      return;
    default:
      writeByte(ValueCase.Null);
  }
}

function writeTextColumn(statement: EnginePointer, column: i32): void {
  const text = sqlite3_column_text(statement, column);
  if (text === 0) {
    loseMemory();
    return;
  }
  writeByte(ValueCase.Text);
  writeText(toHost(text), sqlite3_column_bytes(statement, column));
}

function writeBlobColumn(statement: EnginePointer, column: i32): void {
  const bytes = sqlite3_column_blob(statement, column);
  const length = sqlite3_column_bytes(statement, column);
  if (bytes === 0 && length !== 0) {
    loseMemory();
    return;
  }
  writeByte(ValueCase.Blob);
  writeUnsigned(length);
  writeBytes(toHost(bytes), length);
}

function loseMemory(): void {
  lose(Loss.Memory);
}

/** Writes what follows the rows. `columns` is the statement that returned them, 0 for none. */
export function endExecution(columns: EnginePointer, changes: u64, lastInsertRowid: i64): void {
  writeLong(changes);
  writeLong(<u64>lastInsertRowid);
  const count = columns === 0 ? 0 : sqlite3_column_count(columns);
  writeUnsigned(count);
  for (let column = 0; column < count; column++) writeName(toHost(sqlite3_column_name(columns, column)));
}

function writeName(name: HostPointer): void {
  let end = name;
  while (load<u8>(end) !== 0) end++;
  writeText(name, end - name);
}

/** Sends head, number of rows and body. */
export function sendExecution(): void {
  msg_reply_data_append(executionHead, EXECUTION_HEAD_LENGTH);
  store<u8>(countBytes, ONLY_CASE);
  let length: u32 = 1;
  let rest = rows;
  while (rest >= 0x80) {
    store<u8>(countBytes + length++, (rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  store<u8>(countBytes + length++, rest);
  msg_reply_data_append(countBytes, length);
  sendReply();
}
