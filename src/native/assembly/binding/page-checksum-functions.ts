// Module functions on the checksums of single pages.

import { HostPointer } from '../externals/addresses';
import { JS_NewObject, JSContext, JSValue } from '../externals/quickjs';
import { keepsPageChecksums } from '../pages/page-checksum';
import {
  continuePass,
  damagedPageCount,
  damagedPages,
  isPassUnderWay,
  setPageChecksums,
  verifyPages,
} from '../pages/page-checksum-pass';
import { defineMethod, defineValue } from '../quickjs/objects';
import { arrayOf } from '../quickjs/shapes';
import { literalValue } from '../quickjs/text';
import { argumentAt, EXCEPTION, fromBool, fromI32, TRUE, UNDEFINED, VALUE_SIZE } from '../quickjs/values';
import { defineNumber } from './archive-functions';
import { lengthArgument, REFUSED } from './arguments';
import { takeSlot } from './image-arguments';

const damagedNumbers: HostPointer = <u32>memory.data(512, 8);

export function definePageChecksumFunctions(context: JSContext, module: JSValue): void {
  defineMethod(context, module, 'pageChecksums', state.index, 1);
  defineMethod(context, module, 'setPageChecksums', set.index, 2);
  defineMethod(context, module, 'continuePageChecksums', goOn.index, 2);
  defineMethod(context, module, 'verifyPages', verify.index, 3);
}

function state(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const slot = takeSlot(context, argumentsPointer);
  if (slot === null) return EXCEPTION;
  const enabled = keepsPageChecksums(slot);
  if (isPassUnderWay(slot)) return literalValue(context, enabled ? 'switching-on' : 'switching-off');
  return literalValue(context, enabled ? 'on' : 'off');
}

function set(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const slot = takeSlot(context, argumentsPointer);
  if (slot === null) return EXCEPTION;
  setPageChecksums(slot, argumentAt(argumentsPointer, 1) === TRUE);
  return UNDEFINED;
}

function goOn(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const slot = takeSlot(context, argumentsPointer);
  if (slot === null) return EXCEPTION;
  const budget = lengthArgument(context, argumentsPointer, 1, 'pageBudget');
  return budget === REFUSED ? EXCEPTION : fromBool(continuePass(slot, <u32>budget));
}

function verify(context: JSContext, _self: JSValue, _count: i32, argumentsPointer: HostPointer): JSValue {
  const slot = takeSlot(context, argumentsPointer);
  if (slot === null) return EXCEPTION;
  const from = lengthArgument(context, argumentsPointer, 1, 'from');
  if (from === REFUSED) return EXCEPTION;
  const budget = lengthArgument(context, argumentsPointer, 2, 'pageBudget');
  if (budget === REFUSED) return EXCEPTION;
  const next = verifyPages(slot, <u32>from, <u32>budget);
  const result = JS_NewObject(context);
  if (next === 0) defineValue(context, result, 'next', UNDEFINED);
  else defineNumber(context, result, 'next', next);
  const count = damagedPageCount();
  for (let n: u32 = 0; n < count; n++) {
    store<u64>(damagedNumbers + n * VALUE_SIZE, fromI32(load<i32>(damagedPages() + (n << 2))));
  }
  defineValue(context, result, 'damaged', arrayOf(context, damagedNumbers, count));
  return result;
}
