// Whether a value of the message is one of the plan's type, by Candid's subtyping. Nothing is made yet: a message that is
// refused costs what reading its bytes costs, and making values (build.ts) cannot fail half-way.
//
// Under an opt, a value that does not fit is none: it is skipped. Whether it fitted, and where it ends if it did not, is
// written down in the order in which values come, for build.ts to follow.

import { HostPointer } from '../../externals/addresses';
import { JSContext } from '../../externals/quickjs';
import { NO_BLOCK, releaseBlock, resizeShared } from '../../heap/heaps';
import {
  CandidType,
  fixedSize,
  TYPE_BOOL,
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
  TYPE_TEXT,
  TYPE_VARIANT,
  TYPE_VEC,
} from '../opcodes';
import { fail, failed, offset, readUnsigned, seek, skipNumber, take } from '../reader';
import {
  chosenCase,
  readPresence,
  skipFunction,
  skipReference,
  skipText,
  skipValue,
  takeElements,
  variantCase,
} from '../skip';
import { elementType, kindOf, partId, partsOf, partType } from '../type-table';
import { enterValue } from '../work';
import { mayBeMissing, Node, Part, partOf, TYPE_TUPLE } from './plan';
import { isSubtype } from './subtype';

/** Stands for a value under an opt that fits. */
const FITS: u32 = 0;
const VERDICT_SIZE: u32 = 4;
const LEAST_VERDICTS: u32 = 64;
/** Verdicts whose memory is kept from one message to the next. */
const KEPT_VERDICTS: u32 = 1024;

let verdicts: HostPointer = 0;
let capacity: u32 = 0;
let count: u32 = 0;
let next: u32 = 0;

let context: JSContext = 0;
let mismatch: string = '';
let mismatchOffset: u32 = 0;
/** The field that is missing, or nothing. */
let missing = changetype<Part>(0);

/** Starts with a message. */
export function beginCheck(host: JSContext): void {
  context = host;
  count = 0;
  next = 0;
  mismatch = '';
}

/** Why the last value did not fit, where that was, and which field was missing (0 when none was). */
export function mismatchText(): string {
  return mismatch;
}

export function mismatchAt(): u32 {
  return mismatchOffset;
}

export function missingField(): Part {
  return missing;
}

/** The verdict on the next value under an opt: where it ends when it does not fit, otherwise 0. */
export function nextVerdict(): u32 {
  return load<u32>(verdicts + next++ * VERDICT_SIZE);
}

/** Gives back what unusually many verdicts took. */
export function releaseVerdicts(): void {
  if (capacity <= KEPT_VERDICTS) return;
  releaseBlock(verdicts);
  verdicts = 0;
  capacity = 0;
}

function addVerdict(): u32 {
  if (count === capacity) {
    const larger = max<u32>(capacity * 2, LEAST_VERDICTS);
    const grown = resizeShared(verdicts, larger * VERDICT_SIZE);
    if (grown === NO_BLOCK) {
      fail('the message does not fit into memory');
      return 0;
    }
    verdicts = grown;
    capacity = larger;
  }
  store<u32>(verdicts + count * VERDICT_SIZE, FITS);
  return count++;
}

/** Notes why a value does not fit, for those who sent it. */
export function differs(reason: string): bool {
  mismatch = reason;
  mismatchOffset = offset();
  missing = changetype<Part>(0);
  return false;
}

/** Reads a value of a type on the wire; false when it is none of the plan's type, or when the message is malformed. */
export function fits(node: Node, wire: CandidType, depth: u32): bool {
  if (failed() || !enterValue(depth)) return false;
  const kind = node.kind;
  if (kind === TYPE_OPT) return optionFits(node, wire, depth);
  if (kind === TYPE_RESERVED) {
    skipValue(wire, depth);
    return !failed();
  }
  const found = kindOf(wire);
  if (kind === TYPE_RECORD || kind === TYPE_TUPLE) {
    return found === TYPE_RECORD ? recordFits(node, wire, depth) : differs('no record stands there');
  }
  if (kind !== found) {
    if (kind === TYPE_INT && found === TYPE_NAT) skipNumber();
    else if (kind === TYPE_PRINCIPAL && found === TYPE_SERVICE) skipReference();
    else return differs('a value of another type stands there');
    return !failed();
  }
  switch (kind) {
    case TYPE_EMPTY:
      return differs('there is no value of this type');
    case TYPE_TEXT:
      skipText();
      return !failed();
    case TYPE_VEC:
      return vectorFits(node, wire, depth);
    case TYPE_VARIANT:
      return variantFits(node, wire, depth);
    case TYPE_FUNC:
      if (!isSubtype(context, wire, node)) return differs('the func promises too little');
      skipFunction();
      return !failed();
    case TYPE_SERVICE:
      if (!isSubtype(context, wire, node)) return differs('the service promises too little');
      skipReference();
      return !failed();
    case TYPE_BOOL:
    case TYPE_PRINCIPAL:
      // The step for this value was taken: the same checks as for one that nobody asked for.
      skipValue(wire, depth);
      return !failed();
    case TYPE_NAT:
    case TYPE_INT:
      skipNumber();
      return !failed();
    default:
      take(fixedSize(kind));
      return !failed();
  }
}

/** What is null or reserved is none; an opt is what it holds; anything else may be what the plan's opt holds. */
function optionFits(node: Node, wire: CandidType, depth: u32): bool {
  const kind = kindOf(wire);
  if (kind === TYPE_NULL || kind === TYPE_RESERVED) return true;
  let content = wire;
  if (kind === TYPE_OPT) {
    if (!readPresence()) return !failed();
    content = elementType(wire);
  }
  const verdict = addVerdict();
  const start = offset();
  const isNone =
    kind !== TYPE_OPT && (node.element.kind === TYPE_NULL || node.element.kind === TYPE_RESERVED);
  if (!isNone && fits(node.element, content, depth + 1)) return true;
  if (failed()) return false;
  seek(start);
  skipValue(content, depth + 1);
  count = verdict + 1;
  store<u32>(verdicts + verdict * VERDICT_SIZE, offset());
  return !failed();
}

function vectorFits(node: Node, wire: CandidType, depth: u32): bool {
  const element = elementType(wire);
  const length = readUnsigned();
  const expected = node.element.kind;
  const size = fixedSize(expected);
  if (size > 0 && expected !== TYPE_BOOL && kindOf(element) === expected)
    return takeElements(length, size) !== 0;
  if (node.isTyped) return length === 0 || differs('elements of another type stand there');
  for (let left = length; left > 0; left--) if (!fits(node.element, element, depth + 1)) return false;
  return !failed();
}

/** Both lists of fields have the order of their ids. */
function recordFits(node: Node, wire: CandidType, depth: u32): bool {
  const onWire = partsOf(wire);
  let expected: u32 = 0;
  for (let index: u32 = 0; index < onWire; index++) {
    const id = partId(wire, index);
    while (expected < node.count && partOf(node, expected).id < id) {
      if (!maySkip(partOf(node, expected++))) return false;
    }
    if (expected < node.count && partOf(node, expected).id === id) {
      if (!fits(partOf(node, expected++).node, partType(wire, index), depth + 1)) return false;
    } else {
      skipValue(partType(wire, index), depth + 1);
      if (failed()) return false;
    }
  }
  while (expected < node.count) if (!maySkip(partOf(node, expected++))) return false;
  return true;
}

function maySkip(part: Part): bool {
  if (mayBeMissing(part.node)) return true;
  differs('a field is missing');
  missing = part;
  return false;
}

function variantFits(node: Node, wire: CandidType, depth: u32): bool {
  const start = offset();
  const payload = variantCase(wire, readUnsigned());
  if (failed()) return false;
  const part = caseOf(node, chosenCase());
  if (changetype<usize>(part) !== 0) return fits(part.node, payload, depth + 1);
  seek(start);
  return differs('a case that the variant does not have stands there');
}

/** The case with an id; 0 when there is none. */
export function caseOf(node: Node, id: u32): Part {
  for (let index: u32 = 0; index < node.count; index++) {
    if (partOf(node, index).id === id) return partOf(node, index);
  }
  return changetype<Part>(0);
}
