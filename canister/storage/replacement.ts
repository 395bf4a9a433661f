import type { Archive } from '../../catalog/archives/archive';
import { assertFits } from '../../catalog/archives/size-limit';
import { type CandidReplacement, optional } from '../../src/candid';
import { nativeModule } from '../../src/database';

/** The page store refuses each growth that a bucket budget does not allow, so that none are counted before. */
const NO_BUCKETS = 0;

/**
 * Refuses an image that is larger than the archive may be, before it is copied or switched in.
 *
 * @param size bytes of the SQLite image
 * @throws {CatalogError} SIZE_LIMIT_EXCEEDED
 */
export function assertSize(archive: Archive, size: number): void {
  assertFits(archive, size, NO_BUCKETS);
}

/** The archive after its image was replaced. */
export function describeReplacement(slot: number, keptAs: string | undefined): CandidReplacement {
  const described = nativeModule().describeSlot(slot);
  return {
    transaction_id: BigInt(described?.transactionId ?? 0),
    size: BigInt(described?.logicalSize ?? 0),
    kept_as: optional(keptAs),
  };
}
