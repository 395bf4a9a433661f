import { HostPointer } from '../externals/addresses';
import { MemoryId } from '../memory/layout';
import { MAX_IMAGE_SIZE } from './layout';

// What slots may grow to. Whoever rules over the slots sets it; nothing here survives an upgrade.

const SLOTS: i32 = 255;
const NONE: u64 = 0;

/** Bytes of the image by MemoryId, and buckets; 0 for no limit. */
const sizes: HostPointer = <u32>memory.data(SLOTS * 8, 8);
const budgets: HostPointer = <u32>memory.data(SLOTS * 8, 8);

/** Which limit stood against the last growth. */
export enum Excess {
  None = 0,
  Size = 1,
  Buckets = 2,
}

let excess: Excess = Excess.None;
let excessLimit: u64 = 0;
let excessWanted: u64 = 0;

/** Sets a slot's limits; 0 lifts one. */
export function limitSlot(id: MemoryId, size: u64, buckets: u64): void {
  store<u64>(sizes + (id << 3), size);
  store<u64>(budgets + (id << 3), buckets);
}

/**
 * Whether an image may grow to a size, which is never more than the page map reaches. One that is larger than its limit may
 * still be rewritten, and shrink.
 */
export function admitsSize(id: MemoryId, before: u64, after: u64): bool {
  if (after <= before) return true;
  const limit = load<u64>(sizes + (id << 3));
  return admits(limit === NONE ? MAX_IMAGE_SIZE : min(limit, MAX_IMAGE_SIZE), after, Excess.Size);
}

/** Whether a slot may own that many buckets. */
export function admitsBuckets(id: MemoryId, buckets: u64): bool {
  return admits(load<u64>(budgets + (id << 3)), buckets, Excess.Buckets);
}

/** Which limit refused the last growth, if one did; forgets it. */
export function takeExcess(): Excess {
  const taken = excess;
  excess = Excess.None;
  return taken;
}

/** What the limit that refused allows, valid after {@link takeExcess}. */
export function limitExceeded(): u64 {
  return excessLimit;
}

/** What was asked for instead. */
export function limitWanted(): u64 {
  return excessWanted;
}

function admits(limit: u64, wanted: u64, kind: Excess): bool {
  const admitted = limit === NONE || wanted <= limit;
  excess = admitted ? Excess.None : kind;
  excessLimit = limit;
  excessWanted = wanted;
  return admitted;
}
