// A plan's type as text, for those who sent something else: as Candid writes it, in one line that is cut where it grows long.

import { JS_AtomToString, JS_FreeCString, JS_FreeValue, JSContext } from '../../externals/quickjs';
import { messageLength, putBytes, putInteger, putLiteral } from '../../quickjs/message';
import { borrowedLength, borrowText } from '../../quickjs/text';
import {
  TYPE_FUNC,
  TYPE_NAT8,
  TYPE_NULL,
  TYPE_OPT,
  TYPE_PRINCIPAL,
  TYPE_SERVICE,
  TYPE_VARIANT,
  TYPE_VEC,
} from '../opcodes';
import { Node, Part, partOf, TYPE_TUPLE } from './plan';

const LONGEST: u32 = 600;
/** Deeper in, and so in recursive types, three dots stand for the rest. */
const DEEPEST: u32 = 4;
const REST = '...';

const PRIMITIVES: StaticArray<string> = [
  'null',
  'bool',
  'nat',
  'int',
  'nat8',
  'nat16',
  'nat32',
  'nat64',
  'int8',
  'int16',
  'int32',
  'int64',
  'float32',
  'float64',
  'text',
  'reserved',
  'empty',
];

/** Puts a type into the message under way. */
export function putType(context: JSContext, node: Node, depth: u32 = 0): void {
  const kind = node.kind;
  if (depth > DEEPEST || messageLength() > LONGEST) putLiteral(REST);
  else if (kind <= TYPE_NULL && kind > TYPE_OPT) putLiteral(PRIMITIVES[TYPE_NULL - kind]);
  else if (kind === TYPE_PRINCIPAL) putLiteral('principal');
  else if (kind === TYPE_FUNC) putLiteral('func');
  else if (kind === TYPE_SERVICE) putLiteral('service');
  else if (kind === TYPE_VEC && node.element.kind === TYPE_NAT8) putLiteral('blob');
  else if (kind === TYPE_OPT || kind === TYPE_VEC) {
    putLiteral(kind === TYPE_OPT ? 'opt ' : 'vec ');
    putType(context, node.element, depth + 1);
  } else putParts(context, node, depth);
}

function putParts(context: JSContext, node: Node, depth: u32): void {
  putLiteral(node.kind === TYPE_VARIANT ? 'variant {' : 'record {');
  for (let index: u32 = 0; index < node.count; index++) {
    putLiteral(index === 0 ? ' ' : '; ');
    if (messageLength() > LONGEST) {
      putLiteral(REST);
      break;
    }
    const part = partOf(node, index);
    if (node.kind !== TYPE_TUPLE) putLabel(context, part);
    const isPlain = node.kind === TYPE_VARIANT && part.node.kind === TYPE_NULL;
    if (isPlain) continue;
    if (node.kind !== TYPE_TUPLE) putLiteral(' : ');
    putType(context, part.node, depth + 1);
  }
  putLiteral(node.count === 0 ? '}' : ' }');
}

/** The label of a field or a case; its id when memory is short. */
export function putLabel(context: JSContext, part: Part): void {
  const value = JS_AtomToString(context, part.atom);
  const text = borrowText(context, value);
  JS_FreeValue(context, value);
  if (text === 0) {
    putInteger(part.id);
    return;
  }
  putBytes(text, borrowedLength());
  JS_FreeCString(context, text);
}
