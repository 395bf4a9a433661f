// The type table of a message: checked once, entry by entry, then looked up by index.

import { HostPointer, toEngine, toHost } from '../externals/addresses';
import { sqlite3_free, sqlite3_malloc64 } from '../externals/engine';
import {
  CandidType,
  TYPE_FUNC,
  TYPE_NULL,
  TYPE_OPT,
  TYPE_PRINCIPAL,
  TYPE_RECORD,
  TYPE_SERVICE,
  TYPE_VARIANT,
  TYPE_VEC,
} from './opcodes';
import {
  fail,
  failAt,
  failed,
  offset,
  readByte,
  readSigned,
  readUnsigned,
  remaining,
  seek,
  take,
} from './reader';

const ENTRY_SIZE: u32 = 4;
/** An entry is at least an opcode and one byte more. */
const LEAST_ENTRY: u32 = 2;
const LAST_FUNC_ANNOTATION: u32 = 3;

let entries: HostPointer = 0;
let count: u32 = 0;

/** Reads the table and remembers where each entry starts. The reader then stands behind it. */
export function readTypeTable(): void {
  releaseTypeTable();
  const length = readUnsigned();
  if (length > remaining() / LEAST_ENTRY) fail('the type table is longer than the message');
  if (failed() || length === 0) return;
  const memoryOfEngine = sqlite3_malloc64(length * ENTRY_SIZE);
  if (memoryOfEngine === 0) {
    fail('the type table does not fit into memory');
    return;
  }
  entries = toHost(memoryOfEngine);
  count = <u32>length;
  for (let index: u32 = 0; index < count && !failed(); index++) {
    store<u32>(entries + index * ENTRY_SIZE, offset());
    readEntry();
  }
}

export function releaseTypeTable(): void {
  if (entries !== 0) sqlite3_free(toEngine(entries));
  entries = 0;
  count = 0;
}

function readEntry(): void {
  const opcode = readSigned();
  if (opcode === TYPE_OPT || opcode === TYPE_VEC) readType();
  else if (opcode === TYPE_RECORD || opcode === TYPE_VARIANT) readFields();
  else if (opcode === TYPE_FUNC) readFunction();
  else if (opcode === TYPE_SERVICE) readService();
  else if (opcode < TYPE_PRINCIPAL) take(readUnsigned());
  else fail('the type table has an entry that is no composite type');
}

/** A type inside the table or the argument list: a primitive, or an index into the table. */
export function readType(): CandidType {
  const at = offset();
  const type = readSigned();
  const isPrimitive = (type <= TYPE_NULL && type > TYPE_OPT) || type === TYPE_PRINCIPAL;
  if (!isPrimitive && (type < 0 || type >= <i64>count))
    failAt('a type is neither primitive nor in the table', at);
  return type;
}

function readFields(): void {
  let previous: i64 = -1;
  for (let left = readUnsigned(); left > 0 && !failed(); left--) {
    const at = offset();
    const id = <i64>readUnsigned();
    if (id <= previous || id > <i64>u32.MAX_VALUE) failAt('fields are not in the order of their ids', at);
    previous = id;
    readType();
  }
}

function readFunction(): void {
  for (let left = readUnsigned(); left > 0 && !failed(); left--) readType();
  for (let left = readUnsigned(); left > 0 && !failed(); left--) readType();
  for (let left = readUnsigned(); left > 0 && !failed(); left--) {
    const annotation = readByte();
    if (annotation === 0 || annotation > LAST_FUNC_ANNOTATION) fail('a function has an unknown annotation');
  }
}

function readService(): void {
  for (let left = readUnsigned(); left > 0 && !failed(); left--) {
    take(readUnsigned());
    readType();
  }
}

/** What a type is: its own opcode when it is primitive, its entry's otherwise. */
export function kindOf(type: CandidType): CandidType {
  if (type < 0) return type;
  const back = offset();
  openEntry(type);
  const kind = readSigned();
  seek(back);
  return kind;
}

/** Moves the reader to a composite type's entry. The caller seeks back. */
export function openEntry(type: CandidType): void {
  if (!failed()) seek(load<u32>(entries + <u32>type * ENTRY_SIZE));
}

/** Element type of an opt or a vec. */
export function elementType(type: CandidType): CandidType {
  const back = offset();
  openEntry(type);
  readSigned();
  const element = readType();
  seek(back);
  return element;
}
