// Module functions on what the statements of an archive cost.

import { HostPointer } from '../externals/addresses';
import { JS_NewObject, JSContext, JSValue } from '../externals/quickjs';
import { Insight, insightAt, textOf } from '../insights/insight';
import { forgetInsights, MOST_OF_ARCHIVE, NONE, nextInsight } from '../insights/insight-table';
import { MemoryId } from '../memory/layout';
import { defineMethod, defineValue } from '../quickjs/objects';
import { arrayOf } from '../quickjs/shapes';
import { textValue } from '../quickjs/text';
import { EXCEPTION, fromBool, UNDEFINED, VALUE_SIZE } from '../quickjs/values';
import { defineNumber, slotArgument } from './archive-functions';
import { REFUSED } from './arguments';
import { NANOSECONDS_PER_MILLISECOND } from './snapshot-functions';

const values: HostPointer = <u32>memory.data(1600, 8);

export function defineInsightFunctions(context: JSContext, module: JSValue): void {
  defineMethod(context, module, 'queryInsights', queryInsights.index, 1);
  defineMethod(context, module, 'resetInsights', resetInsights.index, 1);
}

function queryInsights(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const id = slotArgument(context, argumentsPointer, 0);
  if (id === REFUSED) return EXCEPTION;
  let count: u32 = 0;
  let pointer = nextInsight(<MemoryId>id, NONE);
  while (pointer !== NONE && count < MOST_OF_ARCHIVE) {
    store<u64>(values + count * VALUE_SIZE, describe(context, pointer));
    count++;
    pointer = nextInsight(<MemoryId>id, pointer);
  }
  return arrayOf(context, values, count);
}

function describe(context: JSContext, pointer: HostPointer): JSValue {
  const insight: Insight = insightAt(pointer);
  const description = JS_NewObject(context);
  defineValue(context, description, 'sql', textValue(context, textOf(pointer), insight.length));
  defineValue(context, description, 'cut', fromBool(insight.cut !== 0));
  defineNumber(context, description, 'runs', insight.runs);
  defineNumber(context, description, 'failures', insight.failures);
  defineNumber(context, description, 'rowsRead', insight.rowsRead);
  defineNumber(context, description, 'rowsWritten', insight.rowsWritten);
  defineNumber(context, description, 'rowsReturned', insight.rowsReturned);
  defineNumber(context, description, 'instructions', insight.instructions);
  defineNumber(context, description, 'worstInstructions', insight.worstInstructions);
  defineNumber(context, description, 'since', insight.since / NANOSECONDS_PER_MILLISECOND);
  defineNumber(context, description, 'last', insight.last / NANOSECONDS_PER_MILLISECOND);
  return description;
}

function resetInsights(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const id = slotArgument(context, argumentsPointer, 0);
  if (id === REFUSED) return EXCEPTION;
  forgetInsights(<MemoryId>id);
  return UNDEFINED;
}
