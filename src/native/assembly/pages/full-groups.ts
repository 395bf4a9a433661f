import { allocateZeroed, NO_MEMORY, release } from './heap';
import { Store } from './store';

// Which groups were found to have no free page, so that the search for one does not pass through the allocation tables of a
// large slot again and again. Kept on the heap: a slot that is opened anew finds out again, once.

const SMALLEST_CAPACITY: u32 = 64;

export function isKnownFull(slot: Store, group: u32): bool {
  return group < slot.fullGroupsCapacity && load<u8>(slot.fullGroups + group) !== 0;
}

/** Remembering is an economy: where the heap refuses the room, the group is searched again the next time. */
export function rememberFull(slot: Store, group: u32): void {
  if (group >= slot.fullGroupsCapacity && !makeRoom(slot, group + 1)) return;
  store<u8>(slot.fullGroups + group, 1);
}

/** Must be called when a page of the group becomes free. */
export function forgetFull(slot: Store, group: u32): void {
  if (group < slot.fullGroupsCapacity) store<u8>(slot.fullGroups + group, 0);
}

function makeRoom(slot: Store, groups: u32): bool {
  let capacity = max(slot.fullGroupsCapacity, SMALLEST_CAPACITY);
  while (capacity < groups) capacity <<= 1;
  const larger = allocateZeroed(capacity);
  if (larger === NO_MEMORY) return false;
  memory.copy(larger, slot.fullGroups, slot.fullGroupsCapacity);
  release(slot.fullGroups);
  slot.fullGroups = larger;
  slot.fullGroupsCapacity = capacity;
  return true;
}
