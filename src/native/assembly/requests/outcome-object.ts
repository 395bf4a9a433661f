// The object that `requestOutcome` returns.

import { outcomeCode, outcomeRowsRead, outcomeRowsWritten } from '../candid/outcome';
import { spentInstructions } from '../engine/instruction-budget';
import { HostPointer } from '../externals/addresses';
import { JS_NewObject, JSContext, JSValue } from '../externals/quickjs';
import { literal } from '../quickjs/message';
import { defineValue } from '../quickjs/objects';
import { NO_SHAPE, objectOfShape, Shape, shapeOf } from '../quickjs/shapes';
import { cStringValue } from '../quickjs/text';
import { fromI64, UNDEFINED, VALUE_SIZE } from '../quickjs/values';

const PROPERTIES: u32 = 4;
const values: HostPointer = <u32>memory.data(32, 8);

/** Kept for its shape. */
let template: JSValue = 0;
let shape: Shape = NO_SHAPE;

/** Makes the template once, for as long as the host lives. */
export function prepareOutcomes(context: JSContext): void {
  for (let index: u32 = 0; index < PROPERTIES; index++) setValue(index, UNDEFINED);
  template = byTheBook(context);
  shape = shapeOf(template);
}

/** What the request that was run last did, and the instructions of the message so far. */
export function outcomeObject(context: JSContext): JSValue {
  const code = outcomeCode();
  setValue(0, code.length === 0 ? UNDEFINED : cStringValue(context, literal(code)));
  setValue(1, fromI64(context, outcomeRowsRead()));
  setValue(2, fromI64(context, outcomeRowsWritten()));
  setValue(3, fromI64(context, spentInstructions()));
  return shape === NO_SHAPE ? byTheBook(context) : objectOfShape(context, shape, values, PROPERTIES);
}

/** Takes the values over. */
function byTheBook(context: JSContext): JSValue {
  const outcome = JS_NewObject(context);
  defineValue(context, outcome, 'code', valueAt(0));
  defineValue(context, outcome, 'rowsRead', valueAt(1));
  defineValue(context, outcome, 'rowsWritten', valueAt(2));
  defineValue(context, outcome, 'instructions', valueAt(3));
  return outcome;
}

function setValue(index: u32, value: JSValue): void {
  store<u64>(values + index * VALUE_SIZE, value);
}

function valueAt(index: u32): JSValue {
  return load<u64>(values + index * VALUE_SIZE);
}
