import { CatalogError } from '../error';
import type { Archive } from './archive';

/**
 * Refuses a transaction that would leave the archive larger than it may be. Asked before a transaction is published,
 * so that it is rolled back whole.
 *
 * @param size bytes of the SQLite image after the transaction
 * @param buckets buckets of raw stable memory that the slot would own
 * @throws {CatalogError} SIZE_LIMIT_EXCEEDED, BUCKET_BUDGET_EXCEEDED
 */
export function assertFits({ id, limits }: Archive, size: number, buckets: number): void {
  const { sizeLimit, bucketBudget } = limits;
  if (sizeLimit !== undefined && size > sizeLimit) {
    throw new CatalogError(
      'SIZE_LIMIT_EXCEEDED',
      `the archive '${id}' may have ${sizeLimit} bytes and would have ${size}: delete rows and VACUUM, or ask a controller for more`,
    );
  }
  if (bucketBudget !== undefined && buckets > bucketBudget) {
    throw new CatalogError(
      'BUCKET_BUDGET_EXCEEDED',
      `the archive '${id}' may own ${bucketBudget} buckets and would own ${buckets}: compact it, delete snapshots, or ask a controller for more`,
    );
  }
}
