// The type table of a message: read and checked once into entries and parts of fixed size, then looked up by index.
//
//   entry, 16 bytes:  0 kind (an opcode)   4 first part; of an opt or a vec the element type   8 parts   12 second count
//   part, 8 bytes:    0 id                 4 type
//
// The parts of a record or variant are its fields by id. Those of a func are its arguments, then its results (the second
// count), and its annotations stand as bits above; those of a service are its methods, where the id is the offset of the
// method's name in the message.

import { HostPointer } from '../externals/addresses';
import { NO_BLOCK, releaseBlock, resizeShared } from '../heap/heaps';
import {
  CandidType,
  TYPE_FUNC,
  TYPE_FUTURE,
  TYPE_NULL,
  TYPE_OPT,
  TYPE_PRINCIPAL,
  TYPE_RECORD,
  TYPE_SERVICE,
  TYPE_VARIANT,
  TYPE_VEC,
} from './opcodes';
import { fail, failAt, failed, offset, readSigned, readUnsigned, remaining, take } from './reader';
import { validPrefix } from './utf8';

@unmanaged
class Entry {
  kind: CandidType;
  /** Index of the first part; of an opt or a vec the element type. */
  first: u32;
  parts: u32;
  /** Of a func: its results, and its annotations above. */
  more: u32;
}

@unmanaged
class Part {
  id: u32;
  type: CandidType;
}

/** An entry is at least an opcode and one byte more. */
const LEAST_ENTRY: u32 = 2;
const LEAST_CAPACITY: u32 = 512;
/** Memory that is kept from one message to the next. */
const KEPT_CAPACITY: u32 = 8192;
const LAST_ANNOTATION: u32 = 3;
const RESULTS_BITS: u32 = 28;
const RESULTS: u32 = (1 << RESULTS_BITS) - 1;

/** Memory that grows, and keeps its content as it does. */
@unmanaged
class Table {
  start: HostPointer;
  capacity: u32;
}

const entries = changetype<Table>(memory.data(offsetof<Table>(), 4));
const parts = changetype<Table>(memory.data(offsetof<Table>(), 4));
let count: u32 = 0;
let partCount: u32 = 0;

/** Reads the table. The reader then stands behind it. */
export function readTypeTable(): void {
  releaseTypeTable();
  const length = readUnsigned();
  if (length > remaining() / LEAST_ENTRY) fail('the type table is longer than the message');
  if (failed() || !reserve(entries, <u32>length * <u32>offsetof<Entry>())) return;
  count = <u32>length;
  for (let index: u32 = 0; index < count && !failed(); index++) readEntry(entryOf(index));
  for (let index: u32 = 0; index < count && !failed(); index++) requireFunctions(index);
}

/** Forgets the table, and gives back what an unusually large one took. */
export function releaseTypeTable(): void {
  count = 0;
  partCount = 0;
  trim(entries);
  trim(parts);
}

function trim(table: Table): void {
  if (table.capacity <= KEPT_CAPACITY) return;
  releaseBlock(table.start);
  table.start = NO_BLOCK;
  table.capacity = 0;
}

function reserve(table: Table, size: u32): bool {
  if (size <= table.capacity) return true;
  const capacity = max<u32>(max<u32>(size, table.capacity * 2), LEAST_CAPACITY);
  const grown = resizeShared(table.start, capacity);
  if (grown === NO_BLOCK) {
    fail('the type table does not fit into memory');
    return false;
  }
  table.start = grown;
  table.capacity = capacity;
  return true;
}

function entryOf(index: u32): Entry {
  return changetype<Entry>(<usize>(entries.start + index * <u32>offsetof<Entry>()));
}

function partAt(index: u32): Part {
  return changetype<Part>(<usize>(parts.start + index * <u32>offsetof<Part>()));
}

function addPart(id: u32, type: CandidType): void {
  if (failed() || !reserve(parts, (partCount + 1) * <u32>offsetof<Part>())) return;
  const part = partAt(partCount);
  part.id = id;
  part.type = type;
  partCount++;
}

function readEntry(entry: Entry): void {
  const opcode = readSigned();
  entry.kind = opcode < TYPE_PRINCIPAL ? TYPE_FUTURE : <CandidType>opcode;
  entry.first = partCount;
  entry.parts = 0;
  entry.more = 0;
  if (opcode === TYPE_OPT || opcode === TYPE_VEC) entry.first = <u32>readType();
  else if (opcode === TYPE_RECORD || opcode === TYPE_VARIANT) readFields(entry);
  else if (opcode === TYPE_FUNC) readFunction(entry);
  else if (opcode === TYPE_SERVICE) readService(entry);
  else if (opcode < TYPE_PRINCIPAL) take(readUnsigned());
  else fail('the type table has an entry that is no composite type');
}

/** A type inside the table or the argument list: a primitive, or an index into the table. */
export function readType(): CandidType {
  const at = offset();
  const type = readSigned();
  const isPrimitive = (type <= TYPE_NULL && type > TYPE_OPT) || type === TYPE_PRINCIPAL;
  if (!isPrimitive && (type < 0 || type >= <i64>count)) {
    failAt('a type is neither primitive nor in the table', at);
    return TYPE_NULL;
  }
  return <CandidType>type;
}

function readCount(): u64 {
  const length = readUnsigned();
  if (length > <u64>remaining()) fail('the message ends too early');
  return failed() ? 0 : length;
}

function readFields(entry: Entry): void {
  let previous: i64 = -1;
  for (let left = readCount(); left > 0 && !failed(); left--) {
    const at = offset();
    const id = <i64>readUnsigned();
    if (id <= previous || id > <i64>u32.MAX_VALUE) failAt('fields are not in the order of their ids', at);
    previous = id;
    addPart(<u32>id, readType());
  }
  entry.parts = partCount - entry.first;
}

function readFunction(entry: Entry): void {
  for (let left = readCount(); left > 0 && !failed(); left--) addPart(0, readType());
  entry.parts = partCount - entry.first;
  for (let left = readCount(); left > 0 && !failed(); left--) addPart(0, readType());
  entry.more = partCount - entry.first - entry.parts;
  for (let left = readCount(); left > 0 && !failed(); left--) {
    const annotation = readUnsigned();
    if (annotation === 0 || annotation > LAST_ANNOTATION) fail('a function has an unknown annotation');
    else entry.more |= 1 << (RESULTS_BITS + <u32>annotation - 1);
  }
}

function readService(entry: Entry): void {
  let previous: HostPointer = 0;
  let previousLength: u32 = 0;
  for (let left = readCount(); left > 0 && !failed(); left--) {
    const at = offset();
    const length = readUnsigned();
    const name = take(length);
    if (failed()) return;
    if (validPrefix(name, <u32>length) !== <u32>length) failAt("a method's name is not UTF-8", at);
    if (previous !== 0 && !comesBefore(previous, previousLength, name, <u32>length)) {
      failAt('methods are not in the order of their names', at);
    }
    previous = name;
    previousLength = <u32>length;
    addPart(at, readType());
  }
  entry.parts = partCount - entry.first;
}

function comesBefore(one: HostPointer, oneLength: u32, other: HostPointer, otherLength: u32): bool {
  const order = memory.compare(one, other, min(oneLength, otherLength));
  return order === 0 ? oneLength < otherLength : order < 0;
}

/** A service's methods are functions. That is known once the whole table is. */
function requireFunctions(index: u32): void {
  const entry = entryOf(index);
  if (entry.kind !== TYPE_SERVICE) return;
  for (let part: u32 = 0; part < entry.parts; part++) {
    if (kindOf(partAt(entry.first + part).type) !== TYPE_FUNC) fail('a method of a service is no function');
  }
}

/** What a type is: its own opcode when it is primitive, its entry's otherwise. */
export function kindOf(type: CandidType): CandidType {
  return type < 0 ? type : entryOf(type).kind;
}

/** Element type of an opt or a vec. */
export function elementType(type: CandidType): CandidType {
  return <CandidType>entryOf(type).first;
}

/** Fields of a record or variant, methods of a service, arguments of a func. */
export function partsOf(type: CandidType): u32 {
  return entryOf(type).parts;
}

/** Id of a field; of a method the offset of its name. */
export function partId(type: CandidType, index: u32): u32 {
  return partAt(entryOf(type).first + index).id;
}

/** Type of a field, a method, or an argument of a func. */
export function partType(type: CandidType, index: u32): CandidType {
  return partAt(entryOf(type).first + index).type;
}

export function resultsOf(func: CandidType): u32 {
  return entryOf(func).more & RESULTS;
}

export function resultType(func: CandidType, index: u32): CandidType {
  const entry = entryOf(func);
  return partAt(entry.first + entry.parts + index).type;
}

/** Bit 0: query, 1: oneway, 2: composite query. */
export function annotationsOf(func: CandidType): u32 {
  return entryOf(func).more >> RESULTS_BITS;
}
