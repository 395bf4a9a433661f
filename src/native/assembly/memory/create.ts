import { trap } from '../engine/trap';
import { stable64_grow, stable64_write } from '../externals/ic0';
import { rebuildLists } from './bucket-lists';
import { adoptHeader, header, writeWholeHeader } from './header';
import {
  GROW_REFUSED,
  HEADER_BUCKET_SIZE,
  HEADER_LENGTH,
  HEADER_VERSION,
  LAYOUT_VERSION,
  MAGIC,
  OWNERS_LENGTH,
  OWNERS_OFFSET,
  PAGES_BEFORE_BUCKETS,
  UNALLOCATED,
} from './layout';
import { scratch } from './scratch';

/** Writes an empty manager into stable memory that was never used. Traps when not even one page is to be had. */
export function createManager(bucketSizeInPages: u32): void {
  if (stable64_grow(PAGES_BEFORE_BUCKETS) === GROW_REFUSED) {
    trap('Tabularium: the IC refused the first page of stable memory');
  }
  memory.fill(header, 0, HEADER_LENGTH);
  store<u32>(header, MAGIC);
  store<u8>(header + HEADER_VERSION, LAYOUT_VERSION);
  store<u16>(header + HEADER_BUCKET_SIZE, <u16>bucketSizeInPages);
  adoptHeader();
  writeWholeHeader();
  memory.fill(scratch, <u8>UNALLOCATED, OWNERS_LENGTH);
  stable64_write(OWNERS_OFFSET, scratch, OWNERS_LENGTH);
  rebuildLists(scratch, 0);
}
