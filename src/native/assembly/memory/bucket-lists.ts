import { BUCKET_ORDER } from '../externals/cold-places';
import { MemoryId, UNALLOCATED } from './layout';

// Which buckets each memory owns, for O(1) address translation: all allocated buckets ordered by owner, and within an
// owner by index, with the place where each owner begins. Free buckets form the list of the owner UNALLOCATED.

const order: u32 = BUCKET_ORDER;
/** Where each owner's list begins in `order`, and after the last owner where the order ends. */
const starts: u32 = <u32>memory.data(1028, 4);

function start(owner: u32): u32 {
  return load<u32>(starts + (owner << 2));
}

function at(position: u32): u32 {
  return load<u16>(order + (position << 1));
}

/** Rebuilds every list from an owner table. Free buckets at `count` and beyond are not listed. */
export function rebuildLists(owners: u32, count: u32): void {
  memory.fill(starts, 0, (UNALLOCATED + 2) << 2);
  for (let bucket: u32 = 0; bucket < count; bucket++) {
    const end = starts + ((<u32>load<u8>(owners + bucket) + 1) << 2);
    store<u32>(end, load<u32>(end) + 1);
  }
  for (let owner: u32 = 0; owner <= UNALLOCATED; owner++) {
    store<u32>(starts + ((owner + 1) << 2), start(owner) + start(owner + 1));
  }
  placeBuckets(owners, count);
}

/** Places buckets from the last to the first, so that the decremented ends turn into the starts. */
function placeBuckets(owners: u32, count: u32): void {
  memory.copy(starts, starts + 4, (UNALLOCATED + 1) << 2);
  for (let bucket = <i32>count - 1; bucket >= 0; bucket--) {
    const end = starts + ((<u32>load<u8>(owners + bucket)) << 2);
    const position = load<u32>(end) - 1;
    store<u32>(end, position);
    store<u16>(order + (position << 1), <u16>bucket);
  }
}

export function bucketCount(owner: MemoryId): u32 {
  return start(owner + 1) - start(owner);
}

/** The owner's bucket at a place of its list. The place must exist. */
export function bucketAt(owner: MemoryId, place: u32): u32 {
  return at(start(owner) + place);
}

/** Place in an owner's list of its first bucket that is greater than `bucket`, or the list's length. */
export function placeAfter(owner: MemoryId, bucket: i32): u32 {
  const first = start(owner);
  let low = first;
  let high = start(owner + 1);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (<i32>at(middle) > bucket) high = middle;
    else low = middle + 1;
  }
  return low - first;
}

export function insertBucket(owner: MemoryId, bucket: u32): void {
  const position = start(owner) + placeAfter(owner, <i32>bucket);
  const address = order + (position << 1);
  memory.copy(address + 2, address, (start(UNALLOCATED + 1) - position) << 1);
  store<u16>(address, <u16>bucket);
  shiftStarts(owner, 1);
}

export function removeBucket(owner: MemoryId, place: u32): void {
  const position = start(owner) + place;
  const address = order + (position << 1);
  memory.copy(address, address + 2, (start(UNALLOCATED + 1) - position - 1) << 1);
  shiftStarts(owner, -1);
}

function shiftStarts(owner: MemoryId, by: i32): void {
  for (let later = owner + 1; later <= UNALLOCATED + 1; later++) {
    store<u32>(starts + (later << 2), start(later) + by);
  }
}
