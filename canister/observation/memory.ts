import type { CandidMemoryReport } from '../../src/candid';
import { nativeModule } from '../../src/database';
import { authoriseCanister } from '../service/governed';
import type { Implementations } from '../service/methods';

export const memoryMethods = {
  report_memory: reportMemory,
} satisfies Implementations;

/** Who owns how much of the raw stable memory. Operators and controllers only. */
function reportMemory(): CandidMemoryReport {
  authoriseCanister('report_memory');
  const report = nativeModule().memoryReport();
  return {
    stable_pages: BigInt(report.stablePages),
    bucket_size_in_pages: report.bucketSizeInPages,
    allocated_buckets: report.allocatedBuckets,
    owned_buckets: report.ownedBuckets,
    free_buckets: report.freeBuckets,
    spare_buckets: report.spareBuckets,
    never_used_buckets: report.neverUsedBuckets,
    memories: report.memories.map(({ memoryId, pages, buckets }) => ({
      memory_id: memoryId,
      pages: BigInt(pages),
      buckets,
    })),
  };
}
