import { stable64_size } from '../externals/ic0';
import { createManager } from './create';
import { requestedBucketSize } from './install-argument';
import { loadManager } from './load';
import { loadPrivateMemory } from './private-memory';
import { loadScratchMemory } from './scratch-memory';

/**
 * Makes the memory manager ready. The first thing of canister_init and canister_post_upgrade, before the CDK touches
 * stable memory. Traps, with nothing written, on stable memory that it does not recognise.
 */
export function attach(): void {
  if (stable64_size() === 0) createManager(requestedBucketSize());
  else loadManager();
  loadPrivateMemory();
  loadScratchMemory();
}
