import type { SlotStorage } from '../../catalog/archives/purge';
import { codeOf } from '../../catalog/error';
import type { ClearedStorage } from '../../catalog/slots/slot-map';
import { nativeModule } from '../../src/database';
import { ifReadable } from '../service/readable';
import { running } from '../service/service';

/** Buckets that one call gives back, for about 8,000 instructions each. */
const BUCKETS_A_CALL = 4_096;

/** How a purge gives back what an archive's slot owns. Bytes of somebody else's are not touched (`SLOT_FOREIGN`). */
export const archiveStorage: SlotStorage = { release: releaseSlot };

/** The same for a slot that cannot be trusted, and that a controller named: whatever it holds is given up. */
export const damagedStorage: ClearedStorage = { release: (slot) => release(slot, true), holds };

/** Gives back a bounded part of what the slot owns. True when it owns nothing any more. */
export function releaseSlot(slot: number): boolean {
  return release(slot, false);
}

function release(slot: number, evenForeign: boolean): boolean {
  running().handles.close(slot);
  endCopyInto(slot);
  return nativeModule().purgeSlot(slot, BUCKETS_A_CALL, evenForeign);
}

/** Refusals of a slot in which there is no archive that this release, or a later one, could open. */
const LOST: readonly (string | undefined)[] = ['SLOT_DAMAGED', 'SLOT_FOREIGN', 'SLOT_PURGING'];

function holds(slot: number, generation: number): boolean {
  if (nativeModule().adoptionProgress()?.memoryId === slot) return true;
  try {
    return nativeModule().describeSlot(slot)?.generation === generation;
  } catch (error) {
    if (LOST.includes(codeOf(error))) return false;
    throw error;
  }
}

/** A copy that is under way keeps its source pinned, or MemoryId 117 taken. */
function endCopyInto(slot: number): void {
  const native = nativeModule();
  if (native.adoptionProgress()?.memoryId === slot) {
    native.cancelAdoption(slot);
  } else if (ifReadable(() => native.forkProgress(slot)) !== undefined) {
    native.cancelFork(slot);
  }
}
