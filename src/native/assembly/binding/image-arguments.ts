// What the functions on images have in common: the slot, and a place in its image.

import { HostPointer } from '../externals/addresses';
import { JSContext, JSValue } from '../externals/quickjs';
import { MemoryId } from '../memory/layout';
import { LIVE } from '../pages/pin';
import { StoreStatus } from '../pages/status';
import { Store } from '../pages/store';
import { argumentAt, TAG_UNDEFINED, tagOf, UNDEFINED } from '../quickjs/values';
import { slotArgument } from './archive-functions';
import { REFUSED, sizeArgument } from './arguments';
import { requireStore, throwStatus } from './slots';

// The arguments that all of these functions begin with, taken one after the other.
let id: MemoryId = 0;
let store: Store | null = null;
let offset: u64 = 0;

/** The slot's store; null when it threw. */
export function takeSlot(context: JSContext, argumentsPointer: HostPointer): Store | null {
  const argument = slotArgument(context, argumentsPointer, 0);
  if (argument === REFUSED) return null;
  id = <MemoryId>argument;
  store = requireStore(context, id);
  return store;
}

/** The slot's store, with an offset in its image: see takenOffset. Null when it threw. */
export function takePlace(context: JSContext, argumentsPointer: HostPointer): Store | null {
  const slot = takeSlot(context, argumentsPointer);
  if (slot === null) return null;
  const argument = sizeArgument(context, argumentsPointer, 1, 'offset');
  if (argument === REFUSED) return null;
  offset = argument;
  return slot;
}

export function takenOffset(): u64 {
  return offset;
}

/** The number of a snapshot, or of the live image where the argument is undefined; REFUSED when it threw. */
export function imageArgument(context: JSContext, argumentsPointer: HostPointer, index: i32): i64 {
  if (tagOf(argumentAt(argumentsPointer, index)) === TAG_UNDEFINED) return LIVE;
  const snapshot = sizeArgument(context, argumentsPointer, index, 'snapshot');
  if (snapshot !== LIVE) return snapshot;
  settle(context, StoreStatus.NoImage);
  return REFUSED;
}

/** Undefined on success, otherwise the error of what happened to the slot that was taken last. */
export function settle(context: JSContext, status: StoreStatus): JSValue {
  return status === StoreStatus.Ok ? UNDEFINED : throwStatus(context, id, status);
}
