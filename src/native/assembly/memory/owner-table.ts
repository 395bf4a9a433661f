import { stable64_write } from '../externals/ic0';
import { OWNERS_OFFSET } from './layout';
import { scratch } from './scratch';

/** Records the owner of `count` buckets in stable memory, from `bucket` on. `count` is at most the table's length. */
export function writeOwners(bucket: u32, count: u32, owner: u32): void {
  memory.fill(scratch, <u8>owner, count);
  stable64_write(OWNERS_OFFSET + bucket, scratch, count);
}
