import { memorySize, setMemorySize } from './header';
import { MemoryId, UNALLOCATED } from './layout';
import { reassignBuckets } from './owner-table';
import { forgetTrailingFreeBuckets } from './shrink';

/**
 * Gives a virtual memory the content of another one, which is empty afterwards. The buckets that it had are freed. No
 * content moves: buckets keep their order, and only change their owner.
 */
export function replaceMemory(id: MemoryId, by: MemoryId): void {
  reassignBuckets(id, UNALLOCATED);
  reassignBuckets(by, id);
  setMemorySize(id, memorySize(by));
  setMemorySize(by, 0);
  forgetTrailingFreeBuckets();
}
