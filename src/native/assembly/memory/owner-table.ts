import { stable64_read, stable64_write } from '../externals/ic0';
import { rebuildLists } from './bucket-lists';
import { allocatedBuckets } from './header';
import { OWNERS_OFFSET } from './layout';
import { scratch } from './scratch';

/** Records the owner of `count` buckets in stable memory, from `bucket` on. `count` is at most the table's length. */
export function writeOwners(bucket: u32, count: u32, owner: u32): void {
  memory.fill(scratch, <u8>owner, count);
  stable64_write(OWNERS_OFFSET + bucket, scratch, count);
}

/** Gives all buckets of one owner to another, in one pass over the table: they keep their order, and no content moves. */
export function reassignBuckets(owner: u32, next: u32): void {
  const count = allocatedBuckets();
  stable64_read(scratch, OWNERS_OFFSET, count);
  for (let bucket: u32 = 0; bucket < count; bucket++) {
    if (<u32>load<u8>(scratch + bucket) === owner) store<u8>(scratch + bucket, <u8>next);
  }
  stable64_write(OWNERS_OFFSET, scratch, count);
  rebuildLists(scratch, count);
}
