import { stable64_read, stable64_write } from '../externals/ic0';
import { rebuildLists } from './bucket-lists';
import { allocatedBuckets, memorySize, setMemorySize } from './header';
import { MemoryId, OWNERS_OFFSET, UNALLOCATED } from './layout';
import { scratch } from './scratch';
import { forgetTrailingFreeBuckets } from './shrink';

/**
 * Gives a virtual memory the content of another one, which is empty afterwards. The buckets that it had are freed. No
 * content moves: buckets keep their order, and only change their owner.
 */
export function replaceMemory(id: MemoryId, by: MemoryId): void {
  const count = allocatedBuckets();
  stable64_read(scratch, OWNERS_OFFSET, count);
  for (let bucket: u32 = 0; bucket < count; bucket++) {
    const owner = <u32>load<u8>(scratch + bucket);
    if (owner === id) store<u8>(scratch + bucket, <u8>UNALLOCATED);
    else if (owner === by) store<u8>(scratch + bucket, <u8>id);
  }
  stable64_write(OWNERS_OFFSET, scratch, count);
  rebuildLists(scratch, count);
  setMemorySize(id, memorySize(by));
  setMemorySize(by, 0);
  forgetTrailingFreeBuckets();
}
