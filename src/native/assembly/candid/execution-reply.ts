// The reply of an execution. Candid wants the number of rows before the rows, and the rows before everything else; so
// the rows are written to the reply's body while they are stepped, and head and count are sent before it.

import { TYPE_BLOB, TYPE_FLOAT, TYPE_INTEGER, TYPE_TEXT } from '../binding/column-value';
import { EnginePointer, HostPointer, toHost } from '../externals/addresses';
import {
  sqlite3_column_count,
  sqlite3_column_name,
  sqlite3_column_value,
  sqlite3_value_blob,
  sqlite3_value_bytes,
  sqlite3_value_double,
  sqlite3_value_int64,
  sqlite3_value_text,
  sqlite3_value_type,
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
  for (let column = 0; column < count; column++) writeValue(sqlite3_column_value(statement, column));
  rows++;
  return replyLoss() === Loss.None;
}

function writeValue(value: EnginePointer): void {
  switch (sqlite3_value_type(value)) {
    case TYPE_INTEGER:
      writeByte(ValueCase.Integer);
      writeLong(sqlite3_value_int64(value));
      return;
    case TYPE_FLOAT:
      writeByte(ValueCase.Real);
      writeLong(reinterpret<u64>(sqlite3_value_double(value)));
      return;
    case TYPE_TEXT:
      writeTextValue(value);
      return;
    case TYPE_BLOB:
      writeBlobValue(value);
      return;
    default:
      writeByte(ValueCase.Null);
  }
}

function writeTextValue(value: EnginePointer): void {
  const text = sqlite3_value_text(value);
  if (text === 0) {
    loseMemory();
    return;
  }
  writeByte(ValueCase.Text);
  writeText(toHost(text), sqlite3_value_bytes(value));
}

function writeBlobValue(value: EnginePointer): void {
  const bytes = sqlite3_value_blob(value);
  const length = sqlite3_value_bytes(value);
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
