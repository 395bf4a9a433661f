import type { Archive } from '../../catalog/archives/archive';
import { nativeModule } from '../../src/database';

const NO_LIMIT = 0;

/** Tells the page store what the archive's slot may grow to. It forgets that with every upgrade. */
export function limitSlotOf({ slot, limits }: Archive): void {
  nativeModule().limitSlot(slot, limits.sizeLimit ?? NO_LIMIT, limits.bucketBudget ?? NO_LIMIT);
}
