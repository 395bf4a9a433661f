// Plans: Candid types in the form in which the codec walks them. src/codec compiles IDL types into words; here they become
// nodes in one block of memory, with the hashes of the labels, atoms to find properties by, and templates of the objects
// that values are made from. A plan belongs to a JavaScript object and goes when that is collected.
//
// Words (32 bits): how many types the plan is of, their nodes' numbers, how many nodes there are, then node by node
//
//   kind                                            a primitive: its opcode
//   kind, node                                      opt, vec, recursive
//   kind, count, (label, node) ...                  record, tuple, variant, service
//   kind, arguments, results, annotations, node ..., node ..., annotation ...      func
//
// Labels are numbers in a list of texts. Equal types have one node, but for recursive ones, which are equal to themselves only.

import { currentContext } from '../../binding/context';
import { HostPointer } from '../../externals/addresses';
import {
  JS_FreeAtom,
  JS_FreeCString,
  JS_FreeValue,
  JS_GetOpaque,
  JS_GetPropertyInt64,
  JS_NewAtomLen,
  JS_NewObject,
  JS_NewObjectProtoClass,
  JS_SetOpaque,
  JSContext,
  JSRuntime,
  JSValue,
} from '../../externals/quickjs';
import { NOBODY } from '../../heap/budget';
import { allocateFor, NO_BLOCK, releaseBlock } from '../../heap/heaps';
import { defineAtom, defineClass } from '../../quickjs/objects';
import { borrowedLength, borrowText } from '../../quickjs/text';
import { EXCEPTION, isException, UNDEFINED } from '../../quickjs/values';
import {
  CandidType,
  TYPE_FLOAT32,
  TYPE_FUNC,
  TYPE_NAT8,
  TYPE_NULL,
  TYPE_OPT,
  TYPE_PRINCIPAL,
  TYPE_RECORD,
  TYPE_RESERVED,
  TYPE_SERVICE,
  TYPE_VARIANT,
  TYPE_VEC,
} from '../opcodes';
import { labelId } from './label';

/** A record whose value is an array. */
export const TYPE_TUPLE: CandidType = -100;
/** Stands for the type that it was filled with. */
export const TYPE_RECURSIVE: CandidType = -101;

/** A type. */
@unmanaged
export class Node {
  kind: CandidType;
  /** How many fields, cases, methods or arguments there are. */
  count: u32;
  /** The first of them. */
  parts: HostPointer;
  /** Of an opt, a vec or a recursive type the node that it is of. */
  element: Node;
  /** Of a record an object with its properties; of other types nothing. */
  template: JSValue;
  /** Of a func: its results, which follow its arguments, and its annotations as bits. */
  results: u32;
  annotations: u32;
  /** Of a vec: its values are typed arrays. */
  isTyped: bool;
}

/** A field, a case, a method, an argument or a result. */
@unmanaged
export class Part {
  /** Hash of its label. */
  id: u32;
  atom: u32;
  node: Node;
  /** Of a case: an object that has it as its only property. */
  template: JSValue;
}

@unmanaged
export class Plan {
  /** How many types it is of, and where the addresses of their nodes lie. */
  count: u32;
  types: HostPointer;
  nodeCount: u32;
  nodes: HostPointer;
  partCount: u32;
  parts: HostPointer;
  /** What a message of these types begins with: type table, number of arguments, their types. */
  head: HostPointer;
  headLength: u32;
}

const WORD: u32 = 4;

let classId: u32 = 0;
let prototype: JSValue = 0;

export function preparePlans(context: JSContext): void {
  classId = defineClass(context, 'CandidPlan', collect.index);
  prototype = JS_NewObject(context);
}

/** The plan behind a JavaScript object; 0 when it is none. */
export function planOf(value: JSValue): Plan {
  return changetype<Plan>(<usize>JS_GetOpaque(value, classId));
}

/** The node of a plan's `index`-th type. */
export function typeOf(plan: Plan, index: u32): Node {
  return changetype<Node>(<usize>load<u32>(plan.types + index * WORD));
}

export function partOf(node: Node, index: u32): Part {
  return changetype<Part>(<usize>(node.parts + index * <u32>offsetof<Part>()));
}

/** True when a value of the type may be missing: in a record, and at the end of the arguments. */
export function mayBeMissing(node: Node): bool {
  return node.kind === TYPE_OPT || node.kind === TYPE_NULL || node.kind === TYPE_RESERVED;
}

/** Words of a plan as JavaScript handed them over, and what they say on the whole. */
@unmanaged
export class Words {
  at: HostPointer;
  count: u32;
  /** Position of the first node. */
  nodes: u32;
  nodeCount: u32;
  partCount: u32;
}

export function word(words: Words, index: u32): i32 {
  return load<i32>(words.at + index * WORD);
}

/** Words of the node that begins there; 0 when they are no node, or reach past the end. */
export function nodeLength(words: Words, at: u32): u32 {
  if (at >= words.count) return 0;
  const kind = word(words, at);
  if (isPrimitive(kind)) return 1;
  if (at + 1 >= words.count) return 0;
  if (kind === TYPE_OPT || kind === TYPE_VEC || kind === TYPE_RECURSIVE) return 2;
  let length: u64 = 2 + <u64>(<u32>word(words, at + 1)) * 2;
  if (kind === TYPE_FUNC) {
    if (at + 3 >= words.count) return 0;
    length = 4 + <u64>(<u32>word(words, at + 1)) + <u32>word(words, at + 2) + <u32>word(words, at + 3);
  } else if (kind !== TYPE_RECORD && kind !== TYPE_TUPLE && kind !== TYPE_VARIANT && kind !== TYPE_SERVICE)
    return 0;
  return length <= <u64>(words.count - at) ? <u32>length : 0;
}

export function isPrimitive(kind: CandidType): bool {
  return (kind <= TYPE_NULL && kind > TYPE_OPT) || kind === TYPE_PRINCIPAL;
}

/** Checks words and counts what they describe; false when they describe no types. */
export function measure(words: Words): bool {
  if (words.count < 2) return false;
  const types = <u32>word(words, 0);
  if (types > words.count - 2) return false;
  words.nodeCount = <u32>word(words, types + 1);
  words.nodes = types + 2;
  words.partCount = 0;
  for (let index: u32 = 0; index < types; index++) {
    if (<u32>word(words, index + 1) >= words.nodeCount) return false;
  }
  let at = words.nodes;
  for (let left = words.nodeCount; left > 0; left--) {
    const length = nodeLength(words, at);
    if (length === 0 || !refersToNodes(words, at)) return false;
    at += length;
  }
  return at === words.count;
}

function refersToNodes(words: Words, at: u32): bool {
  const kind = word(words, at);
  if (isPrimitive(kind)) return true;
  if (kind === TYPE_OPT || kind === TYPE_VEC || kind === TYPE_RECURSIVE)
    return <u32>word(words, at + 1) < words.nodeCount;
  const isFunction = kind === TYPE_FUNC;
  const count = isFunction ? word(words, at + 1) + word(words, at + 2) : word(words, at + 1);
  const first = at + (isFunction ? 4 : 3);
  const step: u32 = isFunction ? 1 : 2;
  for (let index: u32 = 0; index < <u32>count; index++) {
    if (<u32>word(words, first + index * step) >= words.nodeCount) return false;
  }
  words.partCount += <u32>count;
  return true;
}

/** A plan of words that were measured and of their labels; 0 when it threw or memory is short. */
export function makePlan(context: JSContext, words: Words, labels: JSValue): Plan {
  const types = <u32>word(words, 0);
  const nodesAt = <u32>offsetof<Plan>();
  const partsAt = nodesAt + words.nodeCount * <u32>offsetof<Node>();
  const typesAt = partsAt + words.partCount * <u32>offsetof<Part>();
  const size = typesAt + types * WORD;
  const block = allocateFor(NOBODY, size);
  if (block === NO_BLOCK) return changetype<Plan>(0);
  memory.fill(block, 0, size);
  const plan = changetype<Plan>(<usize>block);
  plan.count = types;
  plan.types = block + typesAt;
  plan.nodeCount = words.nodeCount;
  plan.nodes = block + nodesAt;
  plan.partCount = words.partCount;
  plan.parts = block + partsAt;
  if (!fillNodes(context, plan, words, labels)) {
    freePlan(context, plan);
    return changetype<Plan>(0);
  }
  for (let index: u32 = 0; index < types; index++) {
    store<u32>(plan.types + index * WORD, changetype<usize>(resolve(nodeAt(plan, word(words, index + 1)))));
  }
  return plan;
}

function nodeAt(plan: Plan, index: u32): Node {
  return changetype<Node>(<usize>(plan.nodes + index * <u32>offsetof<Node>()));
}

function partAt(plan: Plan, index: u32): Part {
  return changetype<Part>(<usize>(plan.parts + index * <u32>offsetof<Part>()));
}

/** What a recursive type stands for. */
function resolve(node: Node): Node {
  return node.kind === TYPE_RECURSIVE ? node.element : node;
}

function fillNodes(context: JSContext, plan: Plan, words: Words, labels: JSValue): bool {
  let at = words.nodes;
  let nextPart: u32 = 0;
  for (let index: u32 = 0; index < plan.nodeCount; index++) {
    const node = nodeAt(plan, index);
    node.kind = word(words, at);
    node.template = UNDEFINED;
    node.parts = plan.parts + nextPart * <u32>offsetof<Part>();
    if (node.kind === TYPE_FUNC) nextPart = fillFunction(plan, node, words, at, nextPart);
    else if (node.kind === TYPE_OPT || node.kind === TYPE_VEC || node.kind === TYPE_RECURSIVE) {
      node.element = nodeAt(plan, word(words, at + 1));
    } else if (!isPrimitive(node.kind)) {
      node.count = word(words, at + 1);
      if (!fillParts(context, plan, node, words, at + 2, nextPart, labels)) return false;
      nextPart += node.count;
    }
    at += nodeLength(words, at);
  }
  return finishNodes(context, plan);
}

function fillFunction(plan: Plan, node: Node, words: Words, at: u32, firstPart: u32): u32 {
  node.count = word(words, at + 1);
  node.results = word(words, at + 2);
  const count = node.count + node.results;
  for (let index: u32 = 0; index < count; index++) {
    const part = partAt(plan, firstPart + index);
    part.node = nodeAt(plan, word(words, at + 4 + index));
    part.template = UNDEFINED;
  }
  const annotations = at + 4 + count;
  for (let index = <u32>word(words, at + 3); index > 0; index--) {
    node.annotations |= 1 << (word(words, annotations + index - 1) - 1);
  }
  return firstPart + count;
}

function fillParts(
  context: JSContext,
  plan: Plan,
  node: Node,
  words: Words,
  at: u32,
  firstPart: u32,
  labels: JSValue,
): bool {
  // Set before anything can fail, since they are freed by what stands there.
  for (let index: u32 = 0; index < node.count; index++) partAt(plan, firstPart + index).template = UNDEFINED;
  for (let index: u32 = 0; index < node.count; index++) {
    const part = partAt(plan, firstPart + index);
    part.node = nodeAt(plan, word(words, at + index * 2 + 1));
    const label = JS_GetPropertyInt64(context, labels, <u32>word(words, at + index * 2));
    if (isException(label)) return false;
    const text = borrowText(context, label);
    JS_FreeValue(context, label);
    if (text === 0) return false;
    part.id = labelId(text, borrowedLength());
    part.atom = JS_NewAtomLen(context, text, borrowedLength());
    JS_FreeCString(context, text);
  }
  return true;
}

/** What needs every node to be known: what recursive types stand for, and templates. */
function finishNodes(context: JSContext, plan: Plan): bool {
  for (let index: u32 = 0; index < plan.nodeCount; index++) {
    const node = nodeAt(plan, index);
    if (node.kind === TYPE_VEC) {
      // A vec of a recursive type is a plain array, even if that stands for an integer: so it is in @dfinity/candid.
      node.isTyped = isFixedInteger(node.element.kind);
      node.element = resolve(node.element);
    } else if (node.kind === TYPE_OPT) node.element = resolve(node.element);
    else if (node.kind === TYPE_RECORD && !makeRecordTemplate(context, node)) return false;
    else if (node.kind === TYPE_VARIANT && !makeCaseTemplates(context, node)) return false;
  }
  for (let index: u32 = 0; index < plan.partCount; index++) {
    const part = partAt(plan, index);
    part.node = resolve(part.node);
  }
  return true;
}

function isFixedInteger(kind: CandidType): bool {
  return kind <= TYPE_NAT8 && kind > TYPE_FLOAT32;
}

function makeRecordTemplate(context: JSContext, node: Node): bool {
  node.template = JS_NewObject(context);
  if (isException(node.template)) return false;
  for (let index: u32 = 0; index < node.count; index++) {
    if (!defineAtom(context, node.template, partOf(node, index).atom, UNDEFINED)) return false;
  }
  return true;
}

function makeCaseTemplates(context: JSContext, node: Node): bool {
  for (let index: u32 = 0; index < node.count; index++) {
    const part = partOf(node, index);
    part.template = JS_NewObject(context);
    if (isException(part.template)) return false;
    if (!defineAtom(context, part.template, part.atom, UNDEFINED)) return false;
  }
  return true;
}

/** The JavaScript object of a plan, which it takes over. */
export function wrapPlan(context: JSContext, plan: Plan): JSValue {
  const object = JS_NewObjectProtoClass(context, prototype, classId);
  if (isException(object)) {
    freePlan(context, plan);
    return EXCEPTION;
  }
  JS_SetOpaque(object, changetype<usize>(plan));
  return object;
}

function collect(_runtime: JSRuntime, value: JSValue): void {
  const plan = planOf(value);
  if (changetype<usize>(plan) !== 0) freePlan(currentContext(), plan);
}

export function freePlan(context: JSContext, plan: Plan): void {
  for (let index: u32 = 0; index < plan.nodeCount; index++)
    JS_FreeValue(context, nodeAt(plan, index).template);
  for (let index: u32 = 0; index < plan.partCount; index++) {
    const part = partAt(plan, index);
    JS_FreeValue(context, part.template);
    if (part.atom !== 0) JS_FreeAtom(context, part.atom);
  }
  if (plan.head !== NO_BLOCK) releaseBlock(plan.head);
  releaseBlock(<u32>changetype<usize>(plan));
}
