import { time } from 'azle';
import { codeOf } from '../../catalog/error';
import { nativeModule } from '../../src/database';
import { WHOLE_STEP } from '../service/arguments';
import { running } from '../service/service';
import { Worker } from './worker';

const ROUND_NANOSECONDS = 3_600_000_000_000n;

let nextRoundAt = 0n;

/**
 * Gives back what imports and exports held whose time is over, and what deleted snapshots held. A round goes through all
 * archives, in one step where little is to be given back.
 */
export const reclaimWorker = new Worker(() => (time() < nextRoundAt ? undefined : reclaimSome));

function reclaimSome(): void {
  const archives = running()
    .catalog.heads()
    .filter(({ state }) => state === 'active');
  if (archives.every(({ slot }) => reclaim(slot))) {
    nextRoundAt = time() + ROUND_NANOSECONDS;
  }
}

/** True when nothing is left to give back. */
function reclaim(slot: number): boolean {
  const native = nativeModule();
  try {
    return native.reclaimImages(slot, WHOLE_STEP) && native.reclaimImport(slot, WHOLE_STEP);
  } catch (error) {
    // The doctor tells of slots that cannot be read, and of images that are damaged.
    if (codeOf(error) === undefined) {
      throw error;
    }
    return true;
  }
}
