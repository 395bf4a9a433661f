// Whether one type is a subtype of another, for references: a func or a service is used at its type only if it promises
// at least as much (Candid's specification, "Subtyping"). Types of the message stand on one side, the plan's on the
// other, and both sides change places under a function's arguments.
//
// Everything is a subtype of an opt, so that no rule has an alternative: one pair that fails ends the question. What was
// asked before is assumed to hold, and so recursive types end.

import { HostPointer } from '../../externals/addresses';
import { JS_AtomToString, JS_FreeCString, JS_FreeValue, JSContext } from '../../externals/quickjs';
import { NO_BLOCK, releaseBlock, resizeShared } from '../../heap/heaps';
import { borrowedLength, borrowText } from '../../quickjs/text';
import {
  CandidType,
  TYPE_EMPTY,
  TYPE_FUNC,
  TYPE_INT,
  TYPE_NAT,
  TYPE_NULL,
  TYPE_OPT,
  TYPE_PRINCIPAL,
  TYPE_RECORD,
  TYPE_RESERVED,
  TYPE_SERVICE,
  TYPE_VARIANT,
  TYPE_VEC,
} from '../opcodes';
import { bytesAt, fail } from '../reader';
import {
  annotationsOf,
  elementType,
  kindOf,
  partId,
  partsOf,
  partType,
  resultsOf,
  resultType,
} from '../type-table';
import { enterValue, spend } from '../work';
import { Node, partOf, TYPE_TUPLE } from './plan';

/** A pair of types that is assumed to hold, and which of them is the message's. */
@unmanaged
class Pair {
  wire: CandidType;
  node: Node;
  wireIsLess: bool;
}

/** Comparisons with earlier pairs that count as one step. */
const LOOKS_PER_STEP: u32 = 8;
const LEAST_PAIRS: u32 = 64;

let pairs: HostPointer = 0;
let capacity: u32 = 0;
let count: u32 = 0;

/** True when a type of the message is a subtype of the plan's. */
export function isSubtype(context: JSContext, wire: CandidType, node: Node): bool {
  count = 0;
  return relates(context, wire, node, true, 0);
}

/** `wire <: node`, or `node <: wire`. */
function relates(context: JSContext, wire: CandidType, node: Node, wireIsLess: bool, depth: u32): bool {
  if (!enterValue(depth)) return false;
  const wireKind = kindOf(wire);
  const nodeKind = node.kind === TYPE_TUPLE ? TYPE_RECORD : node.kind;
  const less = wireIsLess ? wireKind : nodeKind;
  const more = wireIsLess ? nodeKind : wireKind;
  if (more === TYPE_RESERVED || more === TYPE_OPT || less === TYPE_EMPTY) return true;
  if (less === TYPE_SERVICE && more === TYPE_PRINCIPAL) return true;
  if (less !== more) return less === TYPE_NAT && more === TYPE_INT;
  if (wire < 0) return true;
  if (isAssumed(wire, node, wireIsLess)) return true;
  if (!assume(wire, node, wireIsLess)) return false;
  if (less === TYPE_VEC) return relates(context, elementType(wire), node.element, wireIsLess, depth + 1);
  if (less === TYPE_RECORD) return recordsRelate(context, wire, node, wireIsLess, depth);
  if (less === TYPE_VARIANT) return variantsRelate(context, wire, node, wireIsLess, depth);
  if (less === TYPE_FUNC) return functionsRelate(context, wire, node, wireIsLess, depth);
  return less === TYPE_SERVICE && servicesRelate(context, wire, node, wireIsLess, depth);
}

function pairAt(index: u32): Pair {
  return changetype<Pair>(<usize>(pairs + index * <u32>offsetof<Pair>()));
}

function isAssumed(wire: CandidType, node: Node, wireIsLess: bool): bool {
  if (!spend(count / LOOKS_PER_STEP)) return false;
  for (let index: u32 = 0; index < count; index++) {
    const pair = pairAt(index);
    if (pair.wire === wire && pair.node === node && pair.wireIsLess === wireIsLess) return true;
  }
  return false;
}

function assume(wire: CandidType, node: Node, wireIsLess: bool): bool {
  if (count === capacity && !grow()) return false;
  const pair = pairAt(count++);
  pair.wire = wire;
  pair.node = node;
  pair.wireIsLess = wireIsLess;
  return true;
}

function grow(): bool {
  const next = max<u32>(capacity * 2, LEAST_PAIRS);
  const grown = resizeShared(pairs, next * <u32>offsetof<Pair>());
  if (grown === NO_BLOCK) {
    fail('the types do not fit into memory');
    return false;
  }
  pairs = grown;
  capacity = next;
  return true;
}

/** Gives back what an unusually large question took. */
export function releasePairs(): void {
  if (capacity <= LEAST_PAIRS) return;
  releaseBlock(pairs);
  pairs = 0;
  capacity = 0;
}

/** The lesser one has every field that the greater one has, or that one may be missing. */
function recordsRelate(context: JSContext, wire: CandidType, node: Node, wireIsLess: bool, depth: u32): bool {
  const wireCount = partsOf(wire);
  let onWire: u32 = 0;
  for (let index: u32 = 0; index < node.count; index++) {
    const part = partOf(node, index);
    for (; onWire < wireCount && partId(wire, onWire) < part.id; onWire++) {
      if (!wireIsLess && !mayBeMissing(kindOf(partType(wire, onWire)))) return false;
    }
    if (onWire < wireCount && partId(wire, onWire) === part.id) {
      if (!relates(context, partType(wire, onWire), part.node, wireIsLess, depth + 1)) return false;
      onWire++;
    } else if (wireIsLess && !mayBeMissing(part.node.kind)) return false;
  }
  for (; onWire < wireCount; onWire++) {
    if (!wireIsLess && !mayBeMissing(kindOf(partType(wire, onWire)))) return false;
  }
  return true;
}

function mayBeMissing(kind: CandidType): bool {
  return kind === TYPE_OPT || kind === TYPE_NULL || kind === TYPE_RESERVED;
}

/** The greater one has every case that the lesser one has. */
function variantsRelate(
  context: JSContext,
  wire: CandidType,
  node: Node,
  wireIsLess: bool,
  depth: u32,
): bool {
  const wireCount = partsOf(wire);
  let onWire: u32 = 0;
  for (let index: u32 = 0; index < node.count; index++) {
    const part = partOf(node, index);
    for (; onWire < wireCount && partId(wire, onWire) < part.id; onWire++) if (wireIsLess) return false;
    if (onWire < wireCount && partId(wire, onWire) === part.id) {
      if (!relates(context, partType(wire, onWire), part.node, wireIsLess, depth + 1)) return false;
      onWire++;
    } else if (!wireIsLess) return false;
  }
  return onWire === wireCount || !wireIsLess;
}

/** Arguments the other way round, results this way; either list may be longer by what may be missing. */
function functionsRelate(
  context: JSContext,
  wire: CandidType,
  node: Node,
  wireIsLess: bool,
  depth: u32,
): bool {
  if (annotationsOf(wire) !== node.annotations) return false;
  const inputs = max(partsOf(wire), node.count);
  for (let index: u32 = 0; index < inputs; index++) {
    if (index >= partsOf(wire)) {
      // Only what the lesser function takes must come from somewhere.
      if (!wireIsLess && !mayBeMissing(partOf(node, index).node.kind)) return false;
    } else if (index >= node.count) {
      if (wireIsLess && !mayBeMissing(kindOf(partType(wire, index)))) return false;
    } else if (!relates(context, partType(wire, index), partOf(node, index).node, !wireIsLess, depth + 1))
      return false;
  }
  const results = max(resultsOf(wire), node.results);
  for (let index: u32 = 0; index < results; index++) {
    if (index >= resultsOf(wire)) {
      if (wireIsLess && !mayBeMissing(partOf(node, node.count + index).node.kind)) return false;
    } else if (index >= node.results) {
      if (!wireIsLess && !mayBeMissing(kindOf(resultType(wire, index)))) return false;
    } else if (
      !relates(context, resultType(wire, index), partOf(node, node.count + index).node, wireIsLess, depth + 1)
    ) {
      return false;
    }
  }
  return true;
}

/** The lesser one has every method that the greater one has. */
function servicesRelate(
  context: JSContext,
  wire: CandidType,
  node: Node,
  wireIsLess: bool,
  depth: u32,
): bool {
  let matched: u32 = 0;
  for (let index: u32 = 0; index < node.count; index++) {
    const part = partOf(node, index);
    const method = findMethod(context, wire, part.atom);
    if (method < 0) {
      if (wireIsLess) return false;
      continue;
    }
    matched++;
    if (!relates(context, partType(wire, method), part.node, wireIsLess, depth + 1)) return false;
  }
  return wireIsLess || matched === partsOf(wire);
}

/** The method of a service in the message that has a name; -1 when none has. */
function findMethod(context: JSContext, wire: CandidType, atom: u32): i32 {
  const value = JS_AtomToString(context, atom);
  const text = borrowText(context, value);
  JS_FreeValue(context, value);
  if (text === 0) return -1;
  const length = borrowedLength();
  let found: i32 = -1;
  for (let index: u32 = 0; found < 0 && index < partsOf(wire) && spend(1); index++) {
    if (isNamed(bytesAt(partId(wire, index)), text, length)) found = index;
  }
  JS_FreeCString(context, text);
  return found;
}

/** Compares a name in the message, whose length comes first, with a text. */
function isNamed(at: HostPointer, text: HostPointer, length: u32): bool {
  let nameLength: u32 = 0;
  let shift: u32 = 0;
  let byte: u32 = 0x80;
  for (; (byte & 0x80) !== 0; at++, shift += 7) {
    byte = load<u8>(at);
    nameLength |= (byte & 0x7f) << shift;
  }
  return nameLength === length && memory.compare(at, text, length) === 0;
}
