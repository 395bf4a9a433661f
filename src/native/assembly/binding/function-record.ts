// What native code keeps of a function that JavaScript defined. The engine holds its address and says when it goes.
//
// offset  size  field
//      0     8  the function; of an aggregate: step
//      8     8  of an aggregate: start, a value or a function that makes one
//     16     8  of an aggregate: inverse, or undefined
//     24     8  of an aggregate: result, or undefined
//     32     4  connection record
//     36     4  traits
//     40     4  arguments that the block below holds
//     44     4  block for the arguments of a call
//     48     4  name

import { EnginePointer, HostPointer, toEngine, toHost } from '../externals/addresses';
import { sqlite3_free, sqlite3_malloc64 } from '../externals/engine';
import { sqlite3_realloc64 } from '../externals/engine-statements';
import { JS_DupValue, JS_FreeValue, JSContext, JSValue } from '../externals/quickjs';
import { VALUE_SIZE } from '../quickjs/values';

const CALLBACKS: u32 = 0;
const CALLBACK_COUNT: u32 = 4;
const CONNECTION: u32 = 32;
const TRAITS: u32 = 36;
const CAPACITY: u32 = 40;
const ARGUMENTS: u32 = 44;
const NAME: u32 = 48;
const RECORD_SIZE: u64 = 56;

/** Callbacks by their place in the record. */
export enum Callback {
  /** A scalar function, or an aggregate's step. */
  Call = 0,
  Start = 1,
  Inverse = 2,
  Result = 3,
}

/** Takes the name over, a C string of the arena; 0 when the arena is full, and then the name is freed. */
export function createFunctionRecord(
  context: JSContext,
  connection: HostPointer,
  name: EnginePointer,
  traits: u32,
  callbacks: HostPointer,
): HostPointer {
  const memoryOfEngine = sqlite3_malloc64(RECORD_SIZE);
  if (memoryOfEngine === 0) {
    sqlite3_free(name);
    return 0;
  }
  const record = toHost(memoryOfEngine);
  memory.fill(record, 0, <u32>RECORD_SIZE);
  for (let index: u32 = 0; index < CALLBACK_COUNT; index++) {
    const callback = load<u64>(callbacks + index * VALUE_SIZE);
    store<u64>(record + CALLBACKS + index * VALUE_SIZE, JS_DupValue(context, callback));
  }
  store<u32>(record + CONNECTION, connection);
  store<u32>(record + TRAITS, traits);
  store<u32>(record + NAME, name);
  return record;
}

export function freeFunctionRecord(context: JSContext, record: HostPointer): void {
  for (let index: u32 = 0; index < CALLBACK_COUNT; index++) {
    JS_FreeValue(context, load<u64>(record + CALLBACKS + index * VALUE_SIZE));
  }
  sqlite3_free(load<u32>(record + ARGUMENTS));
  sqlite3_free(load<u32>(record + NAME));
  sqlite3_free(toEngine(record));
}

export function callbackOf(record: HostPointer, which: Callback): JSValue {
  return load<u64>(record + CALLBACKS + <u32>which * VALUE_SIZE);
}

export function connectionOfFunction(record: HostPointer): HostPointer {
  return load<u32>(record + CONNECTION);
}

export function hasTrait(record: HostPointer, trait: u32): bool {
  return (load<u32>(record + TRAITS) & trait) !== 0;
}

export function functionName(record: HostPointer): HostPointer {
  return toHost(load<u32>(record + NAME));
}

/** Where a call's arguments are put together, with room for `count`; 0 when the arena is full. A function never calls itself. */
export function argumentBlock(record: HostPointer, count: u32): HostPointer {
  if (count > load<u32>(record + CAPACITY) || load<u32>(record + ARGUMENTS) === 0) {
    const block = sqlite3_realloc64(load<u32>(record + ARGUMENTS), <u64>max<u32>(count, 1) * VALUE_SIZE);
    if (block === 0) return 0;
    store<u32>(record + ARGUMENTS, block);
    store<u32>(record + CAPACITY, count);
  }
  return toHost(load<u32>(record + ARGUMENTS));
}
