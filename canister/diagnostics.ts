import { assertController } from '../catalog/access';
import type { CandidMemoryReport } from '../src/candid';
import { messageCaller } from './caller';
import { native } from './native';

/** Who owns how much of the raw stable memory. Controllers only. */
export function reportMemory(): CandidMemoryReport {
  assertController(messageCaller());
  const report = native().memoryReport();
  return {
    stable_pages: BigInt(report.stablePages),
    bucket_size_in_pages: report.bucketSizeInPages,
    allocated_buckets: report.allocatedBuckets,
    free_buckets: report.freeBuckets,
    memories: report.memories.map(({ memoryId, pages, buckets }) => ({
      memory_id: memoryId,
      pages: BigInt(pages),
      buckets,
    })),
  };
}
