// The reply of a refusal.

import { HostPointer } from '../externals/addresses';
import { noteFailure } from './outcome';
import { FAILURE_HEAD_LENGTH, failureHead } from './reply-types';
import { beginReply, writeByte, writeBytes, writeLiteral, writeLong, writeText, writeWord } from './writer';

/** Far below what any call may answer. */
const FAILURE_LIMIT: u32 = 65536;
/** Longest code, and longest message; longer ones are cut. */
const LONGEST_TEXT: u32 = 16384;
const ONLY_CASE: u32 = 0;

/** Stands for "there is none". */
export const ABSENT: i32 = -1;

// What the next refusal says besides its code and message.
let statement: i32 = ABSENT;
let budgetKind: string = '';
let budgetLimit: u64 = 0;
let budgetUsed: u64 = 0;

/** Names the statement of a batch that the next refusal is about. */
export function nameStatement(index: i32): void {
  statement = index;
}

/** Names the budget that the next refusal is about. */
export function nameBudget(kind: string, limit: u64, used: u64): void {
  budgetKind = kind;
  budgetLimit = limit;
  budgetUsed = used;
}

/** Writes a refusal whose code is a literal of native code. */
export function writeFailure(
  code: string,
  message: HostPointer,
  length: u32,
  extendedCode: i32,
  offset: i32,
): void {
  noteFailure(code);
  begin();
  writeLiteral(code);
  finish(message, length, extendedCode, offset);
}

/** Writes a refusal whose code is a text. */
export function writeFailureText(
  code: HostPointer,
  codeLength: u32,
  message: HostPointer,
  length: u32,
  extendedCode: i32,
  offset: i32,
): void {
  begin();
  writeText(code, min<u32>(codeLength, LONGEST_TEXT));
  finish(message, length, extendedCode, offset);
}

// Fields follow in the order of their ids: statement, code, offset, message, budget, extended_code.

function begin(): void {
  beginReply(FAILURE_LIMIT);
  writeBytes(failureHead, FAILURE_HEAD_LENGTH);
  writeByte(ONLY_CASE);
  writeOptional(statement);
  statement = ABSENT;
}

function finish(message: HostPointer, length: u32, extendedCode: i32, offset: i32): void {
  writeOptional(offset);
  writeText(message, min<u32>(length, LONGEST_TEXT));
  writeBudget();
  writeOptional(extendedCode);
}

function writeBudget(): void {
  writeByte(budgetKind.length === 0 ? 0 : 1);
  if (budgetKind.length === 0) return;
  writeLiteral(budgetKind);
  writeLong(budgetUsed);
  writeLong(budgetLimit);
  budgetKind = '';
}

function writeOptional(value: i32): void {
  writeByte(value === ABSENT ? 0 : 1);
  if (value !== ABSENT) writeWord(value);
}
