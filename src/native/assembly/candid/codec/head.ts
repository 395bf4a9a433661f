// What a message begins with, made once for a plan: the type table, the number of values, and their types. Entries have the
// order in which @dfinity/candid adds them, byte for byte, so that a reply does not tell who encoded it:
// what a type is made of comes before it, and a recursive type takes the first free place, which its content then fills.

import { HostPointer } from '../../externals/addresses';
import {
  JS_FreeCString,
  JS_FreeValue,
  JS_GetPropertyInt64,
  JSContext,
  JSValue,
} from '../../externals/quickjs';
import { NOBODY } from '../../heap/budget';
import { allocateFor, NO_BLOCK, releaseBlock } from '../../heap/heaps';
import { borrowedLength, borrowText } from '../../quickjs/text';
import { CandidType, MAGIC, TYPE_FUNC, TYPE_OPT, TYPE_RECORD, TYPE_SERVICE, TYPE_VEC } from '../opcodes';
import {
  beginReply,
  claim,
  Loss,
  replyAt,
  replyLength,
  replyLoss,
  trimReply,
  writeByte,
  writeBytes,
  writeSigned,
  writeUnsigned,
  writeWord,
} from '../writer';
import { labelId } from './label';
import { isPrimitive, nodeLength, Plan, TYPE_RECURSIVE, TYPE_TUPLE, Words, word } from './plan';

/** A node while the table is made. */
@unmanaged
class Draft {
  /** Position of its words. */
  at: u32;
  /** The first node with the same name in @dfinity/candid, which tells a tuple from no record of numbers. */
  same: u32;
  /** Its place in the table, or ABSENT. */
  place: i32;
}

/** A place in the table. */
@unmanaged
class Place {
  /** Its bytes among those that were written. */
  start: u32;
  length: u32;
  /** Names that lead to it; the last place goes when none does. */
  names: i32;
}

const ABSENT: i32 = -1;
/** Types nest no deeper in a plan. */
const DEEPEST: u32 = 256;
const LONGEST: u32 = 1 << 20;

let context: JSContext = 0;
let labels: JSValue = 0;
let words = changetype<Words>(0);
let drafts: HostPointer = 0;
let places: HostPointer = 0;
let placeCount: u32 = 0;
let placeCapacity: u32 = 0;
let isSound: bool = false;

/** Gives a plan its head; false when memory is short or the types are none that can be sent. */
export function makeHead(host: JSContext, plan: Plan, compiled: Words, labelTexts: JSValue): bool {
  context = host;
  labels = labelTexts;
  words = compiled;
  // A node is added at most twice: as what a recursive type is filled with, and by itself.
  placeCapacity = compiled.nodeCount * 2 + 1;
  const draftSize = compiled.nodeCount * <u32>offsetof<Draft>();
  drafts = allocateFor(NOBODY, draftSize + placeCapacity * <u32>offsetof<Place>());
  if (drafts === NO_BLOCK) return false;
  places = drafts + draftSize;
  placeCount = 0;
  isSound = true;
  beginReply(LONGEST);
  prepareDrafts();
  for (let index: u32 = 0; index < plan.count && isSound; index++) addType(word(words, index + 1), 0);
  if (isSound) writeHead(plan);
  releaseBlock(drafts);
  trimReply();
  return isSound;
}

function draft(node: u32): Draft {
  return changetype<Draft>(<usize>(drafts + node * <u32>offsetof<Draft>()));
}

function place(index: u32): Place {
  return changetype<Place>(<usize>(places + index * <u32>offsetof<Place>()));
}

/** The draft under which a node's name is kept. */
function named(node: u32): Draft {
  return draft(draft(node).same);
}

function prepareDrafts(): void {
  let at = words.nodes;
  for (let node: u32 = 0; node < words.nodeCount; node++) {
    const own = draft(node);
    own.at = at;
    own.same = node;
    own.place = ABSENT;
    at += nodeLength(words, at);
    if (word(words, own.at) === TYPE_RECORD || word(words, own.at) === TYPE_TUPLE) findSame(node);
  }
}

function findSame(node: u32): void {
  const own = draft(node).at;
  const length = nodeLength(words, own);
  for (let earlier: u32 = 0; earlier < node; earlier++) {
    const other = draft(earlier).at;
    if (!isRecord(word(words, other)) || nodeLength(words, other) !== length) continue;
    let index: u32 = 1;
    while (index < length && word(words, own + index) === word(words, other + index)) index++;
    if (index < length) continue;
    draft(node).same = draft(earlier).same;
    return;
  }
}

function isRecord(kind: CandidType): bool {
  return kind === TYPE_RECORD || kind === TYPE_TUPLE;
}

/** Adds a type with what it is made of, unless it is in the table. */
function addType(node: u32, depth: u32): void {
  if (named(node).place !== ABSENT || !isSound) return;
  const at = draft(node).at;
  const kind = word(words, at);
  if (isPrimitive(kind)) return;
  if (depth === DEEPEST) isSound = false;
  else if (kind === TYPE_RECURSIVE) addRecursive(node, word(words, at + 1), depth);
  else {
    const parts = partsOf(at);
    for (let part: u32 = 0; part < parts; part++) addType(partOf(at, part), depth + 1);
    const start = replyLength();
    writeEntry(at);
    addPlace(node, start);
  }
}

/** The place comes first, and has the bytes of what the type is filled with, whose own place is then given back. */
function addRecursive(node: u32, content: u32, depth: u32): void {
  addPlace(node, replyLength());
  addType(content, depth + 1);
  const own = named(node).place;
  const filled = named(content).place;
  // A type that is filled with a primitive, or with another recursive one, cannot be sent by @dfinity/candid either.
  if (filled === ABSENT || word(words, draft(content).at) === TYPE_RECURSIVE) isSound = false;
  if (!isSound) return;
  place(own).start = place(filled).start;
  place(own).length = place(filled).length;
  place(own).names += place(filled).names;
  named(content).place = own;
  place(filled).names = 0;
  while (placeCount > 0 && place(placeCount - 1).names <= 0) placeCount--;
}

function addPlace(node: u32, start: u32): void {
  if (placeCount === placeCapacity) {
    isSound = false;
    return;
  }
  const added = place(placeCount);
  added.start = start;
  added.length = replyLength() - start;
  added.names = 1;
  named(node).place = placeCount++;
}

function partsOf(at: u32): u32 {
  const kind = word(words, at);
  if (kind === TYPE_OPT || kind === TYPE_VEC) return 1;
  return kind === TYPE_FUNC ? word(words, at + 1) + word(words, at + 2) : word(words, at + 1);
}

/** Node of a part. */
function partOf(at: u32, index: u32): u32 {
  const kind = word(words, at);
  if (kind === TYPE_OPT || kind === TYPE_VEC) return word(words, at + 1);
  return word(words, kind === TYPE_FUNC ? at + 4 + index : at + 3 + index * 2);
}

function writeEntry(at: u32): void {
  const kind = word(words, at);
  writeSigned(kind === TYPE_TUPLE ? TYPE_RECORD : kind);
  if (kind === TYPE_OPT || kind === TYPE_VEC) writeType(partOf(at, 0));
  else if (kind === TYPE_FUNC) writeFunction(at);
  else {
    const count = partsOf(at);
    writeUnsigned(count);
    for (let part: u32 = 0; part < count; part++) {
      writeLabel(word(words, at + 2 + part * 2), kind === TYPE_SERVICE);
      writeType(partOf(at, part));
    }
  }
}

function writeFunction(at: u32): void {
  const inputs = <u32>word(words, at + 1);
  const results = <u32>word(words, at + 2);
  const annotations = <u32>word(words, at + 3);
  writeUnsigned(inputs);
  for (let index: u32 = 0; index < inputs; index++) writeType(partOf(at, index));
  writeUnsigned(results);
  for (let index: u32 = 0; index < results; index++) writeType(partOf(at, inputs + index));
  writeUnsigned(annotations);
  for (let index: u32 = 0; index < annotations; index++)
    writeByte(word(words, at + 4 + inputs + results + index));
}

/** A field's id, or a method's name. */
function writeLabel(label: u32, isName: bool): void {
  const value = JS_GetPropertyInt64(context, labels, label);
  const text = borrowText(context, value);
  JS_FreeValue(context, value);
  if (text === 0) {
    isSound = false;
    return;
  }
  const length = borrowedLength();
  if (isName) {
    writeUnsigned(length);
    writeBytes(text, length);
  } else writeUnsigned(labelId(text, length));
  JS_FreeCString(context, text);
}

/** A primitive's opcode, or a place in the table. */
function writeType(node: u32): void {
  const kind = word(words, draft(node).at);
  if (isPrimitive(kind)) writeSigned(kind);
  else if (named(node).place === ABSENT) isSound = false;
  else writeSigned(named(node).place);
}

/** The entries stand where they were written: they are copied behind themselves, in the order of their places. */
function writeHead(plan: Plan): void {
  const start = replyLength();
  writeWord(MAGIC);
  writeUnsigned(placeCount);
  for (let index: u32 = 0; index < placeCount; index++) copyEntry(place(index));
  writeUnsigned(plan.count);
  for (let index: u32 = 0; index < plan.count; index++) writeType(word(words, index + 1));
  const length = replyLength() - start;
  plan.head = allocateFor(NOBODY, length);
  isSound = isSound && replyLoss() === Loss.None && plan.head !== NO_BLOCK;
  if (plan.head === NO_BLOCK) return;
  plan.headLength = length;
  memory.copy(plan.head, replyAt(start), length);
}

function copyEntry(entry: Place): void {
  const at = claim(entry.length);
  if (at !== 0) memory.copy(at, replyAt(entry.start), entry.length);
}
