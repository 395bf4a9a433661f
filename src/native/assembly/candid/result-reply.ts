// The reply of SQL: one result, a page of one, or a batch of them. Candid wants numbers before what they count, so room for
// them is left and filled in once the work is done; what is written before the rows is filled in last, after the commit.
//
// A result, its fields in the order of their ids:
// offset  size  field
//      0    57  meta: see below
//     57     5  number of rows, as a LEB128 number of full length
//     62     n  rows, each a vec of values
//   62+n     m  next_cursor, in a page only
//              columns, a vec of texts

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
import { noteWork } from './outcome';
import {
  BATCH_HEAD_LENGTH,
  batchHead,
  PAGE_HEAD_LENGTH,
  pageHead,
  RESULT_HEAD_LENGTH,
  resultHead,
  ValueCase,
} from './reply-types';
import { validPrefix } from './utf8';
import {
  beginReply,
  claim,
  Loss,
  lose,
  putUnsigned,
  replyAt,
  replyLength,
  replyLoss,
  rewind,
  sizeOfUnsigned,
  writeByte,
  writeBytes,
  writeText,
  writeUnsigned,
} from './writer';

const ONLY_CASE: u32 = 0;
/** Bytes of the number that chooses a variant's case, and of a number. */
const CASE_SIZE: u32 = 1;
const NUMBER_SIZE: u32 = 8;

// Meta, its fields in the order of their ids.
const TRANSACTION_ID: u32 = 0;
const ROWS_READ: u32 = 8;
const LAST_ROW_ID: u32 = 16;
const ROWS_WRITTEN: u32 = 24;
const TRUNCATED: u32 = 32;
const INSTRUCTIONS: u32 = 33;
const SIZE_AFTER: u32 = 41;
const CHANGES: u32 = 49;
const META_SIZE: u32 = 57;

const COUNT_SIZE: u32 = 5;
const HEAD_SIZE: u32 = META_SIZE + COUNT_SIZE;

/** Where the result that is being written starts. */
let start: u32 = 0;
let rows: u32 = 0;

export function beginSingleReply(limit: u32): void {
  beginReply(limit);
  writeBytes(resultHead, RESULT_HEAD_LENGTH);
  writeByte(ONLY_CASE);
}

export function beginPageReply(limit: u32): void {
  beginReply(limit);
  writeBytes(pageHead, PAGE_HEAD_LENGTH);
  writeByte(ONLY_CASE);
}

export function beginBatchReply(limit: u32, results: u32): void {
  beginReply(limit);
  writeBytes(batchHead, BATCH_HEAD_LENGTH);
  writeByte(ONLY_CASE);
  writeUnsigned(results);
}

/** Starts a result; its position, for what is filled in later. */
export function beginResult(): u32 {
  start = replyLength();
  restartRows();
  return start;
}

/** Starts the result's rows, or starts them again for a later statement's. */
export function restartRows(): void {
  rewind(start);
  claim(HEAD_SIZE);
  rows = 0;
}

/** Rows of the result that were written. */
export function writtenRows(): u32 {
  return rows;
}

/** Adds the statement's current row. False when it does not fit any more: see replyLoss. */
export function writeRow(statement: EnginePointer): bool {
  const count = sqlite3_column_count(statement);
  writeUnsigned(count);
  for (let column = 0; column < count; column++) writeValue(sqlite3_column_value(statement, column));
  if (replyLoss() !== Loss.None) return false;
  rows++;
  return true;
}

// A value claims its space at once.

function writeValue(value: EnginePointer): void {
  switch (sqlite3_value_type(value)) {
    case TYPE_INTEGER:
      writeNumber(ValueCase.Integer, sqlite3_value_int64(value));
      return;
    case TYPE_FLOAT:
      writeNumber(ValueCase.Real, reinterpret<u64>(sqlite3_value_double(value)));
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

function writeNumber(valueCase: ValueCase, bits: u64): void {
  const at = claim(CASE_SIZE + NUMBER_SIZE);
  if (at === 0) return;
  store<u8>(at, valueCase);
  store<u64>(at + CASE_SIZE, bits);
}

function writeTextValue(value: EnginePointer): void {
  const pointer = sqlite3_value_text(value);
  if (pointer === 0) {
    loseMemory();
    return;
  }
  const text = toHost(pointer);
  const length = sqlite3_value_bytes(value);
  if (validPrefix(text, length) === <u32>length) {
    writeSized(ValueCase.Text, text, length);
    return;
  }
  writeByte(ValueCase.Text);
  writeText(text, length);
}

function writeBlobValue(value: EnginePointer): void {
  const bytes = sqlite3_value_blob(value);
  const length = sqlite3_value_bytes(value);
  if (bytes === 0 && length !== 0) loseMemory();
  else writeSized(ValueCase.Blob, toHost(bytes), length);
}

function writeSized(valueCase: ValueCase, bytes: HostPointer, length: u32): void {
  const at = claim(CASE_SIZE + sizeOfUnsigned(length) + length);
  if (at === 0) return;
  store<u8>(at, valueCase);
  memory.copy(putUnsigned(at + CASE_SIZE, length), bytes, length);
}

function loseMemory(): void {
  lose(Loss.Memory);
}

/** Ends the result with the names of the columns of the statement that returned it; of none when that is 0. */
export function writeColumns(statement: EnginePointer): void {
  const count = statement === 0 ? 0 : sqlite3_column_count(statement);
  writeUnsigned(count);
  for (let column = 0; column < count; column++) {
    const name = toHost(sqlite3_column_name(statement, column));
    writeText(name, lengthOfText(name));
  }
}

/** Bytes that the names of a statement's columns take at most. */
export function sizeOfColumns(statement: EnginePointer): u32 {
  const count = sqlite3_column_count(statement);
  let size = COUNT_SIZE;
  for (let column = 0; column < count; column++) {
    size += COUNT_SIZE + lengthOfText(toHost(sqlite3_column_name(statement, column)));
  }
  return size;
}

function lengthOfText(text: HostPointer): u32 {
  let end = text;
  while (load<u8>(end) !== 0) end++;
  return end - text;
}

/** Fills in how many rows the result has. */
export function fillRowCount(): void {
  const at = replyAt(start + META_SIZE);
  let rest = rows;
  for (let byte: u32 = 0; byte < COUNT_SIZE - 1; byte++) {
    store<u8>(at + byte, (rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  store<u8>(at + COUNT_SIZE - 1, rest);
}

/** Fills in what a result's statement did. */
export function fillWork(
  rowsRead: u64,
  rowsWritten: u64,
  changes: u64,
  lastRowId: i64,
  truncated: bool,
  instructions: u64,
): void {
  noteWork(rowsRead, rowsWritten);
  const at = replyAt(start);
  store<u64>(at + ROWS_READ, rowsRead);
  store<u64>(at + ROWS_WRITTEN, rowsWritten);
  store<u64>(at + CHANGES, changes);
  store<i64>(at + LAST_ROW_ID, lastRowId);
  store<u8>(at + TRUNCATED, truncated ? 1 : 0);
  store<u64>(at + INSTRUCTIONS, instructions);
}

/** Fills in what became of the archive: known once its transaction is committed. */
export function fillState(result: u32, transactionId: u64, sizeAfter: u64): void {
  const at = replyAt(result);
  store<u64>(at + TRANSACTION_ID, transactionId);
  store<u64>(at + SIZE_AFTER, sizeAfter);
}

/** Adds to a result's instructions what was spent after it. */
export function addInstructions(result: u32, instructions: u64): void {
  const at = replyAt(result) + INSTRUCTIONS;
  store<u64>(at, load<u64>(at) + instructions);
}
