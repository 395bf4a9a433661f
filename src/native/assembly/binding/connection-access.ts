// From a connection object to its record, in the state that a method wants it in.

import { HostPointer } from '../externals/addresses';
import { JS_GetOpaque, JSContext, JSValue } from '../externals/quickjs';
import { chargeMemoryTo } from '../heap/heaps';
import { throwTypeError } from '../quickjs/errors';
import { engineConnection, isInFunction, isIterating, isRunning, memoryIdOf } from './connection-record';
import { throwConnectionBusy } from './execution';

let classId: u32 = 0;

export function setConnectionClass(id: u32): void {
  classId = id;
}

/** The record behind a connection object, whatever its state, to which memory is charged from now on; 0 when it threw. */
export function recordOf(context: JSContext, value: JSValue): HostPointer {
  const record = JS_GetOpaque(value, classId);
  if (record === 0) throwTypeError(context, 'Illegal invocation: this is not a connection');
  else chargeMemoryTo(memoryIdOf(record));
  return record;
}

/** The record behind an open connection; 0 when it threw. */
export function openRecord(context: JSContext, value: JSValue): HostPointer {
  const record = recordOf(context, value);
  if (record === 0 || engineConnection(record) !== 0) return record;
  throwTypeError(context, 'The database connection is not open');
  return 0;
}

/** The same where no statement may wait for a JavaScript function. */
export function idleRecord(context: JSContext, value: JSValue): HostPointer {
  const record = openRecord(context, value);
  if (record === 0 || !isInFunction(record)) return record;
  throwConnectionBusy(context);
  return 0;
}

/** The same where no iteration may be under way either. */
export function quietRecord(context: JSContext, value: JSValue): HostPointer {
  const record = idleRecord(context, value);
  if (record === 0 || !isIterating(record)) return record;
  throwConnectionBusy(context);
  return 0;
}

/** The same where no call may be inside one of its statements. */
export function restingRecord(context: JSContext, value: JSValue): HostPointer {
  const record = quietRecord(context, value);
  if (record === 0 || !isRunning(record)) return record;
  throwConnectionBusy(context);
  return 0;
}
