// Where a page of a large result ended: the transaction that was read, what was asked, and how many rows came before.
// A cursor is opaque to clients; it is checked, not trusted: a forged one skips other rows of what its bearer may read.
//
// offset  size  field
//      0     4  version
//      4     8  transaction id
//     12     8  rows before
//     20     8  XXH64 of archive generation, SQL text and parameters

import { ABSENT, writeFailure } from '../candid/failure-reply';
import { messageAt } from '../candid/message';
import { RequestStatement, requestCursor, requestCursorLength } from '../candid/request';
import { writeByte, writeLong, writeUnsigned, writeWord } from '../candid/writer';
import { xxh64 } from '../pages/xxh64';
import { beginMessage, endMessage, messageLength, putInteger, putLiteral } from '../quickjs/message';
import { writeRefusal } from './failure';

const TRANSACTION_ID: u32 = 4;
const ROWS_BEFORE: u32 = 12;
const QUESTION: u32 = 20;
const SIZE: u32 = 28;
const VERSION: u32 = 1;

/** Bytes that a cursor takes in a reply at most. */
export const CURSOR_ROOM: u32 = SIZE + 2;

/** In place of a number of rows: the refusal is written. */
export const REFUSED: u64 = u64.MAX_VALUE;

/** Rows that the request's cursor says to skip; 0 without one; REFUSED when it does not fit what is asked now. */
export function rowsBefore(statement: RequestStatement, generation: u64, transactionId: u64): u64 {
  const cursor = requestCursor();
  if (cursor === 0) return 0;
  const known = requestCursorLength() === SIZE && load<u32>(cursor) === VERSION;
  if (!known || load<u64>(cursor + QUESTION) !== questionHash(statement, generation)) {
    writeRefusal(
      'CURSOR_INVALID',
      'The cursor belongs to another archive, other SQL or other parameters; pass the next_cursor of the page before, or none',
    );
    return REFUSED;
  }
  const then = load<u64>(cursor + TRANSACTION_ID);
  if (then === transactionId) return load<u64>(cursor + ROWS_BEFORE);
  writeStale(then, transactionId);
  return REFUSED;
}

function writeStale(then: u64, now: u64): void {
  beginMessage();
  putLiteral('The page before was read at transaction ');
  putInteger(then);
  putLiteral(', and the archive is at transaction ');
  putInteger(now);
  putLiteral(': something was written in between; start again without a cursor');
  writeFailure('CURSOR_STALE', endMessage(), messageLength(), ABSENT, ABSENT);
}

/** Writes the cursor behind so many rows, as an opt blob that is there. */
export function writeCursor(
  statement: RequestStatement,
  generation: u64,
  transactionId: u64,
  rowsSoFar: u64,
): void {
  writeByte(1);
  writeUnsigned(SIZE);
  writeWord(VERSION);
  writeLong(transactionId);
  writeLong(rowsSoFar);
  writeLong(questionHash(statement, generation));
}

function questionHash(statement: RequestStatement, generation: u64): u64 {
  const parameters = statement.parametersEnd - statement.parametersStart;
  const ofSql = xxh64(statement.sql, statement.sqlLength, generation);
  return xxh64(messageAt(statement.parametersStart), parameters, ofSql);
}
